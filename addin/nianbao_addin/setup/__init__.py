"""How the buttons get onto a computer, and what a help desk asks of it."""
