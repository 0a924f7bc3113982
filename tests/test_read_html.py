"""Web pages of all kinds of sites → documents and reports."""

from __future__ import annotations

from html import escape

import pytest

from cost import costs_at_most
from layouts import drawn
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.form import load
from nianbao.formats.open import open_file
from nianbao.reading.document import Paragraph, TextDocument, TextTable
from nianbao.reading.documents import html as reader
from nianbao.reading.report import report_from
from nianbao.report import TEXTS, Report
from strategies import having, seed_figures, zeros


def read(data: bytes, source: str) -> TextDocument:
    return reader.read(open_file(data), source)


TITLE = "某市某某局2023年政府信息公开工作年度报告"
TABLE = (
    "<table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
    "<tr><td>规章</td><td>1</td><td>2</td><td>3</td></tr></table>"
)


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def texts(document: TextDocument) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def table(document: TextDocument) -> TextTable:
    (found,) = [b for b in document.blocks if isinstance(b, TextTable)]
    return found


def cells(html: str) -> list[tuple[int, int, int, int, str]]:
    found = table(read(page(f"<table>{html}</table>"), "x.html"))
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in found.cells]


def article(report: Report, heading: str = "<p><strong>{}</strong></p>", **lines: str) -> str:
    """A report as the editor of a government site keeps it."""
    out = [f"<p style='text-align:center'>{report.title}</p>"]
    out += [f"<p>　　{escape(t)}</p>" for t in report.text["opening"].splitlines()]
    for section in report.form.sections:
        out.append(heading.format(section.heading))
        if section.id in TEXTS:
            out += [f"<p>　　{escape(t)}</p>" for t in report.text[section.id].splitlines()]
            continue
        out.append("<div><table border=1><tbody>")
        found = sorted(drawn(report, section.id), key=lambda c: (c.row, c.col))
        for y in range(found[-1].row + 1):
            row = "".join(
                f"<td rowspan={c.rowspan} colspan='{c.colspan}'><p>{escape(c.text)}</p></td>"
                for c in found
                if c.row == y
            )
            out.append(f"<tr>{row}</tr>")
        out.append("</tbody></table></div>")
        out.append(lines.get(section.id, ""))
    return "\n".join(out)


SITE = """
<div class="header"><h1>某市人民政府</h1><ul><li>首页</li><li>政务公开</li></ul></div>
<div>当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<table><tr><td>索引号</td><td>000014349</td><td>发布日期</td><td>2024-01-20</td></tr></table>
<h2>{title}</h2>
<div class="meta">发布时间：2024-01-20 来源：某市某某局 <script>document.write(1)</script></div>
<div class="content">{article}</div>
<div><p>责任编辑：张三</p><p>上一篇：没有了</p></div>
<footer>主办单位：某市人民政府　京ICP备00000000号</footer>
<script>var 三 = "一、总体情况";</script>
"""


# --- whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["<p><strong>{}</strong></p>", "<h3>{}</h3>", "<p>{}</p>"])
@pytest.mark.parametrize("report", [seed_figures(), zeros()], ids=["2019", "2021"])
def test_a_report_in_a_page_is_read_as_it_stands(report: Report, heading: str) -> None:
    text = {
        "opening": "开头。",
        "overview": "一。\n（一）A & B <c>。",
        "problems": "三。",
        "other": "四。",
    }
    report = having(report, {}, text=text)
    found = report_from(read(page(article(report, heading)), "年报.html"))
    assert found == report
    assert found.trace.notes == ()
    assert found.place("requests.received.total") == "第 2 个表格第 4 行第 8 格"


def test_what_the_site_puts_around_the_report_is_left_out() -> None:
    text = {"opening": "开头。", "overview": "一。", "problems": "三。", "other": "四。"}
    report = having(zeros(), {}, text=text)
    body = SITE.format(title=report.title, article=article(report))
    found = report_from(read(page(body), "年报.html"))
    assert found == report
    assert found.trace.notes == ()


