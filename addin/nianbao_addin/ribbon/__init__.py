"""The tab 政务公开年报: its buttons, and what is made of their declaration."""
