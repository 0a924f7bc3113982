"""nianbao.xlam: its bytes, what it refuses to be built from, and what scanners see in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.errors import UnusableInput
from nianbao_addin.ribbon import audit, buttons, ovba, xlwings_files
from nianbao_addin.ribbon.xlam import Settings, build, modules
from xlam_parts import MACROS, parts, repacked, with_modules

SETTINGS = Settings("/家/《年报》 & 资料 (100%)", interpreter_win=sys.executable)
RIBBON = "customUI/customUI.xml"


@pytest.fixture(scope="module")
def xlam() -> bytes:
    return build(SETTINGS)


def sheet_of_settings(xlam: bytes) -> list[tuple[Any, ...]]:
    """Its rows as openpyxl reads them, which knows no add-ins, only workbooks with macros."""
    types = parts(xlam)["[Content_Types].xml"].replace(b"excel.addin.macro", b"excel.sheet.macro")
    book = openpyxl.load_workbook(BytesIO(repacked(xlam, **{"[Content_Types].xml": types})))
    assert book.sheetnames == ["nianbao.conf"]
    return list(book["nianbao.conf"].values)


def with_ribbon(xlam: bytes, old: str, new: str) -> tuple[str, ...]:
    text = parts(xlam)[RIBBON].decode()
    assert old in text
    return audit.problems(repacked(xlam, **{RIBBON: text.replace(old, new, 1).encode()}))


# --- bytes and parts


def test_two_builds_give_the_same_bytes(xlam: bytes) -> None:
    assert build(SETTINGS) == xlam


def test_other_settings_give_other_bytes(xlam: bytes) -> None:
    assert build(replace(SETTINGS, udf_server=True)) != xlam


def test_no_time_no_compression_and_no_trace_of_anybody_is_inside(xlam: bytes) -> None:
    with ZipFile(BytesIO(xlam)) as archive:
        for info in archive.infolist():
            assert (info.date_time[:3], info.compress_type) == ((1980, 1, 1), ZIP_STORED)
            assert (info.create_system, info.extra) == (0, b"")
        assert archive.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"]
    for name, content in parts(xlam).items():
        for trace in (b"felix", b"Users\\", b"/root", b"/home", b"myaddin"):
            assert trace not in content.lower(), (name, trace)


def test_the_sheet_of_settings_has_every_row_and_no_empty_value(xlam: bytes) -> None:
    rows = sheet_of_settings(xlam)
    assert rows == list(SETTINGS.rows())
    assert dict(rows)["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert dict(rows)["Use UDF Server"] == "False"
    assert "Interpreter_Mac" not in dict(rows)
    assert all(cell for row in rows for cell in row)


@settings(max_examples=10)
@given(st.text(st.characters(codec="utf-8", categories=["L", "P", "S", "N", "Zs"]), min_size=1))
def test_any_path_survives_in_the_sheet_of_settings(path: str) -> None:
    assert dict(sheet_of_settings(build(Settings(path))))["PYTHONPATH"] == path


# --- the checks find what is wrong


def test_a_sound_add_in_has_no_problems(xlam: bytes) -> None:
    assert audit.problems(xlam) == ()


def test_the_checks_find_a_broken_ribbon(xlam: bytes) -> None:
    assert with_ribbon(xlam, "</ribbon>", "") == (f"{RIBBON} 不是合格的 XML",)
    assert with_ribbon(xlam, 'id="nianbao_next"', 'id="nianbao_check"') == (
        "功能区的 id nianbao_check 重复",
    )
    assert with_ribbon(xlam, "screentip=", "screenTip=") == (
        "功能区的 button 有不认识的属性 screenTip",
    )
    assert with_ribbon(xlam, buttons.CALLBACK, "NianbaoRibbon.Gone") == (
        "按钮 nianbao_check 调用不存在的过程 NianbaoRibbon.Gone",
    )
    assert with_ribbon(xlam, 'tag="check"', 'tag="nonsense"') == (
        "没有名为 nonsense 的命令",
        "命令 check 的按钮有 0 个",
    )
    assert with_ribbon(xlam, "<tabs>", "<tabs><toggle/>") == ("功能区有不认识的元素 toggle",)


def test_the_checks_find_missing_and_unknown_parts(xlam: bytes) -> None:
    assert audit.problems(repacked(xlam, **{"xl/media/a.png": b""})) == (
        "部件 xl/media/a.png 没有内容类型",
    )
    assert audit.problems(repacked(xlam, **{"xl/styles.xml": None})) == (
        "内容类型指向不存在的部件 /xl/styles.xml",
        "xl/_rels/workbook.xml.rels 指向不存在的部件 styles.xml",
    )
    assert (
        audit.problems(repacked(xlam, **{RIBBON: None}))[-1] == "功能区没有登记，或登记了不止一个"
    )
    assert audit.problems(repacked(xlam, **{MACROS: b"?"})) == ("宏工程读不出来",)
    assert audit.problems(b"PK") == ("不是完整的 ZIP 文件",)


def test_the_checks_find_modules_that_do_not_fit(xlam: bytes) -> None:
    first, *rest = modules()
    assert audit.problems(with_modules(xlam, rest)) == (
        "文档模块 Sheet2 与代码名 ThisWorkbook, Sheet2 不一致",
    )
    opener = replace(first, source=f"{first.source}Private Sub Workbook_Open()\r\nEnd Sub\r\n")
    assert audit.problems(with_modules(xlam, [opener, *rest])) == (
        "模块 ThisWorkbook 有自动运行的过程 Workbook_Open",
    )
    renamed = replace(rest[-1], name="other")
    assert audit.problems(with_modules(xlam, [first, *rest[:-1], renamed])) == (
        "模块 other 的首行不是它的名字",
    )


# --- what others see in it


def test_olevba_lists_our_modules_with_our_sources_and_nothing_that_starts_by_itself(
    xlam: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "nianbao.xlam"
    file.write_bytes(xlam)
    code = (
        "import json, sys\n"
        "from oletools.olevba import VBA_Parser\n"
        "parser = VBA_Parser(sys.argv[1])\n"
        "found = {name.rpartition('.')[0]: source for _, _, name, source in"
        " parser.extract_all_macros()}\n"
        "kinds = sorted({kind for kind, _, _ in parser.analyze_macros()})\n"
        "json.dump([found, kinds], sys.stdout)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, check=True, text=True
    )
    found, kinds = json.loads(result.stdout)
    assert found == {module.name: module.source for module in modules()}
    assert "AutoExec" not in kinds


def test_the_macros_are_ascii_and_know_nothing_of_the_paid_part_of_xlwings() -> None:
    for module in modules():
        assert module.source.isascii()
        for word in ("xlwings.pro", "runpython_embedded", "LICENSE_KEY is", "VBProject", '".py"'):
            assert word not in module.source


def test_the_module_of_xlwings_is_the_one_inside_its_quickstart_with_its_licence() -> None:
    original = ovba.read(xlwings_files.workbook_parts()[MACROS])
    inside = next(module for module in original if module.name == "xlwings")
    text = inside.source.replace("\r\n", "\n").rstrip("\n") + "\n"
    ours = next(module for module in modules() if module.name == "xlwings").source
    ours = ours.replace("\r\n", "\n")
    assert xlwings_files.restricted(text).rstrip() == ours.rstrip()
    licence = text[: text.index("#If VBA7")]
    assert "BSD 3-clause" in licence
    assert ours.startswith(licence)


def test_the_module_of_xlwings_asks_no_workbook_but_our_own_for_anything() -> None:
    source = next(module for module in modules() if module.name == "xlwings").source
    uses = [line.strip() for line in source.splitlines() if "ActiveWorkbook" in line]
    code = [line for line in uses if not line.startswith("'")]
    # the object for Python, the name on the command line (guarded in OnAction), and a sheet for
    # errors that only the setting SHOW_ERROR_POPUPS, which we do not have, would add
    assert sorted(code) == [
        '" --wb=" & """" & ActiveWorkbook.Name & """ --from_xl=1" & " --app=" & Chr(34) & _',
        'If SheetExists(ActiveWorkbook, "Error") = False Then',
        'ParameterString = ParameterString + "|" + ActiveWorkbook.Name',
        'Set ErrorSheet = ActiveWorkbook.Sheets("Error")',
        "Set ErrorSheet = ActiveWorkbook.Sheets.Add()",
        'XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook',
    ]
    config = next(module for module in modules() if module.name == "NianbaoConfig").source
    assert "ActiveWorkbook" not in config
    assert not re.search(r"\bOpen\b", config)


