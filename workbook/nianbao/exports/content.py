"""What stands in a final report, in order, whatever it is written to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.form import Grid, GridCell, Kind, Table, local_cell
from nianbao.report import TEXTS, Report
from nianbao.words.figures import show
from nianbao.words.labels import HAN

_LEAD = re.compile(rf"（[{HAN[1:]}]+）[^。：；]{{1,40}}(?:[。：]|$)")


@dataclass(frozen=True, slots=True)
class TitlePart:
    text: str


@dataclass(frozen=True, slots=True)
class HeadingPart:
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphPart:
    text: str
    section: str  # opening, overview, problems, other


@dataclass(frozen=True, slots=True)
class TablePart:
    table: str  # disclosure, requests, disputes
    heading: str
    grid: Grid


Part = TitlePart | HeadingPart | ParagraphPart | TablePart


def parts(report: Report) -> Iterator[Part]:
    """Title, opening, then the six headings, each with its text or its table."""
    yield TitlePart(report.title)
    yield from _paragraphs(report, "opening")
    for section in report.form.sections:
        yield HeadingPart(section.heading)
        if section.id in TEXTS:
            yield from _paragraphs(report, section.id)
        else:
            yield TablePart(
                section.id, section.heading, report.form.grid(section.id, report.layout)
            )


def _paragraphs(report: Report, section: str) -> Iterator[ParagraphPart]:
    for line in report.text[section].splitlines():
        yield ParagraphPart(line, section)


def cell_text(report: Report, cell: GridCell) -> str:
    """What is printed in a cell of a grid: its label, its figure, or the words of a local row."""
    if cell.id is None:
        return cell.text
    value = report.stated(cell.id)
    return value if isinstance(value, str) else show(value, _kind(report, cell.id))


def _kind(report: Report, id: str) -> Kind:
    local = local_cell(id)
    if local is None:
        return report.form.cells(report.layout)[id].kind
    columns = report.form.columns_of(report.extra[local.row])
    return next(leaf.node.kind for leaf in columns if leaf.id == local.col)


def split_lead(text: str) -> tuple[str, str]:
    """A paragraph's sub-heading, （一）… up to its 。 or ：, and the rest; either may be empty."""
    match = _LEAD.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def header_rows(grid: Grid) -> int:
    """How many rows at the top are column labels of the whole table, to repeat on a new page.

    0 where a table is a stack of blocks, each with column labels of its own.
    """
    if any(cell.role == "block_title" for cell in grid.cells):
        return 0
    return min(cell.row for cell in grid.cells if cell.role not in ("header", "corner"))


def is_wide(table: Table) -> bool:
    """Whether a table has so many columns that it is set in small type."""
    return table.value_columns > 5


def has_long_labels(grid: Grid) -> bool:
    """Row labels as long as sentences stand at the left, short ones in the middle."""
    return any(len(cell.text) > 12 for cell in grid.cells if cell.scope == "row")


_LABEL_SHARES: dict[int, tuple[float, ...]] = {
    0: (),
    1: (0.34,),
    2: (0.19, 0.17),
    3: (
        0.0705,
        0.152,
        0.284,
    ),  # wide enough for （三）不予公开 and what is below it
}


def column_shares(table: Table) -> tuple[float, ...]:
    """Each column's share of the width, so that the official labels read well on A4 upright."""
    labels = _LABEL_SHARES[table.label_columns]
    return (*labels, *((1 - sum(labels)) / table.value_columns,) * table.value_columns)
