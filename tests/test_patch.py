"""Values put into sheet XML, whatever that XML looks like, and the zip around it."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from collections.abc import Mapping
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import UnusableInput
from nianbao.formats.xlsx.parts import TargetBook
from nianbao.formats.xlsx.patch import SheetXml, compile_sheet, edit, scan, with_attribute
from nianbao.formats.xlsx.slots import CellValue, clean, escape, number, too_long
from nianbao.formats.zip import CONTENT_TYPES
from plain_xlsx import MAIN

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str) -> bytes:
    return f'<?xml version="1.0"?>\n<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData>\
<pageMargins left="1"/></worksheet>'.encode()


def put(
    data: bytes,
    values: Mapping[tuple[int, int], CellValue],
    typed_over: frozenset[str] = frozenset(),
) -> bytes:
    """The sheet with values at positions; the keys are the positions as text."""
    keys = {position: str(position) for position in values}
    compiled = compile_sheet(data, keys, replaced=typed_over)
    return compiled.render({keys[p]: v for p, v in values.items()}, typed_over)


def grid(data: bytes) -> dict[str, tuple[str, str | None]]:
    """Reference → value and formula, by another parser than the one under test."""
    out = {}
    for c in ElementTree.fromstring(data).iter(f"{MAIN}c"):
        formula = c.find(f"{MAIN}f")
        text = "".join(t.text or "" for tag in ("v", "t") for t in c.iter(f"{MAIN}{tag}"))
        out[str(c.get("r"))] = text, formula.text if formula is not None else None
    return out


def test_a_cell_is_found_whatever_the_order_of_its_attributes() -> None:
    data = sheet("<row r='1'><c s='7' t='s' r='B1'  ><v>3</v></c></row>")
    assert put(data, {(1, 2): 5}) == sheet('<row r=\'1\'><c s="7" r="B1"><v>5</v></c></row>')


def test_an_empty_cell_tag_takes_a_value_and_a_value_gives_way_to_nothing() -> None:
    data = sheet('<row r="1"><c r="A1" s="3"/><c r="B1" s="4"><v>2</v></c></row>')
    expected = '<row r="1"><c r="A1" s="3"><v>0</v></c><c r="B1" s="4"/></row>'
    assert put(data, {(1, 1): 0, (1, 2): None}) == sheet(expected)


def test_elements_may_have_a_prefix() -> None:
    data = (
        f'<x:worksheet xmlns:x="{NS}"><x:sheetData><x:row r="2"><x:c r="A2" s="1"/></x:row>'
        "</x:sheetData></x:worksheet>"
    ).encode()
    filled = put(data, {(2, 1): 4, (2, 3): "字", (5, 1): 1})
    assert b'<x:c r="A2" s="1"><x:v>4</x:v></x:c>' in filled
    assert grid(filled) == {"A2": ("4", None), "C2": ("字", None), "A5": ("1", None)}


def test_a_cell_inside_a_comment_is_none() -> None:
    data = sheet('<!-- <row r="1"><c r="A1"><v>9</v></c></row> --><row r="1"><c r="A1"/></row>')
    filled = put(data, {(1, 1): 3})
    assert b'<!-- <row r="1"><c r="A1"><v>9</v></c></row> -->' in filled
    assert grid(filled) == {"A1": ("3", None)}


def test_what_looks_like_a_cell_in_a_cdata_section_is_text() -> None:
    odd = '<c r="B1" t="inlineStr"><is><t><![CDATA[<c r="A1"/>]]></t></is></c>'
    data = sheet(f'<row r="1"><c r="A1"/>{odd}</row>')
    filled = put(data, {(1, 1): 3})
    assert odd.encode() in filled
    assert grid(filled) == {"A1": ("3", None), "B1": ('<c r="A1"/>', None)}


def test_a_greater_than_sign_in_an_attribute_ends_no_tag() -> None:
    data = sheet('<row r="1" note="a>b"><c r="A1" title="1 > 0"><v>1</v></c></row>')
    assert grid(put(data, {(1, 1): 2})) == {"A1": ("2", None)}


def test_missing_cells_and_rows_are_put_in_at_their_place() -> None:
    data = sheet('<row r="2"><c r="B2"><v>1</v></c><c r="D2"/></row><row r="5"/>')
    wanted: dict[tuple[int, int], CellValue] = dict.fromkeys(
        [(1, 1), (2, 1), (2, 3), (2, 27), (3, 2), (3, 1), (5, 2), (9, 1)], 7
    )
    filled = put(data, wanted)
    assert list(grid(filled)) == ["A1", "A2", "B2", "C2", "D2", "AA2", "A3", "B3", "B5", "A9"]
    rows = [r.get("r") for r in ElementTree.fromstring(filled).iter(f"{MAIN}row")]
    assert rows == ["1", "2", "3", "5", "9"]


def test_a_sheet_without_any_row_takes_values() -> None:
    data = f'<worksheet xmlns="{NS}"><sheetData/></worksheet>'.encode()
    assert grid(put(data, {(4, 2): 1, (3, 1): 2})) == {"A3": ("2", None), "B4": ("1", None)}


def test_cells_without_reference_count_from_the_left() -> None:
    data = sheet("<row><c><v>1</v></c><c/></row><row><c/></row>")
    filled = put(data, {(1, 2): 5, (2, 1): 6})
    assert b"<c><v>1</v></c><c><v>5</v></c></row><row><c><v>6</v></c>" in filled


def test_a_formula_stays_and_its_result_is_written() -> None:
    data = sheet('<row r="1"><c r="A1"><f aca="false">SUM(B1)</f><v>1</v></c></row>')
    assert grid(put(data, {(1, 1): 8})) == {"A1": ("8", "SUM(B1)")}
    assert b'<c r="A1" t="str"><f aca="false">SUM(B1)</f><v></v></c>' in put(data, {(1, 1): None})


def test_a_formula_that_is_typed_over_goes() -> None:
    data = sheet('<row r="1"><c r="A1" cm="1"><f>SUM(B1)</f><v>1</v></c></row>')
    assert grid(put(data, {(1, 1): 8}, frozenset({"(1, 1)"}))) == {"A1": ("8", None)}


def test_the_result_of_any_other_formula_is_dropped_since_it_may_be_stale() -> None:
    cell = '<c r="B1" s="2" t="str"><f>A1&amp;"&lt;"</f><v>old</v></c>'
    filled = put(sheet(f'<row r="1"><c r="A1"/>{cell}</row>'), {(1, 1): 1})
    assert b'<c r="B1" s="2"><f>A1&amp;"&lt;"</f></c>' in filled


def test_cells_that_share_the_formula_of_one_that_goes_get_their_own() -> None:
    data = sheet(
        '<row r="1"><c r="C1"><f t="shared" ref="C1:C3" si="0">A1+$B1</f><v>1</v></c></row>'
        '<row r="2"><c r="C2"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    filled = put(data, {(1, 3): 5, (2, 3): 6}, frozenset({"(1, 3)"}))
    assert grid(filled) == {"C1": ("5", None), "C2": ("6", "A2+$B2"), "C3": ("", "A3+$B3")}


def test_a_part_in_utf_16_is_read_too() -> None:
    text = sheet('<row r="1"><c r="A1" t="str"><v>字</v></c></row>').decode()
    data = codecs.BOM_UTF16_LE + text.replace("1.0", "1.0").encode("utf-16-le")
    assert grid(put(data, {(1, 2): "新"})) == {"A1": ("字", None), "B1": ("新", None)}


def test_a_byte_order_mark_shifts_nothing() -> None:
    data = codecs.BOM_UTF8 + sheet('<row r="1"><c r="A1"/></row>')
    assert grid(put(data, {(1, 1): 1})) == {"A1": ("1", None)}


def test_xml_that_is_damaged_or_has_a_dtd_is_refused() -> None:
    with pytest.raises(UnusableInput, match="已损坏"):
        compile_sheet(sheet("<row>"), {})
    with pytest.raises(UnusableInput, match="DTD"):
        compile_sheet(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', {})


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="x"><c r="A1"/></row>',
        '<row r=""><c r="A1"/></row>',
        '<row r="²"/>',
        '<row r="-3"/>',
        '<row r="0"/>',
        f'<row r="{"9" * 5000}"/>',
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">"x</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>',
    ],
)
def test_rows_and_formulas_that_are_none_are_refused(rows: str) -> None:
    with pytest.raises(UnusableInput, match="已损坏"):
        put(sheet(rows), {(1, 1): 1}, frozenset({"(1, 1)"}))


def test_a_sheet_without_cells_of_its_own_takes_no_value() -> None:
    with pytest.raises(UnusableInput, match="已损坏"):
        put(f'<worksheet xmlns="{NS}"/>'.encode(), {(1, 1): 1})


@pytest.mark.parametrize("index", ["²", "٣٣", "9" * 5000, "-1", "1.5"])
def test_a_shared_string_that_is_not_there_is_told_as_it_stands(index: str) -> None:
    cell = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'
    assert SheetXml(sheet(cell)).text((1, 1), ["一", "二"]) == index


def test_what_is_not_a_slot_stays_byte_for_byte() -> None:
    rows = "  <row  r='1'\n><c r='A1'/> <!-- x --><c r='B1'><v>1</v></c ></row >\t"
    before, after = sheet(rows), put(sheet(rows), {(1, 1): 7})
    assert after == before.replace(b"<c r='A1'/>", b'<c r="A1"><v>7</v></c>')


def test_heights_are_set_where_no_person_has_set_one() -> None:
    data = sheet(
        '<row r="1"><c r="A1"/></row><row r="2" ht="12"><c r="A2"/></row>'
        '<row r="3" ht="12" customHeight="1"><c r="A3"/></row>'
    )
    compiled = compile_sheet(data, {}, heights={1: "a", 2: "b", 3: "c"})
    rows = ElementTree.fromstring(compiled.render({"a": 30, "b": None}, frozenset()))
    assert [r.get("ht") for r in rows.iter(f"{MAIN}row")] == ["30", None, "12"]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@A1",
        "]]>",
        "<![CDATA[",
        "_x000D_",
        "__x0041_",
        "&amp;",
        " a ",
        "\n",
        "😀",
    ]
)


@given(TEXTS)
def test_any_text_is_well_formed_and_comes_back(text: str) -> None:
    filled = put(sheet('<row r="1"><c r="A1"/></row>'), {(1, 1): text})
    cell = next(ElementTree.fromstring(filled).iter(f"{MAIN}c"))
    assert cell.get("t") == "inlineStr"
    assert cell.find(f"{MAIN}f") is None
    assert "".join(t.text or "" for t in cell.iter(f"{MAIN}t")) == clean(text)


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_number_is_written_exactly(value: int | Decimal) -> None:
    assert Decimal(number(value).decode()) == value
    assert b"E" not in number(value)


def test_illegal_characters_are_dropped_and_escapes_are_kept_from_being_read() -> None:
    assert clean("a\x00b\x0b\ud800\uffffc\r\nd") == "abc\nd"
    assert escape("_x000D_ & <") == b"_x005F_x000D_ &amp; &lt;"


def test_a_cell_holds_32767_units_of_utf_16() -> None:
    assert not too_long("字" * 32_767)
    assert too_long("字" * 32_768)
    assert too_long("😀" * 16_384)


def test_an_attribute_is_changed_or_added_in_place() -> None:
    for before, after in (
        (b"<a:b x='1' ht=\"2\"/>", b"<a:b x='1' ht=\"9\"/>"),
        (b"<a:b x='1'/>", b"<a:b ht=\"9\" x='1'/>"),
    ):
        data = b"<r xmlns:a='urn:x'>" + before + b"</r>"
        assert edit(data, [with_attribute(data, scan(data)[1], "ht", "9")]) == data.replace(
            before, after
        )


def test_a_grid_reads_text_from_wherever_it_stands() -> None:
    data = sheet(
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><r><t>甲</t></r>'
        '<r><t>乙</t></r></is></c><c r="C1"><v>2021</v></c></row>'
    )
    found = SheetXml(data)
    assert [found.text((1, c), ["x", "共享"]) for c in (1, 2, 3, 4)] == ["共享", "甲乙", "2021", ""]


# --- the zip ---------------------------------------------------------------------------------


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


MEMBERS = {"xl/a.xml": b"a" * 99, "图.bin": b"\x00\x01", CONTENT_TYPES: b"<Types/>"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是 .xlsx"),
        (b"PK\x03\x04", "已损坏"),
        (zipped(MEMBERS)[:-30], "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "已加密或是旧版"),
        (zipped({"a": b"b"}), "不是 .xlsx"),
        (zipped({**MEMBERS, "big": bytes(20 * 2**20)}), "过大"),
    ],
)
def test_what_is_no_workbook_is_refused_with_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnusableInput, match=words):
        TargetBook(data)


def test_a_member_that_lies_about_its_size_or_sum_is_refused() -> None:
    good = zipped({"a.xml": bytes(5000), CONTENT_TYPES: b"<Types/>"})
    for old, new in (((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")),):
        with pytest.raises(UnusableInput, match="已损坏"):
            TargetBook(good.replace(old, new))
    crc = zlib.crc32(bytes(5000)).to_bytes(4, "little")
    with pytest.raises(UnusableInput, match="已损坏"):
        TargetBook(good.replace(crc, b"\0\0\0\0"))


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(zipped(MEMBERS))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnusableInput, match="已加密"):
        TargetBook(bytes(data))
