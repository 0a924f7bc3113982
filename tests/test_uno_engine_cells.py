"""What hangs on cells: looks, names, notes, links, marks, merged cells, shifts, the selection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nianbao_addin.libreoffice.bridge import FormulaRefused, NotPossible
from uno_engine.marks import add_conditional_format, remove_conditional_formats

pytestmark = pytest.mark.libreoffice

RED, DARK = (255, 199, 206), (156, 0, 6)


def styles(book: Any) -> list[str]:
    """The cell styles that we made."""
    names = book.api.StyleFamilies.getByName("CellStyles").ElementNames
    return [name for name in names if name.startswith("nianbao")]


def reopened(book: Any, path: Path) -> Any:
    """The workbook after saving, closing and opening."""
    office = book.app
    book.save(path)
    book.close()
    return office.books.open(path)


# Looks


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number_format", "#,##0.00"),
        ("number_format", 'yyyy"年"m"月"d"日"'),
        ("number_format", "[h]:mm"),
        ("number_format", "0.00_ ;[Red]-0.00"),
        ("number_format", "@"),
        ("color", (1, 2, 3)),
        ("color", None),
        ("wrap_text", True),
        ("column_width", 20.0),
        ("row_height", 30.0),
    ],
)
def test_a_setting_is_read_back_and_mixed_ones_are_none(book: Any, name: str, value: Any) -> None:
    sheet = book.sheets[0]
    cells = sheet["B2:C3"]
    setattr(cells, name, value)
    assert (
        getattr(cells, name) == pytest.approx(value, abs=0.05)
        if isinstance(value, float)
        else getattr(cells, name) == value
    )
    if value is not None:
        assert getattr(sheet["A1:C3"], name) is None


def test_a_wrong_number_format_is_refused(book: Any) -> None:
    with pytest.raises(ValueError, match="not a number format"):
        book.sheets[0]["A1"].number_format = "General0"


def test_fonts_are_set_for_chinese_as_well(book: Any) -> None:
    cells = book.sheets[0]["A1:B2"]
    font = cells.font
    font.bold, font.italic, font.size, font.color, font.name = True, True, 16, DARK, "仿宋"
    assert (font.bold, font.italic, font.size, font.color) == (True, True, 16.0, DARK)
    assert font.name == cells.api.CharFontNameAsian == "仿宋"
    assert cells.api.CharWeightAsian == 150.0
    assert book.sheets[0]["A1:C3"].font.bold is None


@pytest.mark.parametrize("value", ["left", "center", "right", "general", "justify"])
def test_alignment(book: Any, value: str) -> None:
    cells = book.sheets[0]["A1"]
    cells.impl.horizontal_alignment = value
    assert cells.impl.horizontal_alignment == value
    cells.impl.vertical_alignment = "center"
    assert cells.impl.vertical_alignment == "center"


def test_colours_are_taken_in_each_of_excels_ways(book: Any) -> None:
    cell = book.sheets[0]["A1"]
    for colour in ((255, 199, 206), "#FFC7CE", 255 + 199 * 256 + 206 * 65536):
        cell.color = colour
        assert cell.color == RED


def test_autofit_widens_for_content(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = "政府信息公开工作年度报告" * 3
    before = sheet["A1"].column_width
    sheet.autofit("c")
    assert sheet["A1"].column_width > before * 2
    assert sheet["B1"].left == pytest.approx(sheet["A1"].width, abs=0.1)


def test_hidden_rows_and_columns(book: Any) -> None:
    cells = book.sheets[0]["B2:C3"]
    cells.impl.row_hidden = True
    assert cells.impl.row_hidden is True
    assert book.sheets[0]["A1:A2"].impl.row_hidden is None
    cells.impl.column_hidden = True
    assert cells.impl.column_hidden is True


# Where things are


def test_regions_ends_and_used_cells(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["B2"].value = [["甲", "乙", "丙"], [1, 2, 3], [4, "=1+1", 6], [7, None, 9]]
    sheet["F9"].value = "x"
    assert sheet.used_range.address == "$B$2:$F$9"
    assert sheet["C3"].current_region.address == "$B$2:$D$5"
    assert sheet["B2"].expand().address == "$B$2:$D$5"
    assert sheet["B2"].expand("down").address == "$B$2:$B$5"
    ends = {way: sheet["B2"].end(way).address for way in ("down", "right", "up", "left")}
    assert ends == {"down": "$B$5", "right": "$D$2", "up": "$B$1", "left": "$A$2"}
    assert sheet["C4"].end("down").address == "$C$1048576"
    assert sheet["C5"].end("up").address == "$C$4"
    assert sheet["C1048576"].end("up").address == "$C$4"
    assert sheet["D2"].end("right").address == "$XFD$2"
    assert sheet["XFD9"].end("left").address == "$F$9"


def test_offsets_sizes_and_addresses(book: Any) -> None:
    book.sheets[0].name = "表 三"
    cells = book.sheets[0]["B2:C4"]
    assert cells.offset(1, 2).address == "$D$3:$E$5"
    assert cells.resize(1, 1).address == "$B$2"
    assert cells.last_cell.address == "$C$4"
    assert cells(3).address == "$B$3"
    assert cells[2, 1].address == "$C$4"
    assert cells.get_address(False, True) == "$B2:$C4"
    assert cells.get_address(include_sheetname=True) == "'表 三'!$B$2:$C$4"
    assert cells.get_address(external=True) == f"'[{book.name}]表 三'!$B$2:$C$4"
    assert book.sheets[0]["2:3"].address == "$2:$3"
    assert cells.size == 6
    with pytest.raises(IndexError):
        cells(-9, 1)


def test_the_selection_follows_and_needs_the_active_sheet(office: Any, book: Any) -> None:
    first = book.sheets[0]
    second = book.sheets.add("乙", after=first)
    second["B2:C3"].select()
    assert office.selection == second["B2:C3"]
    assert book.selection.address == "$B$2:$C$3"
    with pytest.raises(NotPossible, match="要先切换到工作表“Sheet1”"):
        first["A1"].select()
    first.activate()
    first["A1"].select()
    assert book.sheets.active == first
    assert book.selection == first["A1"]


def test_panes_are_frozen_and_the_print_area_set(book: Any) -> None:
    sheet = book.sheets[0]
    sheet.freeze_panes.freeze_at("A1:B2")
    controller = book.api.CurrentController
    assert (controller.SplitColumn, controller.SplitRow) == (2, 2)
    sheet.freeze_panes.unfreeze()
    assert not controller.hasFrozenPanes()
    sheet.page_setup.print_area = "$A$1:$E$9"
    assert sheet.page_setup.print_area == "$A$1:$E$9"
    sheet.page_setup.print_area = None
    assert sheet.page_setup.print_area is None


# Names


def test_names_with_dots_are_added_found_changed_and_deleted(book: Any, tmp_path: Path) -> None:
    book.sheets[0].name = "表 三"
    name = "nb.requests.received.total"
    book.names.add(name, "='表 三'!$B$2")
    assert name in book.names
    assert name.upper() in book.names
    assert book.names[name].refers_to == "='表 三'!$B$2"
    assert book.names[name].refers_to_range == book.sheets[0]["B2"]
    assert book.sheets[0][name].address == "$B$2"
    book.sheets[0]["A1"].formula = f"={name}+1"
    book.sheets[0]["B2"].value = 4
    assert book.sheets[0]["A1"].value == 5.0
    book.names[name].refers_to = "='表 三'!$B$2:$C$3"
    assert book.names[name].refers_to_range.shape == (2, 2)
    book.sheets[0]["E5"].name = "nb.here"
    assert book.sheets[0]["E5"].name.name == "nb.here"
    book = reopened(book, tmp_path / "名.xlsx")
    assert [each.name for each in book.names] == ["nb.here", name]
    book.names[name].delete()
    assert name not in book.names
    with pytest.raises(KeyError):
        _ = book.names[name]


def test_names_follow_inserted_rows(book: Any) -> None:
    sheet = book.sheets[0]
    book.names.add("nb.x", "=Sheet1!$B$2")
    sheet["1:3"].insert("down")
    assert book.names["nb.x"].refers_to == "=Sheet1!$B$5"
    sheet["5:5"].delete("up")
    with pytest.raises(NotPossible, match=r"nb\.x”没有指向单元格"):
        _ = book.names["nb.x"].refers_to_range


def test_all_names_are_one_read(office: Any, book: Any) -> None:
    for index in range(40):
        book.names.add(f"nb.a.b{index}", f"=Sheet1!$C${index + 1}")
    book.names.add("nb.constant", "=5")
    meter = office.impl.meter
    meter.reset()
    found = {name.name: name.refers_to for name in book.names}
    assert meter.reads == 1
    assert found["nb.a.b39"] == "=Sheet1!$C$40"
    assert found["nb.constant"] == "=5"
    names = list(book.names)
    book.sheets[0]["1:1"].insert("down")
    assert names[0].refers_to == "=Sheet1!$C$2"


def test_names_of_one_sheet_only(book: Any) -> None:
    sheet = book.sheets[0]
    sheet.names.add("own", "=Sheet1!$A$1")
    assert [name.name for name in book.names] == ["Sheet1!own"]
    assert "own" in sheet.names
    assert "own" not in book.names
    assert book.names["Sheet1!own"].refers_to_range == sheet["A1"]


@pytest.mark.parametrize("name", ["1x", "a b", "A1"])
def test_words_that_cannot_be_names_are_refused(book: Any, name: str) -> None:
    with pytest.raises(NotPossible, match="不能用作名称"):
        book.names.add(name, "=Sheet1!$A$1")
    assert len(book.names) == 0


# Notes and links


def test_notes_stay_as_they_are_when_their_cells_are_written(book: Any) -> None:
    sheet = book.sheets[0]
    for address, text in (("B2", "甲"), ("C3", "乙"), ("D4", "丙"), ("E5", "丁")):
        sheet[address].add_note(text)
    rows = [[1, 2, 3, 4], [5, "字", 6, 7], [8, 9, "=B2+1", 10], ["", 11, 12, None]]
    sheet["B2:E5"].value = rows
    assert sheet["B2:E5"].value[1:] == [
        [5.0, "字", 6.0, 7.0], [8.0, 9.0, 2.0, 10.0], [None, 11.0, 12.0, None],
    ]  # fmt: skip
    sheet["D4"].value = "=B2+2"
    sheet["B2:C3"].formula = "=$E$2"
    with pytest.raises(FormulaRefused):
        sheet["B2:E5"].value = [[0, 0, 0, 0], [0, "=1+*1", 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert sheet["B2:E5"].formula[0] == ("=$E$2", "=$E$2", "3", "4")
    assert sheet["D4"].value == 6.0
    assert {note.location.address: note.text for note in sheet.notes} == {
        "$B$2": "甲", "$C$3": "乙", "$D$4": "丙", "$E$5": "丁",
    }  # fmt: skip


def test_notes_are_added_read_changed_and_deleted(book: Any, tmp_path: Path) -> None:
    sheet = book.sheets[0]
    assert sheet["B2"].note is None
    sheet["B2"].add_note("第一")
    sheet["C3"].add_note("第二")
    sheet["B2"].note.text = "改了"
    book = reopened(book, tmp_path / "注.xlsx")
    sheet = book.sheets[0]
    assert {note.location.address: note.text for note in sheet.notes} == {
        "$B$2": "改了", "$C$3": "第二",
    }  # fmt: skip
    sheet["B2"].note.delete()
    assert sheet["B2"].note is None
    assert sheet["C3"].note.text == "第二"
    sheet["B2:C3"].clear_contents()
    assert sheet["C3"].note.text == "第二"


@pytest.mark.parametrize(
    "address", ["#'表 三''s'!B2", "#表二!$B$2:$C$3", "https://www.gov.cn/?a=1&b=2#x"]
)
def test_links_are_read_back_also_from_a_saved_file(
    book: Any, tmp_path: Path, address: str
) -> None:
    book.sheets.add("表 三's", after=book.sheets[0])
    book.sheets.add("表二", after=book.sheets[0])
    cell = book.sheets[0]["A1"]
    cell.value = "旧"
    cell.add_hyperlink(address, "去看")
    assert cell.hyperlink == address
    assert cell.value == "去看"
    book = reopened(book, tmp_path / "链.xlsx")
    assert book.sheets[0]["A1"].hyperlink == address
    with pytest.raises(NotPossible, match="没有超链接"):
        _ = book.sheets[0]["A2"].hyperlink
    book.sheets[0]["A1"].value = "字"
    with pytest.raises(NotPossible):
        _ = book.sheets[0]["A1"].hyperlink


def test_a_link_made_by_a_formula_is_read(book: Any) -> None:
    cell = book.sheets[0]["A1"]
    cell.formula = '=HYPERLINK("#Sheet1!B2","去看")'
    assert cell.hyperlink == "#Sheet1!B2"
    assert cell.value == "去看"


# Marks


def test_marks_come_and_go_without_a_trace(office: Any, book: Any, tmp_path: Path) -> None:
    book.sheets.add("校验 结果", after=book.sheets[0])
    sheet = book.sheets["Sheet1"]
    sheet["B2:D4"].color = (1, 2, 3)
    sheet["B2:D4"].conditional_formats.add_custom("=B2=1", fill_color=(0, 255, 0))
    before = styles(book)
    formula = "=COUNTIF('校验 结果'!$B:$B,ADDRESS(ROW(),COLUMN(),4))>0"
    office.impl.meter.reset()
    add_conditional_format(
        sheet["A1:H40"], formula, fill_color=RED, font_color=DARK, font_bold=True
    )
    assert office.impl.meter.writes == 1
    mark = sheet["C3"].conditional_formats[1]
    assert (mark.type, mark.formula, mark.fill_color) == ("custom", formula, RED)
    assert (mark.font_color, mark.font_bold) == (DARK, True)
    assert sheet["A1"].conditional_formats.count == 1
    assert sheet["A1"].color is None
    assert remove_conditional_formats(sheet, "校验 结果") == 1
    assert remove_conditional_formats(sheet, "校验 结果") == 0
    assert [each.formula for each in sheet["C3"].conditional_formats] == ["=B2=1"]
    assert sheet["C3"].color == (1, 2, 3)
    assert styles(book) == before


def test_marks_survive_in_a_saved_file_as_excel_reads_it(book: Any, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book.sheets.add("校验 结果", after=book.sheets[0])
    formula = "=COUNTIF('校验 结果'!$B:$B,\"表二!\"&ADDRESS(ROW(),COLUMN(),4))>0"
    add_conditional_format(book.sheets[0]["B2:D4"], formula, fill_color=RED)
    book.save(tmp_path / "标.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "标.xlsx")["Sheet1"].conditional_formatting
    [(cells, [rule])] = [(each.sqref, each.rules) for each in rules]
    assert (str(cells), f"={rule.formula[0]}") == ("B2:D4", formula)
    assert rule.dxf.fill.bgColor.rgb == "FFFFC7CE"


def test_conditions_on_values(book: Any) -> None:
    sheet = book.sheets[0]
    formats = sheet["A1:B9"].conditional_formats
    rule = formats.add_cell_value("between", 1, 5, font_italic=True)
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == (
        "cell_value", "between", "=1", "=5",
    )  # fmt: skip
    assert rule.font_italic
    rule.set(operator="less_than", formula1=0)
    assert (rule.operator, rule.formula1, rule.formula2) == ("less_than", "=0", None)
    rule.delete()
    assert len(sheet.cells.conditional_formats) == 0
    assert styles(book) == []


def test_clearing_a_part_leaves_the_rest_of_a_mark(book: Any) -> None:
    sheet = book.sheets[0]
    add_conditional_format(sheet["A1:D9"], "=TRUE", fill_color=RED)
    sheet["B2:C3"].conditional_formats.clear()
    assert len(sheet["B2:C3"].conditional_formats) == 0
    assert all(len(sheet[address].conditional_formats) == 1 for address in ("A2", "D3", "B1", "C4"))
    sheet["A1:D9"].clear_formats()
    assert len(sheet.cells.conditional_formats) == 0
    assert styles(book) == []


@pytest.mark.parametrize("formula", ["=SUM({1,2})>A1", "=没有!A1=1", "=SUM(A1"])
def test_a_mark_with_a_formula_that_excel_refuses(book: Any, formula: str) -> None:
    sheet = book.sheets[0]
    with pytest.raises(FormulaRefused):
        add_conditional_format(sheet["A1"], formula, fill_color=RED)
    assert len(sheet.cells.conditional_formats) == 0


# Cutting and joining


def test_merging_keeps_the_first_content_only(book: Any) -> None:
    sheet = book.sheets[0]
    cells = sheet["B2:C3"]
    cells.value = [[1, 2], [3, 4]]
    cells.merge()
    assert sheet["C3"].merge_area == cells
    assert cells.merge_cells
    assert not sheet["A1"].merge_cells
    assert cells.value == [[1.0, None], [None, None]]
    cells.unmerge()
    assert sheet["C3"].merge_area == sheet["C3"]
    cells.value = [[1, 2], [3, 4]]
    cells.merge(across=True)
    assert sheet["C3"].merge_area.address == "$B$3:$C$3"
    assert cells.value == [[1.0, None], [3.0, None]]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda s: s["1:1"].insert("down"), [None, 1.0, 2.0]),
        (lambda s: s["A1"].insert("down"), [None, 1.0, 2.0]),
        (lambda s: s["A1:A2"].insert("right"), [None, None, 3.0]),
        (lambda s: s["1:1"].delete(), [2.0, 3.0, None]),
        (lambda s: s["A1"].delete("up"), [2.0, 3.0, None]),
        (lambda s: s["A1:A3"].delete("left"), [10.0, None, None]),
        (lambda s: s["A:A"].delete(), [10.0, None, None]),
        (lambda s: s["A:A"].insert("right"), [None, None, None]),
    ],
)
def test_inserting_and_deleting(book: Any, act: Callable[[Any], None], expected: list[Any]) -> None:
    sheet = book.sheets[0]
    sheet["A1:B3"].value = [[1, 10], [2, None], [3, None]]
    act(sheet)
    assert sheet["A1:A3"].value == expected


def test_cells_are_copied_and_moved(book: Any) -> None:
    sheet = book.sheets[0]
    other = book.sheets.add("乙", after=sheet)
    sheet["A1"].value = [1, "=A1*2"]
    sheet["A1:B1"].color = RED
    sheet["A1:B1"].copy(other["C3"])
    assert other["C3:D3"].formula == (("1", "=C3*2"),)
    assert other["C3"].color == RED
    with pytest.raises(NotImplementedError, match="clipboard"):
        sheet["A1"].copy()


def test_clearing_takes_what_it_says(book: Any) -> None:
    sheet = book.sheets[0]
    cells = sheet["A1:B2"]
    cells.value = 1
    cells.color = RED
    sheet["A1"].add_note("注")
    cells.clear_contents()
    assert (sheet["A1"].value, sheet["A1"].color, sheet["A1"].note.text) == (None, RED, "注")
    cells.value = 1
    cells.clear_formats()
    assert (sheet["A1"].value, sheet["A1"].color, sheet["A1"].note.text) == (1.0, None, "注")
    cells.color = RED
    sheet.clear()
    assert (sheet["A1"].value, sheet["A1"].color, sheet["A1"].note) == (None, None, None)
