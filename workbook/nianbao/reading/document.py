"""What every source is turned into before anything is understood: paragraphs and text tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nianbao.report import Note


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as it stands: 0-based position, spans, text; ``number`` where the source holds one.

    ``place`` is where a person finds it (``表三!D5``, ``第 2 个表格第 3 行第 4 列``).
    ``computable`` marks a formula that was saved without a result.
    """

    row: int
    col: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    number: int | float | Decimal | None = None
    place: str | None = None
    computable: bool = False


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table. ``ragged``: positions and spans are not known, only the order within each row.

    ``sparse``: cells that are not filled in are left out, as spreadsheets do.
    """

    cells: tuple[TableCell, ...]
    place: str | None = None
    ragged: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``heading``: the source marks it as one (h2, Heading 1), None if unknown.

    ``aside``: not part of the running text (a text box, a footnote).
    """

    text: str
    place: str | None = None
    heading: bool | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A source in reading order; the agency's name and code where the file's metadata say them.

    ``notes``: what was left out of it already.
    """

    source: str
    kind: str
    blocks: tuple[Paragraph | TextTable, ...]
    agency_name: str | None = None
    agency_code: str | None = None
    notes: tuple[Note, ...] = ()
