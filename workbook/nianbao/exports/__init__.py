"""The final report in one outside format a module, one public verb each."""
