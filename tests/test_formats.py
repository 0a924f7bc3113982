"""What is known of files as bytes is written once, in ``formats/``; and what is put comes back."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nianbao
import nianbao_addin
from nianbao.formats import cfb
from nianbao.formats.a1 import (
    COLUMNS,
    ROWS,
    Area,
    column_of,
    letters_of,
    parse,
    parse_typed,
    quoted,
    split,
    split_calc,
    unquoted,
)
from nianbao.formats.zip import CONTENT_TYPES, MAX_MEMBER, Package, Unreadable, deflated, pack

WORKBOOK, ADDIN = Path(nianbao.__file__).parent, Path(nianbao_addin.__file__).parent

# These pack programs, not documents: wheels, the bundle, the .oxt and the .xlam, whose files have
# modes and whose workbook is xlwings' own. No person's file is opened there.
PACKING = ("ribbon/", "setup/")


def trees() -> Iterator[tuple[str, ast.Module]]:
    """All modules but those of ``formats/``, by their path in the package."""
    for root in (WORKBOOK, ADDIN):
        for path in sorted(root.rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if root == ADDIN or not name.startswith("formats/"):
                yield f"{root.name}/{name}", ast.parse(path.read_text(encoding="utf-8"))


def is_packing(name: str) -> bool:
    return name.removeprefix("nianbao_addin/").startswith(PACKING)


def texts(tree: ast.AST) -> Iterator[str]:
    """Literal texts and bytes, docstrings and parts of f-strings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            yield node.value.decode("latin-1")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def doubles_quotes(tree: ast.AST) -> bool:
    """``.replace("'", "''")`` or the way back."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = {a.value for a in node.args if isinstance(a, ast.Constant)}
            if node.func.attr == "replace" and given == {"'", "''"}:
                return True
    return False


def says(pattern: str) -> Callable[[ast.AST], bool]:
    found = re.compile(pattern)
    return lambda tree: any(found.search(text) for text in texts(tree))


def takes(*modules: str) -> Callable[[ast.AST], bool]:
    return lambda tree: any(name in modules for name in imported(tree))


# What only ``formats/`` knows, and how code gives away that it knows it.
LETTERS = r"\[A-Z(?:a-z)?\]"
KNOWN = {
    "A1": says(rf"{LETTERS}(?:\{{1,3\}}|\+\)?\\?\$?\??\(?(?:\[[01]-9\]|\\d))"),
    "letters of columns": takes("openpyxl.utils", "openpyxl.utils.cell"),
    "names of sheets": doubles_quotes,
    "OLE": says("^\xd0\xcf\x11\xe0|(?i:D0CF11E0)"),
}
KNOWN_OF_DOCUMENTS = {
    "zip": takes("zipfile"),
    "workbook.xml": says(r"xl/workbook|xl/worksheets|definedName|sharedStrings"),
    "relationships": says(r"_rels/|\.rels$"),
    "XML of sheets": says(r"<c r=|<row r=|</?sheetData"),
}


@pytest.mark.parametrize("what", [*KNOWN, *KNOWN_OF_DOCUMENTS])
def test_what_is_known_of_a_format_is_known_to_formats_alone(what: str) -> None:
    knows = KNOWN.get(what) or KNOWN_OF_DOCUMENTS[what]
    others = {name for name, tree in trees() if knows(tree)}
    if what in KNOWN_OF_DOCUMENTS:
        others = {name for name in others if not is_packing(name)}
    assert others == set()


@pytest.mark.parametrize("what", [*KNOWN, *KNOWN_OF_DOCUMENTS])
def test_the_signs_of_such_knowledge_are_found_where_it_is(what: str) -> None:
    knows = KNOWN.get(what) or KNOWN_OF_DOCUMENTS[what]
    written = {
        "letters of columns": "from openpyxl.utils import get_column_letter",
        "zip": "from zipfile import ZipFile",
    }
    here = [path.read_text(encoding="utf-8") for path in (WORKBOOK / "formats").rglob("*.py")]
    assert any(knows(ast.parse(text)) for text in [written.get(what, ""), *here])


# --- A1 --------------------------------------------------------------------------------------

rows, columns = st.integers(1, ROWS), st.integers(1, COLUMNS)
areas = st.builds(
    lambda y, x: Area(min(y), min(x), max(y), max(x)),
    st.tuples(rows, rows),
    st.tuples(columns, columns),
)
titles = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=31)


@given(columns)
def test_a_column_comes_back_from_its_letters(column: int) -> None:
    assert column_of(letters_of(column)) == column


@given(areas, st.sampled_from(["", "$"]), st.sampled_from(["", "$"]))
def test_an_area_comes_back_from_its_address(area: Area, column: str, row: str) -> None:
    assert parse(area.written(column, row)) == area
    assert parse(str(area).lower()) == area


@given(areas)
def test_a_person_may_name_the_corners_in_any_order(area: Area) -> None:
    top, left, bottom, right = area
    for corners in (f"{letters_of(right)}{bottom}:{letters_of(left)}{top}", str(area)):
        assert parse_typed(corners) == area
    crossed = f"{letters_of(left)}{bottom}:{letters_of(right)}{top}"
    assert parse_typed(crossed) == area
    assert parse(crossed) == (area if top == bottom else None)


@given(columns, columns, rows, rows)
def test_whole_columns_and_rows_are_areas_for_a_person_only(a: int, b: int, y: int, z: int) -> None:
    columns, rows = f"${letters_of(a)}:{letters_of(b)}", f"{y}:${z}"
    assert parse_typed(columns) == Area(1, min(a, b), ROWS, max(a, b))
    assert parse_typed(rows) == Area(min(y, z), 1, max(y, z), COLUMNS)
    assert parse(columns) is parse(rows) is None


@pytest.mark.parametrize(
    "text",
    ["", "A", "1", "A0", "A01", "AAAA1", "XFE1", "A1048577", "A1:", ":A1", "A1:B2:C3", "#REF!"],
)
def test_what_is_no_address_is_no_area(text: str) -> None:
    assert parse(text) is parse_typed(text) is None


@given(titles, areas)
def test_a_sheet_and_its_cells_come_back_from_a_reference(title: str, area: Area) -> None:
    cells = area.written("$", "$")
    assert unquoted(quoted(title)) == title
    for reference in (f"={quoted(title)}!{cells}", f"${quoted(title)}!{cells}"):
        assert split(reference) == (title, cells)
    assert split(cells) == ("", cells)


@given(titles, areas)
def test_the_same_as_calc_writes_it(title: str, area: Area) -> None:
    first, _, last = (cells := area.written("$", "$")).partition(":")
    again = f"{first}:.{last}" if last else first
    whole = f"{first}:${quoted(title)}.{last}" if last else first
    for reference in (cells, again, whole):
        assert split_calc(f"${quoted(title)}.{reference}") == (title, cells)


@pytest.mark.parametrize(
    "text", ["=#REF!", "=表三!#REF!", "='a'!A1,'b'!B1", "=OFFSET(表三!A1,1,1)", "=SUM(1)", "", "="]
)
def test_what_is_no_reference_has_no_cells(text: str) -> None:
    assert parse(split(text)[1]) is None


# --- zip and compound files ------------------------------------------------------------------

names = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\\"), max_size=40
)
paths = names.map(lambda name: name.lstrip("/")).filter(bool)
contents = st.binary(max_size=300) | st.integers(0, 70_000).map(bytes)


def folded(files: dict[str, bytes]) -> dict[str, bytes]:
    """Names that differ in case only are one name in a package."""
    return {name: files[name] for name in {name.lower(): name for name in files}.values()}


@given(st.dictionaries(paths, contents, max_size=8).map(folded))
def test_what_is_packed_is_read_by_us_and_by_others(files: dict[str, bytes]) -> None:
    data = pack(deflated(name, content) for name, content in files.items())
    package = Package(data)
    assert {name: package.read(name) for name in files} == files
    members = Package(data).members()
    assert {name: member.content() for name, member in members.items()} == files
    assert pack(members.values()) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {i.date_time for i in archive.infolist()} <= {(1980, 1, 1, 0, 0, 0)}
        assert sorted(archive.namelist()) == sorted(files)


@given(st.dictionaries(paths, contents, min_size=1, max_size=5).map(folded))
def test_what_others_pack_keeps_its_compressed_bytes(files: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    members = Package(stream.getvalue()).members()
    again = Package(pack(members.values())).members()
    assert again == members
    assert {name: member.content() for name, member in again.items()} == files


def test_content_types_come_first_and_limits_hold_for_writing_too() -> None:
    first = pack([deflated("a", b""), deflated(CONTENT_TYPES, b"")])
    assert list(Package(first).members()) == [CONTENT_TYPES, "a"]
    with pytest.raises(Unreadable, match="过大"):
        Package(pack([deflated("a", bytes(MAX_MEMBER + 1))])).members()


streams = st.dictionaries(st.text("abcxyz0123", min_size=1, max_size=31), contents, max_size=40)


@given(streams)
def test_the_names_of_a_compound_file_are_those_of_its_streams(content: dict[str, bytes]) -> None:
    data = cfb.write(content)
    assert cfb.read(data) == content
    assert sorted(filter(None, cfb.names(data))) == sorted(["Root Entry", *content])
