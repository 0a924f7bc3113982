"""xls and ods: what is particular to each, and our workbooks saved as such by LibreOffice."""

from __future__ import annotations

import datetime
import io
import random
import struct
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Convert
from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.exports import xlsx as final
from nianbao.formats import book as sheets
from nianbao.formats.book import Formula, SheetArea
from nianbao.formats.ods import OdsBook
from nianbao.formats.xls import XlsBook
from nianbao.formats.zip import Package, Unreadable
from nianbao.reading.document import TextTable
from nianbao.reading.documents.sheets import blocks_of, document
from nianbao.report import Agency, Report, with_totals
from nianbao.template.fill import fill
from strategies import having, reports, seed_figures, zeros
from workbooks import ours, refusal

# --- xls -------------------------------------------------------------------------------------


def xls(*, hidden: bool = False) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表三")
    sheet.write_merge(0, 1, 0, 2, "（三）不予公开")
    for x, value in enumerate([12, 0.1 + 0.2, "＋1", True, None, -8.0, 1e300]):
        sheet.write(3, x, value)
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write(4, 0, datetime.date(2025, 1, 2), date)
    sheet.write(4, 1, xlwt.Formula("1/0"))
    other = book.add_sheet("旧")
    other.write(0, 0, 1)
    if hidden:
        other.visibility = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_an_xls_gives_values_merges_and_sheets() -> None:
    book = XlsBook(xls(hidden=True))
    assert book.sheets == (("表三", False), ("旧", True))
    cells = book.cells(0)
    assert cells[0, 0] == "（三）不予公开"
    assert [cells.get((3, x)) for x in range(7)] == [12, 0.1 + 0.2, "＋1", True, None, -8, 1e300]
    assert [type(cells.get((3, x))) for x in (0, 1, 5)] == [int, float, int]
    assert cells[4, 0] == "2025-01-02"
    assert book.merges(0) == (SheetArea(0, 0, 0, 1, 2),)
    assert document(book, "旧.xls").kind == "xls"


def test_a_formulas_text_with_rare_characters_is_read_from_an_xls() -> None:
    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    text = "𬒈山县😀"
    begin = record(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 6))
    result = b"\0\0\0\0\0\0\xff\xff"
    formula = record(6, struct.pack("<HHH", 0, 0, 15) + result + bytes(6) + struct.pack("<H", 0))
    units = text.encode("utf-16-le")
    size = struct.pack("<H", len(units) // 2)
    # In two parts, cut inside the first character, as a long text may be.
    string = record(0x207, size + b"\1" + units[:2]) + record(0x3C, b"\1" + units[2:])
    old = xls()
    at = old.index(record(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0xDBB, 0x7CC, 0, 6))[:8])
    sheet = begin + formula + string + record(10, b"")
    data = old[:at] + sheet + old[at + len(sheet) :]
    assert XlsBook(data).cells(0) == {(0, 0): text}


def test_an_xls_that_is_encrypted_or_broken_is_told_apart() -> None:
    data = xls()
    bof = data.index(b"\x09\x08\x10\x00")
    end = bof + 20
    # A FILEPASS record in the place of what followed the beginning of the stream.
    locked = data[:end] + b"\x2f\x00\x06\x00" + bytes(6) + data[end + 10 :]
    with pytest.raises(UnusableInput, match="打开密码"):
        _ = reading.open(locked, "密.xls").report
    with pytest.raises(UnusableInput, match="不完整"):
        _ = reading.open(data[:1200], "断.xls").report


def test_an_xls_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xls()
    monkeypatch.setattr("nianbao.formats.xls.MAX_CELLS", 3)
    with pytest.raises(Unreadable, match="单元格过多"):
        XlsBook(data).cells(0)
    monkeypatch.setattr("nianbao.formats.xls.MAX_BYTES", 1000)
    with pytest.raises(Unreadable, match="过大"):
        XlsBook(data)


# --- ods -------------------------------------------------------------------------------------

NAMESPACES = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for n in ("office", "table", "text", "style", "meta", "manifest")
)


def opened(data: bytes) -> OdsBook:
    return OdsBook(Package(data))


