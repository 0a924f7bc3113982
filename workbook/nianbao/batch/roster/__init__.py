"""The roster of agencies: read, blank, and whose a file is."""
