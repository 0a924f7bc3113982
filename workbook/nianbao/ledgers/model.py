"""The three ledgers as ``ledgers.toml`` declares them: columns, code lists, and what counts where.

Labels that the official form has are taken from there. A tally says in which cell of the form a row
of a ledger counts, and under which conditions; Python and the workbook's formulas both go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal, cast

import msgspec
from msgspec import Struct

from nianbao import form as forms
from nianbao.form import Span, Table
from nianbao.form.model import decoded
from nianbao.words.figures import squash
from nianbao.words.labels import normalise

Type = Literal["text", "date", "choice", "count", "money", "due"]
"""``due`` is the date that is worked out from the others."""

Period = Literal["in", "before", "until", "open_at_start", "open_at_end"]
"""How a date stands to the report's year; see ``ledgers.toml``."""

MARKED = "明细"
"""Heading of the column behind the last one, in which 查看明细 ticks the rows that it shows."""

NAMES = ("requests", "cases", "documents")
"""The ledgers, in the order of their sheets."""


class Former(Span, frozen=True, kw_only=True):
    """The row or column in which the forms of this span count a choice."""

    cell: str


class Choice(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One entry of a drop-down list. ``cell``: the row or column of the form, or ``facts.…`` for
    an item of 文字素材, '' where it counts in none; ``former``: what it is on earlier forms.
    ``label`` is left out where the form has it."""

    code: str
    cell: str = ""
    former: tuple[Former, ...] = ()
    label: str = ""
    synonyms: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def cell_on(self, format: int) -> str:
        return next((f.cell for f in self.former if format in f), self.cell)

    @cached_property
    def spellings(self) -> frozenset[str]:
        return frozenset(spelling(s) for s in (self.label, self.code, *self.synonyms))


class Choices(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A drop-down list; ``table``: whose labels its entries have that say none."""

    id: str
    entries: tuple[Choice, ...] = msgspec.field(name="choices")
    table: str = ""

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Every known spelling, normalised → code."""
        return {text: c.code for c in self.entries for text in sorted(c.spellings)}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Code → what the drop-down shows."""
        return {c.code: c.label for c in self.entries}


class LedgerColumn(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A column of a ledger; ``width`` in characters, ``list`` the id of its drop-down list."""

    key: str
    label: str
    type: Type
    width: float
    prompt: str
    list: str = ""
    synonyms: tuple[str, ...] = ()

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Of its heading, normalised."""
        return frozenset(h for s in (self.label, *self.synonyms) for h in heading(s))

    @cached_property
    def choices(self) -> Choices | None:
        return _lists()[self.list] if self.list else None


class Counted(Span, frozen=True, kw_only=True):
    """Which rows count in a row or column of the form: column → code or period."""

    where: dict[str, str]


class Tally(Struct, frozen=True):
    """A cell of the form and the conditions on which a row counts there; the tallies of one cell
    exclude one another. ``chosen``: column → code; ``dates``: column → period."""

    cell: str
    chosen: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, Period], ...]


