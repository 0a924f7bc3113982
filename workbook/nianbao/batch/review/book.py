"""核查.xlsx: where each agency stands, all findings, texts that repeat others, all files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nianbao import form as forms
from nianbao.batch.pages import (
    ABOUT_UNIT,
    Column,
    Page,
    Tint,
    height_with_links,
    unfinished,
    workbook,
)
from nianbao.batch.review.findings import AMBER, RED, Handlings, Way, findings_page
from nianbao.batch.review.repeats import Likeness
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import STATES, Fate, State, counted
from nianbao.formats.xlsx.long_sheet import Content, Link, Row
from nianbao.report import TEXT_TITLES
from nianbao.template import styles

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


# --- 总览 ---------------------------------------------------------------------------------------

_OVERVIEW = (
    *ABOUT_UNIT,
    Column("错误", 44),
    Column("提醒", 44),
    Column("参考", 44),
    Column("缺数", 44),
    Column("格式", 62),
    Column("文件", 210, "left", link=True),
    Column("上年依据", 120, "left"),
    Column("说明", 280, "left"),
    Column("联系人", 66),
    Column("联系电话", 100, "left", styles.TEXT),
)


def _overview(review: Review, way: Way) -> Page:
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

    return Page(
        OVERVIEW,
        f"{stock.year} 年度报告核查",
        note,
        _OVERVIEW,
        rows,
        len(stock.standings) + 1,
        (*_STATE_TINTS.values(), _SUMS),
        sums=True,
    )


# --- 雷同 ---------------------------------------------------------------------------------------

_ALIKE = (
    Column("序号", 40),
    Column("单位", 170, "left"),
    Column("部分", 130, "left"),
    Column("程度", 90),
    Column("重复率", 60, format="0%"),
    Column("与谁相同", 190, "left"),
    Column("相同的文字", 430, "left"),
    Column("文件", 150, "left", link=True),
    Column("对方文件", 150, "left", link=True),
)


def _alike(likenesses: Sequence[Likeness], way: Way) -> Page:
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

    return Page(
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


# --- 文件 ---------------------------------------------------------------------------------------

_FILES = (
    Column("序号", 40),
    Column("文件", 330, "left", link=True),
    Column("单位", 200, "left"),
    Column("结果", 84),
    Column("原因", 460, "left"),
)


def _files(fates: Sequence[Fate], way: Way) -> Page:
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
    return Page(
        FILES,
        "收到的文件",
        f"共 {len(fates)} 个文件，采用 {used} 个，其余写明原因。",
        _FILES,
        rows,
        len(fates),
        (Tint(), Tint(RED, None, True, (3,))),
        tab="A6A6A6",
    )
