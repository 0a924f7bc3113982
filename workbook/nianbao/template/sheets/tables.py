"""表二, 表三, 表四: the official grid to type into, its totals, and the checks beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import Equation, ExtraRow, GridCell, Kind, Table, local_cell, local_id
from nianbao.form.workbook import (
    BACK,
    CARRIED_OVER,
    DIFFERS,
    FORTH,
    GUIDE,
    HOLDS,
    MISSING,
    NOT_A_NUMBER,
    TO_FILL,
    caption,
    check_name,
    id_of,
)
from nianbao.formats.a1 import Position, reference
from nianbao.template import formulas, page, results, styles
from nianbao.template.draft import Draft
from nianbao.template.page import Write
from nianbao.template.shape import PREVIOUS, Shape, kinds, label_keys
from nianbao.template.styles import Look

CHECK = Look(styles.SONG, 10.5, border="hair", color=styles.GREY, shrink=True)
CHECK_LABEL = Look(styles.KAI, 9, border="hair", color=styles.GREY)


class Checks:
    """The live check cells of a table: rows checked to its right, columns below it."""

    def __init__(
        self, draft: Draft, ws: Worksheet, table: Table, top: int, bottom: int, cols: int
    ) -> None:
        self.draft, self.ws, self.table = draft, ws, table
        self.row = bottom + 1  # next row below the grid, one left free
        self.col = cols + 2  # next column to its right, one left free
        self.first = top
        self.spots: list[Position] = []

    def write(self) -> tuple[int, int]:
        """Write them; returns the next free row below and how many columns were taken."""
        shape = self.draft.shape
        groups: dict[str, list[Equation]] = {}
        for equation in shape.equations:
            if equation.table == self.table.id:
                groups.setdefault(equation.identity.rule, []).append(equation)
        start = self.col
        for equations in groups.values():
            identity = equations[0].identity
            label = caption(identity)
            if identity.per == "row" and self.table.label_columns:
                self._beside(equations, label)
            else:
                self._below(equations, label)
        self._year_before()
        self._colours()
        return self.row, self.col - start

    def _beside(self, equations: list[Equation], label: str) -> None:
        first = min(self._spot(e.actual[0])[0] for e in equations)
        self.draft.put(self.ws, self.first, self.col, label, CHECK_LABEL)
        self.draft.merge(self.ws, self.first, self.col, first - 1, self.col)
        for e in equations:
            self._check(e, (self._spot(e.actual[0])[0], self.col))
        self.col += 1

    def _below(self, equations: list[Equation], label: str) -> None:
        labels = self.table.label_columns
        if labels:
            self.draft.put(self.ws, self.row, 1, label, CHECK_LABEL)
            self.draft.merge(self.ws, self.row, 1, self.row, labels)
        else:
            last = len(page.units(self.table))
            self.draft.put(self.ws, self.row, 1, label, CHECK_LABEL)
            self.draft.merge(self.ws, self.row, 1, self.row, last)
            self.row += 1
        for e in equations:
            columns = [self._spot(c)[1] for c in e.cells]
            self._check(e, (self.row, min(columns)))
            if max(columns) > min(columns):
                self.draft.merge(self.ws, self.row, min(columns), self.row, max(columns))
        self.ws.row_dimensions[self.row].height = 26
        self.row += 1

    def _spot(self, id: str) -> Position:
        return self.draft.places[id][1]

    def _check(self, e: Equation, at: Position) -> None:
        expected, actual = (self.draft.areas(ids, self.ws) for ids in (e.expected, e.actual))
        text = formulas.check(expected, actual, local=self._local(e))
        self._place(text, id_of(check_name(e)) or "", at, list(e.cells))

    def _local(self, e: Equation) -> list[tuple[str, list[str]]]:
        """The cells of local rows that a column's sum counts, each with its row."""
        if e.identity.per == "row":
            return []
        rows = self.draft.shape.layout.extra
        return [
            (self.draft.ref(c, self.ws), self._row(local.row, rows[local.row]))
            for c in e.expected
            if (local := local_cell(c))
        ]

    def _row(self, index: int, row: ExtraRow) -> list[str]:
        return self.draft.areas((local_id(index, col) for col in row.values), self.ws)

    def _place(self, text: str, key: str, at: Position, concerned: list[str]) -> None:
        """The check cell, its name, and a mark on every cell of the identity if it fails."""
        draft, ws = self.draft, self.ws
        draft.formula(ws, *at, text, key, CHECK)
        draft.name(key, ws, at)
        draft.checks.setdefault(key.split(".")[1], []).append((ws.title, at))
        self.spots.append(at)
        where = " ".join(draft.areas(concerned, ws))
        letters = reference(*at).rstrip("0123456789")
        failed = f'LEFT(${letters}${at[0]},1)="{DIFFERS}"'
        styles.highlight(ws, where, failed, ink=styles.FAILED_INK, fill=styles.FAILED)

    def _year_before(self) -> None:
        """上年结转 against last year's 结转下年度, column by column."""
        before = self.draft.shape.previous
        if before is None or self.table.id != "requests":
            return
        columns = [leaf.id for b in self.table.blocks for leaf in b.column_leaves]
        self.draft.put(self.ws, self.row, 1, CARRIED_OVER, CHECK_LABEL)
        self.draft.merge(self.ws, self.row, 1, self.row, self.table.label_columns)
        self.ws.row_dimensions[self.row].height = 26
        for col in columns:
            now = self.draft.areas([f"requests.carried_in.{col}"], self.ws)
            then = self.draft.areas([f"{PREVIOUS}requests.carried_out.{col}"], self.ws)
            text = formulas.check(then, now, then)
            at = (self.row, self._spot(f"requests.carried_in.{col}")[1])
            concerned = [f"requests.carried_in.{col}"]
            self._place(text, f"check.Y_01.requests.{col}", at, concerned)
        self.row += 1

    def _colours(self) -> None:
        # One area at a time: programs disagree where relative references start from in several.
        for where in styles.areas(self.spots):
            first = where.partition(":")[0]
            for words, ink, fill in _VERDICTS:
                tests = ",".join(f'LEFT({first},{len(w)})="{w}"' for w in words)
                styles.highlight(self.ws, where, f"OR({tests})", ink=ink, fill=fill)


