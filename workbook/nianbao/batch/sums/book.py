"""汇总.xlsx: the official workbook of the sum, and behind it what the sum is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.batch.pages import (
    ABOUT_UNIT,
    ListColumn,
    ListSheet,
    Tint,
    draw,
    height,
    lengthen,
    unfinished,
)
from nianbao.batch.review.record import ALL, SUMMED
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import STATES, others
from nianbao.batch.sums import charts
from nianbao.batch.sums.levels import UNSPLIT, Comparison, CountedReport, Tree
from nianbao.form import workbook
from nianbao.formats.xlsx.drawn import saved
from nianbao.formats.xlsx.long_sheet import Content, Row
from nianbao.ledgers import model
from nianbao.report import Report, owner
from nianbao.template import results, styles, values
from nianbao.template.build import cut, drafted
from nianbao.template.shape import shape_for
from nianbao.words.figures import Value, show

# The front sheet of 汇总.xlsx: what was added up, what is lacking, and where to look

FRONT = "汇总情况"
_COLUMNS = (ListColumn("项目", 130), ListColumn("情况", 560, "left"))
_NAMED = 20  # units that are named; 未报单位 has them all


def front(review: Review, tree: Tree, total: Report, compared: Sequence[Comparison]) -> ListSheet:
    """The sheet as a page of two columns."""
    lines = list(_lines(review, tree, total, compared))

    def rows() -> Iterator[Row]:
        for line in lines:
            yield Row(line, 0, max(22, height(_COLUMNS, line)))

    return ListSheet(
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


def arrange(book: Workbook, pages: Sequence[ListSheet], charts: str) -> None:
    """The sheets of the sum in front, then the official tables; what is for filling in is hidden,
    for it would pass for somebody's report."""
    shown = [page.title for page in pages]
    shown.insert(-2, charts)
    ledgers = (ledger.title for ledger in model.load().values())
    to_fill_in = workbook.BESIDE | {workbook.GUIDE, workbook.OVERVIEW, workbook.REST, *ledgers}
    for ws in book.worksheets:
        if ws.title in to_fill_in:
            ws.sheet_state = "hidden"
    order = {title: i for i, title in enumerate(shown)}
    sheets: list[Worksheet] = book.__dict__["_sheets"]  # openpyxl only moves one by one
    sheets.sort(key=lambda ws: order.get(ws.title, len(order)))
    book.active = 0
    for ws in book.worksheets:
        ws.sheet_view.tabSelected = ws.title == shown[0]


# A column for each figure: how it is headed, and which figure of a report stands there


def figure_columns(total: Report) -> tuple[ListColumn, ...]:
    cells = total.form.cells(total.layout).values()
    return tuple(
        ListColumn(
            short(cell.title),
            *(76, "right", styles.SIGNED if cell.kind == "change" else styles.GENERAL),
        )
        for cell in cells
    )


_TITLE = re.compile(r"(表.)“(.*)”的“(.*)”")
_LONG = 14  # characters of a row's label


def short(title: str) -> str:
    """A figure's name as a heading: 表三（三）1.属于国家秘密：自然人.

    In full it would take a third of a printed page; the long table has it.
    """
    match = _TITLE.fullmatch(title)
    if match is None:
        return title
    table, rows, column = match.groups()
    *groups, row = rows.split(" ")
    group = re.match(r"（.）", groups[-1]) if groups else None
    label = f"{group[0] if group else ''}{row}"
    if len(label) > _LONG:
        label = f"{label[: _LONG - 1]}…"
    return f"{table}{label}：{column.partition('（单位')[0]}"


def in_columns(report: Report, total: Report) -> list[Value]:
    """The figures of a report where ``total`` has them; parts of one name are added."""
    found: dict[str, Value] = {id: v for id, v in report.values.items() if "[" not in id}
    for table, row in total.form.repeats:
        names = total.repeats[row]
        for i, name in enumerate(report.repeats[row]):
            if name not in names and UNSPLIT not in names:
                continue  # nothing of it has been added
            at = names.index(name if name in names else UNSPLIT)
            there, here = f"{table}.{row}[{at}].", f"{table}.{row}[{i}]."
            for id, value in report.values.items():
                if id.startswith(here) and value is not None:
                    key = there + id.removeprefix(here)
                    found[key] = (found.get(key) or 0) + value
    return [found.get(id) for id in total.values]


DETAIL, LEVELS, CHARTS, MISSING, COMPARED = "单位明细", "分级汇总", "图表", "未报单位", "核对"

