"""核查.xlsx: where each agency stands, all findings with what a person wrote beside them, texts
that repeat others, all files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import form as forms
from nianbao import rules
from nianbao.batch.pages import (
    ABOUT_UNIT,
    FIRST,
    ListColumn,
    ListSheet,
    Tint,
    height_with_links,
    unfinished,
    workbook,
)
from nianbao.batch.review.record import RecordedFinding
from nianbao.batch.review.repeats import Likeness
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import STATES, Fate, Standing, State, counted
from nianbao.formats.a1 import letters_of
from nianbao.formats.xlsx.long_sheet import Content, Link, Row
from nianbao.report import TEXT_TITLES
from nianbao.report.findings import Rule
from nianbao.template import results, styles

FINDINGS = "问题清单"
GONE = "√ 已不再出现"

RED, AMBER = styles.FAILED_INK, "7A4B00"
_LEVEL_TINTS = {
    "error": Tint(RED, None, True, (3,)),
    "warning": Tint(AMBER, None, True, (3,)),
    "info": Tint(styles.BLUE, None, False, (3,)),
    "undecided": Tint(styles.GREY, None, False, (3,)),
    GONE: Tint(styles.GREY),
}


class Handled(NamedTuple):
    """What a person wrote beside a finding, and the finding as it was shown."""

    unit: str
    fingerprint: str
    rule: str
    message: str
    handling: str
    reason: str


Handlings = Mapping[tuple[str, str], Handled]
Way = Callable[[str], str]


_FINDINGS = (
    ListColumn("序号", 40),
    ListColumn("单位", 140, "left"),
    ListColumn("文件", 120, "left", link=True),
    ListColumn("级别", 62),
    ListColumn("规则", 50),
    ListColumn("位置", 84),
    ListColumn("填报值", 56),
    ListColumn("应为", 56),
    ListColumn("相差", 50),
    ListColumn("问题", 290, "left"),
    ListColumn("建议", 210, "left"),
    ListColumn("依据", 150, "left"),
    ListColumn("处理情况", 72),
    ListColumn("说明", 130, "left"),
    ListColumn("指纹", 0),
)
UNIT, RULE, MESSAGE, HANDLING, REASON, FINGERPRINT = (
    next(i for i, c in enumerate(_FINDINGS) if c.title == title)
    for title in ("单位", "规则", "问题", "处理情况", "说明", "指纹")
)
FINDING_TITLES = tuple(column.title for column in _FINDINGS)


def findings_page(review: Review, handled: Handlings, way: Way) -> ListSheet:
    stock = review.stock
    count = sum(sum(s.file.counts) for s in stock.standings if s.file and s.reported)
    looks = list(_LEVEL_TINTS)
    gone = _gone(review, handled)

    def rows() -> Iterator[Row]:
        number = 0
        for standing, finding in findings_of(review):
            number += 1
            group = finding.level if finding.outcome == "fail" else finding.outcome
            said = handled.get((standing.unit.name, mark(standing, finding)))
            cells = _finding(number, standing, finding, said, way)
            yield Row(cells, looks.index(group), height_with_links(_FINDINGS, cells))
        for h in gone:
            number += 1
            blanks = (None,) * 4
            cells = (
                *(number, h.unit, None, GONE, h.rule, *blanks, h.message, None, None),
                *(h.handling or None, h.reason or None, h.fingerprint),
            )
            yield Row(cells, looks.index(GONE), height_with_links(_FINDINGS, cells))

    note = (
        f"共 {count} 条。“处理情况”和“说明”由您填写，再次核查时按单位和问题保留；"
        "✘ 必须改正，! 改正或说明原因，i 请看一眼，？ 有空格、无法判断。"
    )
    if gone:
        note += f"最后 {len(gone)} 条是以前处理过、这次不再出现的。"
    return ListSheet(
        FINDINGS,
        "问题清单",
        note,
        _FINDINGS,
        rows,
        count + len(gone),
        tuple(_LEVEL_TINTS.values()),
        tab="C55A5A",
        finish=_handling_list,
    )


def findings_of(review: Review) -> Iterator[tuple[Standing, RecordedFinding]]:
    """All findings in the reports that count, agency by agency."""
    for standing in review.stock.standings:
        if standing.file and standing.reported:
            for finding in review.record(standing.file).findings:
                yield standing, finding


def _finding(
    number: int, standing: Standing, finding: RecordedFinding, said: Handled | None, way: Way
) -> tuple[Content, ...]:
    rule = _rule(finding.rule)
    key = standing.file.key if standing.file else ""
    group = finding.level if finding.outcome == "fail" else finding.outcome
    return (
        number,
        standing.unit.name,
        Link(key.rpartition("/")[2], way(key)),
        results.LEVELS[group],
        finding.rule,
        finding.place or None,
        finding.actual,
        finding.expected,
        finding.difference,
        finding.message,
        rule.hint,
        f"{rule.basis}（{rule.basis_kind}）",
        (said.handling or None) if said else None,
        (said.reason or None) if said else None,
        mark(standing, finding),
    )


def mark(standing: Standing, finding: RecordedFinding) -> str:
    """What tells a finding of an agency from the same one of another, even of the same name."""
    code = standing.unit.code
    return f"{finding.fingerprint}@{code}" if code else finding.fingerprint


@lru_cache
def _rule(code: str) -> Rule:
    return rules.rule(code)


def _gone(review: Review, handled: Handlings) -> list[Handled]:
    """Answers to findings that are not there any more: an agency may come back with them."""
    if not handled:
        return []
    here = {(s.unit.name, mark(s, finding)) for s, finding in findings_of(review)}
    return [h for key, h in handled.items() if key not in here and (h.handling or h.reason)]


def _handling_list(ws: Worksheet) -> None:
    choice = DataValidation(
        "list", formula1=f'"{",".join(results.HANDLINGS)}"', allow_blank=True, errorStyle="warning"
    )
    letter = letters_of(HANDLING + 1)
    choice.add(f"{letter}{FIRST}:{letter}1048576")
    ws.add_data_validation(choice)


OVERVIEW, ALIKE, FILES = "总览", "雷同", "文件"

_STATE_TINTS: dict[State, Tint] = {
    "missing": Tint(AMBER, "FFF6E0", True, (4,)),
    "unreadable": Tint(RED, "FDEBEB", True, (4,)),
    "wrong": Tint(RED, "FDEBEB", True, (4,)),
    "doubtful": Tint(AMBER, "FFF6E0", True, (4,)),
    "passed": Tint(styles.GREEN, None, True, (4,)),
    "unseen": Tint(styles.GREY, None, True, (4,)),
}
_SUMS = Tint(styles.INK, styles.TOTAL, True)


def write(review: Review, likenesses: Sequence[Likeness], handled: Handlings, way: Way) -> bytes:
    """The workbook. ``way`` leads from it to a file by its key; ``handled`` by unit and print."""
    stock = review.stock
    pages = [
        _overview(review, way),
        findings_page(review, handled, way),
        _alike(likenesses, way),
        _files(stock.fates, way),
    ]
    return workbook(f"{stock.year} 年度报告核查", pages, "核查结果")


_OVERVIEW = (
    *ABOUT_UNIT,
    ListColumn("错误", 44),
    ListColumn("提醒", 44),
    ListColumn("参考", 44),
    ListColumn("缺数", 44),
    ListColumn("格式", 62),
    ListColumn("文件", 210, "left", link=True),
    ListColumn("上年依据", 120, "left"),
    ListColumn("说明", 280, "left"),
    ListColumn("联系人", 66),
    ListColumn("联系电话", 100, "left", styles.TEXT),
)


def _overview(review: Review, way: Way) -> ListSheet:
    stock = review.stock
    note = f"{unfinished(review)}{counted(stock)}。点“文件”打开原件；列名上的箭头可以筛选。"

    def rows() -> Iterator[Row]:
        sums = [0] * 4
        for s in stock.standings:
            counts = s.file.counts if s.file and s.reported else (None,) * 4
            sums = [a + (b or 0) for a, b in zip(sums, counts, strict=True)]
            cells: tuple[Content, ...] = (
                s.number + 1,
                s.unit.name,
                s.unit.code,
                stock.above(s.unit),
                STATES[s.state],
                *counts,
                forms.load(s.file.format).name if s.file and s.file.format else None,
                Link(s.file.key, way(s.file.key)) if s.file else None,
                (s.file.against or "没有") if s.file and s.reported else None,
                s.reason or None,
                s.unit.contact or None,
                s.unit.phone or None,
            )
            yield Row(cells, list(STATES).index(s.state), height_with_links(_OVERVIEW, cells))
        totals = f"{len(stock.standings)} 个单位"
        blanks = (None,) * (len(_OVERVIEW) - 9)
        yield Row(("合计", totals, None, None, None, *sums, *blanks), len(STATES), 20)

    return ListSheet(
        OVERVIEW,
        f"{stock.year} 年度报告核查",
        note,
        _OVERVIEW,
        rows,
        len(stock.standings) + 1,
        (*_STATE_TINTS.values(), _SUMS),
        sums=True,
    )


_ALIKE = (
    ListColumn("序号", 40),
    ListColumn("单位", 170, "left"),
    ListColumn("部分", 130, "left"),
    ListColumn("程度", 90),
    ListColumn("重复率", 60, format="0%"),
    ListColumn("与谁相同", 190, "left"),
    ListColumn("相同的文字", 430, "left"),
    ListColumn("文件", 150, "left", link=True),
    ListColumn("对方文件", 150, "left", link=True),
)


def _alike(likenesses: Sequence[Likeness], way: Way) -> ListSheet:
    def rows() -> Iterator[Row]:
        for number, one in enumerate(likenesses, 1):
            more = f"，另有 {one.others} 个单位与它一字不差" if one.others else ""
            cells: tuple[Content, ...] = (
                number,
                one.unit,
                TEXT_TITLES[one.text],
                "! 高度雷同" if one.strong else "! 较多相同",
                one.share,
                f"{one.other}{more}",
                "\n".join(f"“{p}”" for p in one.passages) or "（整段相近，没有一字不差的长句）",
                Link(one.key, way(one.key)),
                Link(one.other_key, way(one.other_key)) if one.other_key else None,
            )
            yield Row(cells, 0 if one.strong else 1, height_with_links(_ALIKE, cells))

    return ListSheet(
        ALIKE,
        "雷同",
        f"共 {len(likenesses)} 处。比的是一、五、六的文字，去掉机关名称、数字、标题和文件名后"
        "按连续五个字计算；每段只列最相近的一个。没有统一的认定标准，请人工判断。",
        _ALIKE,
        rows,
        len(likenesses),
        (Tint(RED, None, True, (3,)), Tint(AMBER, None, True, (3,))),
        tab="BF8F00",
    )


_FILES = (
    ListColumn("序号", 40),
    ListColumn("文件", 330, "left", link=True),
    ListColumn("单位", 200, "left"),
    ListColumn("结果", 84),
    ListColumn("原因", 460, "left"),
)


def _files(fates: Sequence[Fate], way: Way) -> ListSheet:
    def rows() -> Iterator[Row]:
        for number, fate in enumerate(fates, 1):
            key = fate.file.key
            cells: tuple[Content, ...] = (
                number,
                Link(key, way(key)),
                fate.unit or None,
                fate.outcome,
                fate.reason or None,
            )
            yield Row(cells, int(fate.outcome != "采用"), height_with_links(_FILES, cells))

    used = sum(f.outcome == "采用" for f in fates)
    return ListSheet(
        FILES,
        "收到的文件",
        f"共 {len(fates)} 个文件，采用 {used} 个，其余写明原因。",
        _FILES,
        rows,
        len(fates),
        (Tint(), Tint(RED, None, True, (3,))),
        tab="A6A6A6",
    )
