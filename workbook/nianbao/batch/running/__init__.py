"""How many items are worked through: workers, journal, progress."""
