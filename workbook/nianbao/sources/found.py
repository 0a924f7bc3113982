"""A figure of the form as it was found in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.figures import Value, parse
from nianbao.form import Kind
from nianbao.report import Origin
from nianbao.sources.document import TextCell


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was read; ``headed``: below a heading of its column; ``rows``: how many rows
    of its official table stand in the same text table."""

    value: Value
    origin: Origin
    computable: bool = False
    headed: bool = True
    rows: int = 1


def in_the_text(one: Figure, another: Figure) -> Figure | None:
    """Of two figures of one cell that of a table in the running text; None if both are official.

    The official one has its headings, and not just a row or two.
    """
    if one.headed != another.headed:
        return another if one.headed else one
    few, many = sorted((one, another), key=lambda f: f.rows)
    return few if few.rows * 2 < many.rows else None


def figure_of(cell: TextCell | None, kind: Kind) -> Figure:
    """The figure in a cell; of a cell that is missing one that is not filled in."""
    if cell is None:
        return Figure(None, Origin(None, "", "V-02"))
    value, issue = parse(cell.text if cell.number is None else cell.number, kind)
    text = cell.text or ("" if cell.number is None else str(cell.number))
    if cell.computable and value is None:
        return Figure(None, Origin(cell.place, text), computable=True)
    return Figure(value, Origin(cell.place, text, issue))


def sum_of(parts: Sequence[Figure]) -> Figure:
    """Several figures as one; none if one of them is not known."""
    known = [p.value for p in parts if p.value is not None]
    whole = sum(known) if len(known) == len(parts) else None
    issue = next((p.origin.issue for p in parts if p.origin.issue), None)
    text = " + ".join(p.origin.text for p in parts)
    return Figure(whole, Origin(parts[0].origin.place, text, issue))
