"""What an xlsx says of itself: its sheets, the parts that hold them, its names, its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nianbao.formats import a1, opc
from nianbao.formats.book import Names, Sheet, SheetArea, area
from nianbao.formats.opc import namespace
from nianbao.formats.zip import DAMAGED, Package, Unreadable, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_CACHED_BYTES = 2**18
_SPOKEN = ("}t", "}r")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Contents(NamedTuple):
    """What the workbook's part and its relationships say.

    ``parts``: where each sheet is kept, '' for one that is not in the file; ``worksheets``: those
    of them that have cells. ``others``: parts by the kind of their relationship. ``own_names`` are
    those of the whole workbook; ``names`` has also those of one sheet, where none of these is.
    """

    space: str
    sheets: tuple[Sheet, ...]
    parts: tuple[str, ...]
    worksheets: frozenset[str]
    others: Mapping[str, str]
    names: Names
    own_names: Names
    epoch: datetime


def main_part(package: Package) -> str:
    """The workbook's part."""
    return opc.main_part(package, "xl/workbook.xml")


def contents_of(package: Package) -> Contents:
    """The contents of an xlsx. Raises Unreadable."""
    part = main_part(package)
    rels, workbook = package.read(opc.relations_part(part)), package.read(part)
    # Workbooks filled from one template have these two parts in common.
    small = len(workbook) + len(rels) < _CACHED_BYTES
    read = _contents if small else _contents.__wrapped__
    return read(workbook, rels, part)


@lru_cache(maxsize=16)
def _contents(workbook: bytes, rels: bytes, part: str) -> Contents:
    relations = opc.relations(rels, part)
    root = parse_xml(workbook)
    ns = namespace(root)
    sheets: list[Sheet] = []
    found: list[tuple[str, str]] = []
    for sheet in root.iterfind(f"{ns}sheets/{ns}sheet"):
        id = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        hidden = sheet.get("state", "visible") != "visible"
        sheets.append(Sheet(sheet.get("name", ""), hidden))
        # A sheet without a part of its own in this file has no cells, but its index counts.
        found.append(relations.get(str(id), ("", "")))
    parts = tuple(part for _, part in found)
    if len(set(filter(None, parts))) < sum(map(bool, parts)):  # one sheet a thousand times over
        raise Unreadable(DAMAGED)
    properties = root.find(f"{ns}workbookPr")
    late = properties is not None and properties.get("date1904") in ("1", "true")
    return Contents(
        ns[1:-1],
        tuple(sheets),
        parts,
        frozenset(part for kind, part in found if kind == "worksheet"),
        dict(relations.values()),
        *_names(root, ns, sheets),
        datetime(1904, 1, 1) if late else datetime(1899, 12, 30),
    )


def _names(root: _Element, ns: str, sheets: list[Sheet]) -> tuple[Names, Names]:
    """All names, those of one sheet alone only where there is none of the whole workbook; and
    those of the whole workbook."""
    index = {sheet.name.lower(): i for i, sheet in enumerate(sheets)}
    names: dict[str, SheetArea | None] = {}
    local: dict[str, SheetArea | None] = {}
    for defined in root.iterfind(f"{ns}definedNames/{ns}definedName"):
        key = defined.get("name", "").lower()
        sheet, cells = a1.split((defined.text or "").strip())
        at = index.get(sheet.lower())
        found = None if at is None else area(at, cells)
        if defined.get("localSheetId") is None:
            names[key] = found
        elif local.get(key) is None:
            local[key] = found
    kept = {k: v for k, v in names.items() if v is not None or local.get(k) is None}
    return local | kept, names


def string_of(item: _Element) -> str:
    """A shared or inline string; phonetic guides (rPh) are no part of it."""
    if len(item) == 1 and len(item[0]) == 0:
        return unescape(item[0].text or "")
    spoken = ((run,) if run.tag[-2:] == "}t" else run for run in item if run.tag[-2:] in _SPOKEN)
    return unescape("".join(t.text or "" for run in spoken for t in run if t.tag[-2:] == "}t"))


def unescape(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: m[0] if m[1][0] in "dD" else chr(int(m[1], 16)), text)
