"""The texts of a report: what their sentences say in numbers."""
