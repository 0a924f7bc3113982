"""Running spreadsheet programs, each behind the same small protocol; see `hosts.host`."""
