"""Adding up by the levels of the roster, and the workbook of the sum."""
