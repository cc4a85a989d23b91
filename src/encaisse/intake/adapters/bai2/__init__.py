"""BAI2: cash management balance reporting, version 2, as American and Canadian banks send it."""