class Declared(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One ledger. ``weight``: the column that says for how many a row counts, '' for one each.
    ``counts``: by row or column of the form; ``excluded``: codes that keep a row from being counted
    at all."""

    name: str
    title: str
    table: str
    required: tuple[str, ...]
    columns: tuple[LedgerColumn, ...]
    counts: dict[str, Counted]
    weight: str = ""
    excluded: dict[str, str] = {}

    def column(self, key: str) -> LedgerColumn:
        return next(c for c in self.columns if c.key == key)

    def position(self, key: str) -> int:
        """The how-manieth column it is, from 1."""
        return next(i for i, c in enumerate(self.columns, 1) if c.key == key)

    def tallies(self, format: int) -> tuple[Tally, ...]:
        """Every cell of the form that this ledger fills, totals not among them."""
        return _tallies(self.name, format)


class LedgersFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``ledgers.toml``."""

    lists: tuple[Choices, ...]
    ledgers: tuple[Declared, ...]


@lru_cache
def load() -> Mapping[str, Declared]:
    """The ledgers by name."""
    return {ledger.name: ledger for ledger in _file().ledgers}


@lru_cache
def _lists() -> Mapping[str, Choices]:
    return {choices.id: _labelled(choices) for choices in _file().lists}


@lru_cache
def _file() -> LedgersFile:
    data = files("nianbao.ledgers").joinpath("ledgers.toml").read_bytes()
    return decoded(data, "ledgers/ledgers.toml", LedgersFile)


def _labelled(choices: Choices) -> Choices:
    """With the labels that the table has on the newest form; those of other forms are known too."""
    if not choices.table:
        return choices
    *others, newest = (_labels(forms.load(f).tables[choices.table]) for f in forms.FORMATS)
    entries = []
    for c in choices.entries:
        former = (labels[c.cell] for labels in others if c.cell in labels)
        label = c.label or newest[c.cell]
        entries.append(msgspec.structs.replace(c, label=label, synonyms=(*c.synonyms, *former)))
    return msgspec.structs.replace(choices, entries=tuple(entries))


def _labels(table: Table) -> dict[str, str]:
    """Labels of rows and columns by id."""
    return {x.id: x.label for b in table.blocks for x in (*b.column_leaves, *b.row_leaves)}


def spelling(text: str) -> str:
    """One normal form for all the ways to write a heading or a choice; a bracket at its end may be
    what tells two choices apart, so it stays."""
    return squash(text).lower().strip("*:")


def heading(text: str) -> tuple[str, ...]:
    """The normal forms that a heading may be known by: as it is, and without what is in brackets
    at its end."""
    return tuple(dict.fromkeys((spelling(text), spelling(normalise(text)))))


_Conditions = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Period], ...]]


@lru_cache
def _tallies(name: str, format: int) -> tuple[Tally, ...]:
    ledger = load()[name]
    made = {"requests": _of_requests, "cases": _of_cases, "documents": _of_documents}[name]
    return made(ledger, format)


def _entries(ledger: Declared, key: str, format: int) -> list[tuple[str, str]]:
    """Code and cell of those choices of a column that count somewhere."""
    choices = ledger.column(key).choices
    found = ((c.code, c.cell_on(format)) for c in (choices.entries if choices else ()))
    return [(code, cell) for code, cell in found if cell]


def _counts(ledger: Declared, format: int) -> list[tuple[str, _Conditions]]:
    """Rows or columns of the form that rows of the ledger count in by their dates."""
    return [(id, _split(ledger, c.where)) for id, c in ledger.counts.items() if format in c]


def _closed(ledger: Declared, format: int) -> list[tuple[str, _Conditions]]:
    """Rows or columns of the form that rows of the ledger count in by how they ended this year."""
    return [
        (cell, ((("result", code),), (("closed", "in"),)))
        for code, cell in _entries(ledger, "result", format)
    ]


def _of_requests(ledger: Declared, format: int) -> tuple[Tally, ...]:
    """Rows of 表三 × types of applicants."""
    return tuple(
        Tally(f"{ledger.table}.{row}.{type}", (("applicant_type", code), *chosen), dates)
        for row, (chosen, dates) in (*_counts(ledger, format), *_closed(ledger, format))
        for code, type in _entries(ledger, "applicant_type", format)
    )


def _of_cases(ledger: Declared, format: int) -> tuple[Tally, ...]:
    """Groups of 表四 × results."""
    return tuple(
        Tally(f"{ledger.table}.{group}.{col}", (("group", code), *chosen), dates)
        for code, group in _entries(ledger, "group", format)
        for col, (chosen, dates) in (*_counts(ledger, format), *_closed(ledger, format))
    )


def _of_documents(ledger: Declared, format: int) -> tuple[Tally, ...]:
    """Kinds of documents × those columns of 表二 that the form has."""
    return tuple(
        Tally(f"{ledger.table}.{kind}.{col}", (("kind", code), *chosen), dates)
        for code, kind in _entries(ledger, "kind", format)
        for col, (chosen, dates) in _counts(ledger, format)
    )


def _split(ledger: Declared, where: Mapping[str, str]) -> _Conditions:
    """Conditions on choices and conditions on dates."""
    of_date = {c.key for c in ledger.columns if c.type == "date"}
    return (
        tuple((key, code) for key, code in where.items() if key not in of_date),
        tuple((key, cast(Period, period)) for key, period in where.items() if key in of_date),
    )
