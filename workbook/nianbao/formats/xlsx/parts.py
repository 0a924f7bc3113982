"""A workbook that is to be filled: its parts, our names in it, and how it is put together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from nianbao.errors import UnusableInput
from nianbao.form.workbook import PREFIX
from nianbao.formats import cfb
from nianbao.formats.a1 import Position
from nianbao.formats.opc import relations_part
from nianbao.formats.xlsx.contents import contents_of, main_part, string_of
from nianbao.formats.xlsx.patch import MAIN, Element, damaged, edit, scan, utf8, with_attribute
from nianbao.formats.zip import (
    CONTENT_TYPES,
    ENCRYPTED,
    TOO_LARGE,
    UNSAFE,
    Member,
    Package,
    Unreadable,
    deflated,
    pack,
    parse_xml,
)

_CHAIN = "calcChain"
_REFUSED = {
    ENCRYPTED: "目标工作簿已加密，无法填入；请先去掉打开密码。",
    UNSAFE: "目标工作簿含有不安全的内容（DTD），没有改动它。",
    TOO_LARGE: "目标工作簿解压后过大，不像年度报告，没有改动它。",
}


@dataclass(frozen=True, slots=True)
class NamedCells:
    """Where a defined name points: a sheet's part, the first cell and the last row."""

    part: str
    title: str
    first: Position
    last_row: int

    def cells(self) -> list[Position]:
        row, col = self.first
        return [(r, col) for r in range(row, self.last_row + 1)]


class TargetBook:
    """Someone's workbook, read only as far as is needed to put values into it."""

    def __init__(self, file: bytes | Package) -> None:
        """``file``: its content, or what is in it if it has been opened already.

        Raises UnusableInput for what is damaged, encrypted or no workbook.
        """
        if isinstance(file, bytes) and file.startswith(cfb.SIGNATURE):
            raise UnusableInput(
                "目标工作簿已加密或是旧版 .xls，无法填入；请去掉打开密码并另存为 .xlsx。"
            )
        if isinstance(file, bytes) and not file.startswith(b"PK"):
            _foreign()
        with _of_the_target():
            package = Package(file) if isinstance(file, bytes) else file
            self.members = package.members()
            self.main = main_part(package)
            if CONTENT_TYPES not in self.members or self.main not in self.members:
                _foreign()
            self.contents = contents_of(package)
        if self.contents.space not in MAIN:
            _foreign()
        parts = zip(self.contents.sheets, self.contents.parts, strict=True)
        there = self.contents.worksheets & self.members.keys()
        self.sheets = {sheet.name: part for sheet, part in parts if part in there}  # title → part
        self.names = dict(self._names())

    def content(self, part: str) -> bytes:
        return self.members[part].content()

    def strings(self) -> list[str]:
        """The shared strings."""
        part = self.contents.others.get("sharedStrings")
        if part not in self.members:
            return []
        with _of_the_target():
            return [string_of(item) for item in parse_xml(self.content(part))]

    def _names(self) -> Iterator[tuple[str, NamedCells]]:
        """Our names that mean a cell, or a column of cells, in the whole workbook."""
        for name, area in self.contents.own_names.items():
            if area is None or not name.startswith(PREFIX):
                continue  # None: the cells that it meant are gone
            title, part = self.contents.sheets[area.sheet].name, self.contents.parts[area.sheet]
            if self.sheets.get(title) == part:
                last = min(area.bottom, area.top + 10_000)
                yield name, NamedCells(part, title, (area.top + 1, area.left + 1), last + 1)

    def _xml(self, part: str) -> bytes:
        return utf8(self.content(part)) if part in self.members else _foreign()

    def packed(self, changed: Mapping[str, bytes], *, drop_chain: bool) -> bytes:
        """The workbook with other content in some parts, and told to calculate when opened.

        ``drop_chain``: formulas are gone that the calculation chain, a mere cache, still names.
        """
        parts = {**changed, self.main: self._calculating()}
        gone = self.contents.others.get(_CHAIN) if drop_chain else None
        if gone in self.members:
            path = relations_part(self.main)
            parts[path] = self._without(path, "Relationship", "Type", f"/{_CHAIN}")
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
        root, *elements = scan(data)
        found: dict[str, Element] = {e.name: e for e in elements if e.parent is root}
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


@contextmanager
def _of_the_target() -> Iterator[None]:
    """What is wrong with the file, told of the one that was to be filled."""
    try:
        yield
    except Unreadable as error:
        if str(error) in _REFUSED:
            raise UnusableInput(_REFUSED[str(error)]) from error
        damaged()


def _foreign() -> NoReturn:
    raise UnusableInput("目标文件不是 .xlsx 工作簿，没有改动它；请另选一个文件名。")
