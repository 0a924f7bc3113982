"""The formulas that count a ledger into the cells of the form.

They say the same as ``nianbao.ledgers.counting``, from the same declaration, with nothing but
SUMIFS and COUNTIFS, so that they calculate in every program without macros and without Python. The
columns of a ledger are called by their names and are found wherever they have gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from nianbao.form.workbook import name_of
from nianbao.ledgers import model
from nianbao.ledgers.model import Declared, Period, Tally

HEADINGS, FIRST = 3, 4
"""Rows of the headings and of the first entry in the template."""
LAST = FIRST + 9_999
"""Last row that the formulas count."""

_START = f"DATE({name_of('year')},1,1)"
_END = f"DATE({name_of('year')}+1,1,1)"  # a date may have a time of day
_BLANK = '"="'
_PERIODS: Mapping[Period, tuple[tuple[str, ...], ...]] = {
    "in": ((f'">="&{_START}', f'"<"&{_END}'),),
    "before": ((f'"<"&{_START}',),),
    "until": ((f'"<"&{_END}',),),
    "open_at_start": ((_BLANK,), (f'">="&{_START}',)),
    "open_at_end": ((_BLANK,), (f'">="&{_END}',)),
}
"""Criteria that all hold, in alternatives of which one holds."""


def key_of(ledger: Declared, column: str) -> str:
    """The key of the range that is a column of a ledger."""
    return f"ledger.{ledger.name}.{column}"


@lru_cache
def formulas(format: int) -> Mapping[str, str]:
    """Cell id → formula, for every cell, no totals, that a ledger fills."""
    found: dict[str, list[str]] = {}
    for ledger in model.load().values():
        for tally in ledger.tallies(format):
            found.setdefault(tally.cell, []).extend(_terms(ledger, tally))
    return {cell: "=" + "+".join(terms) for cell, terms in found.items()}


ROWS = "ledger.rows."
"""Keys, with the name of a ledger behind, of how many entries it has."""


def rows(ledger: Declared) -> str:
    """The formula for that: the longest of the columns that must be filled."""
    counts = (f"COUNTA({_range(ledger, key)})" for key in ledger.required)
    return f"=MAX({','.join(counts)})"


def is_link(formula: str) -> bool:
    """Whether a formula takes its figure from a ledger."""
    return name_of("ledger.").lower() in formula.lower()


def ledger_of(cell: str, format: int) -> Declared | None:
    """The ledger that fills a cell."""
    for ledger in model.load().values():
        if any(t.cell == cell for t in ledger.tallies(format)):
            return ledger
    return None


def _terms(ledger: Declared, tally: Tally) -> Iterator[str]:
    fixed = [
        (key, f'"{sign}{_label(ledger, key, code)}"')
        for sign, pairs in (("", tally.chosen), ("<>", ledger.excluded.items()))
        for key, code in pairs
    ]
    for choice in product(*(_PERIODS[period] for _, period in tally.dates)):
        dates = [
            (key, test)
            for (key, _), tests in zip(tally.dates, choice, strict=True)
            for test in tests
        ]
        criteria = [(_range(ledger, key), test) for key, test in (*fixed, *dates)]
        if ledger.weight:
            weight = _range(ledger, ledger.weight)
            yield f"SUMIFS({weight},{_listed(criteria)})"
            criteria.append((weight, _BLANK))  # a blank means 1
        yield f"COUNTIFS({_listed(criteria)})"


def _listed(criteria: list[tuple[str, str]]) -> str:
    return ",".join(part for pair in criteria for part in pair)


def _range(ledger: Declared, key: str) -> str:
    return name_of(key_of(ledger, key))


def _label(ledger: Declared, key: str, code: str) -> str:
    choices = ledger.column(key).choices
    return choices.labels[code] if choices else code
