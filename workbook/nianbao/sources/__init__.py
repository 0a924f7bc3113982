"""Files → Report. One module per outside format, one public verb each."""
