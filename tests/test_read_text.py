"""Text copied out of Word, spreadsheets and web pages → documents and reports."""

from __future__ import annotations

import re

import pytest

from conftest import SEED
from layouts import as_ragged, drawn, unmerged
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.formats.open import open_file
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.documents import txt as reader
from nianbao.reading.report import report_from
from nianbao.report import TEXTS, Report
from nianbao.words.characters import tidy
from strategies import having, seed_figures, zeros


def read(data: bytes, source: str) -> TextDocument:
    return reader.read(open_file(data), source)


TITLE = "某市某某局2023年政府信息公开工作年度报告"
TEXT = {"opening": "开头。", "overview": "一。\n（一）二。", "problems": "三。", "other": "四。"}


def document(text: str) -> TextDocument:
    return read(text.encode(), "年报.txt")


def rows(table: TextTable) -> list[list[str]]:
    out: dict[int, list[str]] = {}
    for cell in table.cells:
        out.setdefault(cell.row, []).append(cell.text)
    return list(out.values())


def tables(text: str) -> list[TextTable]:
    return [b for b in document(text).blocks if isinstance(b, TextTable)]


def table(text: str) -> TextTable:
    (found,) = tables(text)
    return found


def texts(text: str) -> list[str]:
    return [b.text for b in document(text).blocks if isinstance(b, Paragraph)]


def lines(cells: list[TableCell]) -> list[list[str]]:
    return rows(TextTable(tuple(sorted(cells, key=lambda c: (c.row, c.col)))))


def pasted(report: Report, style: str) -> str:
    """A report as text, its tables in one of the ways that copying leaves them."""
    out = [report.title, *report.text["opening"].splitlines()]
    for section in report.form.sections:
        out.append(section.heading)
        if section.id in TEXTS:
            out += report.text[section.id].splitlines()
            continue
        ragged = as_ragged(drawn(report, section.id))
        full = unmerged(drawn(report, section.id), None)  # type: ignore[arg-type]
        if style == "cells":
            out += ["", *("".join(f"\t{c}\n" for c in row) for row in lines(ragged)), ""]
        elif style == "word":
            out += ["\t".join(row) for row in lines(ragged)]
        elif style == "excel":
            out += ["\t".join(row) for row in lines(full)]
        elif style == "markdown":
            head, *rest = ["| " + " | ".join(row) + " |" for row in lines(full)]
            out += [head, "|" + "---|" * head.count("|"), *rest]
        else:
            out += ["   ".join(c for c in row if c) for row in lines(ragged)]
    return "\n".join(out)


# --- the seed --------------------------------------------------------------------------------


def test_the_seed_is_read_whole() -> None:
    report = report_from(read(SEED.read_bytes(), SEED.name))
    expected = seed_figures()
    assert (report.format, report.year, report.agency.name) == (2019, 2020, "北京市大兴区商务局")
    assert report.values == expected.values
    assert report.repeats == {"other_services": ("行政检查", "行政确认")}
    assert report.extra == ()
    assert report.trace.notes == ()
    assert report.trace.title == "北京市大兴区商务局\n2020年政府信息公开工作年度报告"


def test_the_texts_of_the_seed_are_those_of_the_file() -> None:
    """Cut by the headings alone, with nothing but white space at the ends of lines removed."""
    text = SEED.read_text(encoding="utf-8")
    found = report_from(read(SEED.read_bytes(), SEED.name))
    parts = re.split(r"^[一二三四五六]、.+$", text, flags=re.MULTILINE)
    title, _, opening = parts[0].partition("工作年度报告\n")
    assert title.splitlines()[0] == found.agency.name
    assert found.text == {
        "opening": tidy(opening),
        "overview": tidy(parts[1]),
        "problems": tidy(parts[5]),
        "other": tidy(parts[6]),
    }
    assert [len(t) for t in found.text.values()] == [48, 861, 437, 216]


def test_the_seed_knows_the_line_of_each_figure_and_its_writing() -> None:
    report = report_from(read(SEED.read_bytes(), SEED.name))
    source = SEED.read_text(encoding="utf-8").split("\n")
    for id in report.values:
        origin = report.trace.origins[id]
        number = re.fullmatch(r"第 (\d+) 行", origin.place or "")
        assert number is not None
        assert source[int(number[1]) - 1].strip() == origin.text
    assert report.trace.origins["disclosure.licensing.change"].text == "＋1"


def test_the_seed_with_windows_line_ends_and_in_gbk_is_the_same() -> None:
    text = SEED.read_text(encoding="utf-8")
    expected = report_from(read(SEED.read_bytes(), "x"))
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        data = text.replace("\n", "\r\n").encode(encoding)
        assert reading.open(data, "x.txt").report == expected


# --- the ways of copying ---------------------------------------------------------------------


