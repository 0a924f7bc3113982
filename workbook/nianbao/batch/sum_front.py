"""The front sheet of 汇总.xlsx: what was added up, what is lacking, and where to look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import own
from nianbao.batch.comparing import Comparison
from nianbao.batch.levels import Tree
from nianbao.batch.pages import Column, Page, height, unfinished
from nianbao.batch.reviewing import Review
from nianbao.batch.stock import others
from nianbao.ledgers import declared
from nianbao.outputs.long_sheet import Row
from nianbao.report import Report

FRONT = "汇总情况"
_COLUMNS = (Column("项目", 130), Column("情况", 560, "left"))
_NAMED = 20  # units that are named; 未报单位 has them all


def front(review: Review, tree: Tree, total: Report, compared: Sequence[Comparison]) -> Page:
    """The sheet as a page of two columns."""
    lines = list(_lines(review, tree, total, compared))

    def rows() -> Iterator[Row]:
        for line in lines:
            yield Row(line, 0, max(22, height(_COLUMNS, line)))

    return Page(
        FRONT,
        f"{total.year} 年度政府信息公开工作年度报告汇总",
        f"{unfinished(review)}这是把各单位的数加起来的结果，不是一个单位的报告。",
        _COLUMNS,
        rows,
        len(lines),
        upright=True,
    )


def _lines(
    review: Review, tree: Tree, total: Report, compared: Sequence[Comparison]
) -> Iterator[tuple[str, str]]:
    level = tree.all
    missing = "、".join(level.missing[:_NAMED]) + ("等" if len(level.missing) > _NAMED else "")
    yield "汇总范围", f"{total.agency.name}，{total.form.name}格式"
    yield "应报", f"{level.due} 个单位" if review.stock.roster else "没有给出单位名单，看不出"
    yield "已报", f"{level.reported} 个单位，计入 {level.total.count} 份报告{others(review.stock)}"
    yield "未报", f"{len(level.missing)} 个单位：{missing}" if missing else "没有"
    yield "有错", f"{tree.wrong} 份，照报送的数计入，在“单位明细”里标出" if tree.wrong else "没有"
    blank = sum(part.why is None and part.gaps.blank > 0 for part in tree.parts)
    yield "有空格", f"{blank} 份，空格按 0 计，在“单位明细”里写明" if blank else "没有"
    for one in compared:
        said = f"有 {one.gap} 格不等，见“核对”" if one.gap else "逐格相等"
        yield "与汇总报告核对", f"“{one.report.agency.name}”自己的报告与所属单位之和{said}"
    tables = "、".join(f"“{table.name}”" for table in total.form.tables.values())
    yield "数据", f"{tables}是加总后的官方表格，合计重新计算；“单位明细”一个单位一行"


def arrange(book: Workbook, pages: Sequence[Page], charts: str) -> None:
    """The sheets of the sum in front, then the official tables; what is for filling in is hidden,
    for it would pass for somebody's report."""
    shown = [page.title for page in pages]
    shown.insert(-2, charts)
    ledgers = (ledger.title for ledger in declared.load().values())
    to_fill_in = own.BESIDE | {own.GUIDE, own.OVERVIEW, own.REST, *ledgers}
    for ws in book.worksheets:
        if ws.title in to_fill_in:
            ws.sheet_state = "hidden"
    order = {title: i for i, title in enumerate(shown)}
    sheets: list[Worksheet] = book.__dict__["_sheets"]  # openpyxl only moves one by one
    sheets.sort(key=lambda ws: order.get(ws.title, len(order)))
    book.active = 0
    for ws in book.worksheets:
        ws.sheet_view.tabSelected = ws.title == shown[0]