def test_every_procedure_that_was_cut_out_is_called_nowhere() -> None:
    code = "\n".join(
        line.partition("'")[0] if '"' not in line else line
        for module in modules()
        for line in module.source.splitlines()
    )
    for name in set(xlwings_files.REMOVED) - {"GetConfig"}:
        assert not re.search(rf"\b{name}\b", code), name


def test_a_changed_xlwings_is_refused_and_the_place_is_named() -> None:
    source = xlwings_files.read("xlwings_custom_addin.bas").decode().replace("\r\n", "\n")
    assert xlwings_files.restricted(source)
    for old, new, named in (
        ('Right$(sht.Name, 3) = ".py"', 'sht.Name Like "*.py"', "' Check for embedded Python code"),
        ("Function GetFullName(", "Function GetWholeName(", "GetFullName"),
        ('= "myaddin"', '= "MyAddin"', "PROJECT_NAME"),
    ):
        assert old in source
        with pytest.raises(UnusableInput, match="与本程序不配套") as refused:
            xlwings_files.restricted(source.replace(old, new))
        assert named in str(refused.value)
    with pytest.raises(UnusableInput, match="实有 2 处"):
        xlwings_files.restricted(
            source.replace(
                "End Sub\n",
                'End Sub\n#Const x = "myaddin"\nPublic Const PROJECT_NAME As String = "myaddin"\n',
                1,
            )
        )


def test_without_xlwings_the_builder_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnusableInput, match="没有安装 xlwings"):
        build(SETTINGS)


def test_building_imports_no_xlwings() -> None:
    code = (
        "import sys\nfrom nianbao_addin.ribbon import xlam\n"
        "from nianbao_addin.setup import install, doctor\n"
        "xlam.build(xlam.Settings('x'))\nprint('xlwings' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"
