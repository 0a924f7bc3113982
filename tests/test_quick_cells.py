"""The quick way to the cells of a worksheet gives what a parser gives, or nothing at all."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nianbao.formats.xlsx import read as xlsx
from nianbao.formats.xlsx.quick import quick_cells
from nianbao.formats.zip import Package, Unreadable
from nianbao.template.fill import fill
from raw_xlsx import STRICT, TRANSITIONAL, raw
from returned import as_excel_saves
from strategies import reports, seed_figures

STRINGS = "<si><t>零</t></si><si><r><t>一</t></r><r><rPr/><t>二</t></r><rPh><t>x</t></rPh></si>"
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
TYPES = ("n", "str", "b", "e", "d")
TEXTS = (
    *("0", "1", "45000", "1.5", "1e3", "√", "差 3", "#DIV/0!", "true", "𠮷", " 1 ", "", "_x0041_"),
    *("&amp;&lt;a&#10;b", "&#x6570;", "&quot;&apos;", "\t2\n", '"', "'", ">"),
)
ODD_TEXTS = (
    *("&bad;", "&#0;", "&#xFFFE;", "&amp", "]]>", "<!-- 5 -->", "<![CDATA[6]]>", "\x01", "\ufffe"),
    *("1</v><v>2", "\r\n", "&", "<b/>"),
)
ODD_CELLS = (
    "<c r='A1'><v>1</v></c>",
    '<c s="1" r="A1"><v>45000</v></c>',
    '<c><v>1</v></c><c r="B1"/><c><v>2</v></c>',
    '<c r="A0"><v>1</v></c>',
    '<c r="AAAA1"><v>1</v></c>',
    '<c r="a1"><v>1</v></c>',
    '<c r="XFE1"><v>1</v></c>',
    '<c r="A1"><v>1</v><f>B1</f></c>',
    '<c r="A1" t="s"><v>9</v></c>',
    '<c r="A1" s="x"><v>45000</v></c>',
    '<c r="A1" cm="1"><v>1</v></c>',
    '<c r="A1"><v>1</v><extLst><ext uri="a"/></extLst></c>',
    '<c r="A1" t="inlineStr"><is><r><t>1</t></r><rPh><t>2</t></rPh></is></c>',
    f'<c r="A1"><x:v xmlns:x="{TRANSITIONAL}">3</x:v></c>',
    '<c r="A1" r="B1"><v>1</v></c>',
    '<c r="A1"><v>1</v>',
    "text",
    "</row>",
    "<row>",
    '</row><c r="A1"><v>1</v></c><row>',
    '</row><row r="x">',
    '</row><row r="100001">',
    "</row><row ht='3'>",
    "<!-- <c/> -->",
    '</row><row xmlns:x="urn:x" x:d="1">',
    '</row><row x14ac:dyDescent="0.2">',
    '</row><row ht="1" r="3">',
)


def cell(rng: random.Random, texts: Sequence[str]) -> str:
    """A cell as Excel, WPS, LibreOffice or we write it."""
    place = f"{rng.choice(('A', 'B', 'Z', 'AA', 'XFD'))}{rng.choice((1, 2, 9, 30, 1048577))}"
    style = rng.choice(("", ' s="0"', ' s="1"'))
    text, space = rng.choice(texts), rng.choice(("", ' xml:space="preserve"'))
    kind = rng.choice(("", *(f' t="{t}"' for t in TYPES)))
    formula = rng.choice(("", f"<f>{text}</f>", '<f t="shared" si="0"/>', '<f aca="false">A1</f>'))
    inline = rng.choice((f"<t{space}>{text}</t>", "<t/>"))
    return rng.choice(
        (
            f'<c r="{place}"{style}/>',
            f'<c r="{place}"{style}{kind}></c>',
            f'<c r="{place}"{style}{kind}>{formula}<v{space}>{text}</v></c>',
            f'<c r="{place}"{style}{kind}>{formula}</c>',
            f'<c r="{place}"{style}{kind}>{formula}<v/></c>',
            f'<c r="{place}"{style} t="s"><v>{rng.randrange(2)}</v></c>',
            f'<c r="{place}"{style} t="inlineStr"><is>{inline}</is></c>',
            "\n",
        )
    )


def row(rng: random.Random, texts: Sequence[str]) -> str:
    inside = "".join(cell(rng, texts) for _ in range(rng.randrange(6)))
    attributes = rng.choice(("", ' r="3"', ' r="3" spans="1:9" ht="2.5"', ' spans="1" ht="9"'))
    return rng.choice((f"<row{attributes}>{inside}</row>", f"<row{attributes}/>", "\n\t"))


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """The rows of a sheet, in most of them one thing that is odd."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    odd = draw(st.sampled_from(("", "text", "cell", "cut")))
    rows = [row(rng, TEXTS) for _ in range(rng.randrange(5))]
    if odd == "text":
        one = draw(st.sampled_from(ODD_TEXTS))
        rows.append(f"<row>{cell(rng, (one,))}{cell(rng, (one,))}</row>")
    elif odd == "cell":
        one = draw(st.sampled_from(ODD_CELLS))
        rows.append(f"<row>{cell(rng, TEXTS)}{one}{cell(rng, TEXTS)}</row>")
    rng.shuffle(rows)
    written = "".join(rows)
    if odd == "cut" and written:
        at = draw(st.integers(0, len(written) - 1))
        written = written[:at] + draw(st.sampled_from(("", ">", "<", '"', " "))) + written[at + 1 :]
    return written


