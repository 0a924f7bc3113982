"""What an xlsx says of itself: its sheets, where they are kept, and its defined names."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nianbao.sources.package import DAMAGED, Package, Unreadable, parse_xml
from nianbao.sources.sheets import Area, Sheet, area

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORKBOOK = "xl/workbook.xml"
_CACHED_BYTES = 2**18


class Contents(NamedTuple):
    """What workbook.xml and its relationships say."""

    sheets: tuple[Sheet, ...]
    parts: tuple[str, ...]
    names: Mapping[str, Area | None]
    strings: str | None
    styles: str | None
    epoch: datetime


def contents_of(package: Package) -> Contents:
    """The contents of an xlsx. Raises Unreadable."""
    part = _main_part(package)
    folder, name = posixpath.split(part)
    rels = package.read(f"{folder}/_rels/{name}.rels")
    workbook = package.read(part)
    # Workbooks filled from one template have these two parts in common.
    small = len(workbook) + len(rels) < _CACHED_BYTES
    read = _contents if small else _contents.__wrapped__
    return read(workbook, rels, folder)


@lru_cache(maxsize=16)
def _contents(workbook: bytes, rels: bytes, folder: str) -> Contents:
    targets: dict[str, str] = {}
    special: dict[str, str] = {}
    for rel in parse_xml(rels):
        if rel.get("TargetMode") == "External":
            continue
        part = posixpath.normpath(posixpath.join("/", folder, rel.get("Target", ""))).lstrip("/")
        targets[rel.get("Id", "")] = part
        special[rel.get("Type", "").rpartition("/")[2]] = part
    root = parse_xml(workbook)
    ns = namespace(root)
    sheets: list[Sheet] = []
    parts: list[str] = []
    for sheet in root.iterfind(f"{ns}sheets/{ns}sheet"):
        id = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        hidden = sheet.get("state", "visible") != "visible"
        sheets.append(Sheet(sheet.get("name", ""), hidden))
        # A sheet without a part of its own in this file has no cells, but its index counts.
        parts.append(targets.get(str(id), ""))
    if len(set(filter(None, parts))) < sum(map(bool, parts)):  # one sheet a thousand times over
        raise Unreadable(DAMAGED)
    properties = root.find(f"{ns}workbookPr")
    late = properties is not None and properties.get("date1904") in ("1", "true")
    return Contents(
        tuple(sheets),
        tuple(parts),
        _names(root, ns, sheets),
        special.get("sharedStrings"),
        special.get("styles"),
        datetime(1904, 1, 1) if late else datetime(1899, 12, 30),
    )


def _names(root: _Element, ns: str, sheets: list[Sheet]) -> Mapping[str, Area | None]:
    """Names of the whole workbook; those of one sheet alone only where there is none of these."""
    index = {sheet.name: i for i, sheet in enumerate(sheets)}
    names: dict[str, Area | None] = {}
    local: dict[str, Area | None] = {}
    for defined in root.iterfind(f"{ns}definedNames/{ns}definedName"):
        key = defined.get("name", "").lower()
        sheet, _, cells = (defined.text or "").strip().rpartition("!")
        sheet = sheet.removeprefix("=").removeprefix("$").strip("'").replace("''", "'")
        found = area(index[sheet], cells) if sheet in index else None
        if defined.get("localSheetId") is None:
            names[key] = found
        elif local.get(key) is None:
            local[key] = found
    return local | {k: v for k, v in names.items() if v is not None or local.get(k) is None}


def _main_part(package: Package) -> str:
    if "_rels/.rels" in package:
        for rel in package.xml("_rels/.rels"):
            if rel.get("Type", "").endswith("/officeDocument"):
                part = rel.get("Target", "").lstrip("/")
                if part in package:
                    return part
    return _WORKBOOK


def namespace(root: _Element) -> str:
    """``{…}`` in front of every tag of a part: it tells transitional from strict."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if "}" in tag else ""


def local(element: _Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
