"""Word documents of all kinds of authors → documents and reports."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.enum.text import WD_BREAK

from layouts import drawn
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.form import load
from nianbao.formats.open import open_file
from nianbao.reading.document import Paragraph, TextDocument, TextTable
from nianbao.reading.documents import docx as reader
from nianbao.reading.report import report_from
from nianbao.report import TEXTS, Report
from strategies import having, seed_figures, zeros


def read(data: bytes, source: str) -> TextDocument:
    return reader.read(open_file(data), source)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
TITLE = "某市某某局2023年政府信息公开工作年度报告"


def raw(body: str, namespace: str = W, **parts: str) -> bytes:
    """A document from the XML of its body; other parts by file name without .xml."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip:
        zip.writestr(
            "word/document.xml", f"<w:document {namespace}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            zip.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def texts(document: TextDocument) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def tables(document: TextDocument) -> list[TextTable]:
    return [b for b in document.blocks if isinstance(b, TextTable)]


def cells(table: TextTable) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def written_by_hand(report: Report, *, headings: bool = True) -> bytes:
    """A report as a clerk sets it in Word: real merges, headings styled or only bold."""
    document = docx.Document()
    document.add_paragraph(report.title, style="Title" if headings else None)
    for line in report.text["opening"].splitlines():
        document.add_paragraph(line)
    for section in report.form.sections:
        if headings:
            document.add_heading(section.heading, level=1)
        else:
            document.add_paragraph().add_run(section.heading).bold = True
        if section.id in TEXTS:
            for line in report.text[section.id].splitlines():
                document.add_paragraph(line)
            continue
        found = drawn(report, section.id)
        table = document.add_table(
            max(c.row + c.rowspan for c in found), max(c.col + c.colspan for c in found)
        )
        for c in found:
            cell = table.cell(c.row, c.col)
            if c.rowspan * c.colspan > 1:
                cell = cell.merge(table.cell(c.row + c.rowspan - 1, c.col + c.colspan - 1))
            cell.text = c.text
    return saved(document)


# --- whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize("headings", [True, False])
@pytest.mark.parametrize("report", [seed_figures(), zeros()], ids=["2019", "2021"])
def test_a_report_set_by_hand_is_read_as_it_stands(report: Report, headings: bool) -> None:
    text = {
        "opening": "开头。",
        "overview": "一。\n（一）二。",
        "problems": "三。",
        "other": "四。",
    }
    report = having(report, {}, text=text)
    found = report_from(read(written_by_hand(report, headings=headings), "年报.docx"))
    assert found == report
    assert found.trace.notes == ()
    assert found.place("disclosure.licensing.decisions") in (
        "第 1 个表格第 7 行第 4 格",
        "第 1 个表格第 7 行第 2 格",
    )


def test_word_is_read_through_the_common_door() -> None:
    assert reading.open(written_by_hand(zeros()), "年报.docx").report == zeros()


# --- text ------------------------------------------------------------------------------------


def test_the_text_of_a_paragraph_is_what_is_printed() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("依据")
    paragraph.add_run("《条例》")
    paragraph.add_run().add_break()
    paragraph.add_run("第二\t行")
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    assert texts(read(saved(document), "x.docx")) == ["依据《条例》\n第二\t行"]


def test_deleted_text_is_gone_and_inserted_text_is_there() -> None:
    body = (
        "<w:p><w:r><w:t>全年</w:t></w:r>"
        "<w:del><w:r><w:delText>公开2条</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>公开3条</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>"
    )
    assert texts(read(raw(body), "x.docx")) == ["全年公开3条移来"]


def test_links_fields_content_controls_and_odd_characters_are_read() -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>官网</w:t></w:r></w:hyperlink>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r>"
        '<w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> 条</w:t></w:r></w:sdtContent></w:sdt>'
        "<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/></w:r>"
        "<w:ruby><w:rt><w:r><w:t>yin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>音</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:p></w:sdtContent></w:sdt>"
    )
    assert texts(read(raw(body), "x.docx")) == ["官网3 条A-B音"]


def test_a_text_box_is_beside_the_text_and_only_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>内部</w:t></w:r></w:p></w:txbxContent>"
    ns = f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    blocks = read(raw(body, ns), "x.docx").blocks
    assert blocks == (
        Paragraph("正文", "第 1 段"),
        Paragraph("内部", "第 1 段旁", aside=True),
    )


