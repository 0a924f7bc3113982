"""Workbooks of ours, read by their defined names."""
