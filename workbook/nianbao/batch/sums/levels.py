"""Who is added up into whom: the levels of a roster, each report counted once; and 核对: what a
government reported itself beside the sum of those that make it up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from nianbao import form as forms
from nianbao import rules
from nianbao.batch.review.record import ALL, Record
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import Standing
from nianbao.batch.roster.roster import Unit
from nianbao.form import ExtraRow, Layout, local_cell, local_id
from nianbao.report import Agency, Report, build, with_totals
from nianbao.report.findings import Finding
from nianbao.words.figures import Value, squash

# Reports added up: figure by figure, totals anew, rows that only some have by their names

UNSPLIT = "未分列"
"""The name of a row that others have split and one has not, in the sum."""

_Split = tuple[str, str, str | None, str]  # table, row, name, column
_Local = tuple[str, str | None, str]  # table, row that it follows, label


class Gaps(NamedTuple):
    """What of a report could not be added. ``blank``: figures not filled in, counted as nothing;
    ``words``: cells of local rows with words; ``bare``: totals without their parts."""

    blank: int = 0
    words: int = 0
    bare: int = 0


class Addition:
    """The sum of any number of reports on one form; keeps the sum, not the reports."""

    def __init__(self, format: int, year: int) -> None:
        self.form, self.year, self.count = forms.load(format), year, 0
        self._plain: dict[str, int | Decimal] = {}
        self._split: dict[_Split, int | Decimal | None] = {}
        self._local: dict[_Local, dict[str, int | Decimal]] = {}

    def add(self, record: Record) -> Gaps:
        """Count a report in. It must be of the same form and year."""
        self.count += 1
        figures = record.figures()
        blank = 0
        cells = self.form.cells(Layout(record.splits))
        for id, value in figures.items():
            if cells[id].total:
                continue
            blank += value is None
            if "[" in id:
                self._add_split(id, value, record.splits)
            elif value is not None:
                self._plain[id] = self._plain.get(id, 0) + value
        words = sum(self._add_local(ExtraRow(*row)) for row in record.extra)
        return Gaps(blank, words, self._bare(record, figures))

    def _add_split(self, id: str, value: Any, splits: Mapping[str, Any]) -> None:
        table, rest = id.split(".", 1)
        row, rest = rest.split("[", 1)
        index, column = rest.split("].", 1)
        key = table, row, splits[row][int(index)], column
        before = self._split.setdefault(key, None)
        if value is not None:
            self._split[key] = (before or 0) + value

    def _add_local(self, row: ExtraRow) -> int:
        summed = self.form.tables[row.table].summed_columns
        sums = self._local.setdefault((row.table, row.after, row.label), {})
        for column, value in row.values.items():
            if column not in summed and not isinstance(value, str | None):
                sums[column] = sums.get(column, 0) + value
        return sum(isinstance(value, str) for value in row.values.values())

    def _bare(self, record: Record, figures: Mapping[str, Any]) -> int:
        rows = tuple(ExtraRow(*row) for row in record.extra)
        local = {local_id(i, c): v for i, row in enumerate(rows) for c, v in row.values.items()}
        known = {**figures, **local}
        sums = self.form.sums(Layout(record.splits, rows))
        return sum(
            bool(figures.get(total)) and all(known.get(part) is None for part in parts)
            for total, parts in sums.items()
            if not local_cell(total)
        )

    def report(self, name: str, code: str | None = None) -> Report:
        """The sum as a report of the agency ``name``; what nobody has filled in stays blank."""
        found: dict[str, dict[str | None, None]] = {}
        for _, row, part, _ in self._split:
            found.setdefault(row, {})[part] = None
        names: dict[str, list[str | None]] = {}
        for row, parts in found.items():
            alone = len(parts) == 1
            names[row] = list(dict.fromkeys(p if alone else p or UNSPLIT for p in parts))
        values: dict[str, Any] = dict(self._plain)
        for (table, row, part, column), value in self._split.items():
            index = names[row].index(part if part in names[row] else UNSPLIT)
            id = f"{table}.{row}[{index}].{column}"
            values[id] = value if values.get(id) is None else values[id] + (value or 0)
        repeats = {row: tuple(parts) for row, parts in names.items()}
        extra = tuple(
            ExtraRow(table, label, dict(sums), after)
            for (table, after, label), sums in self._local.items()
        )
        agency = Agency(name, code)
        return with_totals(
            build(self.form.format, self.year, agency, values, repeats=repeats, extra=extra)
        )


_AREA = ("人民政府", "管理委员会", "管委会")
"""Whose report covers its area: with bodies below, it is compared with their sum, not added."""


@dataclass
class Level:
    """A unit with others below it, or all (``unit`` None). ``depth`` 0 is all."""

    unit: Unit | None
    depth: int
    total: Addition
    due: int = 0
    reported: int = 0
    wrong: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else ALL


@dataclass(frozen=True, slots=True)
class CountedReport:
    """A unit's part in the sum. ``why`` says why its report is not in it, None if it is."""

    standing: Standing
    gaps: Gaps
    why: str | None


