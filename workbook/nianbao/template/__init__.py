"""The official workbook: drafted from a form, written, filled, restored."""
