"""The web page: valid, self-contained, accessible, and still a table without its style sheet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree
from lxml import html as lxml_html

from nianbao.exports import content, html
from nianbao.exports.content import cell_text
from nianbao.report import Report
from samples import HOSTILE, full, hostile, odd_reports
from strategies import reports, seed_figures

REPORTS = [seed_figures, full, hostile]


def page(report: Report) -> Any:
    """The page read as XML: whatever is not well-formed raises."""
    return etree.fromstring(html.write(report))


def words(element: Any) -> str:
    return "".join(element.itertext())


def spans(table: Any) -> dict[tuple[int, int], tuple[int, int, str]]:
    """(row, column) → rowspan, colspan, text, laid out as a browser does."""
    taken: set[tuple[int, int]] = set()
    found: dict[tuple[int, int], tuple[int, int, str]] = {}
    for y, row in enumerate(table.iter("tr")):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            down, across = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            taken |= {(y + i, x + j) for i in range(down) for j in range(across)}
            found[y, x] = (down, across, words(cell))
    assert taken == {(y, x) for y in range(y + 1) for x in range(max(c for _, c in taken) + 1)}
    return found


def assert_holds(report: Report) -> None:
    for expected, element in zip(
        content.parts(report), page(report).find("body/main"), strict=True
    ):
        match expected:
            case content.TitlePart(text):
                assert (element.tag, words(element)) == ("h1", text)
            case content.HeadingPart(text):
                assert (element.tag, words(element)) == ("h2", text)
            case content.ParagraphPart(text):
                assert (element.tag, words(element)) == ("p", text)
            case content.TablePart(grid=grid):
                assert spans(element.find("table")) == {
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
def test_an_html_parser_sees_the_same_tree_as_an_xml_parser(make: Any) -> None:
    def outline(root: Any) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
        return [
            (e.tag, tuple(sorted(e.attrib.items())), (e.text or "").strip()) for e in root.iter()
        ]

    data = html.write(make())
    parsed = lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding="utf-8"))
    assert outline(parsed) == outline(etree.fromstring(data))


@pytest.mark.parametrize("make", REPORTS)
def test_it_has_no_script_and_loads_nothing(make: Any) -> None:
    root = page(make())
    assert not {e.tag for e in root.iter()} & {"script", "link", "img", "iframe", "object", "a"}
    names = {name for e in root.iter() for name in e.attrib}
    assert names == names & {
        *("charset", "class", "colspan", "content", "headers", "id", "lang", "name", "role"),
        *("aria-label", "rowspan", "scope", "style", "tabindex"),
    }
    styles = words(root.find("head/style")) + "".join(e.get("style", "") for e in root.iter())
    assert not re.search(r"url\(|@import|expression|//", styles)


def test_the_head_says_what_the_page_is() -> None:
    data = html.write(full())
    assert data.startswith(b'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8"/>')
    head = page(full()).find("head")
    metas = {m.get("name"): m.get("content") for m in head.iter("meta") if m.get("name")}
    assert metas == {
        "viewport": "width=device-width, initial-scale=1",
        "generator": "nianbao",
        "agency-name": full().agency.name,
        "agency-code": "150722",
    }
    assert head.findtext("title") == full().title


def test_without_a_code_none_is_given() -> None:
    assert page(seed_figures()).find("head/meta[@name='agency-code']") is None


def test_markup_stays_text_and_forbidden_characters_go() -> None:
    root = page(hostile())
    written = [words(p) for p in root.iter("p")]
    assert HOSTILE in written
    assert "前后末" in written
    assert root.find("head/meta[@name='agency-name']").get("content") == '某"局"<i>&'
    assert {"检查<b>", "确 认&", "加行 <td>", "<b>1</b>"} <= {
        words(c) for c in root.iter("th", "td")
    }


@pytest.mark.parametrize("make", REPORTS)
def test_every_figure_names_the_labels_it_stands_under_and_beside(make: Any) -> None:
    root = page(make())
    headers = {th.get("id"): th for th in root.iter("th")}
    assert len(headers) == len(list(root.iter("th")))
    assert {th.get("scope") for th in headers.values()} == {"row", "col"}
    for td in root.iter("td"):
        assert set(td.get("headers", "").split()) <= headers.keys()


def labels_of(root: Any, table: int, row: int, figure: int) -> list[str]:
    headers = {th.get("id"): words(th) for th in root.iter("th")}
    cells = list(list(root.iter("table"))[table].iter("tr"))[row].findall("td")
    return [headers[id] for id in cells[figure].get("headers").split()]


def test_labels_of_figures_are_told_as_a_person_would() -> None:
    root = page(seed_figures())
    assert labels_of(root, 0, 7, 1) == [
        *("第二十条第（五）项", "本年增/减"),
        *("其他对外管理服务事项", "行政检查"),
    ]
    assert labels_of(root, 0, 18, 1) == ["第二十条第（九）项", "采购总金额", "政府集中采购"]
    assert labels_of(root, 1, 7, 1) == [
        *("申请人情况", "法人或其他组织", "商业企业"),
        *("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"),
    ]
    assert labels_of(root, 2, 3, 14) == ["行政诉讼", "复议后起诉", "总计"]


def test_column_labels_are_in_a_thead_and_each_block_is_a_tbody() -> None:
    tables = list(page(seed_figures()).iter("table"))
    assert [len(t.findall("thead/tr")) for t in tables] == [0, 3, 3]
    assert [len(t.findall("tbody")) for t in tables] == [5, 1, 1]
    assert [t.findtext("caption") for t in tables] == [
        "表二（单位：件、项、个、万元）",
        "表三（单位：件）",
        "表四（单位：件）",
    ]


def test_a_wide_table_scrolls_by_itself_also_with_the_keyboard() -> None:
    report = seed_figures()
    regions = page(report).findall("body/main/div")
    assert [r.get("aria-label") for r in regions] == [
        t.heading for t in report.form.tables.values()
    ]
    for region in regions:
        assert (region.get("role"), region.get("tabindex")) == ("region", "0")
        assert "overflow-x:auto" in region.get("style")


def test_borders_and_alignment_survive_an_editor_that_drops_the_style_sheet() -> None:
    root = page(full())
    for table in root.iter("table"):
        assert "border-collapse:collapse" in table.get("style")
    for cell in root.iter("th", "td"):
        assert re.match(
            r"border:1px solid #333;padding:\S+ \S+;text-align:(center|left)", cell.get("style")
        )
    long = next(c for c in root.iter("th") if words(c).startswith("1.申请人无正当理由"))
    assert "text-align:left" in long.get("style")


def test_it_prints_on_a4_with_column_labels_on_each_page() -> None:
    style = words(page(full()).find("head/style"))
    assert "size: A4" in style
    assert "table-header-group" in style


def test_a_sub_heading_is_marked_up_to_its_end() -> None:
    marked = {words(s) for s in page(full()).findall("body/main/p/span")}
    assert {"（一）主动公开", "（一）问题。", "（二）改进情况："} <= marked


@pytest.mark.parametrize("make", REPORTS)
def test_the_same_report_gives_the_same_bytes(make: Any) -> None:
    assert html.write(make()) == html.write(make())