_RED, _AMBER = styles.FAILED_INK, "7A4B00"
_FAILED = Tint(_RED, "FDEBEB")
_MARKED = Tint(_AMBER, "FFF6E0", True, (4, 5, 6, 7))
_SUM = Tint(styles.INK, styles.TOTAL, True)


def write(review: Review, tree: Tree, total: Report, compared: Sequence[Comparison]) -> bytes:
    """The workbook. Read as a report it is ``total``."""
    shape = shape_for(total.format, total.year, total.layout)
    draft = drafted(shape)
    pages = [
        front(review, tree, total, compared),
        _detail(review, tree, total),
        _levels(review, tree, total),
        _missing(review, tree),
        _comparison(compared),
    ]
    for page in pages:
        draw(draft.book, page)
        if page.title == LEVELS:
            charts.draw(draft.book, CHARTS, charts.gather(review, tree, total))
    arrange(draft.book, pages, CHARTS)
    made = saved(draft.book, f"{total.year} 年度报告汇总", owner.result(SUMMED))
    members = lengthen(made, draft.book, pages)
    known = values.gather(total, None, shape)
    return cut(draft, members).render(known.values, known.typed_over)


_UNIT = (
    *ABOUT_UNIT,
    ListColumn("计入", 44),
    ListColumn("空格", 44),
    ListColumn("说明", 230, "left"),
)


def _detail(review: Review, tree: Tree, total: Report) -> ListSheet:
    columns = (*_UNIT, *figure_columns(total))

    def rows() -> Iterator[Row]:
        for number, part in enumerate(tree.parts, 1):
            unit = part.standing.unit
            above = review.stock.above(unit)
            about = (
                *(number, unit.name, unit.code, above, STATES[part.standing.state]),
                *("否" if part.why else "是", part.gaps.blank or None, remark(part) or None),
            )
            look = 1 if part.why else 2 if remark(part) or part.standing.state == "wrong" else 0
            yield Row((*about, *_figures(review, part, total)), look, height(_UNIT, about))
        said = ("合计", f"{tree.all.total.count} 份报告之和", *(None,) * 6)
        yield Row((*said, *total.values.values()), 3, 20)

    level = tree.all
    note = unfinished(review) + (
        f"应报 {level.due} 个单位，已报 {level.reported} 个，计入 {level.total.count} 份报告，"
        f"其中有错的 {tree.wrong} 份（照报送的数计入，已标出）；空格按 0 计，合计由各项重新相加。"
    )
    return ListSheet(
        DETAIL,
        f"{total.year} 年度各单位数据",
        note,
        columns,
        rows,
        len(tree.parts) + 1,
        (Tint(), Tint(styles.GREY, None, False), _MARKED, _SUM),
        sums=True,
        finish=_many_pages,
    )


def _many_pages(ws: Worksheet) -> None:
    """As many pages wide as it takes, units on each."""
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    ws.page_setup.fitToWidth = ws.page_setup.fitToHeight = None
    ws.page_setup.scale = 55
    ws.print_title_cols = "A:B"


def remark(part: CountedReport) -> str:
    """What is to be known of a unit's figures."""
    gaps, counts = part.gaps, part.standing.tally()
    said = [part.why] if part.why else []
    if not part.why and counts["error"]:
        said.append(f"有 {counts['error']} 处错误，照报送的数计入")
    if gaps.blank:
        said.append(f"{gaps.blank} 格空着，按 0 计")
    if gaps.bare:
        said.append(f"{gaps.bare} 处只填了合计、没有分项，没有计入")
    if gaps.words:
        said.append(f"另加的行里有 {gaps.words} 格是文字，没有计入")
    reason = part.standing.reason if part.standing.listed else ""
    return "；".join(said) + (f"。{reason}" if reason and said else reason)


def _figures(review: Review, part: CountedReport, total: Report) -> list[Value]:
    """A unit's figures in the columns of the sum: split rows by their names."""
    cells = total.form.cells(total.layout)
    standing = part.standing
    if not standing.file or not standing.reported or standing.file.format != total.format:
        return [None] * len(cells)
    return in_columns(review.record(standing.file).report(), total)


_LEVEL = (
    ListColumn("层级", 44),
    ListColumn("单位", 220, "left"),
    ListColumn("应报", 50),
    ListColumn("已报", 50),
    ListColumn("未报", 50),
    ListColumn("有错", 50),
    ListColumn("计入", 50),
)


