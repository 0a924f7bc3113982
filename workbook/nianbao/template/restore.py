"""The template's formulas for a workbook whose rows and sheets have moved since it was made.

Each formula is taken from the template of the same shape; its cells are looked up, by their names,
where they are now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nianbao.form import ExtraRow, Form, Layout, load, local_cell, local_id
from nianbao.form.workbook import id_of
from nianbao.formats import a1
from nianbao.formats.a1 import Area
from nianbao.template import styles
from nianbao.template.build import drafted
from nianbao.template.shape import PREVIOUS, Shape, format_before, shape_of

_INDEXED = re.compile(rf"(?:{re.escape(PREVIOUS)})?(?:extra|[a-z_]+\.[a-z_]+)\[\d+\]")
_SPLIT = re.compile(r"(.+)\[([0-9]{1,9})\]\.name")


class Spot(NamedTuple):
    """A cell of a workbook as it is now."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class Restored:
    """``formulas`` by the cell that each belongs in; ``lost``: how many have no cell, or refer to
    cells that have lost their names."""

    formulas: Mapping[Spot, str]
    lost: int


def restored(format: int, year: int | None, spots: Mapping[str, Spot]) -> Restored:
    """The formulas of all named cells of a workbook.

    ``spots``: where the cells are, by id in small letters; those that are gone are left out.
    ``year`` of the report, None where it is not filled in.
    Raises UnusableInput for a form that there is none of.
    """
    then = {id[len(PREVIOUS) :]: spot for id, spot in spots.items() if id.startswith(PREVIOUS)}
    before = format_before(year or load(format).first_year + 1) if then else None
    layout, renamed = _layout(load(format), spots)
    shape_before = None
    if before:
        layout_before, renamed_before = _layout(load(before), then)
        shape_before = shape_of(before, layout_before)
        renamed |= {PREVIOUS + old: PREVIOUS + new for old, new in renamed_before.items()}
    return _Template(shape_of(format, layout, shape_before), renamed, spots).restored()


def _layout(form: Form, spots: Mapping[str, Spot]) -> tuple[Layout, dict[str, str]]:
    """Split and local rows that the names tell of, in the order of the sheet; and the heads of
    their ids in the template → in the workbook."""
    renamed: dict[str, str] = {}
    repeats: dict[str, tuple[str, ...]] = {}
    for table, row in form.repeats:
        there = sorted(
            (int(m[2]) for id in spots if (m := _SPLIT.fullmatch(id)) and m[1] == f"{table}.{row}"),
            key=lambda n: spots[f"{table}.{row}[{n}].name"],
        )
        repeats[row] = tuple(f"分项{n}" for n in there)
        renamed |= {f"{table}.{row}[{i}]": f"{table}.{row}[{n}]" for i, n in enumerate(there)}
    local: dict[int, dict[str, Spot]] = {}
    for id, spot in spots.items():
        if cell := local_cell(id):
            local.setdefault(cell.row, {})[cell.col] = spot
    rows: list[ExtraRow] = []
    for n, cells in sorted(local.items(), key=lambda item: min(item[1].values())):
        if found := _local_row(form, n, cells, spots):
            renamed[local_id(len(rows))] = local_id(n)
            rows.append(found)
    return Layout({row: names for row, names in repeats.items() if names}, tuple(rows)), renamed


def _local_row(
    form: Form, n: int, cells: Mapping[str, Spot], spots: Mapping[str, Spot]
) -> ExtraRow | None:
    """The official row that it follows is the lowest one above it on its sheet."""
    first = min(cells.values())
    above: tuple[int, str, str] | None = None
    for table in form.tables.values():
        for block in table.blocks:
            columns = {leaf.id for leaf in block.column_leaves}
            if not columns & cells.keys():
                continue
            for leaf in block.row_leaves:
                for column in columns:
                    spot = spots.get(f"{table.id}.{leaf.id}.{column}")
                    if spot and spot.sheet == first.sheet and spot.row <= first.row:
                        above = max(above or (0, "", ""), (spot.row, table.id, leaf.id))
    return ExtraRow(above[1], f"增设{n}", {}, above[2]) if above else None


class _Template:
    """The template of a shape beside a workbook that was made from it."""

    def __init__(self, shape: Shape, renamed: Mapping[str, str], spots: Mapping[str, Spot]) -> None:
        self.draft = drafted(shape)
        self.renamed, self.spots = renamed, spots
        self.ids = dict(self._named())
        self.by_spot = {spot: id for id, spot in spots.items()}

    def _named(self) -> Iterator[tuple[Spot, str]]:
        """The single cells of the template that have a name, and their ids in the workbook."""
        for name, defined in self.draft.book.defined_names.items():
            sheet, cells = a1.split(defined.attr_text or "")
            area, id = a1.parse(cells), id_of(name)
            if area and id and area.is_cell:
                moved = _INDEXED.sub(lambda m: self.renamed.get(m[0], m[0]), id)
                yield Spot(sheet, *area.first), moved.lower()

    def restored(self) -> Restored:
        found: dict[Spot, str] = {}
        lost = 0
        for cell, id in self.ids.items():
            content = self.draft.sheet(cell.sheet).cell(cell.row, cell.column).value
            if not isinstance(content, str) or not content.startswith("="):
                continue
            target = self.spots.get(id)
            formula = self._moved(content, cell, target) if target else None
            if target and formula:
                found[target] = formula
            else:
                lost += 1
        return Restored(found, lost)

    def _moved(self, formula: str, cell: Spot, target: Spot) -> str | None:
        """A formula of the template for a cell of the workbook; None if cells of it are gone."""
        from openpyxl.formula import Tokenizer

        out = ["="]
        for token in Tokenizer(formula).items:
            sheet, cells = a1.split(token.value) if token.subtype == "RANGE" else ("", "")
            area = a1.parse(cells)
            if area is None:
                out.append(token.value)
                continue
            moved = self._area_now(sheet or cell.sheet, area, target.sheet)
            if moved is None:
                return None
            out.append(moved)
        return "".join(out)

    def _area_now(self, sheet: str, area: Area, home: str) -> str | None:
        """Where the named cells of an area of the template are now, as seen from sheet ``home``.

        A rectangle stays one: what a person has inserted between its cells belongs to it, as it
        does when the program moves a formula. Only other named cells must not get into it.
        """
        wanted = (self.ids.get(Spot(sheet, *cell)) for cell in area.cells())
        there = {self.spots[id] for id in wanted if id and id in self.spots}
        sheets = {spot.sheet for spot in there}
        if len(sheets) != 1:
            return None
        (now,) = sheets
        rows, columns = [spot.row for spot in there], [spot.column for spot in there]
        around = Area(min(rows), min(columns), max(rows), max(columns))
        areas = [str(around)]
        if self._holds_others(now, around, there):
            areas = styles.areas((spot.row, spot.column) for spot in there)
        prefix = "" if now == home else f"{a1.quoted(now)}!"
        return ",".join(prefix + area for area in areas)

    def _holds_others(self, sheet: str, area: Area, own: set[Spot]) -> bool:
        return any(
            spot.sheet == sheet
            and area.top <= spot.row <= area.bottom
            and area.left <= spot.column <= area.right
            for spot in self.by_spot.keys() - own
        )