def read(data: bytes, *, quick: bool) -> Any:
    """The cells, or the sentence why not."""
    with pytest.MonkeyPatch.context() as patch:
        if not quick:
            patch.setattr(xlsx, "quick_cells", lambda _: None)
        try:
            book = xlsx.XlsxBook(Package(data))
            found = [dict(book.cells(i)) for i in range(len(book.sheets))]
            return [{at: (type(raw), raw) for at, raw in sheet.items()} for sheet in found]
        except Unreadable as error:
            return str(error)


@settings(max_examples=1500, deadline=None)
@given(rows=sheets(), ns=st.sampled_from((TRANSITIONAL, STRICT)))
@example(rows='<row><c r="A1" t="s"><f>B1</f><v>0</v></c></row>', ns=TRANSITIONAL)
@example(rows='<row><c r="A1"><v>1</v></c></row>', ns="urn:other")
def test_it_gives_what_the_parser_gives(rows: str, ns: str) -> None:
    data = raw(rows, strings=STRINGS, styles=STYLES, ns=ns)
    assert read(data, quick=True) == read(data, quick=False)


@pytest.mark.parametrize(
    "head",
    [
        "<?x <sheetData> ?>",
        '<x xmlns="urn:x">',
        "<sheetData/>",
        "<!-- -->",
    ],
)
def test_rows_within_something_else_are_left_to_the_parser(head: str) -> None:
    data = f'<worksheet xmlns="{STRICT}">{head}<sheetData><row/></sheetData></worksheet>'
    assert quick_cells(data.encode()) is None


@pytest.mark.parametrize("formula", ["A1&B1", "A1&bad;", "\udcff", "]]>"])
def test_a_formula_that_is_no_xml_is_left_to_the_parser(formula: str) -> None:
    rows = f'<row><c r="A1"><f>{formula}</f><v>1</v></c></row>'
    data = f'<worksheet xmlns="{STRICT}"><sheetData>{rows}</sheetData></worksheet>'
    assert quick_cells(data.encode("utf-8", "surrogateescape")) is None


@given(st.integers())
def test_what_is_written_as_usual_goes_the_quick_way(seed: int) -> None:
    rng = random.Random(seed)
    rows = "".join(row(rng, TEXTS) for _ in range(5))
    data = f'<worksheet xmlns="{STRICT}"><sheetData>{rows}</sheetData>'
    assert quick_cells(data.encode()) is not None


@settings(max_examples=10, deadline=None)
@given(reports(few_shapes=True))
def test_workbooks_as_programs_save_them_go_the_quick_way(report: Any) -> None:
    ours = fill(report).data
    for data in (ours, as_excel_saves(ours)):
        known(data)
        assert read(data, quick=True) == read(data, quick=False)


@pytest.mark.libreoffice
def test_so_do_those_of_libreoffice(soffice: Any, tmp_path: Any) -> None:
    (tmp_path / "a.xlsx").write_bytes(fill(seed_figures()).data)
    data = (soffice([tmp_path / "a.xlsx"], "xlsx", tmp_path / "lo") / "a.xlsx").read_bytes()
    known(data)
    assert read(data, quick=True) == read(data, quick=False)


def known(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert quick_cells(archive.read(name)) is not None, name


@pytest.mark.parametrize(
    "piece", ['<c r="A1"><f>', '<row r="1" a="', "<c ", "<c r='A1'/>", '<c r="A1"><v> ', "<row>\n "]
)
def test_no_file_makes_it_slow(piece: str) -> None:
    data = raw(piece * 200_000)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = archive.read("xl/worksheets/sheet1.xml")
    assert quick_cells(rows) is None
