"""Rules on the three tables."""
