"""What stands in each cell of a filled workbook, results of its formulas included."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nianbao.errors import UnusableInput
from nianbao.form import local_id
from nianbao.outputs import formulas, page, results, styles, template_texts
from nianbao.outputs.shape import PREVIOUS, TEXT_CELLS, Shape
from nianbao.outputs.slots import MAX_TEXT, Content, dropped, too_long
from nianbao.outputs.template_report import TEXT_ROWS, capacity
from nianbao.report import TEXT_TITLES, TEXTS, Report


@dataclass(frozen=True)
class Facts:
    """``values`` by key. ``typed_over``: totals that say something else than their formula would,
    and stand in its place. ``notes``: sentences for the user."""

    values: Mapping[str, Content]
    typed_over: frozenset[str]
    notes: tuple[str, ...]


@dataclass
class _Gathering:
    values: dict[str, Any] = field(default_factory=dict)
    typed_over: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def gather(
    report: Report,
    previous: Report | None,
    shape: Shape,
    text_cells: Mapping[str, int] = TEXT_CELLS,
) -> Facts:
    """Everything, for a workbook of that shape. Raises UnusableInput for too long a text."""
    found = _Gathering()
    _figures(found, report, shape, "")
    if shape.previous is not None:
        _previous(found, previous, shape.previous)
    found.values |= {
        "format": report.format,
        "year": report.year,
        "agency.name": report.agency.name or None,
        "agency.code": report.agency.code,
        f"{PREVIOUS}year": report.year - 1,
        f"{PREVIOUS}format": shape.previous.format if shape.previous else None,
        results.STATE: results.NOTHING,
        results.ZERO: 0,
    }
    for section in TEXTS:
        cells = _paragraphs(report.text[section], text_cells[section])
        found.values |= {f"text.{section}[{i}]": cell for i, cell in enumerate(cells)}
        found.values |= {
            f"height.text.{section}[{i}]": _points(cell, template_texts.PIXELS, template_texts.SIZE)
            for i, cell in enumerate(cells)
        }
        found.values |= _printed(section, cells)
    verdicts = _verdicts(found.values, shape)
    found.values |= {c.key: said for c, said in zip(shape.checks, verdicts, strict=True)}
    found.values |= _guide(found.values, shape, verdicts)
    _examine(found)
    return Facts(found.values, frozenset(found.typed_over), tuple(found.notes))


def _figures(found: _Gathering, report: Report, shape: Shape, prefix: str) -> None:
    """Figures, names of local and split rows; totals as they are stated, else added up."""
    figures: dict[str, Any] = dict.fromkeys(shape.form.cells(shape.layout))
    figures |= report.values
    for row, names in report.repeats.items():
        table = next(t for t, r in report.form.repeats if r == row)
        if names != (None,):
            figures |= {f"{table}.{row}[{i}].name": name for i, name in enumerate(names)}
    for i, (local, place) in enumerate(zip(report.extra, shape.layout.extra, strict=True)):
        figures[local_id(i, "label")] = local.label
        for col in place.values:
            figures[local_id(i, col)] = local.values.get(col)
    for target, parts in shape.sums.items():
        stated, sum_ = figures[target], formulas.add_up([figures[p] for p in parts])
        if stated is None:
            figures[target] = sum_
        elif stated != sum_:
            found.typed_over.add(prefix + target)
            title = shape.form.title_of(target, report.layout)
            why = f"各部分相加是 {sum_}" if sum_ is not None else "各部分没有填写"
            found.notes.append(
                f"{'上年' if prefix else ''}{title}原为 {stated}，{why}；工作簿中保留原数。"
            )
    found.values |= {prefix + id: value for id, value in figures.items()} if prefix else figures


def _previous(found: _Gathering, previous: Report | None, shape: Shape) -> None:
    if previous is None:
        ids = (*shape.form.cells(shape.layout), *shape.sums)
        found.values |= dict.fromkeys((PREVIOUS + id for id in ids), None)
        return
    _figures(found, previous, shape, PREVIOUS)


def _paragraphs(text: str, cells: int) -> list[str | None]:
    """A paragraph a cell; what is more than the cells stands in the last one, line by line."""
    lines: list[str] = text.splitlines()
    if len(lines) > cells:
        lines[cells - 1 :] = ["\n".join(lines[cells - 1 :])]
    return [*lines, *(None,) * (cells - len(lines))]


def _points(text: str | None, pixels: float, size: float) -> int | None:
    """How high a row must be for a text: programs that draw no screen do not find out."""
    return min(int(styles.MAX_ROW), math.ceil(styles.height(text, pixels, size))) if text else None


def _printed(section: str, cells: Sequence[str | None]) -> Iterator[tuple[str, Content]]:
    """What 报告 makes of the paragraphs."""
    for i, n in enumerate(formulas.ordinals(cells, capacity(section))):
        yield f"order.{section}[{i}]", n
    per_row, rows = formulas.packed_rows(cells, TEXT_ROWS[section])
    yield f"per_row.{section}", per_row
    for i, row in enumerate(rows):
        yield f"report.{section}[{i}]", row
        yield f"height.report.{section}[{i}]", _points(row, page.WIDTH, page.BODY.size)
    full = [c for c in cells if c]
    long = sum(len(c) > template_texts.LONG for c in full)
    yield (
        f"state.{section}",
        "未写"
        if not full
        else f"有 {long} 段超过 {template_texts.LONG} 字，请分段"
        if long
        else f"√ 已写 {len(full)} 段",
    )


def _verdicts(values: Mapping[str, Any], shape: Shape) -> list[str]:
    """What each of ``shape.checks`` says; a local row that is blank as a whole is not there."""
    absent: set[str] = set()
    for i, row in enumerate(shape.layout.extra):
        cells = {local_id(i, col) for col in row.values}
        if all(values[c] is None for c in cells):
            absent |= cells
    return [
        formulas.verdict(
            [values[c] for c in check.expected if c not in absent],
            [values[c] for c in check.actual],
            [values[c] for c in check.asked],
        )
        for check in shape.checks
    ]


def _guide(
    values: Mapping[str, Any], shape: Shape, verdicts: Sequence[str]
) -> Iterator[tuple[str, Content]]:
    """Headlines, and the summary on 说明."""
    who, year, form = values["agency.name"], values["year"], shape.form
    yield "headline", f"{who or '（机关名称）'}　{year}年度"
    title = page.title_text(who or "", year)
    yield "report.title", title
    yield "height.report.title", _points(title, page.WIDTH, page.TITLE.size)
    yield "deadline", f"{year + 1}年1月31日前（《中华人民共和国政府信息公开条例》第四十九条）"
    wrong = f"！{form.name}格式不适用于 {year} 年度，请换用对应年度的工作簿。"
    yield "warning", "" if form.holds_for(year) else wrong
    by_table: dict[str, list[str]] = {}
    for check, said in zip(shape.checks, verdicts, strict=True):
        by_table.setdefault(check.table, []).append(said)
    empty_all = failed_all = 0
    for id, inputs in shape.inputs.items():
        empty = sum(values[i] is None for i in inputs)
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
        asked = [PREVIOUS + i for ids in shape.previous.inputs.values() for i in ids]
        empty = sum(values[i] is None for i in asked)
        failed, undecided = _count(by_table.get("previous", ()))
        failed_all += failed
        yield from _row("previous", empty, failed, undecided)
        yield (
            "state.previous",
            f"{failed} 处与上年不衔接"
            if failed
            else "未填，可以不填"
            if empty == len(asked)
            else f"{undecided} 处无法校验"
            if undecided
            else "√ 与上年衔接",
        )
    unwritten = sum(values[f"state.{t}"] == "未写" for t in TEXTS)
    done = not (empty_all or failed_all or unwritten)
    yield (
        "state",
        "√ 全部填写完毕，勾稽关系全部相符。"
        if done
        else f"还有 {empty_all} 格未填，{failed_all} 处勾稽关系不符，{unwritten} 部分文字未写。",
    )


def _row(id: str, empty: int, failed: int, undecided: int) -> Iterator[tuple[str, Content]]:
    yield f"empty.{id}", empty
    yield f"failed.{id}", failed
    yield f"undecided.{id}", undecided


def _count(verdicts: Sequence[str]) -> tuple[int, int]:
    """How many say that an identity fails, and how many that it cannot be decided."""
    failed = sum(v.startswith(formulas.DIFFERS) for v in verdicts)
    return failed, sum(v in (formulas.MISSING, formulas.NOT_A_NUMBER) for v in verdicts)


def _examine(found: _Gathering) -> None:
    """Texts that no cell can hold."""
    texts = {
        key: value
        for key, value in found.values.items()
        if isinstance(value, str) and not key.startswith("report.")
    }
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
