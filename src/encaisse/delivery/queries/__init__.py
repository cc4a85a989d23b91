"""Every non-trivial read of messages, by topic."""
