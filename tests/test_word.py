"""The Word report: what stands in it, in which order, and how it is set."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt
from hypothesis import given, settings
from lxml import etree

from nianbao.exports import content, word
from nianbao.exports.content import cell_text
from nianbao.report import Agency, Report
from samples import HOSTILE, LONG, full, hostile, odd_reports
from strategies import having, reports, seed_figures, zeros

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORTS = [seed_figures, full, hostile]


def part(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(BytesIO(data)) as zip:
        return etree.fromstring(zip.read(name))


def body(report: Report) -> Any:
    return part(word.write(report), "word/document.xml").find(f"{W}body")


def text(element: Any) -> str:
    return "".join(t.text or "\t" for t in element.iter(f"{W}t", f"{W}tab"))


def style(paragraph: Any) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def number(element: Any, path: str, attribute: str = "val", default: int = 1) -> int:
    found = element.find("/".join(W + step for step in path.split("/")))
    return default if found is None else int(found.get(W + attribute))


def spans(table: Any) -> dict[tuple[int, int], tuple[int, int, str]]:
    """(row, column) → rowspan, colspan, text: Word's merges resolved by hand."""
    found: dict[tuple[int, int], tuple[int, int, str]] = {}
    for y, row in enumerate(table.findall(f"{W}tr")):
        x = 0
        for cell in row.findall(f"{W}tc"):
            width = number(cell, "tcPr/gridSpan")
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(f"{W}val") is None:
                top = max(r for r, c in found if c == x)
                height, same_width, words = found[top, x]
                assert (same_width, text(cell)) == (width, "")
                found[top, x] = (height + 1, width, words)
            else:
                found[y, x] = (1, width, text(cell))
            x += width
    return found


def assert_holds(report: Report) -> None:
    """Every title, heading, paragraph and table is there once, in order, with its merges."""
    elements = list(body(report))[:-1]
    for expected, element in zip(content.parts(report), elements, strict=True):
        match expected:
            case content.TitlePart(words):
                assert (style(element), text(element)) == ("Title", words)
            case content.HeadingPart(words):
                assert (style(element), text(element)) == ("Heading1", words)
            case content.ParagraphPart(words):
                assert (style(element), text(element)) == ("BodyText", words)
            case content.TablePart(grid=grid):
                assert spans(element) == {
                    (c.row, c.col): (c.rowspan, c.colspan, cell_text(report, c)) for c in grid.cells
                }


@pytest.mark.parametrize("make", REPORTS)
def test_everything_stands_in_it_once_and_in_order(make: Any) -> None:
    assert_holds(make())


@settings(max_examples=25, deadline=None)
@given(report=reports())
def test_any_report_stands_in_it_once_and_in_order(report: Report) -> None:
    assert_holds(report)


@settings(max_examples=25, deadline=None)
@given(report=odd_reports())
def test_any_characters_stand_in_it_once_and_in_order(report: Report) -> None:
    assert_holds(report)


@pytest.mark.parametrize("make", REPORTS)
def test_tables_fill_the_width_between_the_margins_exactly(make: Any) -> None:
    document = body(make())
    page, margins = document.find(f"{W}sectPr/{W}pgSz"), document.find(f"{W}sectPr/{W}pgMar")
    room = int(page.get(f"{W}w")) - sum(int(margins.get(W + s)) for s in ("left", "right"))
    for table in document.findall(f"{W}tbl"):
        columns = [int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")]
        assert number(table, "tblPr/tblW", "w") == sum(columns)
        assert room - len(columns) <= sum(columns) <= room + len(columns)
        assert table.find(f"{W}tblPr/{W}tblLayout").get(f"{W}type") == "fixed"
        for row in table.iter(f"{W}tr"):
            x = 0
            for cell in row.iter(f"{W}tc"):
                span = number(cell, "tcPr/gridSpan")
                assert number(cell, "tcPr/tcW", "w") == sum(columns[x : x + span])
                x += span


def test_the_labels_of_the_official_tables_that_fit_on_a_line_stand_on_one() -> None:
    """In 小五, 9 points, beside the margins of the cell."""
    for report in (zeros(), seed_figures()):
        table = body(report).findall(f"{W}tbl")[1]
        columns = [int(c.get(f"{W}w")) for c in table.findall(f"{W}tblGrid/{W}gridCol")]
        for (_, x), (_, width, words) in spans(table).items():
            room = sum(columns[x : x + width])
            if x in (1, 2) and words and len(words) <= 14 and not words[0].isspace():
                ems = sum(0.5 if c.isascii() else 1 for c in words)
                assert ems * 180 + 60 <= room, words


def test_column_labels_repeat_on_a_new_page_and_no_row_is_split() -> None:
    tables = body(full()).findall(f"{W}tbl")
    for table, repeated in zip(tables, (0, 3, 3), strict=True):
        rows = table.findall(f"{W}tr")
        assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [
            y < repeated for y in range(len(rows))
        ]
        assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)


