"""The final report as one web page that needs nothing else.

No script, no picture, nothing loaded from elsewhere. What a table cannot do without (borders,
spacing, alignment) stands on the elements themselves, since the editor of a government website
usually drops ``<style>``; the rest is in ``report.css``. The page is well-formed XML as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from nianbao.exports.content import (
    HeadingPart,
    ParagraphPart,
    TablePart,
    TitlePart,
    cell_text,
    column_shares,
    has_long_labels,
    header_rows,
    is_wide,
    parts,
    split_lead,
)
from nianbao.form import Grid, GridCell
from nianbao.report import Report, owner

_LINE = "border:1px solid #333"
_TABLE = f"width:100%;border-collapse:collapse;{_LINE}"
_CELL = f"{_LINE};padding:3px 4px;text-align:"
_SCROLL = "overflow-x:auto;margin:8px 0 16px"


def write(report: Report) -> bytes:
    """The report as .html, UTF-8. Same report, same bytes."""
    return "\n".join((*_head(report), *_body(report), "</html>\n")).encode()


def _head(report: Report) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="zh-CN">'
    yield "<head>"
    yield '<meta charset="utf-8"/>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
    yield f"<title>{_text(report.title)}</title>"
    yield '<meta name="generator" content="nianbao"/>'
    yield f'<meta name="{owner.NAME}" content="{_text(report.agency.name)}"/>'
    if report.agency.code:
        yield f'<meta name="{owner.CODE}" content="{_text(report.agency.code)}"/>'
    style = files("nianbao").joinpath("exports/report.css").read_text(encoding="utf-8")
    yield f"<style>\n{style}</style>"
    yield "</head>"


def _body(report: Report) -> Iterator[str]:
    yield "<body>"
    yield "<main>"
    for part in parts(report):
        match part:
            case TitlePart():
                # Two pieces that stay whole: a narrow page breaks the title between them.
                name = report.agency.name
                rest = report.title.removeprefix(name)
                pieces = f"<span>{_text(name)}</span><span>{_text(rest)}</span>"
                yield f'<h1 style="text-align:center">{pieces}</h1>'
            case HeadingPart(text):
                yield f"<h2>{_text(text)}</h2>"
            case ParagraphPart(text):
                lead, rest = split_lead(text)
                start = f"<span>{_text(lead)}</span>" if lead else ""
                yield f'<p style="text-indent:2em">{start}{_text(rest)}</p>'
            case TablePart():
                yield from _table(report, part)
    yield "</main>"
    yield "</body>"


def _text(text: str) -> str:
    return escape(text)


def _table(report: Report, part: TablePart) -> Iterator[str]:
    table, grid = report.form.tables[part.table], part.grid
    wide = ' class="wide"' if is_wide(table) else ""
    # A region that can be reached with the keyboard, for whoever cannot scroll it otherwise.
    name = _text(part.heading)
    yield f'<div{wide} role="region" aria-label="{name}" tabindex="0" style="{_SCROLL}">'
    yield f'<table style="{_TABLE}">'
    yield f'<caption style="text-align:left">{_caption(report, part)}</caption>'
    widths = (f'<col style="width:{share:.1%}"/>' for share in column_shares(table))
    yield f"<colgroup>{''.join(widths)}</colgroup>"
    starts = {cell.row for cell in grid.cells if cell.role == "block_title"} | {header_rows(grid)}
    heads = header_rows(grid)
    if heads:
        yield "<thead>"
    for y in range(grid.rows):
        if y in starts:
            yield from (("</thead>" if y == heads else "</tbody>",) if y else ())
            yield "<tbody>"
        yield "<tr>"
        yield from (_cell(report, part, cell) for cell in grid.cells if cell.row == y)
        yield "</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _caption(report: Report, part: TablePart) -> str:
    """The table's name and the units of its figures."""
    cells = report.form.cells().values()
    units = dict.fromkeys(c.unit for c in cells if c.table == part.table)
    return _text(f"{report.form.tables[part.table].name}（单位：{'、'.join(units)}）")


def _cell(report: Report, part: TablePart, cell: GridCell) -> str:
    span = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    span += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    text = escape(cell_text(report, cell))
    if not cell.scope or cell.role == "corner":
        headers = " ".join(_id(part, h) for h in _headers(part.grid, cell)) if cell.id else ""
        about = f' headers="{headers}"' if headers else ""
        return f'<td{span}{about} style="{_CELL}center">{text}</td>'
    # HTML allows colgroup and rowgroup only on whole groups of columns and rows. What spans
    # several columns or rows heads them all with col and row too.
    scope = cell.scope.removesuffix("group")
    align = "left" if cell.scope == "row" and has_long_labels(part.grid) else "center"
    return (
        f'<th{span} id="{_id(part, cell)}" scope="{scope}"'
        f' style="{_CELL}{align};font-weight:normal">{text}</th>'
    )


def _id(part: TablePart, cell: GridCell) -> str:
    return f"nianbao-{part.table}-{cell.row}-{cell.col}"


def _headers(grid: Grid, figure: GridCell) -> Iterator[GridCell]:
    """The labels that a figure stands under and beside, outermost first.

    Written out for each figure, since scope alone does not say that column labels of table 二 end
    where its next block begins.
    """
    titles = (c.row for c in grid.cells if c.role == "block_title" and c.row < figure.row)
    block = max(titles, default=0)
    for cell in grid.cells:
        above = block <= cell.row < figure.row and _covers(
            cell.col, cell.colspan, figure.col, figure.colspan
        )
        beside = cell.col < figure.col and _covers(
            cell.row, cell.rowspan, figure.row, figure.rowspan
        )
        if (above and cell.scope.startswith("col")) or (beside and cell.scope.startswith("row")):
            yield cell


def _covers(start: int, length: int, other: int, other_length: int) -> bool:
    return start <= other and other + other_length <= start + length
