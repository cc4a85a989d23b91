"""Every write to the ledger, by topic."""
