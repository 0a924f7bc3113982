"""Report → files. One module per outside format, one public verb each."""
