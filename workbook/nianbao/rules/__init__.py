"""Report → findings."""
