"""What openpyxl has drawn, saved: without dates and names, and no longer than need be."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from nianbao.errors import CannotWrite
from nianbao.formats.zip import Member, Package, deflated

if TYPE_CHECKING:
    from openpyxl import Workbook

APPLICATION = "nianbao"
"""What the workbook says made it. LibreOffice trusts the cached results of files that say
“Microsoft Excel” and would not calculate them anew."""

_SHEETS = "xl/worksheets/"
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{APPLICATION}</Application></Properties>"
)
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc='
    '"http://purl.org/dc/elements/1.1/">{}</cp:coreProperties>'
)


def saved(book: Workbook, title: str, keywords: str = "") -> list[Member]:
    """The members of an openpyxl workbook, without dates and names of programs or people.

    Raises CannotWrite where the folder of temporary files, which openpyxl fills, is full.
    """
    from xml.sax.saxutils import escape

    from lxml.etree import SerialisationError

    stream = io.BytesIO()
    try:
        book.save(stream)
    except (OSError, SerialisationError) as error:
        raise CannotWrite("写不了临时文件：系统的临时文件夹已满或没有写入权限。") from error
    core = f"<dc:title>{escape(title)}</dc:title><dc:creator></dc:creator>"
    if keywords:
        core += f"<cp:keywords>{escape(keywords)}</cp:keywords>"
    texts = {"docProps/app.xml": _APP, "docProps/core.xml": _CORE.format(core)}
    members = Package(stream.getvalue()).members()
    return [
        deflated(name, texts[name].encode() if name in texts else _lean(m), 9)
        for name, m in members.items()
    ]


# What openpyxl writes at greater length than need be: entities for Chinese, which take twice to
# three times the bytes, and for each cell the type that is understood.
_ENTITY = re.compile(rb"&#([0-9]{3,7});")
_EMPTY = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="n"></c>')
_NUMBER = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="n">')


def _lean(member: Member) -> bytes:
    """The content of a part that openpyxl wrote, saying the same in half the bytes."""
    content = member.content()
    if content.startswith(b"<?xml") or not member.name.endswith(".xml"):
        return content  # declares perhaps another encoding than UTF-8
    content = _ENTITY.sub(_character, content)
    if is_sheet(member):
        content = _NUMBER.sub(rb"\1>", _EMPTY.sub(rb"\1/>", content))
    return content


def _character(match: re.Match[bytes]) -> bytes:
    code = int(match[1])
    return chr(code).encode() if code > 127 else match[0]


def part_of_sheet(number: int) -> str:
    """Where the sheet with this number, from 1, is kept."""
    return f"{_SHEETS}sheet{number}.xml"


def is_sheet(member: Member) -> bool:
    return member.name.startswith(_SHEETS)


def filled_down(drawn: Member, first: int, last: int) -> Member:
    """The sheet with the one formula of row ``first`` in all rows down to ``last``.

    They share it, which keeps the sheet a tenth of the size.
    """
    data = drawn.content()
    formula = rb'<c r="([A-Z]+)%d"( s="\d+")?[^>]*><f>(.*?)</f>' % first
    found = re.search(rb'<row r="%d"[^>]*>%b.*?</row>' % (first, formula), data)
    if found is None:
        return drawn
    column, style, formula = found[1], found[2] or b"", found[3]
    head = b'<f t="shared" ref="%b%d:%b%d" si="0">%b</f>' % (column, first, column, last, formula)
    rows = [
        b'<row r="%d"><c r="%b%d"%b>%b</c></row>'
        % (row, column, row, style, head if row == first else b'<f t="shared" si="0"/>')
        for row in range(first, last + 1)
    ]
    content = data[: found.start()] + b"".join(rows) + data[found.end() :]
    return deflated(drawn.name, content, 9)
