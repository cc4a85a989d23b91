"""Every write to plans, blocks and scenarios, by topic."""