_VERDICTS: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
    ((DIFFERS,), "FFFFFF", styles.RED),
    ((MISSING, NOT_A_NUMBER), "7A4B00", "FCE9C4"),
    ((HOLDS,), styles.GREEN, None),
)


TOP = 4  # first row of the grid
UNIT_PIXELS = 26  # a thirtieth of the table: wider than on paper, to type into
LEAST = 24.0

INPUT = Look(
    styles.SONG, 11, border="thin", fill=styles.TINT, unlocked=True, shrink=True, color="000000"
)
TOTAL = Look(styles.SONG, 11, border="thin", fill=styles.TOTAL, shrink=True, bold=True)
OWN_LABEL = Look(
    styles.SONG, 10.5, border="thin", fill=styles.TINT, unlocked=True, format=styles.TEXT
)
NOTE = Look(styles.KAI, 10, color=styles.GREY, across="left")
FORMATS: dict[Kind, str] = {"count": "General", "change": styles.SIGNED, "money": "General"}


def look_with(look: Look, format: str) -> Look:
    return look if look.format == format else replace(look, format=format)


def build(draft: Draft, table: Table) -> None:
    """The sheet of one table."""
    ws = draft.sheet(table.name)
    shape = draft.shape
    grid = shape.form.grid(table.id, shape.layout)
    pixels = [u * UNIT_PIXELS for u in page.units(table)]
    _headline(draft, ws, table, len(pixels))
    starts = range(1, len(pixels) + 2)
    page.draw(ws, draft.wardrobe, grid, TOP, starts, writer(draft, ws, table, "", shape))
    _totals(draft, ws, table, "", shape)
    for r, points in enumerate(styles.row_heights(grid, pixels, 10.5, LEAST), TOP):
        ws.row_dimensions[r].height = points
    spots = Checks(draft, ws, table, TOP, TOP + grid.rows, len(pixels))
    below, right = spots.write()
    styles.set_columns(ws, [*pixels, 16, *(96,) * max(right, 1)])
    last = reference(TOP + grid.rows - 1, len(pixels))
    styles.paper(ws, f"A1:{last}", fit="page")
    styles.protect(ws)
    _notes(draft, ws, below, len(pixels), shape)
    depth = min((c.row for c in grid.cells if c.role in ("input", "total")), default=0)
    if table.label_columns and not any(c.role == "block_title" for c in grid.cells):
        ws.freeze_panes = styles.cell_at(ws, TOP + depth, table.label_columns + 1)


def _headline(draft: Draft, ws: Worksheet, table: Table, columns: int) -> None:
    draft.put(ws, 1, 1, table.heading, Look(styles.BIAO, 18))
    draft.merge(ws, 1, 1, 1, columns)
    ws.row_dimensions[1].height = 36
    who, year = draft.ref("agency.name", ws), draft.ref("year", ws)
    text = f'=IF({who}="","（机关名称）",{who})&"　"&IF({year}="","    ",{year})&"年度"'
    draft.formula(ws, 2, 1, text, "headline", Look(styles.KAI, 11, color=styles.GREY))
    draft.merge(ws, 2, 1, 2, columns)
    ws.row_dimensions[2].height = 20
    ws.row_dimensions[3].height = 6


