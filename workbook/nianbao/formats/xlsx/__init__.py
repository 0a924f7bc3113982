"""xlsx and xlsm: read from their XML, patched in it, moulded from a template."""