def test_the_strict_edition_of_the_format_is_read_too() -> None:
    assert texts(read(raw(p("正文"), STRICT), "x.docx")) == ["正文"]


# --- headings and automatic numbers ----------------------------------------------------------


def test_headings_are_known_by_style_and_by_outline_level() -> None:
    styles = (
        f"<w:styles {W}>"
        '<w:style w:styleId="a"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/><w:name w:val="我的标题"/></w:style>'
        '<w:style w:styleId="c"><w:name w:val="正文标题"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:styleId="d"><w:name w:val="Body"/>'
        '<w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
        '<w:style w:styleId="e"><w:basedOn w:val="e"/><w:name w:val="自己"/></w:style>'
        "</w:styles>"
    )
    body = "".join(p(s, f'<w:pStyle w:val="{s}"/>') for s in "abcdex")
    body += p("f", '<w:outlineLvl w:val="1"/>')
    document = read(raw(body, styles=styles), "x.docx")
    marked = [b.text for b in document.blocks if isinstance(b, Paragraph) and b.heading]
    assert marked == ["a", "b", "c", "f"]


def level(n: int, format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(levels: Sequence[str], overrides: str = "") -> str:
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{overrides}</w:num></w:numbering>'
    )


def item(text: str, ilvl: int = 0, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_word_counts_by_itself_are_restored() -> None:
    numbering = numbered(
        [
            level(0, "chineseCounting", "%1、"),
            level(1, "chineseCountingThousand", "（%2）"),
            level(2, "decimal", "%3."),
        ]
    )
    body = "".join(
        [item("总体情况"), item("主动公开", 1), item("网站", 2), item("新媒体", 2),
         item("依申请", 1), item("网站", 2), p("正文"), item("二", 0), item("甲", 1)]
    )  # fmt: skip
    assert texts(read(raw(body, numbering=numbering), "x.docx")) == [
        "一、总体情况",
        "（一）主动公开",
        "1.网站",
        "2.新媒体",
        "（二）依申请",
        "1.网站",
        "正文",
        "二、二",
        "（一）甲",
    ]


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("chineseCounting", "十一、"),
        ("japaneseCounting", "十一、"),
        ("ideographDigital", "一一、"),
        ("chineseLegalSimplified", "壹拾壹、"),
        ("decimalEnclosedCircle", "⑪、"),
        ("decimalFullWidth", "１１、"),
        ("decimalZero", "11、"),
        ("upperLetter", "K、"),
        ("lowerRoman", "xi、"),
        ("ideographTraditional", "11、"),
        ("bullet", ""),
        ("none", ""),
        ("hebrew1", "11、"),
    ],
)
def test_each_format_of_numbers_is_written_as_word_does(format: str, shown: str) -> None:
    numbering = numbered([level(0, format, "%1、")])
    lines = texts(read(raw(item("x") * 11, numbering=numbering), "x.docx"))
    assert lines[10] == f"{shown}x"


def test_a_list_that_starts_again_starts_again() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = numbered([level(0, "decimal", "%1.")], override)
    body = item("a") + item("b") + item("c", number=2) + item("d", number=2) + item("e", number=9)
    assert texts(read(raw(body, numbering=numbering), "x.docx")) == [
        "1.a",
        "2.b",
        "1.c",
        "2.d",
        "e",
    ]


def test_numbers_of_several_levels_are_joined() -> None:
    legal = level(1, "decimal", "%1.%2", "<w:isLgl/>")
    numbering = numbered([level(0, "chineseCounting", "%1、"), legal])
    body = item("a") + item("b", 1) + item("c", 1)
    assert texts(read(raw(body, numbering=numbering), "x.docx")) == ["一、a", "1.1 b", "1.2 c"]


