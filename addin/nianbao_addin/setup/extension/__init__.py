"""What goes into the LibreOffice extension as it is: the component behind its buttons."""
