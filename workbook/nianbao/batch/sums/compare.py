"""核对: a government's own report beside the sum of those that make it up, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nianbao import rules
from nianbao.batch.review.review import Review
from nianbao.batch.sums.levels import Ancestry, Level, Tree, bodies
from nianbao.report import Report
from nianbao.report.findings import Finding
from nianbao.words.figures import Value, squash

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
