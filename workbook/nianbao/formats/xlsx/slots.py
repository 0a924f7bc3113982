"""What takes a value in the XML of a worksheet, cells and heights of rows, and how it is put."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from nianbao.words.characters import NO_XML

CellValue = int | Decimal | str | None

NUMBERS = (int, Decimal)
MAX_TEXT = 32_767  # UTF-16 units in a cell

_ILLEGAL = re.compile(f"[{NO_XML}]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NEEDS_CARE = re.compile(f"[&<>_\r{NO_XML}]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that takes a value: ``head`` its start tag up to the type, ``tail`` what follows."""

    key: str
    head: bytes
    prefix: bytes
    formula: bytes = b""
    tail: bytes = b""
    shows: bool = False  # a formula that shows the value of ``key``, which stands elsewhere

    def render(self, value: CellValue, *, keep_formula: bool = True) -> bytes:
        """The cell's XML. A formula without result is an empty text, as formulas give it."""
        p = self.prefix
        formula = self.formula if keep_formula else b""
        if value is None and not formula:
            content = b""
        elif isinstance(value, NUMBERS):
            content = b"%s<%bv>%b</%bv>" % (formula, p, number(value), p)
        elif formula:
            text = escape(value or "")
            return b'%b t="str">%b<%bv>%b</%bv>%b</%bc>' % (
                *(self.head, formula, p, text, p, self.tail, p),
            )
        else:
            body = b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (
                *(p, p, escape(value or ""), p, p),
            )
            return b'%b t="inlineStr">%b%b</%bc>' % (self.head, body, self.tail, p)
        if not content and not self.tail:
            return self.head + b"/>"
        return b"%b>%b%b</%bc>" % (self.head, content, self.tail, p)


@dataclass(frozen=True, slots=True)
class Height:
    """The height of a row, in points, as an attribute of its tag; None leaves it to the program."""

    key: str
    formula: bytes = b""
    shows: bool = False

    def render(self, value: CellValue, *, keep_formula: bool = True) -> bytes:
        return b' ht="%b"' % number(value) if isinstance(value, NUMBERS) else b""


@dataclass(frozen=True)
class CutSheet:
    """A compiled worksheet: ``pieces[0] slots[0] pieces[1] … pieces[-1]``."""

    pieces: tuple[bytes, ...]
    slots: tuple[Slot | Height, ...]

    def render(self, values: Mapping[str, CellValue], typed_over: frozenset[str]) -> bytes:
        """The worksheet with its values; ``typed_over``: keys whose formula gives way to them."""
        out = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            keep = slot.shows or slot.key not in typed_over
            out += (slot.render(values[slot.key], keep_formula=keep), piece)
        return b"".join(out)

    @cached_property
    def with_formula(self) -> frozenset[str]:
        return frozenset(slot.key for slot in self.slots if slot.formula)


def clean(text: str) -> str:
    """A text as a cell holds it: illegal characters dropped, ``_x000D_`` not taken for a return."""
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPED.sub("_x005F_", text)


def escape(text: str) -> bytes:
    """The same for XML."""
    if _NEEDS_CARE.search(text):
        text = clean(text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.encode()


def too_long(text: str) -> bool:
    """Whether a text is more than a cell can hold."""
    return len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le", "replace")) // 2 > MAX_TEXT


def dropped(text: str) -> int:
    """How many characters of a text no XML file can hold."""
    return len(_ILLEGAL.findall(text))


def number(value: int | Decimal) -> bytes:
    """A number exactly, without exponent."""
    return (format(value, "f") if isinstance(value, Decimal) else str(int(value))).encode()
