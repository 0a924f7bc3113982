"""Rules on what the texts say."""
