"""The live check cells beside a table, outside the print area: the workbook checks itself."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import Equation, ExtraRow, Table, local_cell, local_id
from nianbao.names import check_name, id_of
from nianbao.outputs import formulas, page, styles
from nianbao.outputs.draft import Draft
from nianbao.outputs.patch import Position, reference
from nianbao.outputs.shape import PREVIOUS
from nianbao.outputs.styles import Look

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
            label = f"{identity.rule}　{identity.expected_name}＝{identity.actual_name}"
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
        failed = f'LEFT(${letters}${at[0]},1)="{formulas.DIFFERS}"'
        styles.highlight(ws, where, failed, ink=styles.FAILED_INK, fill=styles.FAILED)

    def _year_before(self) -> None:
        """上年结转 against last year's 结转下年度, column by column."""
        before = self.draft.shape.previous
        if before is None or self.table.id != "requests":
            return
        columns = [leaf.id for b in self.table.blocks for leaf in b.column_leaves]
        label = "Y-01　上年表三第四项＝本年第二项"
        self.draft.put(self.ws, self.row, 1, label, CHECK_LABEL)
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
    ((formulas.DIFFERS,), "FFFFFF", styles.RED),
    ((formulas.MISSING, formulas.NOT_A_NUMBER), "7A4B00", "FCE9C4"),
    ((formulas.HOLDS,), styles.GREEN, None),
)
