"""What came back: records of files, standings of units, the review workbook, slips."""
