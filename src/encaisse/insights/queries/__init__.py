"""Every read behind the measures, by topic."""
