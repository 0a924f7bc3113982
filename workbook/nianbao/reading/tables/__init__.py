"""From a drawn table to figures: cells, headings, columns, rows."""
