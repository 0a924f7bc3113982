"""The workbook that is open in a program, read and changed through its `Host`."""
