"""Every write to messages, by topic: `queueing`, `handover`, `decisions`."""
