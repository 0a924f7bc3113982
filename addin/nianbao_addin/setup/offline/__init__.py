"""What goes into the offline installer beside the wheels: scripts and a page, as templates."""
