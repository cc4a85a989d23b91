"""CFONB120: the French account statement in records of 120 characters."""
