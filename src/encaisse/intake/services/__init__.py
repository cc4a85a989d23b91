"""Take files in: read, keep the original, hand the records to the rooms that own them."""
