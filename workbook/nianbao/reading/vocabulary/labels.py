"""Official labels as they are looked up: exactly, by their words alone, or the nearest one.

Everything comes from the label trees of a form. A label is compared by its number (3., （七）) and
its words, without punctuation; numbers get lost where Word had counted by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from nianbao.form import Form, Node, load
from nianbao.words.figures import squash
from nianbao.words.labels import HAN, normalise, number_and_words, number_value, words

Axis = Literal["row", "column"]

_LONGEST = 80  # a label with its annotations; longer text is prose
_ANSWERS = 4096  # that are kept
SHORT = 4  # words too short to be told from others by themselves
_HAN_CHARACTERS = "\u4e00-\u9fff"  # NFKC leaves these as they are
_CUT_OFF = 8  # words enough to know a label by its beginning


@dataclass(frozen=True, slots=True)
class LabelSpot:
    """Where an official label stands: its table, block and path in the row or column tree."""

    axis: Axis
    table: str
    block: int
    path: tuple[Node, ...]

    def __hash__(self) -> int:  # the trees below the nodes of the path are many, and say no more
        return hash((self.axis, self.table, self.block, self.label, len(self.path)))

    @property
    def leaf(self) -> bool:
        return not self.path[-1].nodes

    @property
    def id(self) -> str:
        return ".".join(n.id for n in self.path if n.id)

    @property
    def label(self) -> str:
        return self.path[-1].label

    @property
    def repeat(self) -> bool:
        return self.path[-1].repeat


@dataclass(frozen=True, slots=True)
class Match:
    """What a text is in the form.

    ``how``: ``exact``; ``number``: the words are right, the number of a row is lost or another one;
    ``nearest``: a character or two are wrong.
    """

    rows: tuple[LabelSpot, ...] = ()
    columns: tuple[LabelSpot, ...] = ()
    title: tuple[str, int] | None = None  # table and block
    corner: bool = False
    how: Literal["exact", "number", "nearest"] = "exact"

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.title or self.corner)


NOTHING = Match()


@dataclass(frozen=True, slots=True)
class _Wording:
    number: str
    spot: LabelSpot


@dataclass
class Lexicon:
    """The labels of one form, looked up by text. Answers are kept: tables repeat their labels."""

    form: Form
    _rows: dict[str, list[_Wording]] = field(default_factory=dict)
    _columns: dict[str, list[_Wording]] = field(default_factory=dict)
    _titles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _corners: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for table in self.form.tables.values():
            for b, block in enumerate(table.blocks):
                if block.title:
                    self._titles[words(block.title)] = (table.id, b)
                if block.corner:
                    self._corners.add(words(block.corner))
                for axis, entries, nodes in (
                    ("row", self._rows, block.rows),
                    ("column", self._columns, block.columns),
                ):
                    for path in _paths(nodes):
                        spot = LabelSpot("row" if axis == "row" else "column", table.id, b, path)
                        for label in _wordings(path):
                            number, body = number_and_words(normalise(label))
                            entries.setdefault(body, []).append(_Wording(number, spot))
        known = (*self._rows, *self._columns, *self._titles, *self._corners)
        self._bodies = frozenset(known)
        self._beginnings = frozenset(k[:i] for k in known for i in range(1, len(k)))
        # Most texts of a foreign sheet hold a character that no label has: seen at a glance.
        characters = re.escape("".join(sorted({*"".join(known), *HAN})))
        self._plain = re.compile(rf"[{_HAN_CHARACTERS}0-9A-Za-z]*")
        self._strange = re.compile(rf"[{_HAN_CHARACTERS}](?<![{characters}])")
        self._known = lru_cache(maxsize=_ANSWERS)(self._find)

    def look_up(self, text: str) -> Match:
        """What a cell's text is, by its words; a wrong or lost number shows in ``how``."""
        if len(text) > _LONGEST * 2 or self._is_foreign(text):
            return NOTHING
        return self._known(text)

    def _is_foreign(self, text: str) -> bool:
        return bool(self._strange.search(text) and self._plain.fullmatch(text))

    def _find(self, text: str) -> Match:
        plain = squash(text)
        if not plain or len(plain) > _LONGEST:
            return NOTHING
        # A bracket at the end is an annotation, or part of the label: 本年增（减）.
        for normal in dict.fromkeys((normalise(text), plain)):
            number, body = number_and_words(normal)
            match = self._of(number, body)
            if match:
                return match
        return NOTHING

    def _of(self, number: str, body: str) -> Match:
        if body not in self._bodies:
            return NOTHING
        rows, exact = _agreeing(self._rows.get(body, ()), number)
        columns, _ = _agreeing(self._columns.get(body, ()), number)
        if number and (rows or len(body) < SHORT - 1):
            columns = ()  # （七）总计 is the row, 总计 may be either, （六）其他 goes on
        return Match(
            rows,
            columns,
            self._titles.get(body),
            body in self._corners,
            "exact" if exact else "number",
        )

    def begins(self, text: str) -> bool:
        """Whether a label begins with the words of the text and goes on after it."""
        return not self._is_foreign(text) and words(text) in self._beginnings

    def nearest(self, text: str, taken: Collection[LabelSpot]) -> Match:
        """The one official label that differs in one or two characters, or that was cut off.

        Rows that were found as they should be (``taken``) are no candidates. Nothing if the text is
        too short to tell, or two labels are equally near.
        """
        body = words(text)
        if not SHORT <= len(body) <= _LONGEST:
            return NOTHING
        rows = {k: e for k, e in self._rows.items() if not any(entry.spot in taken for entry in e)}
        best = self._closest(body, (*rows, *self._columns))
        if best is None:
            return NOTHING
        return Match(_spots(rows.get(best, ())), _spots(self._columns.get(best, ())), how="nearest")

    def _closest(self, body: str, keys: Iterable[str]) -> str | None:
        ranked: list[tuple[int, str]] = []
        for key in keys:
            allowed = 1 if len(key) < 2 * SHORT else 2
            away = distance(body, key, allowed) if len(key) >= SHORT else allowed + 1
            if away <= allowed:
                ranked.append((away, key))
            elif len(body) >= _CUT_OFF and key.startswith(body):
                ranked.append((allowed + 1, key))
        if not ranked:
            return None
        away, best = min(ranked)
        rivals = (k for d, k in ranked if d == away)
        return best if all(self._labels(k) == self._labels(best) for k in rivals) else None

    def _labels(self, key: str) -> set[str]:
        return {e.spot.label for e in (*self._rows.get(key, ()), *self._columns.get(key, ()))}