@dataclass(frozen=True)
class Tree:
    """The levels from the top, and every unit's part, in the order of the stock."""

    levels: tuple[Level, ...]
    parts: tuple[CountedReport, ...]

    @property
    def all(self) -> Level:
        return self.levels[0]

    @property
    def wrong(self) -> int:
        """How many reports with errors are in the sum."""
        return sum(part.why is None and part.standing.state == "wrong" for part in self.parts)


class Ancestry:
    """The units above each, as the roster has them; those of no roster have none."""

    def __init__(self, review: Review) -> None:
        self.roster = review.stock.roster
        self.parents: dict[int, Unit] = {}
        if self.roster:
            for unit in self.roster.units:
                if above := self.roster.parent(unit):
                    self.parents[unit.row] = above
        self.with_children = {u.row for u in self.parents.values()}

    def above(self, standing: Standing) -> Iterator[Unit]:
        """From the nearest to the top."""
        unit = self.parents.get(standing.unit.row) if standing.listed and self.roster else None
        while unit is not None:
            yield unit
            unit = self.parents.get(unit.row)

    def is_level(self, standing: Standing) -> bool:
        """Whether others are below it."""
        return standing.listed and standing.unit.row in self.with_children

    def covers_area(self, standing: Standing) -> bool:
        """Whether its report is the sum of those below it."""
        return self.is_level(standing) and squash(standing.unit.name).endswith(_AREA)


def add_up(review: Review, parent: Report | None = None) -> Tree:
    """Sums for all and for every unit that has others below it.

    ``parent``: the report of the government that all belong to; a file of its own is not added.
    """
    stock, ancestry = review.stock, Ancestry(review)
    format = forms.for_year(stock.year).format
    levels = {0: Level(None, 0, Addition(format, stock.year))}
    for standing in stock.standings:
        if ancestry.is_level(standing):
            depth = 1 + sum(1 for _ in ancestry.above(standing))
            levels[standing.unit.row] = Level(standing.unit, depth, Addition(format, stock.year))
    parts: list[CountedReport] = []
    for standing in stock.standings:
        rows = [0, *(u.row for u in ancestry.above(standing))]
        if ancestry.is_level(standing) and not ancestry.covers_area(standing):
            rows.append(standing.unit.row)
        into = [levels[row] for row in rows]
        why = _why_not(standing, ancestry, format, parent)
        _count(standing, into, area=ancestry.covers_area(standing) or why == PARENT)
        gaps = Gaps()
        if why is None and standing.file:
            record = review.record(standing.file)
            for level in into:
                gaps = level.total.add(record)
        parts.append(CountedReport(standing, gaps, why))
    ordered = sorted(levels.values(), key=lambda level: level.depth > 0)
    return Tree(tuple(ordered), tuple(parts))


PARENT = "是本级的汇总报告，用于核对，不计入"