def writer(draft: Draft, ws: Worksheet, table: Table, prefix: str, shape: Shape) -> Write:
    """What goes into the cells of a table that is typed into; ``prefix`` of its keys."""
    grid = shape.form.grid(table.id, shape.layout)
    own = label_keys(grid)
    kind_of = kinds(shape)
    official = shape.form.cells(shape.layout)

    def write(cell: GridCell, target: Cell) -> Look | None:
        at = target.row, target.column
        if key := own.get((cell.row, cell.col)):
            draft.slot(ws, *at, prefix + key)
            target.value = None
            return OWN_LABEL
        if cell.id is None:
            return None
        draft.slot(ws, *at, prefix + cell.id)
        kind = kind_of[cell.id]
        if cell.role == "total":
            return look_with(TOTAL, FORMATS[kind])
        known = official.get(cell.id)
        title = shape.form.title_of(cell.id, shape.layout)
        unit = known.unit if known else ""
        _validate(ws, target, kind, title, unit, "上年" if prefix else "")
        return look_with(INPUT, FORMATS[kind])

    return write


_RULES: dict[Kind, tuple[str, str]] = {
    "count": ("填整数，没有发生的填 0，不留空。", "这里只能填不小于 0 的整数，不带单位和文字。"),
    "change": (
        "比上年增加填正数，减少填负数，没有增减填 0。",
        "这里只能填整数：增加填正数，减少填负数（如 -3），不带文字。",
    ),
    "money": (
        "以万元填写，最多四位小数，没有的填 0。",
        "这里只能填不小于 0 的金额，以万元为单位，最多四位小数，不带单位。",
    ),
}


def _validate(ws: Worksheet, cell: Cell, kind: Kind, title: str, unit: str, whose: str) -> None:
    advice, error = _RULES[kind]
    here = cell.coordinate
    limits: dict[Kind, dict[str, Any]] = {
        "count": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
        "change": {
            "type": "whole",
            "operator": "between",
            "formula1": "-99999999",
            "formula2": "99999999",
        },
        "money": {
            "type": "custom",
            "formula1": f"AND(ISNUMBER({here}),{here}>=0,ROUND({here},4)={here})",
        },
    }
    rule = DataValidation(
        allow_blank=True,
        errorStyle="stop",
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=f"{whose}{title.partition('“')[0]}" + (f"（单位：{unit}）" if unit else ""),
        prompt=f"{title}。{advice}"[:255],
        errorTitle="请改一下",
        error=error,
        **limits[kind],
    )
    rule.add(here)
    ws.add_data_validation(rule)


def _totals(draft: Draft, ws: Worksheet, table: Table, prefix: str, shape: Shape) -> None:
    for target, parts in shape.sums.items():
        sheet, position = draft.places.get(prefix + target, ("", (0, 0)))
        if sheet == ws.title and _table_of(target, shape) == table.id:
            text = formulas.total(draft.areas((prefix + p for p in parts), ws))
            styles.cell_at(ws, *position).value = text


def totals_of_previous(draft: Draft, ws: Worksheet, table: Table, shape: Shape) -> None:
    """The totals of a table of 上年数据."""
    _totals(draft, ws, table, PREVIOUS, shape)


def _table_of(id: str, shape: Shape) -> str:
    local = local_cell(id)
    return shape.extra[local.row][0] if local else id.partition(".")[0]


def _notes(draft: Draft, ws: Worksheet, row: int, columns: int, shape: Shape) -> None:
    text = (
        f"{TO_FILL[:-1]}，灰格自动合计；虚线框内是校验，不打印：√ 相符，差 3 相差 3，缺数 有空格。"
    )
    if any(c.kind == "change" for c in shape.form.cells().values()) and ws.title == "表二":
        text = f"{TO_FILL}“本年增/减”减少的填负数。"
    elif ws.title == "表二":
        text = f"{TO_FILL}金额以万元填写，最多四位小数。"
    cell = draft.put(ws, row + 1, 1, text, NOTE)
    draft.merge(ws, row + 1, 1, row + 1, columns)
    back = draft.put(ws, row + 2, 1, BACK, Look(styles.SONG, 10, color=styles.BLUE, across="left"))
    link(back, GUIDE)
    draft.merge(ws, row + 2, 1, row + 2, columns)
    forth = draft.put(
        ws, row + 3, 1, FORTH, Look(styles.SONG, 10, color=styles.BLUE, across="left")
    )
    link(forth, results.SHEET)
    draft.merge(ws, row + 3, 1, row + 3, columns)
    ws.row_dimensions[cell.row].height = 20


def link(cell: Cell, title: str) -> None:
    """Make a cell jump to another sheet."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!A1")
