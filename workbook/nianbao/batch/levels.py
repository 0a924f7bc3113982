"""Who is added up into whom: the levels of a roster, each report counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nianbao import form as forms
from nianbao.batch.adding import Adding, Gaps
from nianbao.batch.examine import ALL
from nianbao.batch.reviewing import Review
from nianbao.batch.roster import Unit
from nianbao.batch.stock import Standing
from nianbao.figures import squash
from nianbao.report import Report

_AREA = ("人民政府", "管理委员会", "管委会")
"""Whose report covers its area: with bodies below, it is compared with their sum, not added."""


@dataclass
class Level:
    """A unit with others below it, or all (``unit`` None). ``depth`` 0 is all."""

    unit: Unit | None
    depth: int
    total: Adding
    due: int = 0
    reported: int = 0
    wrong: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else ALL


@dataclass(frozen=True, slots=True)
class Counted:
    """A unit's part in the sum. ``why`` says why its report is not in it, None if it is."""

    standing: Standing
    gaps: Gaps
    why: str | None


@dataclass(frozen=True)
class Tree:
    """The levels from the top, and every unit's part, in the order of the stock."""

    levels: tuple[Level, ...]
    parts: tuple[Counted, ...]

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
    levels = {0: Level(None, 0, Adding(format, stock.year))}
    for standing in stock.standings:
        if ancestry.is_level(standing):
            depth = 1 + sum(1 for _ in ancestry.above(standing))
            levels[standing.unit.row] = Level(standing.unit, depth, Adding(format, stock.year))
    parts: list[Counted] = []
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
        parts.append(Counted(standing, gaps, why))
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
