"""What stands in each cell of a filled workbook, results of its formulas included."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from nianbao.errors import UnusableInput
from nianbao.form import local_id, workbook
from nianbao.form.workbook import DIFFERS, HOLDS, MISSING, NOT_A_NUMBER
from nianbao.formats.xlsx.slots import MAX_TEXT, CellValue, dropped, too_long
from nianbao.ledgers.model import NAMES
from nianbao.report import TEXT_TITLES, TEXTS, Report
from nianbao.report.material import NOTHING, Material
from nianbao.template import formulas, ledger_formulas, page, results, styles
from nianbao.template.shape import PREVIOUS, TEXT_CELLS, CheckCell, Shape
from nianbao.template.sheets import texts
from nianbao.template.sheets.material import contents as material_contents
from nianbao.template.sheets.report import TEXT_ROWS, capacity

# What a text comes to in a filled workbook: on its own sheet, on 报告, and on 说明

UNWRITTEN = "未写"


@lru_cache(maxsize=64)
def text_facts(section: str, text: str, cells: int) -> Mapping[str, CellValue]:
    """All that a text comes to, on its own sheet and on 报告. Most are empty, or like others."""
    written = paragraphs(text, cells)
    per_row, rows = formulas.packed_rows(written, TEXT_ROWS[section])
    values = (
        *written,
        *(points(cell, texts.PIXELS, texts.SIZE) if cell else None for cell in written),
        *formulas.counts(written, capacity(section)),
        *rows,
        *(points(row, page.WIDTH, page.BODY.size) if row else None for row in rows),
        per_row,
        _state([cell for cell in written if cell]),
    )
    return dict(zip(text_keys(section, cells), values, strict=True))


@lru_cache
def text_keys(section: str, cells: int) -> tuple[str, ...]:
    """The keys of what ``text_facts`` gives."""
    written, rows = range(cells), range(TEXT_ROWS[section])
    return (
        *(f"text.{section}[{i}]" for i in written),
        *(f"height.text.{section}[{i}]" for i in written),
        *(f"count.{section}[{i}]" for i in range(capacity(section))),
        *(f"report.{section}[{i}]" for i in rows),
        *(f"height.report.{section}[{i}]" for i in rows),
        f"per_row.{section}",
        f"state.{section}",
    )


def paragraphs(text: str, cells: int) -> list[str | None]:
    """A paragraph a cell; what is more than the cells stands in the last one, line by line."""
    lines: list[str] = text.splitlines()
    if len(lines) > cells:
        lines[cells - 1 :] = ["\n".join(lines[cells - 1 :])]
    return [*lines, *(None,) * (cells - len(lines))]


def points(text: str, pixels: float, size: float) -> int:
    """How high a row must be for a text: programs that draw no screen do not find out."""
    return min(int(styles.MAX_ROW), math.ceil(styles.height(text, pixels, size)))


def _state(paragraphs: Sequence[str]) -> str:
    """What 说明 says of a text."""
    if not paragraphs:
        return UNWRITTEN
    long = sum(len(p) > texts.LONG for p in paragraphs)
    if long:
        return f"有 {long} 段超过 {texts.LONG} 字，请分段"
    return f"√ 已写 {len(paragraphs)} 段"


NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Facts:
    """``values`` by key. ``typed_over``: totals that say something else than their formula would,
    and stand in its place. ``notes``: sentences for the user."""

    values: Mapping[str, CellValue]
    typed_over: frozenset[str]
    notes: tuple[str, ...]


@dataclass
class _Gathering:
    """``given`` are the keys of texts that somebody wrote."""

    values: dict[str, Any] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    typed_over: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def gather(
    report: Report,
    previous: Report | None,
    shape: Shape,
    text_cells: Mapping[str, int] = TEXT_CELLS,
    material: Material = NOTHING,
    generated: Mapping[str, str] = NO_TEXTS,
) -> Facts:
    """Everything, for a workbook of that shape. Raises UnusableInput for too long a text.

    ``material`` is what 文字素材 holds, ``generated`` the fingerprints of generated texts.
    """
    found = _Gathering(dict(_standing(shape)))
    values = found.values
    _figures(found, report, shape, "")
    if shape.previous is not None and previous is not None:
        _figures(found, previous, shape.previous, PREVIOUS)
    values["year"], values[f"{PREVIOUS}year"] = report.year, report.year - 1
    values["agency.name"] = report.agency.name or None
    values["agency.code"] = report.agency.code
    for section in TEXTS:
        values |= text_facts(section, report.text[section], text_cells[section])
        if report.text[section]:
            found.given += text_keys(section, text_cells[section])[: text_cells[section]]
    if material is not NOTHING or generated:
        values |= material_contents(report.format, material, generated)
        found.given += (item for item in values if item.startswith("facts."))
    verdicts = _verdicts(values, shape)
    values |= zip((c.key for c in shape.checks), verdicts, strict=True)
    values |= _guide(values, shape, verdicts)
    found.given += ("agency.name", "agency.code", "headline", "report.title")
    _examine(found)
    return Facts(values, frozenset(found.typed_over), tuple(found.notes))


@lru_cache(maxsize=32)
def _standing(shape: Shape) -> Mapping[str, Any]:
    """What stands in every fresh workbook of a shape, last year's figures being blank."""
    values: dict[str, Any] = {
        "format": shape.format,
        f"{PREVIOUS}format": None,
        results.STATE: results.NOTHING,
        results.ZERO: 0,
    }
    if before := shape.previous:
        values[f"{PREVIOUS}format"] = before.format
        for id in (*before.form.cells(before.layout), *before.sums):
            values[PREVIOUS + id] = None
    values |= material_contents(shape.format, NOTHING, NO_TEXTS)
    return values | {ledger_formulas.ROWS + name: 0 for name in NAMES}