@pytest.mark.parametrize("style", ["cells", "word", "excel", "markdown", "spaces"])
@pytest.mark.parametrize("report", [seed_figures(), zeros()], ids=["2019", "2021"])
def test_a_report_is_read_however_it_was_copied(report: Report, style: str) -> None:
    report = having(report, {}, text=TEXT)
    found = report_from(document(pasted(report, style)))
    if style == "spaces" and report.repeats:
        # The empty cell before 行政确认 is lost: the row cannot be told from a local one.
        assert [(e.label, e.after) for e in found.extra] == [("行政确认", "other_services")]
        assert found["disclosure.other_services[0].decisions"] == 235
        return
    assert found == report
    assert found.trace.notes == ()


def test_a_cell_may_be_broken_over_lines_and_an_empty_line() -> None:
    found = table(
        "\t结\n果\n维\n持\n\t结果纠正\n\n\t（三）不予\n\n公开\n\t1.属于国家秘密\n\t0\n\n五、问题\n"
    )
    assert rows(found) == [
        ["结\n果\n维\n持", "结果纠正"],
        ["（三）不予\n公开", "1.属于国家秘密", "0"],
    ]


def test_a_table_ends_where_prose_or_a_heading_begins() -> None:
    text = "\t规章\n\t0\n\t0\n\t0\n五、存在的主要问题及改进情况\n一是认识不足。\n"
    assert rows(table(text)) == [["规章", "0", "0", "0"]]
    assert texts(text) == ["五、存在的主要问题及改进情况", "一是认识不足。"]


def test_paragraphs_indented_by_a_tab_are_paragraphs() -> None:
    text = "\t2023年，我局公开信息3条。\n\t公开形式多样\n\n二、标题\n\t规章\n\t1\n"
    assert texts(text) == ["2023年，我局公开信息3条。", "公开形式多样", "二、标题"]
    assert rows(table(text)) == [["规章", "1"]]


def test_an_empty_line_between_rows_and_a_quoted_cell_over_lines_are_one_table() -> None:
    found = table('信息内容\t"本年\n制发件数"\t本年废止件数\t现行有效件数\n\n规章\t1\t2\t""\n')
    assert rows(found) == [
        ["信息内容", "本年\n制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1", "2", ""],
    ]
    assert not found.ragged


def test_a_title_row_of_one_cell_belongs_to_the_table_below() -> None:
    found = table("第二十条第（五）项\n信息内容\t本年处理决定数量\n行政许可\t3\n")
    assert rows(found) == [
        ["第二十条第（五）项"],
        ["信息内容", "本年处理决定数量"],
        ["行政许可", "3"],
    ]


def test_rows_of_different_length_are_known_by_order_only() -> None:
    assert table("规章\t1\t2\t3\n行政许可\t3\n").ragged
    assert not table("规章\t1\t2\t3\n行政规范性文件\t1\t2\t3\n").ragged


def test_prose_with_wide_gaps_is_no_table() -> None:
    text = "地址：某路1号　　电话：12345678\n某某局　　　2024年1月20日\n"
    assert tables(text) == []


def test_columns_set_apart_by_spaces_are_a_table() -> None:
    found = table("规章        1    2   3\n行政规范性文件   4  5  6\n")
    assert rows(found) == [["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]]


def test_places_are_lines_of_the_file() -> None:
    found = document("一\n\n二\n规章\t1\t2\t3\n")
    assert [getattr(b, "place", None) for b in found.blocks] == ["第 1 行", "第 3 行", "第 4 行"]


# --- what is no report -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "图片"),
        (bytes(range(256)) * 20, "不是能读的表格或文档"),
        (b"", "空文件"),
        ("今天天气很好。".encode(), "没有找到报告年度"),
        (f"{TITLE}\n没有表格。".encode(), "没有找到年度报告的官方表格"),
        ("某局1900年政府信息公开工作年度报告\n规章\t1\t2\t3".encode(), "1900 年"),
    ],
    ids=["picture", "binary", "empty", "other text", "no table", "1900"],
)
def test_what_is_no_report_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnusableInput) as error:
        _ = reading.open(data, "年报.txt").report
    message = str(error.value)
    assert message.startswith("“年报.txt”")
    assert words in message
    assert message.count("。") == 1


@pytest.mark.parametrize(
    "text",
    [
        "\t" * 99_999,
        "\t1\n" * 9_999,
        "|" * 99_999,
        '规章\t"\n' * 9_999,
        "一、" * 99_999,
        "  1" * 99_999,
    ],
)
def test_hostile_text_is_refused_or_read_but_never_crashes(text: str) -> None:
    with pytest.raises(UnusableInput) as error:
        _ = reading.open(text.encode(), "年报.txt").report
    assert str(error.value).startswith("“年报.txt”")
