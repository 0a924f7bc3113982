"""What is known of files as bytes, for reading and writing alike: zip, OLE, A1, XML of sheets."""
