"""One kind of source a module: bytes into a `TextDocument`."""
