"""What is known of files as bytes, for reading and writing alike: zip, OPC, OLE, A1, XML of sheets.

``tests/test_formats.py`` sees to it that nobody else knows it.
"""
