"""A workbook filled from a report: a fresh one, or one of ours that is there already.

Values are put into the sheets' XML; in a workbook that is there already everything else stays byte
for byte as it was. Nothing is ever loaded and saved again by a library that would lose what it does
not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nianbao.errors import UnusableInput
from nianbao.form import FORMATS, load, local_id
from nianbao.form.workbook import FIELDS, PREFIX, name_of
from nianbao.formats.a1 import Position, reference
from nianbao.formats.xlsx.mould import Recent
from nianbao.formats.xlsx.parts import NamedCells, TargetBook
from nianbao.formats.xlsx.patch import SheetXml, compile_sheet, has_formulas, whole
from nianbao.formats.xlsx.slots import CellValue
from nianbao.formats.zip import Package
from nianbao.report import TEXT_TITLES, TEXTS, Report
from nianbao.report.material import NOTHING, Material
from nianbao.report.years import refuse_other_year
from nianbao.template import values
from nianbao.template.build import compiled
from nianbao.template.ledger_formulas import is_link
from nianbao.template.shape import PREVIOUS, Shape, shape_for, shape_of
from nianbao.template.sheets.material import GENERATED
from nianbao.template.values import Facts
from nianbao.words.labels import normalise

_LOCAL_ROW = re.compile(r"extra\[([0-9]{1,9})\]")
_LEDGER = name_of("ledger.").encode()
_FITTED = "height.fitted"  # a row that the program fits to its text when the file is opened


@dataclass(frozen=True, slots=True)
class Filled:
    """The workbook, and sentences about what the user should know of it."""

    data: bytes
    notes: tuple[str, ...] = ()


def fill(
    report: Report,
    previous: Report | None = None,
    target: bytes | Package | None = None,
    *,
    material: Material = NOTHING,
    generated: Mapping[str, str] = values.NO_TEXTS,
    texts_only: bool = False,
    recent: Recent | None = None,
) -> Filled:
    """The report as a workbook; ``previous`` is last year's, for 上年数据.

    ``target``, opened or not, is a workbook of ours to fill instead of a fresh one. Raises
    UnusableInput, having changed nothing, if it is of another form or year or lacks a row that the
    report has.
    ``material`` is for 文字素材 of a fresh workbook; ``generated``: fingerprints of the texts that
    were generated, by text id. ``texts_only``: nothing else of ``target``, which holds the report's
    figures already, is touched. ``recent``: handed on from one fresh workbook to the next.
    """
    refuse_other_year(report, previous)
    shape = _shape(report, previous)
    if target is None:
        found = values.gather(report, previous, shape, material=material, generated=generated)
        made = compiled(shape).render(found.values, found.typed_over, recent)
        return Filled(made, found.notes)
    return _Filling(report, previous, shape, TargetBook(target), generated, texts_only).run()


def _shape(report: Report, previous: Report | None) -> Shape:
    if previous is None:
        return shape_for(report.format, report.year, report.layout)
    return shape_of(report.format, report.layout, shape_of(previous.format, previous.layout))


class _Filling:
    """Putting one report into one workbook that is there already."""

    def __init__(
        self,
        report: Report,
        previous: Report | None,
        shape: Shape,
        book: TargetBook,
        generated: Mapping[str, str],
        texts_only: bool,
    ) -> None:
        self.report, self.previous, self.shape, self.book = report, previous, shape, book
        self.generated, self.texts_only = generated, texts_only
        self.grids: dict[str, SheetXml] = {}
        self.strings = book.strings() if "nb.format" in book.names else []
        self.notes: list[str] = []
        self.values: dict[str, CellValue] = {}
        self.computed: set[str] = set()
        self.wanted: dict[str, dict[Position, str]] = {}
        self.heights: dict[str, dict[int, str]] = {}

    def run(self) -> Filled:
        self._same_form_and_year()
        sizes = {t: len(self._area(f"text.{t}").cells()) for t in TEXTS}
        found = values.gather(
            self.report, self.previous, self.shape, sizes, generated=self.generated
        )
        self.values.update(found.values)
        self._place(found)
        if self.texts_only:
            typed_over = self._leave_all_but_texts()
        else:
            self._clear_rows_of_the_target()
            self._keep_links()
            typed_over = found.typed_over | (self.values.keys() - self.computed)
        changed: dict[str, bytes] = {}
        formulas_gone = False
        prefix = name_of("ledger.")
        ledgers = {a.part for name, a in self.book.names.items() if name.startswith(prefix)}
        for part in self.book.sheets.values():
            wanted = self.wanted.get(part, {})
            if not wanted and part in ledgers:
                continue  # nothing there depends on the report
            data = self.book.content(part)
            if not wanted and not has_formulas(data):
                continue
            heights = self._rows_of_prose(data) | self.heights.get(part, {})
            sheet = compile_sheet(data, wanted, heights=heights, replaced=typed_over)
            formulas_gone |= bool(sheet.with_formula & typed_over)
            self._tell_of_formulas(part, sheet.with_formula - self.computed)
            changed[part] = sheet.render(self.values, typed_over)
        data = self.book.packed(changed, drop_chain=formulas_gone)
        return Filled(data, (*found.notes, *self.notes))

    def _keep_links(self) -> None:
        """Formulas that take a figure from a ledger stay where they say what the report says."""
        for part, cells in self.wanted.items():
            data = self.book.content(part)
            if _LEDGER not in data.lower():
                continue
            grid = self.grids.setdefault(part, SheetXml(data))
            for position, key in cells.items():
                cell = grid.cells.get(position)
                formula = grid.formula(cell) if cell else None
                if formula is None or not is_link(formula.text):
                    continue
                if _whole(grid.text(position, self.strings)) == str(self.values[key]):
                    self.computed.add(key)

    def _rows_of_prose(self, data: bytes) -> dict[int, str]:
        """Rows of 报告 that show a text: as high as the old one, they would cut the new one off."""
        name = name_of("text.")
        if name.encode() not in data:
            return {}
        self.values[_FITTED] = None
        formulas = ((at, f.text) for at, f in SheetXml(data).formulas())
        return {row: _FITTED for (row, _), text in formulas if name in text and "CHAR(10)" in text}

    def _area(self, key: str) -> NamedCells:
        found = self.book.names.get(name_of(key).lower())
        if found is None:
            raise UnusableInput(f"目标工作簿里找不到“{self._title(key)}”的位置，没有改动它。")
        return found

    def _title(self, key: str) -> str:
        """How a person names what stands at a key."""
        before = self.shape.previous
        if key.startswith(PREVIOUS) and before and self.previous:
            id = key.removeprefix(PREVIOUS)
            return f"上年{before.form.title_of(id, self.previous.layout)}"
        known = FIELDS.get(key) or TEXT_TITLES.get(key.removeprefix("text."))
        return known or self.shape.form.title_of(key, self.report.layout)

    def _text(self, key: str) -> str:
        """What stands in the target now."""
        return self._held(self._area(key))

    def _held(self, area: NamedCells) -> str:
        if area.part not in self.grids:
            self.grids[area.part] = SheetXml(self.book.content(area.part))
        return self.grids[area.part].text(area.first, self.strings).strip()

    def _same_form_and_year(self) -> None:
        if name_of("format") not in self.book.names:
            raise UnusableInput(
                "目标文件不是年报工作簿（没有 nb. 开头的名称），没有改动它；请另选一个文件名。"
            )
        format, year = self._text("format"), self._text("year")
        if _whole(format) != str(self.report.format):
            raise UnusableInput(
                f"目标工作簿是 {_whole(format)} 年版格式，报告是 {self.report.format} 年版格式，"
                "没有改动它；请换用同一格式的工作簿。"
            )
        if year and _whole(year) != str(self.report.year):
            raise UnusableInput(
                f"目标工作簿是 {_whole(year)} 年度的，报告是 {self.report.year} 年度的，"
                "没有改动它；请换用同一年度的工作簿。"
            )
        name = self._text("agency.name")
        if name and name != self.report.agency.name:
            self.notes.append(
                f"目标工作簿的机关名称原为“{name}”，已改为“{self.report.agency.name}”。"
            )

    def _place(self, found: Facts) -> None:
        """A cell for every key; rows of the report that the target lacks are told by name."""
        local = self._local_rows()
        self._no_row_is_lacking(local)
        keys = ["format", "year", "agency.name", "agency.code"]
        keys += [k for k in found.values if k.partition("[")[0].partition(".")[0] in self._ours]
        for key in keys:
            self._want(key, self._area(_moved(key, local)))
        self.computed |= set(self.shape.sums)
        for section in TEXTS:
            area = self._area(f"text.{section}")
            for i, position in enumerate(area.cells()):
                self._want(f"text.{section}[{i}]", replace(area, first=position))
                self.heights.setdefault(area.part, {})[position[0]] = f"height.text.{section}[{i}]"
        for section in self.generated:
            self._want_if_there(GENERATED + section, GENERATED + section, computed=False)
        for key in found.values:
            if key.startswith("check.") and (self.previous or "Y_01" not in key):
                self._want_if_there(_moved(key, local), key)
        if self.previous is not None:
            self._previous(found)

    def _leave_all_but_texts(self) -> frozenset[str]:
        """What is typed over then: what stands in the other cells may be no figure at all."""
        texts = frozenset(k for k in self.values if k.startswith(("text.", GENERATED)))
        for part, cells in self.wanted.items():
            kept = texts | self.computed
            self.wanted[part] = {at: key for at, key in cells.items() if key in kept}
        return texts

    @property
    def _ours(self) -> set[str]:
        return {*self.shape.form.tables, "extra"}

    def _previous(self, found: Facts) -> None:
        sums = self.shape.previous.sums if self.shape.previous else {}
        for key, value in found.values.items():
            if not key.startswith(PREVIOUS) or key == f"{PREVIOUS}year":
                continue
            if value is not None:
                self._area(key)
            self._want_if_there(key, key, computed=key.removeprefix(PREVIOUS) in sums)

    def _want(self, key: str, area: NamedCells) -> None:
        self.wanted.setdefault(area.part, {})[area.first] = key

    def _want_if_there(self, name: str, key: str, *, computed: bool = True) -> None:
        area = self.book.names.get(name_of(name).lower())
        if area:
            self._want(key, area)
            if computed:
                self.computed.add(key)

    def _local_rows(self) -> dict[int, int]:
        """Index of a local row in the report → in the target, rows with the same name first."""
        there: dict[str, list[int]] = {}
        for n in self._indices("extra", "label"):
            there.setdefault(normalise(self._text(local_id(n, "label"))), []).append(n)
        found: dict[int, int] = {}
        for i, row in enumerate(self.report.extra):
            same = there.get(normalise(row.label), [])
            # An empty row that the person has not named yet is as good.
            choice = same or there.get("", [])
            if choice:
                found[i] = choice.pop(0)
        return found

    def _indices(self, row: str, part: str) -> list[int]:
        start, end = f"{PREFIX}{row}.", f".{part}"
        middles = (
            n.removeprefix(start).removesuffix(end)
            for n in self.book.names
            if n.startswith(start) and n.endswith(end)
        )
        return sorted(n for m in middles if (n := whole(m)) is not None)

    def _no_row_is_lacking(self, local: dict[int, int]) -> None:
        lacking = [row.label for i, row in enumerate(self.report.extra) if i not in local]
        for table, row in self.shape.form.repeats:
            names = self.report.repeats[row]
            there = self._indices(f"{table}.{row}", "name")
            if names != (None,):
                lacking += [str(n) for i, n in enumerate(names) if i not in there]
        if lacking:
            rows = "、".join(f"“{label}”" for label in lacking)
            raise UnusableInput(
                f"目标工作簿没有这些行：{rows}，没有改动它；请另选一个文件名，生成新的工作簿。"
            )

    def _clear_rows_of_the_target(self) -> None:
        """Rows that the target has and the report has not: emptied, and told if they held figures.

        The names of local rows stay; those of split rows go, the row being no longer split.
        """
        for name, area in self.book.names.items():
            row, _, col = name.removeprefix(PREFIX).rpartition(".")
            if self.previous is not None:
                row = row.removeprefix(PREVIOUS)
            if area.first in self.wanted.get(area.part, {}) or not _is_row(row):
                continue
            if row.startswith("extra.") and col == "label":
                continue
            held = self._held(area)
            key = f"cleared.{name}"
            self.values[key] = None
            if col == "total":
                self.computed.add(key)
            self._want(key, area)
            if held and col not in ("total", "name"):
                self.notes.append(
                    f"{area.title}!{reference(*area.first)} 原为 {held}，报告没有这一行，已清空。"
                )

    def _tell_of_formulas(self, part: str, keys: frozenset[str]) -> None:
        """Formulas that a person put where figures are typed in have given way to figures."""
        for position, key in self.wanted.get(part, {}).items():
            if key in keys:
                title = next(t for t, p in self.book.sheets.items() if p == part)
                self.notes.append(
                    f"{title}!{reference(*position)} 原有公式，已换成报告中的"
                    f"{'数' if self.values[key] is not None else '空白'}。"
                )


def _whole(text: str) -> str:
    """``2021.0`` as ``2021``: programs differ in how they write a whole number."""
    return text.removesuffix(".0")


def _moved(key: str, local: dict[int, int]) -> str:
    """A key with the target's index of the local row."""
    return _LOCAL_ROW.sub(lambda m: local_id(local.get(int(m[1]), int(m[1]))), key)


def _is_row(row: str) -> bool:
    """Whether the row part of a name is that of a local row or of a split one."""
    head, _, index = row.rpartition(".")
    splits = (split for f in FORMATS for split in load(f).repeats)
    return whole(index) is not None and head in {"extra", *(f"{table}.{r}" for table, r in splits)}