def _figures(found: _Gathering, report: Report, shape: Shape, prefix: str) -> None:
    """Figures, names of local and split rows; totals as they are stated, else added up."""
    figures = report.copied()
    beside: dict[str, str | None] = {}  # what is no figure of the form
    for table, row in report.form.repeats:
        if (parts := report.repeats[row]) != (None,):
            beside |= {f"{table}.{row}[{i}].name": name for i, name in enumerate(parts)}
    for i, (local, place) in enumerate(zip(report.extra, shape.layout.extra, strict=True)):
        beside[local_id(i, "label")] = local.label
        beside |= {local_id(i, col): local.values.get(col) for col in place.values}
    figures |= beside
    for total in shape.adding:
        sum_ = formulas.add_up(total.parts(figures))
        stated = figures[total.target]
        if stated is None:
            figures[total.target] = sum_
        elif stated != sum_:
            _differs(found, report, shape, prefix, total.target, stated, sum_)
    if prefix:
        keys = (*shape.keys_before, *(prefix + name for name in beside))
        figures = dict(zip(keys, figures.values(), strict=True))
    found.values |= figures
    found.given += (prefix + key for key in beside)


def _differs(
    found: _Gathering,
    report: Report,
    shape: Shape,
    prefix: str,
    target: str,
    stated: Any,
    sum_: formulas.Number | None,
) -> None:
    found.typed_over.add(prefix + target)
    title = shape.form.title_of(target, report.layout)
    why = f"各部分相加是 {sum_}" if sum_ is not None else "各部分没有填写"
    year = "上年" if prefix else ""
    found.notes.append(f"{year}{title}原为 {stated}，{why}；工作簿中保留原数。")


def _verdicts(values: Mapping[str, Any], shape: Shape) -> list[str]:
    """What each of ``shape.checks`` says; a local row that is blank as a whole is not there."""
    absent: set[str] = set()
    for i, row in enumerate(shape.layout.extra):
        cells = {local_id(i, col) for col in row.values}
        if all(values[c] is None for c in cells):
            absent |= cells
    return [_verdict(check, values, absent) for check in shape.checks]


