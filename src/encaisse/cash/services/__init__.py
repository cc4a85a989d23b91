"""Every write of the room, by topic."""
