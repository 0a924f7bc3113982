"""Ledgers of any make: sheets and CSV into rows."""