def _verdict(check: CheckCell, values: Mapping[str, Any], absent: set[str]) -> str:
    picked, left = check.cells(values), len(check.expected)
    if picked == check.blank and not check.asked:
        return workbook.NOTHING
    if None not in picked:
        with suppress(TypeError):  # a local row may hold words
            gap = sum(picked[:left]) - sum(picked[left:])
            return HOLDS if gap == 0 else f"{DIFFERS} {abs(gap)}"
    return formulas.verdict(
        [values[c] for c in check.expected if c not in absent],
        picked[left:],
        [values[c] for c in check.asked],
    )


def _guide(
    values: Mapping[str, Any], shape: Shape, verdicts: Sequence[str]
) -> Iterator[tuple[str, CellValue]]:
    """Headlines, and the summary on 说明."""
    who, year, form = values["agency.name"], values["year"], shape.form
    yield "headline", f"{who or '（机关名称）'}　{year}年度"
    title = page.title_text(who or "", year)
    yield "report.title", title
    yield "height.report.title", points(title, page.WIDTH, page.TITLE.size)
    yield "deadline", f"{year + 1}年1月31日前（《中华人民共和国政府信息公开条例》第四十九条）"
    wrong = f"！{form.name}格式不适用于 {year} 年度，请换用对应年度的工作簿。"
    yield "warning", "" if form.holds_for(year) else wrong
    by_table = {table: verdicts[those] for table, those in shape.checks_of.items()}
    empty_all = failed_all = 0
    for id, asked in shape.asked.items():
        empty = asked(values).count(None)
        failed, undecided = _count(by_table.get(id, ()))
        empty_all, failed_all = empty_all + empty, failed_all + failed
        yield from _row(id, empty, failed, undecided)
        yield (
            f"state.{id}",
            f"{failed} 处勾稽不符"
            if failed
            else f"还空 {empty} 格"
            if empty
            else f"{undecided} 处无法校验"
            if undecided
            else "√ 已填完",
        )
    if shape.previous is not None:
        of_last_year = shape.asked_before(values)
        empty = of_last_year.count(None)
        failed, undecided = _count(by_table.get("previous", ()))
        failed_all += failed
        yield from _row("previous", empty, failed, undecided)
        yield (
            "state.previous",
            f"{failed} 处与上年不衔接"
            if failed
            else "未填，可以不填"
            if empty == len(of_last_year)
            else f"{undecided} 处无法校验"
            if undecided
            else "√ 与上年衔接",
        )
    unwritten = sum(values[f"state.{t}"] == UNWRITTEN for t in TEXTS)
    done = not (empty_all or failed_all or unwritten)
    yield (
        "state",
        "√ 全部填写完毕，勾稽关系全部相符。"
        if done
        else f"还有 {empty_all} 格未填，{failed_all} 处勾稽关系不符，{unwritten} 部分文字未写。",
    )


def _row(id: str, empty: int, failed: int, undecided: int) -> Iterator[tuple[str, CellValue]]:
    yield f"empty.{id}", empty
    yield f"failed.{id}", failed
    yield f"undecided.{id}", undecided


def _count(verdicts: Sequence[str]) -> tuple[int, int]:
    """How many say that an identity fails, and how many that it cannot be decided."""
    undecided = verdicts.count(MISSING) + verdicts.count(NOT_A_NUMBER)
    right = verdicts.count(HOLDS) + verdicts.count(workbook.NOTHING)
    return len(verdicts) - undecided - right, undecided


def _examine(found: _Gathering) -> None:
    """Texts that no cell can hold, among those that somebody wrote."""
    texts = {key: v for key in found.given if isinstance(v := found.values[key], str)}
    for key, value in texts.items():
        if too_long(value):
            section = key.removeprefix("text.").partition("[")[0]
            where = TEXT_TITLES.get(section, "名称")
            raise UnusableInput(
                f"“{where}”中有一格要放 {len(value)} 字，超过表格软件每格 {MAX_TEXT} 字的上限；"
                "请先精简或分段。"
            )
    if lost := dropped("".join(texts.values())):
        found.notes.append(f"文字中有 {lost} 个看不见的控制字符，表格文件不能保存，已删去。")
