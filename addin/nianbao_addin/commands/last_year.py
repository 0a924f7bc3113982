"""读入上年报告: last year's figures onto 上年数据, and where this year's must equal them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nianbao import actions
from nianbao.errors import UnusableInput
from nianbao.formats.kinds import suffixes
from nianbao.report import Report, with_totals, years
from nianbao.words.figures import Value
from nianbao.words.labels import normalise
from nianbao_addin.commands import Outcome, first_of
from nianbao_addin.hosts.host import FormulaText, Host, Place
from nianbao_addin.open import changes, workbook
from nianbao_addin.open.changes import CellContents, Change
from nianbao_addin.open.workbook import OpenWorkbook
from nianbao_addin.ribbon import buttons

PREVIOUS = "previous."
PATTERNS = tuple(f"*{suffix}" for suffix in sorted(suffixes()))


@dataclass
class _LastYear:
    """What to write, and what to tell the person."""

    changes: list[Change] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    homeless: int = 0


def last_year(host: Host) -> Outcome:
    """Fill blank cells from a file of last year's; what differs is told, not overwritten."""
    book = workbook.read(host)
    year = book.report.year - 1
    if not any(id.startswith(PREVIOUS) for id in book.places):
        raise UnusableInput(
            f"{year} 年度还没有年度报告的格式，这份工作簿没有“上年数据”，不用读入。"
        )
    path = host.choose_file(f"选择 {year} 年度的报告", PATTERNS)
    if path is None:
        return Outcome("没有选择文件，什么都没有改动。")
    host.status(f"正在读入 {path.name}…")
    previous = _usable(actions.read(path), path, book.report)
    if not _same_agency(host, book.report, previous):
        return Outcome("没有读入，什么都没有改动。")
    plan, notes = _LastYear(), list[str]()
    cells = CellContents(host)
    before = _unsplit(previous, book, notes)
    _into(plan, cells, book, {PREVIOUS + id: value for id, value in before.items()})
    kept = len(plan.changes)
    _into(plan, cells, book, years.carried_over(book.report, previous))
    changes.apply(host, buttons.button("last_year").label, plan.changes)
    host.calculate()
    return Outcome(_said(plan, kept, previous, notes))


def _usable(previous: Report, path: Path, report: Report) -> Report:
    """The report with its totals. Raises UnusableInput when it is not that of the year before."""
    if previous.year != report.year - 1:
        raise UnusableInput(
            f"“{path.name}”是 {previous.year} 年度的报告，这份工作簿要 {report.year - 1} 年度的，"
            "没有读入。"
        )
    return with_totals(previous)


def _same_agency(host: Host, report: Report, previous: Report) -> bool:
    ours, theirs = report.agency.name, previous.agency.name
    if not ours or not theirs or normalise(ours) == normalise(theirs):
        return True
    return host.ask(f"选中的是“{theirs}”的报告，这份工作簿是“{ours}”的，仍然读入吗？")


def _unsplit(previous: Report, book: OpenWorkbook, notes: list[str]) -> dict[str, Value]:
    """Last year's figures but totals, parts of a row added up where the workbook has one row."""
    totals = previous.form.sums(previous.layout)
    figures = {id: value for id, value in previous.values.items() if id not in totals}
    for table, row in previous.form.repeats:
        parts = [f"{table}.{row}[{i}]" for i in range(len(previous.repeats[row]))]
        if len(parts) == 1 or any(f"{PREVIOUS}{parts[-1]}.{c}" in book.places for c in _ALL):
            continue
        columns = {id.rpartition(".")[2] for id in figures if id.startswith(parts[0] + ".")}
        for column in columns:
            values = [figures.pop(f"{part}.{column}") for part in parts]
            known = [v for v in values if v is not None]
            figures[f"{parts[0]}.{column}"] = sum(known) if len(known) == len(values) else None
        notes.append(f"上年分列的 {len(parts)} 行已合并为一行")
    if previous.extra:
        notes.append(f"上年另加的 {len(previous.extra)} 行在“上年数据”里没有位置，没有读入")
    wrong = [
        previous.form.title_of(total, previous.layout)
        for total, parts in totals.items()
        if None not in (terms := [previous[part] for part in parts])
        and previous[total] != sum(terms)
    ]
    if wrong:
        notes.append(f"上年报告有 {len(wrong)} 处合计不等于各项之和（{first_of(wrong)}），按公式算")
    return figures


_ALL = ("items", "change", "decisions", "name")


def _into(
    plan: _LastYear, cells: CellContents, book: OpenWorkbook, figures: Mapping[str, Value]
) -> None:
    """Blank cells take their figure; a formula of somebody's own stays."""
    for id, value in figures.items():
        place = book.places.get(id)
        if value is None:
            continue
        if place is None:
            plan.homeless += 1
            continue
        place = Place(place.sheet, place.row, place.column)
        there = cells[place]
        if isinstance(there, FormulaText) or changes.same(there, value):
            continue
        if changes.is_blank(there):
            plan.changes.append(Change(place, there, value))
        else:
            plan.different.append(
                f"{changes.where(place)} 已填 {changes.shown(there)}，按上年报告应为 {value}"
            )


def _said(plan: _LastYear, kept: int, previous: Report, notes: list[str]) -> str:
    carried = len(plan.changes) - kept
    parts = [f"上年数据 {kept} 格"] if kept else []
    parts += [f"上年结转等本年的格 {carried} 格"] if carried else []
    said = f"已读入 {previous.year} 年度报告："
    said += f"填入{'、'.join(parts)}。" if parts else "没有需要填入的空格。"
    if plan.different:
        said += (
            f"有 {len(plan.different)} 处已填的数不同，没有改动：{first_of(plan.different, '；')}。"
        )
    if plan.homeless:
        notes.append(f"有 {plan.homeless} 个数在工作簿里没有对应的格，没有填入")
    return said + "".join(f"{note}。" for note in notes)
