"""Rules on the ledgers."""