def ods(
    tables: str, *, names: str = "", styles: str = "", manifest: str = "", meta: str = ""
) -> bytes:
    """An ods from the XML of its tables."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
            f"<table:named-expressions>{names}</table:named-expressions>"
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f"<manifest:manifest {NAMESPACES}>{manifest}</manifest:manifest>",
        )
        archive.writestr(
            "meta.xml", f"<office:document-meta {NAMESPACES}>{meta}</office:document-meta>"
        )
    return buffer.getvalue()


def sheet(*rows: str, name: str = "表", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def row(*cells: str, again: int = 1) -> str:
    repeated = f' table:number-rows-repeated="{again}"'
    return f"<table:table-row{repeated}>{''.join(cells)}</table:table-row>"


def cell(text: str = "", attributes: str = "") -> str:
    p = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell {attributes}>{p}</table:table-cell>"


def typed(kind: str, value: str, text: str = "shown") -> str:
    return cell(text, f'office:value-type="{kind}" office:{value}')


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        (typed("float", 'value="12"', "12.00 件"), 12),
        (typed("float", 'value="12.0"'), 12),
        (typed("currency", 'value="0.5"'), 0.5),
        (typed("percentage", 'value="1"', "100%"), 1),
        (typed("boolean", 'boolean-value="true"', "TRUE"), True),
        (typed("date", 'date-value="2025-01-02T00:00:00"'), "2025-01-02"),
        (typed("string", 'string-value=""', "#DIV/0!"), "#DIV/0!"),
        (typed("string", 'string-value="甲"', ""), "甲"),
        (cell("二"), "二"),
        (cell("甲<text:s text:c='2'/>乙<text:span>丙<text:tab/></text:span>丁<text:line-break/>"),
         "甲  乙丙\t丁\n"),
        (cell("甲</text:p><text:p>乙"), "甲\n乙"),
        ("<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation>"
         "<text:p>1</text:p></table:table-cell>", "1"),
        (cell("", 'table:formula="of:=SUM([.B1:.B2])"'), Formula("=SUM([.B1:.B2])")),
        (cell("", 'table:formula="of:=1+1" office:value-type="float" office:value="2"'), 2),
        (cell("", 'table:formula="of:=&quot;&quot;" office:value-type="string"'), None),
        (cell(), None),
    ],
)  # fmt: skip
def test_an_ods_cell_is_read_by_its_type(xml: str, value: sheets.Raw | None) -> None:
    found = opened(ods(sheet(row(xml)))).cells(0).get((0, 0))
    assert found == value
    assert type(found) is type(value)


def test_repeats_and_spans_put_cells_where_a_person_sees_them() -> None:
    spanned = 'table:number-rows-spanned="2" table:number-columns-spanned="3"'
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    book = opened(
        ods(
            sheet(
                "<table:table-column/>",
                "<table:table-header-rows>" + row(cell("标签", spanned), covered, cell("右")),
                "</table:table-header-rows><table:table-row-group>",
                row(covered, "<table:covered-table-cell/>", cell("1"), again=2),
                "</table:table-row-group>",
                row(cell("", 'table:number-columns-repeated="5"'), cell("尾"), again=1),
                row(cell("9", 'table:number-columns-repeated="2"')),
                row(cell("", 'table:number-columns-repeated="16384"'), again=1048570),
            )
        )
    )
    assert book.cells(0) == {
        (0, 0): "标签",
        (0, 3): "右",
        (1, 3): "1",
        (2, 3): "1",
        (3, 5): "尾",
        (4, 0): "9",
        (4, 1): "9",
    }
    assert book.merges(0) == (SheetArea(0, 0, 0, 1, 2),)
    table = next(iter(blocks_of(book, 0)))
    assert isinstance(table, TextTable)
    assert (table.cells[0].rowspan, table.cells[0].colspan) == (2, 3)


def test_a_repeat_without_end_is_not_unrolled() -> None:
    wide = 'table:number-columns-repeated="16384"'
    with pytest.raises(Unreadable, match="单元格过多"):
        opened(ods(sheet(row(cell("1", wide), again=1048576)))).cells(0)
    with pytest.raises(Unreadable, match="损坏"):
        opened(ods(sheet(row(cell("1", 'table:number-columns-repeated="9999999999"'))))).cells(0)
    below = opened(ods(sheet(row(cell(), again=999_999), row(cell("1")))))
    assert below.cells(0) == {}


NAMES = "".join(
    f'<table:named-range table:name="{name}" table:cell-range-address="{where}"/>'
    for name, where in (
        ("nb.A", "$表三.$D$5"),
        ("nb.b", "$表三.$D$5:.$E$9"),
        ("nb.c", "$'局长 的''表''.x'.$A$1"),
        ("nb.d", "$'局长 的''表''.x'.$A$1:$'局长 的''表''.x'.$A$3"),
        ("gone", "$表三.#REF!"),
        ("gone2", "#REF!.$A$1"),
        ("gone3", "$'"),
    )
)


def test_ods_names_are_found_or_known_to_be_gone() -> None:
    local = (
        '<table:named-expressions><table:named-range table:name="gone" '
        'table:cell-range-address="$表三.$A$2"/><table:named-range table:name="nb.a" '
        'table:cell-range-address="$表三.$A$2"/><table:named-expression table:name="e" '
        'table:expression="1"/></table:named-expressions>'
    )
    tables = sheet(local, name="表三") + sheet(name="局长 的'表'.x")
    assert opened(ods(tables, names=NAMES)).names == {
        "nb.a": SheetArea(0, 4, 3, 4, 3),
        "nb.b": SheetArea(0, 4, 3, 8, 4),
        "nb.c": SheetArea(1, 0, 0, 0, 0),
        "nb.d": SheetArea(1, 0, 0, 2, 0),
        "gone": SheetArea(0, 1, 0, 1, 0),
        "gone2": None,
        "gone3": None,
        "e": None,
    }


def test_hidden_ods_sheets_encryption_and_keywords_are_seen() -> None:
    hidden = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    tables = sheet(name="今年") + sheet(name="旧", attributes='table:style-name="h"')
    keyword = "<meta:keyword>agency-code:BJ-01</meta:keyword>"
    book = opened(ods(tables, styles=hidden, meta=f"<office:meta>{keyword}</office:meta>"))
    assert book.sheets == (("今年", False), ("旧", True))
    assert document(book, "x.ods").agency_code == "BJ-01"
    locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(UnusableInput, match="打开密码"):
        _ = reading.open(ods(tables, manifest=locked), "密.ods").report


# --- our workbooks, saved again by LibreOffice -------------------------------------------------


def samples() -> dict[str, Report]:
    """Reports that between them use all that a workbook can hold."""
    cells = {"requests.received.business": 3, "disclosure.fees.amount": Decimal("160.5964")}
    found = {"seed": seed_figures(), "zeros": having(zeros(), cells)}
    drawn: list[Report] = []

    @settings(max_examples=12, database=None, derandomize=True, deadline=None)
    @given(reports())
    def draw(report: Report) -> None:
        drawn.append(report)

    draw()
    return found | {f"random{i}": report for i, report in enumerate(drawn[-6:])}


SAMPLES = samples()
BEFORE = zeros(2021, 2022)


@pytest.fixture(scope="module")
def saved_again(soffice: Convert, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders xlsx, xls, ods, each with every sample as LibreOffice saves it.

    Each sample three times: named cells and nothing else, the filled template, the final report.
    """
    folder = tmp_path_factory.mktemp("office")
    for key, report in SAMPLES.items():
        before = BEFORE if key == "zeros" else None
        (folder / f"plain-{key}.xlsx").write_bytes(ours(report, previous=before))
        (folder / f"filled-{key}.xlsx").write_bytes(fill(report, before).data)
        (folder / f"final-{key}.xlsx").write_bytes(final.write(report))
    for kind in ("xlsx", "xls", "ods"):
        soffice(sorted(folder.glob("*.xlsx")), kind, folder / kind)
    return folder


