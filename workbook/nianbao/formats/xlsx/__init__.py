"""xlsx and xlsm: read from their XML, patched in it, moulded from a template.

``contents`` what a workbook says of itself · ``read`` with ``quick`` its cells · ``parts`` with
``patch`` and ``slots`` a workbook that is filled · ``mould`` many made from one · ``drawn`` and
``long_sheet`` what openpyxl drew.
"""
