"""问题清单: all findings of a stock, with what a person wrote beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import rules
from nianbao.batch.pages import FIRST, Column, Page, Tint, height_with_links
from nianbao.batch.review.record import Told
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import Standing
from nianbao.formats.a1 import letters_of
from nianbao.formats.xlsx.long_sheet import Content, Link, Row
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
    Column("序号", 40),
    Column("单位", 140, "left"),
    Column("文件", 120, "left", link=True),
    Column("级别", 62),
    Column("规则", 50),
    Column("位置", 84),
    Column("填报值", 56),
    Column("应为", 56),
    Column("相差", 50),
    Column("问题", 290, "left"),
    Column("建议", 210, "left"),
    Column("依据", 150, "left"),
    Column("处理情况", 72),
    Column("说明", 130, "left"),
    Column("指纹", 0),
)
UNIT, RULE, MESSAGE, HANDLING, REASON, FINGERPRINT = (
    next(i for i, c in enumerate(_FINDINGS) if c.title == title)
    for title in ("单位", "规则", "问题", "处理情况", "说明", "指纹")
)
FINDING_TITLES = tuple(column.title for column in _FINDINGS)


def findings_page(review: Review, handled: Handlings, way: Way) -> Page:
    stock = review.stock
    count = sum(sum(s.file.counts) for s in stock.standings if s.file and s.reported)
    looks = list(_LEVEL_TINTS)
    gone = _gone(review, handled)

    def rows() -> Iterator[Row]:
        number = 0
        for standing, told in findings_of(review):
            number += 1
            group = told.level if told.outcome == "fail" else told.outcome
            said = handled.get((standing.unit.name, mark(standing, told)))
            cells = _finding(number, standing, told, said, way)
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
    return Page(
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


def findings_of(review: Review) -> Iterator[tuple[Standing, Told]]:
    """All findings in the reports that count, agency by agency."""
    for standing in review.stock.standings:
        if standing.file and standing.reported:
            for told in review.record(standing.file).findings:
                yield standing, told


def _finding(
    number: int, standing: Standing, told: Told, said: Handled | None, way: Way
) -> tuple[Content, ...]:
    rule = _rule(told.rule)
    key = standing.file.key if standing.file else ""
    group = told.level if told.outcome == "fail" else told.outcome
    return (
        number,
        standing.unit.name,
        Link(key.rpartition("/")[2], way(key)),
        results.LEVELS[group],
        told.rule,
        told.place or None,
        told.actual,
        told.expected,
        told.difference,
        told.message,
        rule.hint,
        f"{rule.basis}（{rule.basis_kind}）",
        (said.handling or None) if said else None,
        (said.reason or None) if said else None,
        mark(standing, told),
    )


def mark(standing: Standing, told: Told) -> str:
    """What tells a finding of an agency from the same one of another, even of the same name."""
    code = standing.unit.code
    return f"{told.fingerprint}@{code}" if code else told.fingerprint


@lru_cache
def _rule(code: str) -> Rule:
    return rules.rule(code)


def _gone(review: Review, handled: Handlings) -> list[Handled]:
    """Answers to findings that are not there any more: an agency may come back with them."""
    if not handled:
        return []
    here = {(s.unit.name, mark(s, told)) for s, told in findings_of(review)}
    return [h for key, h in handled.items() if key not in here and (h.handling or h.reason)]


def _handling_list(ws: Worksheet) -> None:
    choice = DataValidation(
        "list", formula1=f'"{",".join(results.HANDLINGS)}"', allow_blank=True, errorStyle="warning"
    )
    letter = letters_of(HANDLING + 1)
    choice.add(f"{letter}{FIRST}:{letter}1048576")
    ws.add_data_validation(choice)