def test_the_title_may_stand_above_the_report_or_only_in_the_window() -> None:
    bare = article(zeros()).partition("</p>")[2]
    above = SITE.format(title=TITLE, article=bare)
    window = page(f"<div>{bare}</div>", f"<title>{TITLE}_某市人民政府</title>")
    for data in (page(above), window):
        found = report_from(read(data, "年报.html"))
        assert (found.agency.name, found.year, found.trace.title) == ("某市某某局", 2023, TITLE)


def test_a_page_laid_out_with_tables_comes_apart() -> None:
    body = f"<table><tr><td>菜单</td><td>{article(zeros())}</td></tr></table>"
    assert report_from(read(page(body), "年报.html")) == zeros()


def test_a_page_of_nested_layout_tables_comes_apart() -> None:
    body = article(zeros())
    for _ in range(5):
        body = f"<table><tbody><tr><td>{body}</td></tr></tbody></table>"
    assert report_from(read(page(body), "年报.html")) == zeros()


def test_a_spreadsheet_saved_as_a_page_is_read() -> None:
    rows = "".join(f"<tr><td colspan=10>{t}</td></tr>" for t in (TITLE, "二、主动公开政府信息情况"))
    sheet = TABLE.replace("<table>", f"<table>{rows}").replace("<td>1<", "<td x:num>1<")
    found = report_from(read(page(sheet), "年报.xls"))
    assert found["disclosure.regulations.made"] == 1
    assert found.agency.name == "某市某某局"


def test_pages_are_read_through_the_common_door() -> None:
    assert reading.open(page(article(zeros())), "年报.html").report == zeros()


def test_agency_and_code_may_be_in_the_head_of_the_page() -> None:
    head = (
        '<meta name="agency-code" content="110115-017"><meta name="Agency-Name" content=" 某局 ">'
    )
    document = read(page(TABLE, head), "x.html")
    assert (document.agency_code, document.agency_name) == ("110115-017", "某局")


# --- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>一<br>二<br/></p><p>　　三</p>", ["一\n二", "三"]),
        ("<div>甲<p>乙</p>丙</div>丁", ["甲", "乙", "丙", "丁"]),
        ("<p>全年\n   公开</p><p>a\nb</p><p>公开 3 条</p>", ["全年公开", "a b", "公开 3 条"]),
        ("<p>A&nbsp;B&lt;c&gt;&amp;&#20013;</p>", ["A\u00a0B<c>&中"]),
        ("<p>一<!-- 注 -->二<script>三</script><style>p{}</style></p>", ["一二"]),
        ("<p style='display: none'>藏</p><p hidden>藏</p><p>见</p>", ["见"]),
        ("<ul><li>一</li><li>二</li></ul>", ["一", "二"]),
        ("<p><span>一<b>二</b></span><o:p></o:p></p>", ["一二"]),
        ("<pre>一\n二</pre>", ["一\n二"]),
        ("<p style='white-space:pre-wrap'>一  二</p>", ["一  二"]),
        ("<p><font><p>里</p></font></p><select><option>年</option></select>", ["里"]),
    ],
)
def test_paragraphs_are_those_that_a_reader_sees(html: str, expected: list[str]) -> None:
    assert texts(read(page(html + TABLE), "x.html")) == expected


def test_headings_are_elements_or_wholly_bold() -> None:
    body = (
        "<h2>甲</h2><p><b>乙</b></p><p><b>丙</b>：丁</p><p style='font-weight:bold'>戊</p><p>己</p>"
    )
    blocks = read(page(body + TABLE), "x.html").blocks
    marked = [b.text for b in blocks if isinstance(b, Paragraph) and b.heading]
    assert marked == ["甲", "乙", "戊"]


# --- tables ----------------------------------------------------------------------------------


def test_spans_are_laid_out_as_a_browser_does() -> None:
    assert cells(
        "<tr><td rowspan=2>甲<td colspan=2>乙<tr><td>丙<td rowspan=0>丁<tr><td>戊<td>己"
    ) == [
        (0, 0, 2, 1, "甲"),
        (0, 1, 1, 2, "乙"),
        (1, 1, 1, 1, "丙"),
        (1, 2, 2, 1, "丁"),
        (2, 0, 1, 1, "戊"),
        (2, 1, 1, 1, "己"),
    ]