KINDS = pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])


@pytest.mark.libreoffice
@KINDS
@pytest.mark.parametrize("made", ["plain", "filled"])
def test_a_workbook_saved_by_libreoffice_says_the_same(
    saved_again: Path, kind: str, made: str
) -> None:
    for key, report in SAMPLES.items():
        source = reading.open(
            (saved_again / kind / f"{made}-{key}.{kind}").read_bytes(), f"{key}.{kind}"
        )
        found = source.report
        assert found == (with_totals(report) if made == "filled" else report), key
        assert found.trace.kind == kind
        assert (found.place("requests.received.total") or "").startswith("表三!")


@pytest.mark.libreoffice
@KINDS
def test_last_years_figures_are_saved_too(saved_again: Path, kind: str) -> None:
    for made in ("plain", "filled"):
        data = (saved_again / kind / f"{made}-zeros.{kind}").read_bytes()
        assert reading.open(data, f"zeros.{kind}").previous == BEFORE
        assert (
            reading.open((saved_again / kind / f"{made}-seed.{kind}").read_bytes(), "x").previous
            is None
        )


@pytest.mark.libreoffice
@KINDS
def test_the_final_report_saved_by_libreoffice_says_the_same(saved_again: Path, kind: str) -> None:
    for key, report in SAMPLES.items():
        source = reading.open(
            (saved_again / kind / f"final-{key}.{kind}").read_bytes(), f"{key}.{kind}"
        )
        found = source.report
        # The properties of an xls, where the agency's code is kept, are not read.
        agency = Agency(report.agency.name) if kind == "xls" else report.agency
        assert found == replace(report, agency=agency), key


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_damaged_file_of_any_kind_is_refused_or_read(saved_again: Path, kind: str) -> None:
    data = (saved_again / kind / f"filled-seed.{kind}").read_bytes()
    rng = random.Random(kind)
    for _ in range(60):
        broken = bytearray(data[: rng.choice((len(data), rng.randrange(len(data))))])
        for _ in range(rng.choice((1, 5, 50))):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        sentence = refusal(bytes(broken), f"坏.{kind}")
        assert sentence is None or sentence.startswith(f"“坏.{kind}”")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_xls_is_refused_or_read_but_never_fails(seed: int) -> None:
    rng = random.Random(seed)
    broken = bytearray(XLS[: rng.choice((len(XLS), rng.randrange(len(XLS))))] or b"\0")
    for _ in range(rng.choice((1, 5, 50))):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    sentence = refusal(bytes(broken), "坏.xls")
    assert sentence is None or sentence.startswith("“坏.xls”")


XLS = xls()


def test_totals_without_results_are_added_up_in_ods_too() -> None:
    formula = cell("", 'table:formula="of:=SUM([.A1])"')
    book = opened(ods(sheet(row(cell("总计"), formula))))
    (table,) = blocks_of(book, 0)
    assert isinstance(table, TextTable)
    assert table.cells[1].computable
    assert with_totals(zeros()) == zeros()
