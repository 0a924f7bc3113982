"""The three ledgers as ``ledgers.toml`` declares them: columns, code lists, and what counts where.

Labels that the official form has are taken from there. A tally says in which cell of the form a row
of a ledger counts, and under which conditions; Python and the workbook's formulas both go by it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal

from nianbao import form as forms
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


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down list. ``cells``: row or column of the form by the form's number;
    ``facts.…`` for an item of 文字素材."""

    code: str
    label: str
    cells: Mapping[int, str]
    spellings: frozenset[str]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """A drop-down list."""

    id: str
    entries: tuple[Choice, ...]

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Every known spelling, normalised → code."""
        return {text: c.code for c in self.entries for text in sorted(c.spellings)}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Code → what the drop-down shows."""
        return {c.code: c.label for c in self.entries}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger; ``width`` in characters, ``spellings`` of its heading, normalised."""

    key: str
    label: str
    type: Type
    width: float
    prompt: str
    spellings: frozenset[str]
    choices: Choices | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """A cell of the form and the conditions on which a row counts there; the tallies of one cell
    exclude one another. ``chosen``: column → code; ``dates``: column → period."""

    cell: str
    chosen: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, Period], ...]


@dataclass(frozen=True)
class Declared:
    """One ledger. ``weight``: the column that says for how many a row counts, '' for one each.
    ``excluded``: codes that keep a row from being counted at all."""

    name: str
    title: str
    table: str
    weight: str
    required: tuple[str, ...]
    columns: tuple[Column, ...]
    counts: Mapping[str, Mapping[str, str]]
    excluded: tuple[tuple[str, str], ...]

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    def position(self, key: str) -> int:
        """The how-manieth column it is, from 1."""
        return next(i for i, c in enumerate(self.columns, 1) if c.key == key)

    def tallies(self, format: int) -> tuple[Tally, ...]:
        """Every cell of the form that this ledger fills, totals not among them."""
        return _tallies(self.name, format)


@lru_cache
def load() -> Mapping[str, Declared]:
    """The ledgers by name."""
    data = tomllib.loads(files("nianbao.ledgers").joinpath("ledgers.toml").read_text("utf-8"))
    lists = {id: _choices(id, entry) for id, entry in data["lists"].items()}
    return {name: _declared(name, data["ledgers"][name], lists) for name in NAMES}


def _choices(id: str, entry: Mapping[str, Any]) -> Choices:
    official = _labels(entry["table"]) if "table" in entry else {}
    found = []
    for c in entry["choices"]:
        cell = c.get("cell", "")
        label = c.get("label") or official[cell]
        spellings = {label, c["code"], *c.get("synonyms", ())}
        known = frozenset(spelling(s) for s in spellings)
        cells = {f: c.get(f"cell_{f}", cell) for f in forms.FORMATS}
        found.append(Choice(c["code"], label, cells, known, tuple(c.get("hints", ()))))
    return Choices(id, tuple(found))


def _labels(table: str) -> dict[str, str]:
    """Labels of the rows and columns of a table on the newest form, by id."""
    blocks = forms.load(forms.FORMATS[-1]).tables[table].blocks
    return {leaf.id: leaf.label for b in blocks for leaf in (*b.column_leaves, *b.row_leaves)}


def spelling(text: str) -> str:
    """One normal form for all the ways to write a heading or a choice; a bracket at its end may be
    what tells two choices apart, so it stays."""
    return squash(text).lower().strip("*:")


def heading(text: str) -> tuple[str, ...]:
    """The normal forms that a heading may be known by: as it is, and without what is in brackets
    at its end."""
    return tuple(dict.fromkeys((spelling(text), spelling(normalise(text)))))


def _declared(name: str, d: Mapping[str, Any], lists: Mapping[str, Choices]) -> Declared:
    return Declared(
        name,
        d["title"],
        d["table"],
        d.get("weight", ""),
        tuple(d["required"]),
        tuple(_column(c, lists) for c in d["columns"]),
        d["counts"],
        tuple(d.get("excluded", {}).items()),
    )


def _column(c: Mapping[str, Any], lists: Mapping[str, Choices]) -> Column:
    known = frozenset(h for s in (c["label"], *c.get("synonyms", ())) for h in heading(s))
    choices = lists[c["list"]] if "list" in c else None
    return Column(c["key"], c["label"], c["type"], c["width"], c["prompt"], known, choices)


# --- what counts where ---------------------------------------------------------------------------


@lru_cache
def _tallies(name: str, format: int) -> tuple[Tally, ...]:
    ledger = load()[name]
    cells = forms.load(format).cells()
    made = {"requests": _of_requests, "cases": _of_cases, "documents": _of_documents}[name]
    return tuple(t for t in made(ledger, format) if t.cell in cells)


def _entries(ledger: Declared, key: str) -> tuple[Choice, ...]:
    choices = ledger.column(key).choices
    return choices.entries if choices else ()


def _of_requests(ledger: Declared, format: int) -> list[Tally]:
    """Rows of 表三 × types of applicants."""
    rows = [(row, _split(ledger, where)) for row, where in ledger.counts.items()]
    rows += [
        (result.cells[format], ((("result", result.code),), (("closed", "in"),)))
        for result in _entries(ledger, "result")
    ]
    return [
        Tally(
            f"{ledger.table}.{row}.{type.cells[format]}",
            (("applicant_type", type.code), *chosen),
            dates,
        )
        for row, (chosen, dates) in rows
        for type in _entries(ledger, "applicant_type")
    ]


def _of_cases(ledger: Declared, format: int) -> list[Tally]:
    """Groups of 表四 × results."""
    columns = [(col, _split(ledger, where)) for col, where in ledger.counts.items()]
    columns += [
        (result.cells[format], ((("result", result.code),), (("closed", "in"),)))
        for result in _entries(ledger, "result")
    ]
    return [
        Tally(
            f"{ledger.table}.{group.cells[format]}.{col}", (("group", group.code), *chosen), dates
        )
        for group in _entries(ledger, "group")
        for col, (chosen, dates) in columns
    ]


def _of_documents(ledger: Declared, format: int) -> list[Tally]:
    """Kinds of documents × those columns of 表二 that the form has."""
    return [
        Tally(f"{ledger.table}.{kind.cells[format]}.{col}", (("kind", kind.code), *chosen), dates)
        for kind in _entries(ledger, "kind")
        for col, (chosen, dates) in ((c, _split(ledger, w)) for c, w in ledger.counts.items())
    ]


def _split(
    ledger: Declared, where: Mapping[str, str]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Any], ...]]:
    """Conditions on choices and conditions on dates."""
    of_date = {c.key for c in ledger.columns if c.type == "date"}
    return (
        tuple((key, code) for key, code in where.items() if key not in of_date),
        tuple((key, period) for key, period in where.items() if key in of_date),
    )