def test_a_number_may_come_from_the_style_and_be_switched_off() -> None:
    numbering = numbered([level(0, "chineseCounting", "%1、")])
    styles = (
        f'<w:styles {W}><w:style w:styleId="h"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    style = '<w:pStyle w:val="h"/>'
    off = style + '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("a", style) + p("b", off) + p("c", style)
    document = read(raw(body, styles=styles, numbering=numbering), "x.docx")
    assert texts(document) == ["一、a", "b", "二、c"]


def test_a_report_whose_headings_are_numbered_by_word_is_read() -> None:
    numbering = numbered(
        [level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）")]
    )
    form = load(2021)
    body = p(TITLE)
    for section in form.sections:
        body += item(section.heading.partition("、")[2])
        body += item("小标题", 1) + p("正文。") if section.id in TEXTS else TABLE
    report = report_from(read(raw(body, numbering=numbering), "x.docx"))
    assert report.trace.headings is not None
    assert [h.text for h in report.trace.headings] == [s.heading for s in form.sections]
    assert report.text["other"] == "（一）小标题\n正文。"


# --- tables ----------------------------------------------------------------------------------


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tr(*found: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(found)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


TABLE = tbl(
    tr(*(tc(t) for t in ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"))),
    tr(*(tc(t) for t in ("规章", "1", "2", "3"))),
)
RESTART, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_keep_their_place_and_span() -> None:
    table = tbl(
        tr(tc("甲", RESTART), tc("乙", '<w:gridSpan w:val="2"/>')),
        tr(tc("", GOES_ON), tc("丙"), tc("丁")),
        tr(tc("", '<w:vMerge w:val="continue"/>'), tc("戊", RESTART), tc("己")),
        tr(tc("庚", RESTART), tc("", GOES_ON), tc("辛")),
    )
    (found,) = tables(read(raw(table), "x.docx"))
    assert cells(found) == [
        (0, 0, 3, 1, "甲"),
        (0, 1, 1, 2, "乙"),
        (1, 1, 1, 1, "丙"),
        (1, 2, 1, 1, "丁"),
        (2, 1, 2, 1, "戊"),
        (2, 2, 1, 1, "己"),
        (3, 0, 1, 1, "庚"),
        (3, 2, 1, 1, "辛"),
    ]


def test_rows_may_begin_later_be_wrapped_or_be_deleted() -> None:
    table = tbl(
        tr(tc("甲"), tc("乙"), properties='<w:gridBefore w:val="2"/>'),
        tr(tc("删"), properties="<w:del/>"),
        f"<w:sdt><w:sdtContent>{tr(tc('丙'))}</w:sdtContent></w:sdt>",
        f"<w:tr><w:sdt><w:sdtContent>{tc('丁')}</w:sdtContent></w:sdt></w:tr>",
        tr(tc("戊", GOES_ON)),
    )
    (found,) = tables(read(raw(table), "x.docx"))
    assert cells(found) == [
        (0, 2, 1, 1, "甲"),
        (0, 3, 1, 1, "乙"),
        (1, 0, 1, 1, "丙"),
        (2, 0, 1, 1, "丁"),
        (3, 0, 1, 1, "戊"),
    ]


def test_paragraphs_of_a_cell_are_lines_and_its_numbers_are_counted() -> None:
    numbering = numbered([level(0, "decimal", "%1.")])
    table = tbl(tr(f"<w:tc>{p('上')}{p('下')}</w:tc>", f"<w:tc>{item('属于国家秘密')}</w:tc>"))
    (found,) = tables(read(raw(table, numbering=numbering), "x.docx"))
    assert [c.text for c in found.cells] == ["上\n下", "1.属于国家秘密"]


def test_a_table_that_places_the_report_on_the_page_comes_apart() -> None:
    inner = p(TITLE) + p("一、总体情况") + p("正文。") + TABLE + p("六、其他需要报告的事项")
    page = tbl(tr(f"<w:tc>{inner}</w:tc>", tc("")))
    document = read(raw(page), "x.docx")
    assert len(tables(document)) == 1
    report = report_from(document)
    assert report.text["overview"] == "正文。"
    assert report["disclosure.regulations.in_force"] == 3


def test_a_small_table_in_a_cell_is_text_of_the_cell() -> None:
    small = tbl(tr(tc("小")))
    table = tbl(tr(tc("甲"), tc("乙")), tr(f"<w:tc>{p('丙')}{small}{p('')}</w:tc>", tc("丁")))
    (found,) = tables(read(raw(table), "x.docx"))
    assert [c.text for c in found.cells] == ["甲", "乙", "丙\n小", "丁"]


def test_spans_beyond_all_reason_are_cut() -> None:
    table = tbl(tr(tc("甲", '<w:gridSpan w:val="999999"/>'), tc("乙", '<w:gridSpan w:val="x"/>')))
    (found,) = tables(read(raw(table), "x.docx"))
    assert cells(found) == [(0, 0, 1, 1000, "甲"), (0, 1000, 1, 1, "乙")]


# --- the file --------------------------------------------------------------------------------


def test_the_agency_code_is_among_the_keywords() -> None:
    document = docx.Document()
    document.core_properties.keywords = "年报; agency-code:110115-017, 公开"
    assert read(saved(document), "x.docx").agency_code == "110115-017"


def test_a_document_without_styles_or_numbering_is_read() -> None:
    assert read(raw(item("x")), "x.docx").blocks == (Paragraph("x", "第 1 段"),)


def rels(target: str) -> bytes:
    out = BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(out, "w") as zip:
        zip.writestr("_rels/.rels", f'<R><Relationship Type="{kind}" Target="{target}"/></R>')
        zip.writestr(
            "word/document2.xml", f"<w:document {W}><w:body>{p('正文')}</w:body></w:document>"
        )
    return out.getvalue()


def test_the_main_part_is_the_one_that_the_package_names() -> None:
    assert texts(read(rels("/word/document2.xml"), "x.docx")) == ["正文"]


def ole(*names: str) -> bytes:
    """An OLE file whose directory has these names, as old .doc and encrypted .docx are."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<L", head, 48, 0)
    struct.pack_into("<109L", head, 76, 1, *[0xFFFFFFFF] * 108)
    directory = bytearray(512)
    for i, name in enumerate(names):
        text = name.encode("utf-16-le") + b"\0\0"
        directory[i * 128 : i * 128 + len(text)] = text
        struct.pack_into("<H", directory, i * 128 + 64, len(text))
    fat = struct.pack("<128L", 0xFFFFFFFE, *[0xFFFFFFFF] * 127)
    return bytes(head + directory) + fat


def bomb() -> bytes:
    return raw(p(" " * (70 * 2**20)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ole("Root Entry", "WordDocument"), "另存为 .docx"),
        (ole("Root Entry", "EncryptedPackage"), "已加密"),
        (raw(p("正文"))[:-40], "已损坏或不完整"),
        (raw("<w:p>"), "已损坏或不完整"),
        (raw('<!DOCTYPE x [<!ENTITY e "x">]>'), "已损坏或不完整"),
        (bomb(), "解压后过大"),
        (raw(p("正文")), "没有找到报告年度"),
        (raw(p(TITLE) + tbl(tr(tc("姓名"), tc("职务")))), "没有找到年度报告的官方表格"),
    ],
    ids=["doc", "encrypted", "cut", "xml", "dtd", "bomb", "no year", "no table"],
)
def test_what_is_no_report_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnusableInput) as error:
        _ = reading.open(data, "年报.docx").report
    message = str(error.value)
    assert message.startswith("“年报.docx”")
    assert words in message
    assert message.count("。") == 1


def test_entities_are_not_expanded() -> None:
    out = BytesIO()
    entity = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(out, "w") as zip:
        body = f"<w:document {W}><w:body>{p('&e;')}</w:body></w:document>"
        zip.writestr("word/document.xml", entity + body)
    with pytest.raises(UnusableInput, match="DTD"):
        _ = reading.open(out.getvalue(), "年报.docx").report


def test_python_docx_and_we_agree_on_every_cell() -> None:
    """python-docx resolves merges in its own way; both must see the same text at each place."""
    data = written_by_hand(seed_figures())
    mine = tables(read(data, "x.docx"))
    theirs = docx.Document(BytesIO(data)).tables
    assert len(mine) == len(theirs) == 3
    for one, other in zip(mine, theirs, strict=True):
        for c in one.cells:
            for y in range(c.row, c.row + c.rowspan):
                for x in range(c.col, c.col + c.colspan):
                    assert other.cell(y, x).text == c.text


def test_an_alternate_content_block_is_read_once() -> None:
    ns = f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<mc:AlternateContent>"
        f"<mc:Choice Requires='w14'>{p('新')}</mc:Choice><mc:Fallback>{p('旧')}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert texts(read(raw(body, ns), "x.docx")) == ["新"]
