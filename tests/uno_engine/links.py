"""Hyperlinks: text fields in UNO, whose places in the workbook are written Calc's way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao_addin.libreoffice.bridge import NotPossible

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.range import CalcRange

_EXCEL = re.compile(r"#((?:'(?:[^']|'')+'|[^!']+))!(\$?[A-Za-z]{1,3}\$?\d+(?::.+)?)\Z")
_CALC = re.compile(r"#\$?((?:'(?:[^']|'')+'|[^.']+))\.(\$?[A-Za-z]{1,3}\$?\d+(?::.+)?)\Z")


def get(cell: CalcRange) -> str:
    """The link's address, ``#'表 三'!A1`` within the workbook. Raises `NotPossible` for none."""
    fields = cell.cell(0, 0).TextFields
    if not fields.Count:
        raise NotPossible(f"{cell.address} 没有超链接。")
    return _CALC.sub(r"#\1!\2", str(fields.getByIndex(0).URL))


def add(cell: CalcRange, address: str, text: str) -> None:
    """Replace the first cell's content by a link; a place in the workbook begins with #."""
    target = cell.cell(0, 0)
    field = cell.book.xl.createInstance("com.sun.star.text.TextField.URL")
    field.URL = _EXCEL.sub(r"#\1.\2", address)
    field.Representation = text
    target.setString("")
    words = target.getText()
    words.insertTextContent(words.createTextCursor(), field, False)
