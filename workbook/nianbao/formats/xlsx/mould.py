"""Workbooks made in large numbers: what they all have is made once, and only the rest each time.

A worksheet is a row of bytes with a hole for each slot, joined: the same, byte for byte, as
``CutSheet.render`` makes it. It is compressed in stretches: what never changes once and for all,
and what is as it was in the workbook before not again, if whoever makes many hands that on.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from nianbao.form.model import picker
from nianbao.formats.xlsx.slots import NUMBERS, CellValue, CutSheet, Height, Slot, escape, number
from nianbao.formats.zip import DEFLATED, Front, Member, checksum, deflated, quick_stretch, stretch

Values = Mapping[str, CellValue]

_SHORT, _MOST = 8, 20_000  # characters; contents
_RUN = 100  # slots that are made anew when one of them has changed


class _Filler(dict[CellValue, bytes]):
    """What a hole holds for a content. Short ones are kept: most cells hold one of a few."""

    def __missing__(self, value: CellValue) -> bytes:
        if isinstance(value, NUMBERS):
            short, made = True, self.of_number(number(value))
        else:
            text = value or ""
            short, made = len(text) <= _SHORT, self.of_text(text)
        if short and len(self) < _MOST:
            self[value] = made
        return made

    def of_number(self, digits: bytes) -> bytes:
        return digits

    def of_text(self, text: str) -> bytes:
        return escape(text)


class _Typed(_Filler):
    """What follows the start of a cell without formula."""

    def of_number(self, digits: bytes) -> bytes:
        return b"><v>%b</v></c>" % digits

    def of_text(self, text: str) -> bytes:
        return b' t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % escape(text)


class _Type(_Filler):
    """The type of a cell with a formula."""

    def of_number(self, digits: bytes) -> bytes:
        return b""

    def of_text(self, text: str) -> bytes:
        return b' t="str"'


class _Height(_Filler):
    """The height of a row."""

    def of_number(self, digits: bytes) -> bytes:
        return b' ht="%b"' % digits

    def of_text(self, text: str) -> bytes:
        return b""


_TYPED, _TYPE, _RESULT, _HEIGHT = _Typed({None: b"/>"}), _Type(), _Filler(), _Height()


class _Made(NamedTuple):
    values: tuple[CellValue, ...]
    plain: bytes
    packed: bytes


class _SlotRun:
    """Some slots of a worksheet, one after the other, with the piece before each of them."""

    def __init__(self, pieces: Sequence[bytes], slots: Sequence[Slot | Height]) -> None:
        keys: list[str] = []
        self._fillers: list[_Filler] = []
        self._parts = [b""]  # with a hole between each and the next
        for piece, slot in zip(pieces, slots, strict=True):
            self._parts[-1] += piece
            for before, filler, after in _holes(slot):
                keys.append(slot.key)
                self._fillers.append(filler)
                self._parts[-1] += before
                self._parts.append(after)
        self._pick = picker(keys)

    def made(self, values: Values, recent: Recent) -> _Made:
        """Its bytes, plain and as a stretch of a deflate stream."""
        wanted, last = self._pick(values), recent.get(self)
        if last and wanted == last.values:
            return last
        parts = [b""] * (2 * len(wanted) + 1)
        parts[::2] = self._parts
        parts[1::2] = [filler[v] for filler, v in zip(self._fillers, wanted, strict=True)]
        plain = b"".join(parts)
        made = recent[self] = _Made(wanted, plain, quick_stretch(plain))
        return made


Recent = dict[_SlotRun, _Made]
"""What was made for the workbook before: an empty one for the first, then the same one again."""


def _holes(slot: Slot | Height) -> Iterable[tuple[bytes, _Filler, bytes]]:
    """The holes of a slot, with what stands before and after each."""
    if isinstance(slot, Height):
        yield b"", _HEIGHT, b""
    elif slot.formula:
        yield slot.head, _TYPE, b">%b<v>" % slot.formula
        yield b"", _RESULT, b"</v></c>"
    else:
        yield slot.head, _TYPED, b""


class Cast:
    """A worksheet of a template, whose cells are ours: no prefixes, nothing in them but a value."""

    def __init__(self, name: str, sheet: CutSheet, differing: frozenset[str]) -> None:
        self.name, self.sheet = name, sheet
        pieces, end = (b"", *sheet.pieces[1:-1]), len(sheet.slots)
        whose = [i for i, slot in enumerate(sheet.slots, 1) if slot.key in differing]
        cuts = sorted({0, *whose[-1:], *range(_RUN, end - _RUN // 2, _RUN), end})
        self._runs = [_SlotRun(pieces[a:b], sheet.slots[a:b]) for a, b in pairwise(cuts)]
        self._giving_way = {s.key for s in sheet.slots if s.formula and not s.shows}
        self._head, self._tail = sheet.pieces[0], sheet.pieces[-1]
        self._before = stretch(self._head, 9, zlib.Z_FULL_FLUSH)
        self._behind = stretch(self._tail, 9, zlib.Z_FINISH)
        self._crc = checksum(self._head)

    def render(self, values: Values, typed_over: frozenset[str], recent: Recent) -> Member:
        """The worksheet with its values, compressed; arguments as of ``CutSheet.render``."""
        if not typed_over.isdisjoint(self._giving_way):
            return deflated(self.name, self.sheet.render(values, typed_over), 1)
        made = [run.made(values, recent) for run in self._runs]
        crc, size = self._crc, len(self._head) + len(self._tail)
        for one in made:
            crc = checksum(one.plain, crc)
            size += len(one.plain)
        crc = checksum(self._tail, crc)
        packed = b"".join((self._before, *(one.packed for one in made), self._behind))
        return Member(self.name, packed, DEFLATED, crc, size)


class Mould:
    """A template ready to take values: members that stay, and sheets cut at their slots.

    ``differing``: keys whose values are hardly ever those of the workbook before.
    """

    def __init__(
        self, fixed: Iterable[Member], sheets: Mapping[str, CutSheet], differing: frozenset[str]
    ) -> None:
        self.sheets = tuple(Cast(name, sheet, differing) for name, sheet in sheets.items())
        self._fixed = Front(fixed)

    def render(
        self, values: Values, typed_over: frozenset[str], recent: Recent | None = None
    ) -> bytes:
        """The workbook with the values of all its slots."""
        recent = {} if recent is None else recent
        return self._fixed.pack(sheet.render(values, typed_over, recent) for sheet in self.sheets)
