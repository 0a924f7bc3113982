"""图表: native charts of the sum, each beside the few figures that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.batch.review.record import COMPARED
from nianbao.batch.review.review import Review
from nianbao.batch.sums.levels import Tree
from nianbao.report import Report
from nianbao.template import styles
from nianbao.template.styles import Look, Wardrobe

_MOST = 15  # units in a chart
_RECEIVED = "requests.received"
_NAME = 16  # characters of a unit's name
_HIGH = 21  # rows that a chart takes, two on a page
_PIXELS = (260, 80, 80, 30, 96, 96, 96, 96, 96, 96)

_TITLE = Look(styles.HEI, 16, across="left", wrap=False, color=styles.BLUE)
_HEADING = Look(styles.HEI, 10.5, border="thin", fill=styles.HEAD)
_LABEL = Look(styles.SONG, 10, border="hair", across="left", shrink=True)
_FIGURE = Look(styles.SONG, 10, border="hair", across="right")


@dataclass(frozen=True, slots=True)
class Chart:
    """A table of a label and one or two figures a row; shown as horizontal bars, or upright."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, *tuple[int, ...]], ...]
    upright: bool = False
    rest: bool = False  # the last row is all the others: in the table, not in the chart


def gather(review: Review, tree: Tree, total: Report) -> list[Chart]:
    """What is shown: by unit, by outcome, by applicant, and year on year."""
    return [
        _by_unit(review, tree),
        Chart("办理结果", ("结果", "件数"), tuple(_outcomes(total))),
        Chart("申请人情况", ("申请人", "新收（件）"), tuple(_applicants(total)), upright=True),
        _years(review, tree, total),
    ]


def _by_unit(review: Review, tree: Tree) -> Chart:
    found: list[tuple[int, int, str]] = []
    for part in tree.parts:
        if part.why is None and part.standing.file:
            value = review.record(part.standing.file).figures()[f"{_RECEIVED}.total"]
            found.append((int(value or 0), -part.standing.number, part.standing.unit.name))
    found.sort(reverse=True)
    rows = [(_brief(name), value) for value, _, name in found[:_MOST]]
    if rest := found[_MOST:]:
        rows.append((f"其余 {len(rest)} 个单位", sum(value for value, _, _ in rest)))
    title = f"新收申请最多的 {_MOST} 个单位" if rest else "各单位新收申请"
    return Chart(title, ("单位", "新收（件）"), tuple(rows), rest=bool(rest))


def _brief(name: str) -> str:
    """A name that leaves room for the chart; 单位明细 has it in full."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _outcomes(total: Report) -> Iterator[tuple[str, int]]:
    """The groups of 三、本年度办理结果, each with all its rows."""
    groups: dict[str, int] = {}
    for block in total.form.tables["requests"].blocks:
        for leaf in block.row_leaves:
            if len(leaf.path) > 1 and not total.form.cells()[f"requests.{leaf.id}.business"].total:
                value = total.values[f"requests.{leaf.id}.total"]
                label = leaf.path[1].label
                groups[label] = groups.get(label, 0) + int(value or 0)
    yield from ((label.partition("（区分")[0], value) for label, value in groups.items())


def _applicants(total: Report) -> Iterator[tuple[str, int]]:
    columns = total.form.tables["requests"].blocks[0].column_leaves
    for leaf in columns[:-1]:
        yield leaf.label, int(total.values[f"{_RECEIVED}.{leaf.id}"] or 0)


def _years(review: Review, tree: Tree, total: Report) -> Chart:
    """Only units whose figures of both years are known."""
    now, then, units = [0] * len(COMPARED), [0] * len(COMPARED), 0
    for part in tree.parts:
        if part.why is not None or not part.standing.file:
            continue
        record = review.record(part.standing.file)
        figures = record.figures()
        pairs = list(zip((figures[c] for c in COMPARED), record.before, strict=False))
        if not pairs or any(None in pair for pair in pairs):
            continue
        units += 1
        now = [a + int(b or 0) for a, (b, _) in zip(now, pairs, strict=True)]
        then = [a + int(b or 0) for a, (_, b) in zip(then, pairs, strict=True)]
    names = (_plain(total.form.title_of(cell)) for cell in COMPARED)
    rows = tuple(zip(names, then, now, strict=True)) if units else ()
    heads = ("项目", f"{total.year - 1} 年", f"{total.year} 年")
    return Chart(f"与上年比较（{units} 个单位有两年的数）", heads, rows, upright=True)


def _plain(title: str) -> str:
    return title.partition("“")[2].partition("”")[0].replace("政府信息公开申请数量", "申请")


def draw(book: Workbook, title: str, charts: Sequence[Chart]) -> None:
    """A sheet of the charts, one below the other."""
    ws = styles.new_sheet(book, title)
    wardrobe = Wardrobe()
    styles.set_columns(ws, _PIXELS)
    _put(ws, wardrobe, 1, 1, "汇总图表", _TITLE)
    row = 3
    for number, chart in enumerate(charts):
        if number and number % 2 == 0:
            ws.row_breaks.append(Break(id=row - 1))
        _put_table(ws, wardrobe, row, chart)
        if chart.rows:
            ws.add_chart(_drawn(ws, row, chart), f"E{row}")
        row += _HIGH
    styles.paper(ws, f"A1:J{row}")
    ws.page_setup.orientation = "landscape"
    ws.sheet_properties.tabColor = styles.GREEN


def _put(ws: Worksheet, wardrobe: Wardrobe, row: int, col: int, value: Any, look: Look) -> None:
    cell = styles.cell_at(ws, row, col)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever an agency's name begins with
    wardrobe.dress(cell, look)


def _put_table(ws: Worksheet, wardrobe: Wardrobe, row: int, chart: Chart) -> None:
    for x, head in enumerate(chart.heads, 1):
        _put(ws, wardrobe, row, x, head, _HEADING)
    for y, values in enumerate(chart.rows, row + 1):
        for x, value in enumerate(values, 1):
            _put(ws, wardrobe, y, x, value, _LABEL if x == 1 else _FIGURE)
    if not chart.rows:
        _put(ws, wardrobe, row + 1, 1, "没有可以比较的数", _LABEL)


def _drawn(ws: Worksheet, row: int, chart: Chart) -> Any:
    made: Any = BarChart()
    made.type = "col" if chart.upright else "bar"
    made.style = 10
    made.title = chart.title
    made.gapWidth = 60
    made.width, made.height = 16, 10.2
    last = row + len(chart.rows) - chart.rest
    for x in range(2, len(chart.heads) + 1):
        made.add_data(Reference(ws, min_col=x, min_row=row, max_row=last), titles_from_data=True)
    made.set_categories(Reference(ws, min_col=1, min_row=row + 1, max_row=last))
    colours = ("9DB7D5", "1F5AA6") if len(chart.heads) > 2 else ("1F5AA6",)
    for series, colour in zip(made.series, colours, strict=True):
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = colour
    made.dataLabels = DataLabelList()
    made.dataLabels.showVal = True
    for shown in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(made.dataLabels, shown, False)
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.majorGridlines = None
    made.y_axis.scaling.min = 0
    made.x_axis.tickLblSkip = 1  # every name, however many
    if not chart.upright:
        made.x_axis.scaling.orientation = "maxMin"  # the first one on top
    if len(chart.heads) <= 2:
        made.legend = None
    else:
        made.legend.position = "b"
    return made
