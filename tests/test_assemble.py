"""Paragraphs and text tables → a report."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layouts
from cost import costs_at_most
from layouts import page, written
from nianbao.cli.listing import notes_text
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, load
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.report import report_from
from nianbao.reading.vocabulary import titles
from nianbao.reading.vocabulary.headings import Line, find
from nianbao.report import Report
from strategies import having, reports, seed_figures, zeros

TITLE = "某市商务局2023年政府信息公开工作年度报告"
TABLE_2 = "信息内容|本年制发件数|本年废止件数|现行有效件数\n规章|1|2|3"
TABLE_2_OF_2019 = "信息内容|本年新制作数量|本年新公开数量|对外公开总数量\n规章|1|2|3"
TABLE_3 = """
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|申请人情况|<|<|<|<|<|<
^|自然人|法人或其他组织|<|<|<|<|总计
^|^|商业企业|科研机构|社会公益组织|法律服务机构|其他|^
一、本年新收政府信息公开申请数量|1|2|3|4|5|6|21
"""
HEADINGS = [s.heading for s in load(2021).sections]
SECTIONS = [s.id for s in load(2021).sections]


def document(*blocks: str | Paragraph | TextTable, kind: str = "docx", **more: Any) -> TextDocument:
    """A document; a text with ``|`` in it is a table."""
    made: list[Paragraph | TextTable] = []
    for block in blocks:
        if not isinstance(block, str):
            made.append(block)
        elif "|" in block:
            made.append(written(block))
        else:
            made.append(Paragraph(block, f"第 {len(made) + 1} 段"))
    return TextDocument("年报.docx", kind, tuple(made), **more)


def read(*blocks: str | Paragraph | TextTable, **more: Any) -> Report:
    return report_from(document(*blocks, **more))


def notes(report: Report, kind: str = "") -> list[str]:
    found = [n for n in report.trace.notes if n.kind == kind or (not kind and n.kind != "missing")]
    return [n.message for n in found]


def sections_of(*lines: str) -> list[str]:
    return [f.section for f in find([Line(line) for line in lines])]


# --- title, year, agency ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "year", "agency"),
    [
        (["北京市大兴区商务局", "2020年政府信息公开工作年度报告"], 2020, "北京市大兴区商务局"),
        (["某市商务局2023年政府信息公开工作年度报告"], 2023, "某市商务局"),
        (["2019年某市商务局政府信息公开工作年度报告"], 2019, "某市商务局"),
        (["某市商务局政府信息公开工作2024年度报告"], 2024, "某市商务局"),
        (["某市商务局2021年度政府信息公开工作年度报告"], 2021, "某市商务局"),
        (["关于某市商务局2022年政府信息公开工作年度报告"], 2022, "某市商务局"),
        (["某市商务局关于2022年度政府信息公开工作情况的报告"], 2022, "某市商务局"),
        (["某市商务局", "2022年政府信息公开", "工作年度报告"], 2022, "某市商务局"),
        (["某市商务局政府信息公开工作年度报告", "（2022年度）"], 2022, "某市商务局"),
        (["２０２２年度", "某市商务局", "政府信息公开工作年度报告"], 2022, "某市商务局"),
        (["某市 商务局 二〇二二年政府信息公开工作年度报告"], 2022, "某市商务局"),
        (["某市人民政府2022年政府信息公开工作年度报告"], 2022, "某市人民政府"),
        (["某市人民政府政府信息公开2022年度报告"], 2022, "某市人民政府"),
        (["某市人民政府信息公开工作2022年度报告"], 2022, "某市人民政府"),
        (
            ["中国（上海）自由贸易试验区2022年政府信息公开工作年度报告"],
            2022,
            "中国（上海）自由贸易试验区",
        ),
        (
            ["某市商务局", "政府信息公开工作年度报告", "（2022年度）", "2023年1月20日"],
            2022,
            "某市商务局",
        ),
        (["某局（原某委）2022年政府信息公开工作年度报告"], 2022, "某局（原某委）"),
        (["某市12366中心2022年政府信息公开工作年度报告"], 2022, "某市12366中心"),
    ],
)
def test_year_and_agency_are_in_the_title_however_it_is_written(
    lines: list[str], year: int, agency: str
) -> None:
    table = TABLE_2 if year > 2020 else TABLE_2_OF_2019
    report = read(*lines, HEADINGS[0], "全年公开3条。", table)
    assert (report.year, report.agency.name) == (year, agency)
    assert report.trace.title == "\n".join(t for t in lines if "月" not in t)
    assert report.text["opening"] == "".join(t for t in lines if "月" in t)


def test_a_title_broken_over_lines_of_one_paragraph_is_one() -> None:
    report = read("某市商务局\n2023年政府信息公开\n工作年度报告", HEADINGS[0], TABLE_2)
    assert (report.year, report.agency.name) == (2023, "某市商务局")


def test_of_a_cover_and_a_title_the_title_counts_and_the_cover_is_told() -> None:
    report = read(
        "某市商务局2022年政府信息公开工作年度报告", "某市商务局印", TITLE, HEADINGS[0], TABLE_2
    )
    assert report.year == 2023
    assert any("某市商务局印" in m for m in notes(report))


def test_the_file_may_say_agency_and_code() -> None:
    title = "关于某局\n2023年政府信息公开工作年度报告"
    report = read(title, HEADINGS[0], TABLE_2, agency_name="关于某局", agency_code="A-1")
    assert (report.agency.name, report.agency.code) == ("关于某局", "A-1")
    untitled = read("2023年度", HEADINGS[0], TABLE_2, agency_name="关于某局", agency_code="A-1")
    assert (untitled.agency.name, untitled.agency.code) == ("关于某局", "A-1")


def test_where_the_title_was_changed_it_counts_and_not_what_the_file_still_says() -> None:
    report = read(TITLE, HEADINGS[0], TABLE_2, agency_name="某市财政局", agency_code="A-1")
    assert (report.agency.name, report.agency.code) == ("某市商务局", None)
    last_year = read(TITLE, HEADINGS[0], TABLE_2, agency_name="某市商务局", agency_code="A-1")
    assert (last_year.agency.name, last_year.agency.code) == ("某市商务局", "A-1")


@pytest.mark.parametrize(
    "opening",
    [
        "本报告所列数据的统计期限为2023年1月1日至12月31日。",
        "根据《条例》（2019年4月3日修订）制定，统计期限自2023年1月1日起至2023年12月31日止。",
        "现公布我局2023年度政府信息公开工作情况，请予监督。",
    ],
)
def test_the_year_is_in_the_opening_where_the_title_has_none(opening: str) -> None:
    report = read("某市商务局政府信息公开工作年度报告", opening, HEADINGS[0], TABLE_2)
    assert (report.year, report.agency.name, report.text["opening"]) == (
        2023,
        "某市商务局",
        opening,
    )


def test_the_agency_is_beside_its_label_where_the_title_names_none() -> None:
    title = "2023年政府信息公开工作年度报告"
    line = read(title, "填报单位：某市商务局　　日期：2024年1月5日", HEADINGS[0], TABLE_2)
    table = read("填报单位|某市商务局|日期|2024", title, HEADINGS[0], TABLE_2)
    assert line.agency.name == table.agency.name == "某市商务局"


def test_the_file_name_is_the_last_resort_for_year_and_agency() -> None:
    tables = TextDocument(f"{TITLE}.xlsx", "xlsx", (written(TABLE_2),))
    report = report_from(tables)
    assert (report.year, report.agency.name) == (2023, "某市商务局")


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([TITLE, "没有表格。"], "没有找到年度报告的官方表格"),
        ([TITLE, "姓名|职务\n张三|科长"], "没有找到年度报告的官方表格"),
        (["政府信息公开工作年度报告", HEADINGS[0], TABLE_2], "没有找到报告年度"),
        (["某局1900年政府信息公开工作年度报告", HEADINGS[0], TABLE_2], "1900 年"),
        (["某局2018年政府信息公开工作年度报告", HEADINGS[0], TABLE_2], "2018 年"),
        ([], "没有找到报告年度"),
    ],
)
def test_what_cannot_be_a_report_is_refused_in_one_sentence(blocks: list[str], words: str) -> None:
    with pytest.raises(UnusableInput) as error:
        read(*blocks)
    message = str(error.value)
    assert message.startswith("“年报.docx”")
    assert words in message
    assert message.count("。") == 1
    assert "请" in message


# --- form ------------------------------------------------------------------------------------


def test_the_form_is_that_of_the_table_even_if_the_year_wants_another() -> None:
    report = read(TITLE, HEADINGS[0], TABLE_2_OF_2019)
    assert (report.format, report.year) == (2019, 2023)


def test_markers_of_both_forms_are_told_and_the_year_decides() -> None:
    report = read(TITLE, HEADINGS[0], TABLE_2, "信息内容|上一年项目数量|本年增/减\n行政处罚|1|2")
    assert report.format == 2021
    assert notes(report, "mixed_forms") == [
        "表格中同时有2019年版（试行）的“上一年项目数量”和2021年版的“本年制发件数”，"
        "按 2023 年度适用的2021年版读取。"
    ]


def test_without_markers_the_form_is_that_of_the_year() -> None:
    formats = [read(f"某局{y}年政府信息公开工作年度报告", TABLE_3).format for y in (2020, 2021)]
    assert formats == [2019, 2021]


# --- headings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "style",
    [
        "{n}、{t}",
        "（{n}）{t}",
        "第{n}部分 {t}",
        "{n}.{t}",
        "{t}",
        "{d}. {t}",
        "{d}、{t}",
        "({d}) {t}",
        "{n}、 {t}：",
        "　　{n}、{t}。",
    ],
)
def test_headings_are_found_whatever_their_numbers(style: str) -> None:
    lines = []
    for n, heading in enumerate(HEADINGS):
        number, _, text = heading.partition("、")
        lines += [
            style.format(n=number, d=n + 1, t=text),
            "（一）第一。",
            "（二）第二。",
            "1.甲",
            "2.乙",
        ]
    assert sections_of(*lines) == SECTIONS


@pytest.mark.parametrize(
    ("section", "heading"),
    [
        ("overview", "一、总体工作情况"),
        ("disclosure", "二、主动公开情况"),
        ("disclosure", "二、行政机关主动公开政府信息情况"),
        ("requests", "三、依申请公开情况"),
        ("requests", "三、收到和处理政府信息公开申请的情况"),
        ("disputes", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("disputes", "四、行政复议、诉讼情况"),
        ("problems", "五、存在问题及改进情况"),
        ("problems", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("problems", "五、存在的问题和改进措施"),
        ("other", "六、其他需要报告的事项（含收费情况）"),
        ("other", "六、需要报告的其他事项"),
        ("other", "六、其他事项"),
    ],
)
def test_headings_of_other_words_are_found_at_their_place(section: str, heading: str) -> None:
    at = SECTIONS.index(section)
    lines = [HEADINGS[i] if i != at else heading for i in range(6)]
    found = find([Line(text) for line in lines for text in (line, "正文。")])
    assert [f.section for f in found] == SECTIONS
    assert found[at].text == heading


def test_a_sub_heading_of_similar_words_is_text() -> None:
    lines = [HEADINGS[0], "（二）主动公开政府信息情况", "（三）依申请公开情况。全年未收到。"]
    lines += [*HEADINGS[1:5], "存在问题", HEADINGS[5], "总体情况"]
    assert sections_of(*lines) == SECTIONS


def test_headings_marked_by_the_source_are_trusted_alone() -> None:
    lines = [Line(h, heading=True) for h in HEADINGS]
    lines.insert(1, Line(HEADINGS[2]))
    lines.insert(7, Line("一、总体情况"))
    assert [f.line for f in find(lines)] == [0, 2, 3, 4, 5, 6]


def test_a_heading_that_stands_twice_is_there_twice() -> None:
    assert sections_of(*HEADINGS, "正文。", HEADINGS[4]) == [*SECTIONS, "problems"]


def test_headings_out_of_order_are_reported_as_they_stand() -> None:
    lines = [HEADINGS[0], "正文。", HEADINGS[5], "正文。", HEADINGS[4]]
    assert sections_of(*lines) == ["overview", "other", "problems"]


@pytest.mark.parametrize("leader", ["", "……3", "\t3", " . . . . 12"])
def test_a_table_of_contents_holds_no_headings(leader: str) -> None:
    contents = [h + leader for h in HEADINGS]
    body = [text for h in HEADINGS for text in (h, "正文。")]
    found = find([Line(text) for text in (*contents, *body)])
    assert [f.line for f in found] == [6, 8, 10, 12, 14, 16]


def test_text_that_goes_on_behind_a_heading_is_text() -> None:
    report = read(
        TITLE,
        "一、总体情况。2023年，我局公开信息3条。",
        "第二段。",
        TABLE_2,
        "五、存在问题及改进情况：一是认识不足。",
        "六、其他需要报告的事项 无。",
    )
    assert report.text["overview"] == "2023年，我局公开信息3条。\n第二段。"
    assert report.text["problems"] == "一是认识不足。"
    assert report.text["other"] == "无。"
    assert [h.text for h in report.trace.headings or ()] == [
        "一、总体情况",
        "五、存在问题及改进情况",
        "六、其他需要报告的事项",
    ]


# --- texts -----------------------------------------------------------------------------------


def test_texts_between_tables_are_told_and_captions_are_not() -> None:
    report = read(
        TITLE, HEADINGS[0], "正文。", HEADINGS[1], "表二", "单位：件", TABLE_2, "注：含修订。",
        HEADINGS[2], "（单位：件）", TABLE_3, HEADINGS[4], "问题。", HEADINGS[5], "无。",
    )  # fmt: skip
    assert report.text == {
        "opening": "",
        "overview": "正文。",
        "problems": "问题。",
        "other": "无。",
    }
    assert notes(report) == ["“注：含修订。”不在六个部分的正文之中，没有读入。"]


def test_a_unit_that_is_not_the_forms_is_told() -> None:
    report = read(TITLE, HEADINGS[1], "单位：元", TABLE_2)
    assert notes(report) == ["“单位：元”不在六个部分的正文之中，没有读入。"]


def test_the_opening_is_what_stands_between_title_and_first_heading() -> None:
    report = read("京商务〔2024〕1号", TITLE, "第一句。", "  第二句。 ", HEADINGS[0], TABLE_2)
    assert report.text["opening"] == "第一句。\n第二句。"
    assert notes(report) == ["“京商务〔2024〕1号”不在六个部分的正文之中，没有读入。"]


WEB = (
    "发布日期：2024-01-20　来源：某市商务局",
    "【字体：大 中 小】",
    "开头。",
    HEADINGS[0],
    "正文。",
    TABLE_2,
    HEADINGS[5],
    "一是收费情况。",
    "政府网站关闭情况",
    "责任编辑：张三",
    "上一篇：2022年年报",
    "主办：某市商务局",
)


def test_what_web_pages_add_is_no_text_of_the_report() -> None:
    report = read(TITLE, *WEB, kind="html")
    assert report.text["opening"] == "开头。"
    assert report.text["other"] == "一是收费情况。\n政府网站关闭情况"
    assert notes(report) == [
        "网页自带的文字有 5 行没有读入：“发布日期：2024-01-20 来源：某市商务局”、"
        "“【字体：大 中 小】”、“责任编辑：张三”等。"
    ]


def test_in_word_and_in_our_own_pages_such_lines_are_text() -> None:
    for report in (read(TITLE, *WEB), read(TITLE, *WEB, kind="html", agency_name="某市商务局")):
        assert report.text["opening"].count("\n") == 2
        assert report.text["other"].endswith("主办：某市商务局")
        assert notes(report) == []


@pytest.mark.parametrize("kind", ["docx", "html"])
@pytest.mark.parametrize(
    "signature",
    [
        ["某市商务局", "2024年1月20日"],
        ["某市商务局（盖章）", "二〇二四年一月二十日"],
        ["某市商务局 2024年1月20日"],
        ["2024年1月20日"],
        ["某市商务局"],
        ["某市商务局", "2024年1月20日", "附件：1.年报.docx", "2.附表.xlsx"],
    ],
)
def test_a_signature_and_attached_files_are_no_text(signature: list[str], kind: str) -> None:
    head = [TITLE, HEADINGS[0], "正文。", TABLE_2, HEADINGS[5]]
    for text in (["一是收费情况。"], []):
        report = read(*head, *text, *signature, kind=kind)
        assert report.text["other"] == "".join(text)
        told = "".join(notes(report))
        assert all(line in told for line in signature[:3])


def test_a_sentence_with_a_date_or_an_agency_is_text() -> None:
    lines = ["本报告于2024年1月20日", "某市某某局", "网址在2024年1月公布。"]
    for n in (1, 2, 3):
        report = read(TITLE, HEADINGS[0], TABLE_2, HEADINGS[5], *lines[:n])
        assert report.text["other"] == "\n".join(lines[:n])


def test_what_is_not_read_can_be_told_as_a_whole() -> None:
    remark = "备注：" + "数字均为年末数，" * 20
    cells = "甲|乙|丙|丁\n戊|己|庚|最后一格"
    page = read(TITLE, HEADINGS[0], "正文。", TABLE_2, remark, cells, HEADINGS[5], "无。")
    told = "".join(notes_text(page))
    assert remark in told
    assert "“最后一格”" in told
    assert all("最后一格" not in message and len(message) < 100 for message in notes(page))


def test_buttons_of_a_page_behind_the_last_section_are_no_text() -> None:
    lines = ["无。", "【打印】【关闭】", "版权所有"]
    report = read(TITLE, HEADINGS[0], TABLE_2, HEADINGS[5], *lines, kind="html")
    assert report.text["other"] == "无。"


def test_an_agency_that_no_title_names_is_that_of_the_signature() -> None:
    title = "2023年政府信息公开工作年度报告"
    head = [title, HEADINGS[0], "正文。", TABLE_2, HEADINGS[5], "无。"]
    assert read(*head, "某市商务局", "2024年1月20日").agency.name == "某市商务局"
    assert read(*head, "某市商务局（盖章）2024年1月20日").agency.name == "某市商务局"
    nameless = read(*head, "2024年1月20日")
    assert nameless.agency.name == ""
    assert nameless.trace.title == title


@pytest.mark.parametrize("leader", ["", "……3", "\t3"])
def test_a_table_of_contents_is_no_text(leader: str) -> None:
    contents = ["目　录", *(h + leader for h in HEADINGS)]
    if leader:
        contents.insert(2, f"（一）主动公开情况{leader}")
    body = [text for h in HEADINGS for text in (h, "正文。")]
    report = read(TITLE, *contents, "开头。", *body, TABLE_2)
    assert report.text["opening"] == "开头。"
    assert report.trace.headings is not None
    assert [h.section for h in report.trace.headings] == SECTIONS


def test_tables_alone_have_no_title_and_no_headings_to_check() -> None:
    bare = report_from(TextDocument(f"{TITLE}.xlsx", "xlsx", (written(TABLE_2),)))
    titled = read(TITLE, TABLE_2)
    assert (bare.trace.title, bare.trace.headings) == (None, None)
    assert (titled.trace.title, titled.trace.headings) == (TITLE, None)
    assert read(TITLE, "一句话。", TABLE_2).trace.headings == ()


def test_text_beside_the_text_is_told() -> None:
    report = read(TITLE, HEADINGS[0], Paragraph("内部资料", "第 3 段旁", aside=True), TABLE_2)
    (note,) = [n for n in report.trace.notes if n.kind == "unplaced"]
    assert (note.message, note.place) == ("文本框或脚注中的“内部资料”没有读入。", "第 3 段旁")


def test_texts_and_headings_know_where_they_stand() -> None:
    report = read(TITLE, HEADINGS[0], "正文。", TABLE_2)
    assert report.place("text.overview") == "第 3 段"
    assert report.trace.headings is not None
    assert [(h.section, h.place) for h in report.trace.headings] == [("overview", "第 2 段")]


# --- totals whose formulas have no result ----------------------------------------------------


def test_totals_that_a_file_holds_no_result_of_are_added_up_with_a_note() -> None:
    table = written(
        TABLE_3 + "二、上年结转政府信息公开申请数量|1|0|0|0|0|0|~\n其中：网上|1|1|1|1|1|1|6"
    )
    cells = tuple(
        replace(c, text="", computable=True) if c.text in ("21", "6") and c.col == 7 else c
        for c in table.cells
    )
    report = read(TITLE, HEADINGS[2], replace(table, cells=cells))
    assert report["requests.received.total"] == 21
    assert report["requests.carried_in.total"] is None  # empty in the file, not owed
    (note,) = [n for n in report.trace.notes if n.kind == "computed"]
    assert note.cells == ("requests.received.total", "extra[0].total")
    assert report["extra[0].total"] == 6


# --- whole reports in all layouts ------------------------------------------------------------


LAYOUTS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "padding columns": {"changes": (layouts.padded, layouts.padded)},
    "a remarks column": {"changes": (layouts.remarked,)},
    "merges undone": {"changes": (layouts.unmerged,)},
    "merges undone and filled": {"changes": (layouts.repeated,)},
    "full-width digits": {"changes": (layouts.full_width,)},
    "broken labels": {"changes": (layouts.broken,)},
    "turned over": {"changes": (layouts.turned,)},
    "columns in another order": {"columns": True},
    "torn by a page break": {"split": True},
    "all in one": {"together": True},
    "without positions": {"ragged": True},
    "other order, padded, torn": {"columns": True, "split": True, "changes": (layouts.padded,)},
    "other order, turned over": {"columns": True, "changes": (layouts.turned,)},
    "other order, merges undone": {"columns": True, "changes": (layouts.unmerged, layouts.broken)},
    "no positions, other order": {"ragged": True, "columns": True},
    "no positions, torn": {"ragged": True, "split": True},
    "no positions, all in one": {"ragged": True, "together": True},
    "no positions, remarks": {"ragged": True, "changes": (layouts.remarked, layouts.full_width)},
}


def in_reading_order(report: Report) -> Report:
    """Local rows in the order of the tables, as any reader of a page meets them."""
    rows = [
        (t.id, leaf.id)
        for t in report.form.tables.values()
        for b in t.blocks
        for leaf in b.row_leaves
    ]

    def rank(extra: ExtraRow) -> int:
        return rows.index((extra.table, extra.after or ""))

    return replace(report, extra=tuple(sorted(report.extra, key=rank)))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(report=reports(), seed=st.integers(0, 10**6))
def test_a_report_is_read_the_same_from_every_layout(
    layout: dict[str, Any], report: Report, seed: int
) -> None:
    found = report_from(page(report, rng=random.Random(seed), **layout))
    expected = in_reading_order(report)
    assert {k: v for k, v in expected.values.items() if found.values.get(k) != v} == {}
    assert found == expected
    told = [n.message for n in found.trace.notes if n.kind != "extra" and "“备注”" not in n.message]
    assert told == []


def test_every_figure_knows_its_place_and_its_writing() -> None:
    report = report_from(page(seed_figures()))
    assert set(report.values) <= set(report.trace.origins)
    change = report.trace.origins["disclosure.licensing.change"]
    assert (change.place, change.text, change.issue) == ("R7C4", "+1", None)


def test_blank_cells_are_told_as_blank_and_stay_so() -> None:
    empty = having(
        zeros(), {"requests.received.total": None, "disputes.reconsideration.total": None}
    )
    report = report_from(page(empty))
    blank = [id for id, o in report.trace.origins.items() if o.issue == "V-02"]
    assert blank == ["requests.received.total", "disputes.reconsideration.total"]
    assert report == empty


# --- hostile and huge ------------------------------------------------------------------------


def hostile() -> Sequence[TextDocument]:
    wide = tuple(TableCell(0, x, "自然人") for x in range(3_000))
    tall = tuple(TableCell(y, 0, "规章") for y in range(3_000))
    long = Paragraph("一、" * 50_000)
    titles = [Paragraph("政府信息公开工作年度报告")] * 2_000
    return (
        document(TITLE, TextTable(wide + tuple(replace(c, row=1, text="1") for c in wide))),
        document(TITLE, TextTable(tall)),
        document(TITLE, long, TABLE_2),
        document(*titles, TITLE, TABLE_2),
        document(TITLE, *[HEADINGS[0]] * 3_000, TABLE_2),
    )


@pytest.mark.parametrize("index", range(5))
def test_hostile_sizes_take_no_hostile_time(index: int) -> None:
    document = hostile()[index]
    with costs_at_most(500), suppress(UnusableInput):
        report_from(document)


def test_a_long_sheet_of_other_things_is_told_in_one_sentence_and_costs_little() -> None:
    texts = [f"第{y}号关于某某事项的{x}" for y in range(2_000) for x in range(8)]
    other = TextTable(tuple(TableCell(n // 8, n % 8, text) for n, text in enumerate(texts)))
    with costs_at_most(500):
        report = report_from(document(TITLE, TABLE_2, other))
    (message,) = notes(report, "unplaced")
    assert message.endswith("等 16000 格没有读入。")


def test_rows_of_a_table_that_are_very_many_are_told_together() -> None:
    rows = "".join(f"\n第{n}类事项|甲|{n}" for n in range(60))
    report = read(TITLE, TABLE_2 + "\n第二十条第（十）项|~|~\n信息内容|名称|数量" + rows)
    (message,) = notes(report, "unplaced")
    assert message.endswith("等 122 处不在官方表格的行列之中，没有读入。")


def test_title_years_are_checked_against_the_years_that_can_be() -> None:
    assert titles.year_in("第2100年度") == 2100
    for year in (2018, 2100):
        with pytest.raises(UnusableInput, match=f"{year} 年.*2019 至 2099"):
            report_from(document(TITLE.replace("2023", str(year)), TABLE_2))


def test_local_rows_keep_their_figures_and_words_when_the_tables_stand_in_another_order() -> None:
    third = TABLE_3.rstrip() + "\n附加甲|1|2|若干|4|5|6|7"
    report = report_from(document(TITLE, third, TABLE_2 + "\n附加乙|8|9|约10"))
    assert [row.label for row in report.extra] == ["附加乙", "附加甲"]
    origins = report.trace.origins
    odd = {id: o.text for id, o in origins.items() if o.issue and id.startswith("extra")}
    assert odd == {"extra[0].in_force": "约10", "extra[1].research": "若干"}
    assert {id for id in odd if report[id] is None} == odd.keys()
    cells = {n.message: n.cells for n in report.trace.notes if n.kind == "extra"}
    assert [c[0] for m, c in cells.items() if "附加甲" in m] == ["extra[1].natural_person"]
