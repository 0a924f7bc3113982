"""Totals that a source leaves to be added up."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nianbao.form import local_id
from nianbao.report.value import Report


def with_totals(report: Report, only: Container[str] | None = None) -> Report:
    """The same report with every total (``only``: these) not filled in but with parts added up.

    As the workbook does it: a total of a row or column with no figure at all stays empty; the total
    of a local row is added up like the others.
    """
    form = report.form
    figures: dict[str, Any] = {**report.values, **report.local}
    found: dict[str, Any] = {}
    for target, parts in form.sums(report.layout).items():
        known = [v for p in parts if not isinstance(v := figures.get(p), str | None)]
        if known and figures.get(target) is None:
            figures[target] = sum(known)
            if only is None or target in only:
                found[target] = figures[target]
    if not found:
        return report
    extra = tuple(
        replace(row, values={c: found.get(local_id(i, c), v) for c, v in row.values.items()})
        for i, row in enumerate(report.extra)
    )
    official = {id: found.get(id, value) for id, value in report.values.items()}
    return replace(report, values=MappingProxyType(official), extra=extra)