def _why_not(
    standing: Standing, ancestry: Ancestry, format: int, parent: Report | None
) -> str | None:
    if not standing.file or not standing.reported:
        return "没有可以计入的报告"
    if not standing.listed:
        return "名单里没有这个单位，没有计入"
    if standing.file.format != format:
        return f"用的是{forms.load(standing.file.format).name}格式，不能计入"
    named = squash(standing.unit.name)
    if ancestry.covers_area(standing) or (parent and named == squash(parent.agency.name)):
        return PARENT
    return None


def _count(standing: Standing, into: list[Level], *, area: bool) -> None:
    """An area's own report is not due for its sum, nor anybody's who is not in the roster."""
    if area or not standing.listed:
        return
    for level in into:
        level.due += 1
        level.reported += standing.reported
        level.wrong += standing.state == "wrong"
        if not standing.reported:
            level.missing.append(standing.unit.name)


def bodies(review: Review, tree: Tree, level: Level) -> list[Report]:
    """The reports that make up a level's: its own unless it covers all, and of each body right
    below that body's own, or the sum of those below it."""
    ancestry = Ancestry(review)
    by_row = {one.unit.row: one for one in tree.levels if one.unit}
    row = level.unit.row if level.unit else 0
    out: list[Report] = []
    for part in tree.parts:
        standing = part.standing
        if not standing.listed:
            continue
        nearest = next(ancestry.above(standing), None)
        area = ancestry.covers_area(standing)
        below = by_row.get(standing.unit.row)
        own = below is level
        if not own and (nearest.row if nearest else 0) != row:
            continue
        if standing.file and standing.reported and (area or below is None or own):
            if (own and area) or (part.why == PARENT and below is None):
                continue  # what all this is compared with
            out.append(replace(review.record(standing.file).report(), text={}))
        elif below is not None and not own and below.total.count:
            out.append(below.total.report(below.name))
    return out


_INDEX = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True)
class Comparison:
    """A level whose report is there; ``findings`` are those of P-01 … P-07."""

    level: Level
    report: Report
    findings: tuple[Finding, ...]

    def cells(self) -> Iterator[tuple[str, Value, Value]]:
        """Each figure: its name, the sum, and what the report says; split rows as one."""
        total = self.level.total.report(self.level.name)
        there, here = _folded(total), _folded(self.report)
        for key, (cell, stated) in here.items():
            title = self.report.form.title_of(cell, self.report.layout)
            yield title, there.get(key, ("", None))[1], stated

    @cached_property
    def gap(self) -> int:
        """In how many figures the report is not the sum."""
        return sum(total != stated for _, total, stated in self.cells())


def comparisons(review: Review, tree: Tree, parent: Report | None) -> list[Comparison]:
    """For the report that is given, and for every government with others below it that reported."""
    ancestry = Ancestry(review)
    found: list[Comparison] = []
    named = squash(parent.agency.name) if parent else ""
    own = next((one for one in tree.levels if one.unit and squash(one.name) == named), tree.all)
    if parent is not None:
        found.append(_compare(review, tree, own, parent))
    by_row = {one.unit.row: one for one in tree.levels if one.unit}
    for part in tree.parts:
        standing = part.standing
        level = by_row.get(standing.unit.row) if standing.listed else None
        if level is None or (parent is not None and level is own):
            continue
        if ancestry.covers_area(standing) and standing.reported and standing.file:
            found.append(_compare(review, tree, level, review.record(standing.file).report()))
    return found


def _compare(review: Review, tree: Tree, level: Level, parent: Report) -> Comparison:
    made_of = bodies(review, tree, level)
    return Comparison(level, parent, rules.check_parent(parent, made_of, level.missing))


def _folded(report: Report) -> dict[str, tuple[str, Value]]:
    """Figures by id without the number of a split row, each with the id of its first part."""
    out: dict[str, tuple[str, Any]] = {}
    for id, value in report.values.items():
        key = _INDEX.sub("", id)
        if key in out:
            before = out[key][1]
            value = None if value is None or before is None else before + value  # noqa: PLW2901
            id = out[key][0]  # noqa: PLW2901
        out[key] = (id, value)
    return out
