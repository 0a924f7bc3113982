"""What the ledgers come to, put into the cells of a report that are still open."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nianbao.ledgers.counting import figures
from nianbao.ledgers.values import Ledger
from nianbao.report import Report, with_totals

_NAMED = 5  # figures named in a sentence


def lay(report: Report, ledger: Ledger) -> tuple[Report, tuple[str, ...]]:
    """The report with its blanks filled from the ledger, and sentences on what was done.

    What was typed stays and is compared. Totals of what was filled are added up anew, unless a
    person has stated another number.
    """
    counted = figures(ledger, report.format, report.year)
    sums = report.form.sums(report.layout)
    values: dict[str, Any] = dict(report.values)
    leaves = {cell: n for cell, n in counted.items() if cell in values and cell not in sums}
    filled = {cell for cell in leaves if values[cell] is None}
    differing = [c for c, n in leaves.items() if c not in filled and values[c] != n]
    changed = set(filled)
    for target, parts in sums.items():
        known = [report[p] for p in parts if report[p] is not None]
        if changed.intersection(parts) and target in values and values[target] == sum(known):
            values[target] = None
            changed.add(target)
    values |= {cell: leaves[cell] for cell in filled}
    notes = [f"按台账填入 {len(filled)} 个数。"] if filled else []
    if differing:
        named = "；".join(
            f"{report.form.title_of(c, report.layout)}填的是 {values[c]}，台账是 {leaves[c]}"
            for c in differing[:_NAMED]
        )
        more = f"等 {len(differing)} 处" if len(differing) > _NAMED else ""
        notes.append(f"与台账不一致的数保留原样：{named}{more}。")
    return with_totals(replace(report, values=MappingProxyType(values))), tuple(notes)
