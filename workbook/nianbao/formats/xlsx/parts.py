"""The parts of a workbook and its defined names, found as any program would find them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from nianbao.errors import UnusableInput
from nianbao.form.names import PREFIX
from nianbao.formats import cfb
from nianbao.formats.a1 import Position, column_of
from nianbao.formats.xlsx.patch import MAIN, Element, damaged, edit, scan, utf8, with_attribute
from nianbao.formats.zip import (
    CONTENT_TYPES,
    ENCRYPTED,
    TOO_LARGE,
    Member,
    Package,
    Unreadable,
    deflated,
    pack,
)

_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_CORNER = r"\$?([A-Z]{1,3})\$?([0-9]{1,7})"
_PLACE = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!]+))!{_CORNER}(?::{_CORNER})?")
CHAIN = "calcChain"
_REFUSED = {
    ENCRYPTED: "目标工作簿已加密，无法填入；请先去掉打开密码。",
    TOO_LARGE: "目标工作簿解压后过大，不像年度报告，没有改动它。",
}


@dataclass(frozen=True, slots=True)
class Area:
    """Where a defined name points: a sheet's part, the first cell and the last row."""

    part: str
    title: str
    first: Position
    last_row: int

    def cells(self) -> list[Position]:
        row, col = self.first
        return [(r, col) for r in range(row, self.last_row + 1)]


class Book:
    """Someone's workbook, read only as far as is needed to put values into it."""

    def __init__(self, data: bytes) -> None:
        """Raises UnusableInput for what is damaged, encrypted or no workbook."""
        self.members = _members(data)
        self.main = self._target_of("", "officeDocument") or _foreign()
        xml = self._xml(self.main)
        self._elements = scan(xml)
        if not self._elements or self._elements[0].space not in MAIN:
            _foreign()
        relations = self._relations(self.main)
        self.sheets: dict[str, str] = {}  # title → part, worksheets only
        for e in self._elements:
            if e.name == "sheet" and e.space in MAIN:
                ids = (e.attrs.get(f"{space} id") for space in _RELATIONS)
                kind, part = relations.get(next(filter(None, ids), ""), ("", ""))
                if kind == "worksheet" and part in self.members:
                    self.sheets[e.attrs.get("name", "")] = part
        self.names = dict(self._names())

    def content(self, part: str) -> bytes:
        return self.members[part].content()

    def strings(self) -> list[str]:
        """The shared strings."""
        part = self._target_of(self.main, "sharedStrings")
        if part is None:
            return []
        out: list[str] = []
        for e in scan(self._xml(part)):
            if e.name == "si":
                out.append("")
            elif e.name == "t" and e.parent and e.parent.name in ("si", "r"):
                out[-1] += e.text
        return out

    def _names(self) -> list[tuple[str, Area]]:
        """Our names that mean a cell, or a column of cells, in the whole workbook."""
        by_title = {title.lower(): (title, part) for title, part in self.sheets.items()}
        out = []
        for e in self._elements:
            name = e.attrs.get("name", "").lower()
            if e.name != "definedName" or "localSheetId" in e.attrs or not name.startswith(PREFIX):
                continue
            match = _PLACE.fullmatch(e.text.strip())
            title = (match[1] or match[2]).replace("''", "'") if match else ""
            found = by_title.get(title.lower())
            if match is None or found is None:
                continue  # #REF!: the cells that it meant are gone
            first = int(match[4]), column_of(match[3])
            last = int(match[6]) if match[6] else first[0]
            out.append((name, Area(found[1], found[0], first, min(last, first[0] + 10_000))))
        return out

    def _xml(self, part: str) -> bytes:
        if part not in self.members:
            _foreign()
        return utf8(self.content(part))

    def _relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Relation id → (kind, part)."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self.members:
            return {}
        out = {}
        for e in scan(self._xml(path)):
            if e.name == "Relationship" and e.attrs.get("TargetMode") != "External":
                kind = e.attrs.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, e.attrs.get("Target", "")))
                out[e.attrs.get("Id", "")] = kind, target.lstrip("/")
        return out

    def _target_of(self, part: str, kind: str) -> str | None:
        targets = (p for k, p in self._relations(part).values() if k == kind)
        return next((p for p in targets if p in self.members), None)

    # --- writing -----------------------------------------------------------------------------

    def packed(self, changed: Mapping[str, bytes], *, drop_chain: bool) -> bytes:
        """The workbook with other content in some parts, and told to calculate when opened.

        ``drop_chain``: formulas are gone that the calculation chain, a mere cache, still names.
        """
        parts = {**changed, self.main: self._calculating()}
        gone = self._target_of(self.main, CHAIN) if drop_chain else None
        if gone:
            folder, name = posixpath.split(self.main)
            path = posixpath.join(folder, "_rels", f"{name}.rels")
            parts[path] = self._without(path, "Relationship", "Type", f"/{CHAIN}")
            parts[CONTENT_TYPES] = self._without(CONTENT_TYPES, "Override", "PartName", f"/{gone}")
        members: list[Member] = [
            deflated(name, parts[name]) if name in parts else member
            for name, member in self.members.items()
            if name != gone
        ]
        return pack(members)

    def _calculating(self) -> bytes:
        """The workbook part with fullCalcOnLoad."""
        data = self._xml(self.main)
        root = self._elements[0]
        found: dict[str, Element] = {e.name: e for e in self._elements if e.parent is root}
        if setting := found.get("calcPr"):
            return edit(data, [with_attribute(data, setting, "fullCalcOnLoad", "1")])
        before = found.get("definedNames") or _foreign()
        prefix = data[before.start + 1 : before.inner].split(b"definedNames")[0]
        new = b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix
        return edit(data, [(before.end, before.end, new)])

    def _without(self, part: str, name: str, attribute: str, ending: str) -> bytes:
        data = self._xml(part)
        gone = (
            e
            for e in scan(data)
            if e.name == name and e.attrs.get(attribute, "").lower().endswith(ending.lower())
        )
        return edit(data, [(e.start, e.end, b"") for e in gone])


def _members(data: bytes) -> dict[str, Member]:
    if data.startswith(cfb.SIGNATURE):
        raise UnusableInput(
            "目标工作簿已加密或是旧版 .xls，无法填入；请去掉打开密码并另存为 .xlsx。"
        )
    if not data.startswith(b"PK"):
        _foreign()
    try:
        members = Package(data).members()
    except Unreadable as error:
        if str(error) in _REFUSED:
            raise UnusableInput(_REFUSED[str(error)]) from error
        damaged()
    return members if CONTENT_TYPES in members else _foreign()


def _foreign() -> NoReturn:
    raise UnusableInput("目标文件不是 .xlsx 工作簿，没有改动它；请另选一个文件名。")
