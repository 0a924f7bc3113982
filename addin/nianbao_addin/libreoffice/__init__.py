"""LibreOffice as a program that xlwings can drive; see `nianbao_addin.libreoffice.engine`."""
