"""Text from figures, and figures in text."""