def _levels(review: Review, tree: Tree, total: Report) -> ListSheet:
    def rows() -> Iterator[Row]:
        for level in tree.levels:
            about: tuple[Content, ...] = (
                level.depth,
                "　" * max(0, level.depth - 1) + level.name,
                *(level.due, level.reported, len(level.missing), level.wrong, level.total.count),
            )
            figures = in_columns(level.total.report(level.name), total)
            yield Row((*about, *figures), 0 if level.depth else 1, 20)

    return ListSheet(
        LEVELS,
        f"{total.year} 年度分级汇总",
        f"{unfinished(review)}按单位名单的“上级”逐级相加；第 0 级是全部单位。"
        "政府自己报送的本地区汇总报告只用于核对，不重复计入。",
        (*_LEVEL, *figure_columns(total)),
        rows,
        len(tree.levels),
        (Tint(), _SUM),
        finish=_many_pages,
    )


_ABSENT = (
    ListColumn("序号", 40),
    ListColumn("单位", 240, "left"),
    ListColumn("代码", 110, "left", styles.TEXT),
    ListColumn("上级", 170, "left"),
    ListColumn("状态", 90),
    ListColumn("说明", 330, "left"),
    ListColumn("联系人", 80),
    ListColumn("联系电话", 120, "left", styles.TEXT),
)


def _missing(review: Review, tree: Tree) -> ListSheet:
    absent = [p.standing for p in tree.parts if p.standing.listed and not p.standing.reported]

    def rows() -> Iterator[Row]:
        for number, s in enumerate(absent, 1):
            unit, above = s.unit, review.stock.above(s.unit)
            cells: tuple[Content, ...] = (
                *(number, unit.name, unit.code, above, STATES[s.state], s.reason or None),
                *(unit.contact or None, unit.phone or None),
            )
            yield Row(cells, 0, height(_ABSENT, cells))

    note = unfinished(review)
    note += f"共 {len(absent)} 个单位没有可以计入的 {review.stock.year} 年度报告。"
    if review.stock.roster is None:
        note += "没有给出单位名单，看不出谁没有报。"
    return ListSheet(MISSING, "未报单位", note, _ABSENT, rows, len(absent), tab="C55A5A")


_COMPARED = (
    ListColumn("序号", 40),
    ListColumn("本级", 170, "left"),
    ListColumn("规则", 60),
    ListColumn("数据", 300, "left"),
    ListColumn("各单位之和", 90, "right"),
    ListColumn("本级报告", 90, "right"),
    ListColumn("相差", 70, "right"),
    ListColumn("结论", 420, "left"),
)


def _comparison(compared: Sequence[Comparison]) -> ListSheet:
    looks = {"√": 0, "!": 1, "✘": 1, "？": 2, "i": 2}

    def rows() -> Iterator[Row]:
        for number, cells in enumerate(_compared(compared), 1):
            full = (number, *cells)
            sign = str(cells[-1])[:1]
            yield Row(full, looks.get(sign, 2), height(_COMPARED, full))

    note = (
        "本级报告与所属各单位之和逐格相比；先列规则的结论，再列每一格。差额不一定是错误。"
        if compared
        else "没有本级的报告可以比较：用 --parent 给出，或把它放进文件夹并在名单里写明上级。"
    )
    count = sum(1 for _ in _compared(compared))
    tints = (Tint(), Tint(_RED, None, True, (6, 7)), Tint(styles.GREY))
    return ListSheet(COMPARED, "核对", note, _COMPARED, rows, count, tints, tab="BF8F00")


def _compared(compared: Sequence[Comparison]) -> Iterator[tuple[Content, ...]]:
    for one in compared:
        name = one.report.agency.name
        for f in one.findings:
            level = results.LEVELS[f.level if f.outcome == "fail" else f.outcome]
            yield name, f.rule, None, None, None, None, f"{level}：{f.message}{f.hint}"
        for title, total, stated in one.cells():
            yield name, None, title, total, stated, *_verdict(total, stated)


def _verdict(total: Value, stated: Value) -> tuple[Value, str]:
    if total is None or stated is None:
        return None, "？ 没有填写"
    gap = Decimal(stated) - Decimal(total)
    if not gap:
        return None, "√ 相等"
    exact: Value = gap if isinstance(total, Decimal) or isinstance(stated, Decimal) else int(gap)
    return exact, f"! 本级{'多' if gap > 0 else '少'} {show(abs(gap))}"


def total_of(tree: Tree, parent: Report | None) -> Report:
    """The sum of all as a report: of the parent, or of the one unit at the top."""
    if parent is not None:
        return tree.all.total.report(parent.agency.name, parent.agency.code)
    tops = [p.standing.unit for p in tree.parts if p.standing.unit.parent is None]
    if len(tops) == 1 and len(tree.levels) > 1:
        return tree.all.total.report(tops[0].name, tops[0].code)
    return tree.all.total.report(ALL)
