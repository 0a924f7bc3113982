"""What tests ask of the LibreOffice engine beyond what buttons need; see `attached`.

Not named ``uno``, as LibreOffice's own module is.
"""