def test_parts_of_a_table_and_lines_of_a_cell_are_kept_in_order() -> None:
    assert cells(
        "<thead><tr><th>甲</th></tr></thead><tbody><tr><td>一<br>二<p>三</p></td></tr></tbody>"
        "<tfoot><tr style='display:none'><td>藏</td></tr><tr><td></td></tr></tfoot>"
    ) == [(0, 0, 1, 1, "甲"), (1, 0, 1, 1, "一\n二\n三"), (2, 0, 1, 1, "")]


@pytest.mark.parametrize("span", ["999999", "-1", "x", "2.5", ""])
def test_absurd_spans_do_no_harm(span: str) -> None:
    (first, second) = cells(f"<tr><td colspan='{span}' rowspan='{span}'>甲</td><td>乙</td></tr>")
    assert first[3] in (1, 1000)
    assert second == (0, first[3], 1, 1, "乙")


def test_a_caption_is_text_above_the_table() -> None:
    document = read(
        page(TABLE.replace("<table>", "<table><caption>表二（单位：件）</caption>")), "x"
    )
    assert texts(document) == ["表二（单位：件）"]


# --- encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", "GBK"),
        ("gb18030", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-8", "nonsense"),
        ("gb18030", ""),
        ("utf-8-sig", "gbk"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_even_if_the_page_lies(encoding: str, declared: str) -> None:
    meta = (
        f"<meta http-equiv=Content-Type content='text/html; charset={declared}'>"
        if declared
        else ""
    )
    html = f"<html><head>{meta}</head><body><p>某市某某局䶮</p>{TABLE}</body></html>"
    assert texts(read(html.encode(encoding), "x.html")) == ["某市某某局䶮"]


def test_an_xhtml_page_with_its_declaration_is_read() -> None:
    html = f'<?xml version="1.0" encoding="GBK"?><html><body><p>某局</p>{TABLE}</body></html>'
    assert texts(read(html.encode("gbk"), "x.html")) == ["某局"]


# --- what is no report -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (page("<p>没有表格</p>"), "没有表格"),
        (page(""), "没有表格"),
        (
            page(f"<p>{TITLE}</p><table><tr><td>姓名</td></tr></table>"),
            "没有找到年度报告的官方表格",
        ),
        (page(f"<p>某局1900年政府信息公开工作年度报告</p>{TABLE}"), "1900 年"),
        (page("<table>" + "<tr><td colspan=1000>x</td></tr>" * 300 + "</table>"), "表格过大"),
    ],
    ids=["no table", "empty", "other table", "1900", "huge"],
)
def test_what_is_no_report_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnusableInput) as error:
        _ = reading.open(data, "年报.html").report
    message = str(error.value)
    assert message.startswith("“年报.html”")
    assert words in message
    assert message.count("。") == 1


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 20_000 + TABLE,
        "<table><tr><td>" * 2_000 + TABLE,
        "<b>" * 20_000 + TABLE,
        "<p>" + "一、" * 100_000 + "</p>" + TABLE,
    ],
    ids=["divs", "tables", "bold", "long"],
)
def test_hostile_pages_are_read_or_refused_but_never_crash(body: str) -> None:
    try:
        found = reading.open(page(f"<p>{TITLE}</p>{body}"), "年报.html").report
    except UnusableInput as error:
        found = None
        message = str(error)
    assert message.startswith("“年报.html”") if found is None else found.year == 2023


def test_the_seed_as_a_page_has_its_sections_in_order() -> None:
    report = report_from(read(page(article(seed_figures())), "年报.html"))
    assert report.trace.headings is not None
    assert [h.text for h in report.trace.headings] == [s.heading for s in load(2019).sections]


def test_long_white_space_is_read_in_no_time() -> None:
    body = f"<p>{TITLE}</p>{TABLE}<p>尾{' ' * 100_000}x</p><pre>{' ' * 100_000}</pre>"
    with costs_at_most(200):
        assert read(page(body), "x.html").blocks
