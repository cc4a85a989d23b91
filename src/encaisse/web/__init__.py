"""Page shell, components, charts and words. No words of the trade: those stand in the rooms."""
