"""Word's automatic numbers: 一、 and （一） that stand in no text but are printed in front of it.

[ECMA-376-1, 17.9]: a paragraph names a numbering and a level; all paragraphs of one abstract
numbering are counted together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.words.labels import HAN

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_DIGITS = HAN[:10]
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    *((90, "xc"), (50, "l"), (40, "xl"), (10, "x")),
    *((9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # only after a level ≤ this; None: after any higher one
    legal: bool = False  # all numbers in it as 1, 2, 3


@dataclass
class Numbering:
    """Counts the numbered paragraphs of a document from its beginning to its end."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by abstract numbering
    abstract: dict[str, str] = field(default_factory=dict)  # numbering → abstract numbering
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)  # new start values
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, number: str, level: int) -> str:
        """The text in front of the next paragraph of this numbering and level; '' for bullets."""
        abstract = self.abstract.get(number, "")
        levels = self.levels.get(abstract)
        if levels is None or level not in levels or not 0 <= level < _LEVELS:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        self._count(number, level, levels, counts)
        this = levels[level]
        if this.format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of = levels.get(at, _Level())
            value = counts[at] if counts[at] is not None else of.start
            return _number(value or 0, "decimal" if this.legal else of.format)

        return _PLACEHOLDER.sub(shown, this.text)

    def _count(
        self, number: str, level: int, levels: dict[int, _Level], counts: list[int | None]
    ) -> None:
        start = self.overrides.get((number, level))
        if start is not None and (number, level) not in self._begun:
            counts[level] = start
        else:
            before = counts[level]
            counts[level] = levels[level].start if before is None else before + 1
        self._begun.add((number, level))
        for below in range(level + 1, _LEVELS):
            restart = levels.get(below, _Level()).restart
            # A restart of 0 is never; of 2, after levels 0 and 1.
            if restart is None or level < restart:
                counts[below] = None


def numbering(root: _Element | None, name: Callable[[_Element], str]) -> Numbering:
    """The numberings of a document; ``name`` gives an element's name without its namespace."""
    out = Numbering()
    links: dict[str, str] = {}
    for element in root if root is not None else ():
        if name(element) == "abstractNum":
            id = attribute(element, "abstractNumId") or ""
            out.levels[id] = {}
            for child in element:
                if name(child) == "lvl":
                    at, level = _level(child, name)
                    out.levels[id][at] = level
        elif name(element) == "num":
            id = attribute(element, "numId") or ""
            for child in element:
                if name(child) == "abstractNumId":
                    links[id] = attribute(child, "val") or ""
                elif name(child) == "lvlOverride":
                    _override(out, id, links.get(id, ""), child, name)
            out.abstract.setdefault(id, links.get(id, ""))
    return out


def attribute(element: _Element, name: str) -> str | None:
    """An attribute by its local name, whatever the namespace of the edition."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def whole(text: str | None, default: int) -> int:
    """A whole number in an attribute; ``default`` for none, or for nonsense."""
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,6}", text) else default


def _level(element: _Element, name: Callable[[_Element], str]) -> tuple[int, _Level]:
    found = {name(child): attribute(child, "val") for child in element}
    legal = found.get("isLgl", "0") not in ("0", "false", "off")
    restart = found.get("lvlRestart")
    return whole(attribute(element, "ilvl"), 0), _Level(
        found.get("numFmt") or "decimal",
        found.get("lvlText") or "",
        whole(found.get("start"), 1),
        None if restart is None else whole(restart, 0),
        legal,
    )


def _override(
    out: Numbering, number: str, abstract: str, element: _Element, name: Callable[[_Element], str]
) -> None:
    at = whole(attribute(element, "ilvl"), 0)
    for child in element:
        if name(child) == "startOverride":
            out.overrides[number, at] = whole(attribute(child, "val"), 1)
        elif name(child) == "lvl":
            # A level redefined for one numbering: it becomes an abstract numbering of its own.
            own = f"{abstract}/{number}"
            out.levels.setdefault(own, dict(out.levels.get(abstract, {})))
            out.levels[own][at] = _level(child, name)[1]
            out.abstract[number] = own


def _number(value: int, format: str) -> str:
    """A number in one of Word's formats; those that no Chinese document uses come as 1, 2, 3."""
    write = _FORMATS.get(format)
    return write(value) if write and 0 < value < 100 else str(value)


def _han(value: int, digits: str = _DIGITS, ten: str = "十") -> str:
    tens, ones = divmod(value, 10)
    one_ten = "" if ten == "十" else digits[1]
    head = f"{digits[tens] if tens > 1 else one_ten}{ten}" if tens else ""
    return head + (digits[ones] if ones else "")


def _formal(value: int) -> str:
    return _han(value, _FORMAL, "拾")


def _digit_by_digit(value: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(value))


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if value <= len(signs) else str(value)


def _letter(value: int) -> str:
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    out = ""
    for size, sign in _ROMAN:
        while value >= size:
            out, value = out + sign, value - size
    return out


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
            "japaneseCounting",
        ),
        _han,
    ),
    "chineseLegalSimplified": _formal,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _one_of(_CIRCLED),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalZero": lambda value: f"{value:02d}",
    "upperLetter": _letter,
    "lowerLetter": lambda value: _letter(value).lower(),
    "upperRoman": lambda value: _roman(value).upper(),
    "lowerRoman": _roman,
}
