"""Every non-trivial read of the ledger, by topic."""
