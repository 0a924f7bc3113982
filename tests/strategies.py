"""Reports for tests: the seed's figures, and random ones, right or wrong by construction.

``reports()`` draws a handful of choices and one number, and fills the two hundred cells from a
``random.Random`` seeded with it: drawing every cell by itself would be a hundred times slower.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from nianbao import form as forms
from nianbao.form import ExtraRow, Form, Layout, Table, local_cell, local_id
from nianbao.report import TEXTS, Agency, Report, build, unnameable, with_totals

AGENCIES = (
    "北京市大兴区商务局",
    "内蒙古自治区锡林郭勒盟苏尼特左旗人民政府办公室",
    "中国（上海）自由贸易试验区管理委员会",
    "湖南省湘西土家族苗族自治州凤凰县沱江镇人民政府",
    "克孜勒苏柯尔克孜自治州阿图什市司法局",
    "𬒈山县䶮桥街道办事处",
    "某市发展和改革委员会（粮食和物资储备局）",
    "国家税务总局某某市税务局12366中心",
    "某区“一网统管”指挥中心",
    "某市A&B产业园区管理委员会",
)
OPENINGS = (
    "",
    "根据《中华人民共和国政府信息公开条例》规定，编制本报告。",
    "依据《中华人民共和国政府信息公开条例》(以下简称《条例》)第五十条规定，编制本报告。\n"
    "本报告所列数据的统计期限为{Y}年1月1日至{Y}年12月31日。",
    "本报告中所列数据的统计期限自{Y}年1月1日起至12月31日止。如有疑问，请联系本机关"
    "（地址：某路１号；电话：010-12345678转8）。",
)
PARAGRAPHS = (
    "（一）主动公开情况。全年通过网站、政务新媒体公开各类政务信息491条。",
    "（二）依申请公开办理情况。申请办理情况见表三。",
    "一是公开意识有待提升；二是平台建设有待加强。",
    "改进情况：加强培训，做到“应公开、尽公开”。",
    "=1+1 是文字，不是公式",
    "+86 10 12345678，-8 ℃，@全体人员",
    "<b>尖括号</b> & 引号 \"双\" '单'，百分号 100%，反斜杠 C:\\年报",
    "制表\u3000空格 与不间断\u00a0空格，全角１２３＋，生僻字𠮷䶮㛃，表情😀",
    "占比达99.50%（保留两位小数）……未发生责任追究情况——特此说明。",
    "无。",
    "_x000D_ 与 &amp; &#10; 都应原样保留",
    "3. 指导基层规范公开 12 次，A/B 两类。",
)
ROW_LABELS = ("其中：网上申请情形", "9.地方增设事由", "其他主动公开文件", "省内自定 & <附加>行")
SPLITS: tuple[tuple[str | None, ...], ...] = (
    (None,),
    ("行政检查",),
    ("行政检查", "行政确认"),
    ("行政确认", "行政奖励", "行政给付", "公共服务事项"),
)
YEARS = (2019, 2020, 2021, 2023, 2026)
SIZES = (0, 1, 3, 60, 9_999, 10**7)
APPLICANTS = ("natural_person", "business", "research", "nonprofit", "legal_service", "other")


def seed_figures() -> Report:
    """The figures of the seed report, without its texts: 北京市大兴区商务局, 2020."""
    split = {"other_services": ("行政检查", "行政确认")}
    values: dict[str, Any] = dict.fromkeys(forms.load(2019).cells(Layout(split)), 0)
    values |= row("disclosure.licensing", items=1, change=1, decisions=10)
    values |= row("disclosure.other_services[0]", items=0, change=1, decisions=235)
    values |= row("disclosure.normative_documents", made=2, disclosed=1, total=7)
    return build(2019, 2020, Agency("北京市大兴区商务局"), values, repeats=split)


def zeros(format: int = 2021, year: int = 2023, name: str = "某市某某局") -> Report:
    """A report in which everything is filled in with zero."""
    return build(format, year, Agency(name), dict.fromkeys(forms.load(format).cells(), 0))


def row(id: str, **figures: Any) -> dict[str, Any]:
    """``row("requests.received", total=1)`` is ``{"requests.received.total": 1}``."""
    return {f"{id}.{key}": value for key, value in figures.items()}


def having(report: Report, values: Mapping[str, Any], **changes: Any) -> Report:
    """The same report with other figures in some cells (ids of local rows too)."""
    official = {id: v for id, v in values.items() if not local_cell(id)}
    rows = list(report.extra)
    for id in values:
        if local := local_cell(id):
            old = rows[local.row]
            rows[local.row] = replace(old, values={**old.values, local.col: values[id]})
    altered = build(
        report.format,
        report.year,
        report.agency,
        {**report.values, **official},
        repeats=report.repeats,
        text=report.text,
        extra=tuple(rows),
        trace=report.trace,
    )
    return replace(altered, **changes)


def covered(report: Report) -> list[str]:
    """Every cell, of local rows too, that stands in an identity."""
    return list(dict.fromkeys(c for e in report.form.equations(report.layout) for c in e.cells))


@st.composite
def reports(
    draw: st.DrawFn,
    format: int | None = None,
    right: bool | None = None,
    *,
    extra: bool = True,
    texts: bool = True,
    wild: bool = False,
    few_shapes: bool = False,
) -> Report:
    """A report on one of the forms.

    ``right=True``: every cell filled in, all identities hold; ``False``: every cell filled in, at
    least one identity fails; ``None``: these and reports with blanks, blank tables, random totals.
    ``extra`` and ``texts`` say whether there may be local rows and texts. ``wild``: names, labels
    and texts are any text but for what ``labels`` leaves out, for readers that go by no words.
    ``few_shapes``: years, split and local rows as in one of ``SHAPES``, each of which costs the
    official workbook a template of its own, a second of work, however many reports fill it.
    """
    shape = draw(st.sampled_from(SHAPES)) if few_shapes else None
    format = shape.format if shape else format or draw(st.sampled_from(forms.FORMATS))
    form = forms.load(format)
    rng = random.Random(draw(st.integers(0, 2**32)))
    top = draw(st.sampled_from(SIZES))
    if shape:
        layout = Layout(shape.repeats, tuple(_local_rows(form, rng, top, shape.places)))
    else:
        layout = Layout(
            {name: draw(st.sampled_from(SPLITS)) for _, name in form.repeats},
            tuple(_extra_rows(form, rng, top, draw(st.integers(0, 2)))) if extra else (),
        )
    values = _right_values(form, layout, rng, top)
    local = tuple(
        replace(e, values={c: values.pop(local_id(i, c)) for c in e.values})
        for i, e in enumerate(layout.extra)
    )
    report = build(
        format,
        shape.year if shape else draw(st.sampled_from([y for y in YEARS if form.holds_for(y)])),
        Agency(draw(st.sampled_from(AGENCIES)), draw(st.sampled_from((None, "110115-017")))),
        values,
        repeats=layout.repeats,
        extra=local,
    )
    if texts and draw(st.booleans()):
        report = replace(report, text=_texts(rng, report.year))
    if wild:
        report = _wild(draw, report)
    if right is None:
        return draw(st.sampled_from((_keep, _break, _blank, _blank_table, _scramble)))(report, rng)
    return report if right else _break(report, rng)


def labels(format: int) -> st.SearchStrategy[str]:
    """Any name that a local row may have: no label of the form itself, no word for a sum."""
    return st.text(min_size=1, max_size=40).filter(lambda text: not unnameable(format, text))


def _wild(draw: st.DrawFn, report: Report) -> Report:
    repeats = {
        row: names if names == (None,) else tuple(draw(st.text(max_size=12)) for _ in names)
        for row, names in report.repeats.items()
    }
    extra = tuple(replace(row, label=draw(labels(report.format))) for row in report.extra)
    return build(
        report.format,
        report.year,
        Agency(draw(st.text(max_size=60)), draw(st.none() | st.text(max_size=12))),
        {
            id: report.values[id]
            for id in report.form.cells(Layout({k: v or (None,) for k, v in repeats.items()}))
        },
        repeats=repeats,
        text={t: draw(st.text(max_size=80)) if text else "" for t, text in report.text.items()},
        extra=extra,
    )


# --- figures that are right ------------------------------------------------------------------


def _right_values(form: Form, layout: Layout, rng: random.Random, top: int) -> dict[str, Any]:
    """Every figure, of local rows too, such that all identities hold."""
    values: dict[str, Any] = {}
    for id, cell in form.cells(layout).items():
        values[id] = (
            Decimal(rng.randint(0, top * 10_000)) / 10_000
            if cell.kind == "money"
            else rng.randint(0, rng.choice((0, top)))
        )
    for id, cell in form.cells(layout).items():
        if cell.kind == "change":
            values[id] = rng.randint(-values[id.removesuffix("change") + "items"], top)
    local = {local_id(i, c): v for i, e in enumerate(layout.extra) for c, v in e.values.items()}
    values |= local
    for equation in form.equations(layout):
        if equation.identity.defines and equation.identity.per == "column":
            _add_up(values, equation.expected, equation.actual)
        if equation.identity.rule == "T3-01":
            _balance(values, equation.key, form, layout)
    for equation in form.equations(layout):
        if equation.identity.per == "row":
            _add_up(values, equation.expected, equation.actual)
    return values


def _add_up(values: dict[str, Any], parts: tuple[str, ...], target: tuple[str, ...]) -> None:
    values[target[0]] = sum(values[p] for p in parts)


def _balance(values: dict[str, Any], col: str, form: Form, layout: Layout) -> None:
    done = next(
        e for e in form.equations(layout) if (e.identity.rule, e.key) == ("T3-02", col)
    ).expected
    out = values[f"requests.carried_out.{col}"]
    work = sum(values[c] for c in done) + out
    carried = min(values[f"requests.carried_in.{col}"], work)
    values |= {f"requests.carried_in.{col}": carried, f"requests.received.{col}": work - carried}


def _extra_rows(form: Form, rng: random.Random, top: int, count: int) -> Iterator[ExtraRow]:
    yield from _local_rows(form, rng, top, tuple(_places(form, rng, count)))


Place = tuple[str, int, str]  # a local row's table, block and the row before it


def _places(form: Form, rng: random.Random, count: int) -> Iterator[Place]:
    for _ in range(count):
        table: Table = form.tables[rng.choice(("disclosure", "requests"))]
        n = rng.randrange(len(table.blocks))
        yield table.id, n, rng.choice(table.blocks[n].row_leaves).id


def _local_rows(
    form: Form, rng: random.Random, top: int, places: tuple[Place, ...]
) -> Iterator[ExtraRow]:
    labels = rng.sample(ROW_LABELS, len(places))
    for label, (table, n, after) in zip(labels, places, strict=True):
        leaves = form.tables[table].blocks[n].column_leaves
        yield ExtraRow(table, label, {leaf.node.id: rng.randint(0, top) for leaf in leaves}, after)


class Shape(NamedTuple):
    """What decides the template that a report is filled into."""

    format: int
    year: int
    repeats: Mapping[str, tuple[str | None, ...]]
    places: tuple[Place, ...]


def _shapes(rng: random.Random) -> Iterator[Shape]:
    """Every form and every number of local rows; which year and where they stand is drawn."""
    for format in forms.FORMATS:
        form = forms.load(format)
        for count in (0, 1, 2):
            for _ in range(2):
                repeats = {name: rng.choice(SPLITS) for _, name in form.repeats}
                places = tuple(_places(form, rng, count))
                year = rng.choice([y for y in YEARS if form.holds_for(y)])
                yield Shape(format, year, repeats, places)


# Others in every run, so that all are met some day; the same in all runs of CI.
_FIXED = os.environ.get("CI") or os.environ.get("HYPOTHESIS_PROFILE")
SHAPES = tuple(_shapes(random.Random(0 if _FIXED else None)))


def _texts(rng: random.Random, year: int) -> dict[str, str]:
    texts = {t: "\n".join(rng.sample(PARAGRAPHS, rng.randint(0, 4))) for t in TEXTS}
    return texts | {"opening": rng.choice(OPENINGS).format(Y=year)}


# --- and what becomes of them ----------------------------------------------------------------


def _keep(report: Report, _rng: random.Random) -> Report:
    return report


def _break(report: Report, rng: random.Random) -> Report:
    """One cell of an identity is wrong by a little."""
    cell = rng.choice(covered(report))
    return having(report, {cell: report[cell] + rng.randint(1, 9)})


def _blank(report: Report, rng: random.Random) -> Report:
    """Some cells are not filled in."""
    ids = [*report.values, *report.local]
    return having(report, dict.fromkeys(rng.sample(ids, rng.choice((1, 2, 20))), None))


def _blank_table(report: Report, rng: random.Random) -> Report:
    table = rng.choice(list(report.form.tables))
    return having(report, dict.fromkeys((i for i in report.values if i.startswith(table)), None))


def _scramble(report: Report, rng: random.Random) -> Report:
    """Inputs at random; of the totals some are added up, some are not."""
    values: dict[str, Any] = {}
    for id, cell in report.form.cells(report.layout).items():
        if cell.kind == "count":
            values[id] = None if cell.total and rng.random() < 0.5 else rng.randint(0, 20)
    return with_totals(having(report, values))