@lru_cache
def lexicon(format: int) -> Lexicon:
    """The labels of the form of 2019 or 2021."""
    return Lexicon(load(format))


def _paths(nodes: Iterable[Node], above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    for node in nodes:
        yield (*above, node)
        yield from _paths(node.nodes, (*above, node))


def _wordings(path: tuple[Node, ...]) -> Iterator[str]:
    """How a label is written; that of an inner group also behind its own: 行政诉讼—复议后起诉."""
    node = path[-1]
    yield from (node.label, *node.aliases)
    if node.nodes and len(path) > 1:
        yield path[-2].label + node.label


def _spots(entries: Iterable[_Wording]) -> tuple[LabelSpot, ...]:
    return tuple(dict.fromkeys(e.spot for e in entries))


def _agreeing(entries: Iterable[_Wording], number: str) -> tuple[tuple[LabelSpot, ...], bool]:
    """Spots whose number agrees, else those of the same words where the words say enough."""
    entries = tuple(entries)
    value = number_value(number)
    exact = [e for e in entries if number_value(e.number) == value]
    if exact:
        return _spots(exact), True
    loose = [e for e in entries if not (number and e.number) or len(words(e.spot.label)) >= SHORT]
    return _spots(loose), not loose


def distance(a: str, b: str, limit: int) -> int:
    """Characters to change, insert or leave out to make one of the other; ``limit + 1`` if more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
