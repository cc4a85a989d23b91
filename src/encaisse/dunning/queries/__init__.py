"""Every read of plans, blocks, scenarios and reasons, by topic."""