def test_every_style_names_its_east_asian_font() -> None:
    styles = part(word.write(full()), "word/styles.xml")
    fonts = [f.get(f"{W}eastAsia") for f in styles.iter(f"{W}rFonts")]
    assert set(fonts) == set(word.FONTS)
    assert not [f for f in styles.iter(f"{W}rFonts") if f.get(f"{W}ascii") != f.get(f"{W}eastAsia")]
    declared = part(word.write(full()), "word/fontTable.xml").iter(f"{W}font")
    assert {f.get(f"{W}name") for f in declared} == set(word.FONTS)


def test_the_styles_are_those_of_official_documents() -> None:
    document = Document(BytesIO(word.write(full())))
    expected = {
        "Title": ("方正小标宋简体", Pt(22)),
        "Heading 1": ("黑体", Pt(16)),
        "Body Text": ("仿宋_GB2312", Pt(16)),
        "表格文字": ("宋体", Pt(10.5)),
        "表格小字": ("宋体", Pt(9)),
    }
    for name, (font, size) in expected.items():
        assert (document.styles[name].font.name, document.styles[name].font.size) == (font, size)
    indent = document.styles["Body Text"].element.find(f"{W}pPr/{W}ind")
    assert indent.get(f"{W}firstLineChars") == "200"


def test_the_page_is_a4_with_the_official_margins() -> None:
    section = Document(BytesIO(word.write(full()))).sections[0]
    measured = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    for twips, millimetres in zip(measured, (210, 297, 37, 35, 28, 26), strict=True):
        assert twips is not None
        assert abs(twips - Mm(millimetres)) < Mm(0.1)
    footer = part(word.write(full()), "word/footer1.xml")
    assert text(footer) == "— 1 —"
    assert " PAGE " in "".join(footer.itertext())


def test_the_properties_name_the_report_and_nobody() -> None:
    properties = Document(BytesIO(word.write(full()))).core_properties
    assert properties.title == full().title
    assert properties.language == "zh-CN"
    assert properties.keywords == f"agency-code:150722; agency-name:{full().agency.name}"
    assert (properties.author, properties.last_modified_by, properties.created) == ("", "", None)


def test_without_an_agency_code_the_keywords_tell_the_name_alone() -> None:
    properties = Document(BytesIO(word.write(seed_figures()))).core_properties
    assert properties.keywords == f"agency-name:{seed_figures().agency.name}"


@pytest.mark.parametrize("make", REPORTS)
def test_the_same_report_gives_the_same_bytes(make: Any) -> None:
    data = word.write(make())
    assert word.write(make()) == data
    with zipfile.ZipFile(BytesIO(data)) as zip:
        assert {i.date_time for i in zip.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_markup_stays_text_and_forbidden_characters_go() -> None:
    document = body(hostile())
    written = [text(p) for p in document.findall(f"{W}p")]
    assert HOSTILE in written
    assert "前后末" in written
    assert "=cmd|'/C calc'!A0" in written
    cells = [text(c) for c in document.iter(f"{W}tc")]
    assert {"检查<b>", "确 认&", "加行 <td>", "<b>1</b>"} <= set(cells)


def test_nothing_in_the_file_points_outside_it() -> None:
    with zipfile.ZipFile(BytesIO(word.write(hostile()))) as zip:
        relations = b"".join(zip.read(n) for n in zip.namelist() if n.endswith(".rels"))
        assert not [n for n in zip.namelist() if "vba" in n.lower() or "embed" in n.lower()]
    assert b"External" not in relations
    assert not re.search(rb'Target="[^"]*://', relations)


def test_a_sub_heading_is_set_in_kaiti_up_to_its_end() -> None:
    runs = {
        text(run): run.find(f"{W}rPr/{W}rStyle") is not None
        for run in body(full()).findall(f"{W}p/{W}r")
    }
    assert runs["（一）主动公开"]
    assert runs["（一）问题。"]
    assert not runs[LONG]
    assert runs["（二）改进情况："]
    assert not runs["已改进。"]


def test_a_title_too_long_for_one_line_breaks_after_the_name() -> None:
    for name, breaks in (("某市某某某局", 1), ("某市某局", 0)):
        title = body(replace(seed_figures(), agency=Agency(name)))[0]
        assert len(title.findall(f"{W}r/{W}br")) == breaks
        assert text(title) == f"{name}2020年政府信息公开工作年度报告"


def test_figures_of_six_digits_are_set_smaller_all_alike_and_short_ones_as_usual() -> None:
    def sizes(report: Report, table: int) -> set[str]:
        found = body(report).findall(f"{W}tbl")[table].iter(f"{W}sz")
        return {size.get(f"{W}val") for size in found}

    assert sizes(seed_figures(), 1) == set()  # as the style says
    six_digits = sizes(having(seed_figures(), {"requests.received.other": 123456}), 1)
    assert len(six_digits) == 1
    assert 13 <= int(six_digits.pop()) < 18


def test_a_table_says_what_it_is_to_a_screen_reader() -> None:
    report = seed_figures()
    names = [t.get(f"{W}val") for t in body(report).iter(f"{W}tblCaption")]
    assert names == [report.form.tables[t].heading for t in report.form.tables]
