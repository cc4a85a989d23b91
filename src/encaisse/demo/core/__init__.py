"""The believable company: pure generator, and the files it writes."""
