"""The words that forms and reports use for their labels, headings and titles."""
