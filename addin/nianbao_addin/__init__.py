"""Everything that touches a running spreadsheet program."""
