"""诊断: what it finds, what it advises, and what it never tells."""

from __future__ import annotations

import locale
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

import nianbao
from nianbao_addin.ribbon import xlwings_files
from nianbao_addin.setup import doctor, install
from nianbao_addin.setup.computer import Computer
from nianbao_addin.setup.doctor import Diagnosis


@pytest.fixture(autouse=True)
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "macros-source.py"
    file.write_text("def run(command: str) -> None: ...\n")
    monkeypatch.setattr(install, "_macros_source", lambda: file)


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    home = tmp_path / "张三"
    home.mkdir()
    python = home / "python.exe"
    python.write_text("")
    return Computer(
        platform="win32",
        executable=str(python),
        base_prefix=str(home),
        prefix=str(home),
        home=home,
        environ={"APPDATA": str(home / "Roaming"), "LOCALAPPDATA": str(home / "Local")},
    )


def found(computer: Computer, target: Path | None = None) -> dict[str, Diagnosis]:
    checks = doctor.examine(target, computer)
    topics = {check.topic: check for check in checks}
    assert len(topics) == len(checks)
    return topics


def states(checks: dict[str, Diagnosis], *topics: str) -> list[str]:
    return [checks[topic].state for topic in topics]


def test_it_tells_versions_paths_and_encodings(computer: Computer) -> None:
    checks = found(computer)
    assert checks["年报助手"].value == nianbao.__version__
    assert checks["解释器"].value == computer.executable
    assert checks["xlwings"].value == xlwings_files.version()
    assert locale.getencoding() in checks["编码"].value
    assert tempfile.gettempdir() in checks["临时文件夹"].value
    assert states(checks, "年报助手", "Python", "解释器", "xlwings", "编码") == ["ok"] * 5


def test_after_installing_the_files_are_in_order(computer: Computer) -> None:
    before = found(computer)
    assert states(before, "Excel 启动文件夹", "加载项", "macros.py") == ["warn", "bad", "bad"]
    assert before["加载项"].hint == "请运行 nianbao addin install。"
    install.install(computer=computer)
    after = found(computer)
    assert states(after, "Excel 启动文件夹", "加载项", "macros.py") == ["ok", "ok", "ok"]


def test_an_installation_in_a_target_folder_is_found_there(
    computer: Computer, tmp_path: Path
) -> None:
    install.install(tmp_path / "t", udf_server=True, computer=computer)
    checks = found(computer, tmp_path / "t")
    assert states(checks, "文件夹", "加载项", "macros.py") == ["ok", "ok", "ok"]
    assert checks["加载项"].value == f"{tmp_path / 't' / 'nianbao.xlam'}，常驻模式"


def test_an_add_in_that_another_python_wrote_is_noticed(computer: Computer) -> None:
    install.install(computer=computer)
    other = computer.home / "other.exe"
    other.write_text("")
    checks = found(replace(computer, executable=str(other)))
    assert checks["加载项"].state == "warn"
    assert "另一个 Python" in checks["加载项"].hint
    computer.data.joinpath("macros.py").write_text("changed")
    assert found(computer)["macros.py"].state == "warn"


def test_a_settings_file_that_xlwings_cannot_decode_is_named_with_its_path(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(computer)["xlwings.conf"].state == "ok"
    conf = computer.home / ".xlwings" / "xlwings.conf"
    conf.parent.mkdir()
    conf.write_bytes('"INTERPRETER_WIN","C:\\张三\\python.exe"\n'.encode("gbk"))
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _: "utf-8")
    check = found(computer)["xlwings.conf"]
    assert (check.state, check.value) == ("bad", str(conf))
    assert "无法用 utf-8 读它" in check.hint
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _: "gbk")
    assert found(computer)["xlwings.conf"].state == "ok"


def test_it_never_tells_what_a_file_contains(computer: Computer) -> None:
    conf = computer.home / ".xlwings" / "xlwings.conf"
    conf.parent.mkdir()
    conf.write_text('"LICENSE_KEY","secret"\n')
    install.install(computer=computer)
    assert "secret" not in doctor.text(doctor.examine(computer=computer))


def test_a_second_copy_where_people_put_add_ins_by_hand_is_named(computer: Computer) -> None:
    assert "另一份加载项" not in found(computer)
    copy = computer.home / "Roaming" / "Microsoft" / "AddIns" / "nianbao.xlam"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"")
    check = found(computer)["另一份加载项"]
    assert (check.state, check.value) == ("warn", str(copy))


def test_a_missing_or_unfit_python_is_bad(computer: Computer) -> None:
    gone = replace(computer, executable=str(computer.home / "gone.exe"))
    assert found(gone)["解释器"].state == "bad"
    store = replace(computer, base_prefix=r"C:\Program Files\WindowsApps\Python")
    assert "微软商店" in found(store)["解释器"].hint


def test_on_windows_it_looks_for_pywin32_and_the_dll(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert found(computer)["pywin32"].state == "bad"
    assert found(computer)["常驻模式的 DLL"].state == "warn"
    dll = f"xlwings64-{xlwings_files.version()}.dll"
    computer.home.joinpath(dll).write_bytes(b"")
    assert found(computer)["常驻模式的 DLL"] == Diagnosis("常驻模式的 DLL", str(computer.home))


@pytest.mark.parametrize(
    ("version", "supported"),
    [("0.32.9", False), ("0.33.0", True), ("0.37.8", True), ("1.0.0", False), ("1.0b1", False)],
)
def test_only_versions_of_xlwings_that_were_tried_are_supported(
    version: str, supported: bool, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlwings_files, "version", lambda: version)
    assert (found(computer)["xlwings"].state == "ok") is supported


def test_without_xlwings_it_still_tells_the_rest(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise xlwings_files.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    checks = found(computer)
    assert (checks["xlwings"].state, checks["加载项"].state) == ("bad", "bad")
    assert "pip install xlwings" in checks["xlwings"].hint


def test_where_there_is_no_excel_it_says_so(computer: Computer) -> None:
    linux = replace(computer, platform="linux", environ={})
    checks = found(linux)
    assert checks["Excel 启动文件夹"].state == "warn"
    assert "pywin32" not in checks


def test_a_mac_is_asked_for_its_script(computer: Computer) -> None:
    mac = replace(computer, platform="darwin", environ={}, executable="/usr/bin/python3")
    assert found(mac)["AppleScript"].state == "bad"
    install.install(computer=mac)
    assert states(found(mac), "AppleScript", "加载项", "macros.py") == ["ok"] * 3


def test_a_folder_that_cannot_be_written_is_bad(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.startup.mkdir(parents=True)
    assert found(computer)["Excel 启动文件夹"].state == "ok"

    def refused(dir: Path) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    assert found(computer)["Excel 启动文件夹"].state == "bad"


def test_the_text_is_one_line_a_check_with_hints_below_and_fits_a_gbk_console() -> None:
    checks = (
        Diagnosis("甲", "1"),
        Diagnosis("乙", "2", "warn", "请看一下。"),
        Diagnosis("丙", "3", "bad", "请修好。"),
    )
    text = doctor.text(checks)
    assert text == (
        "[正常] 甲：1\n"
        "[注意] 乙：2\n       请看一下。\n"
        "[有误] 丙：3\n       请修好。\n"
        "共 3 项：1 项有误，1 项需要注意。\n"
    )
    assert text.encode("gbk")


def test_it_leaves_nothing_behind(computer: Computer) -> None:
    install.install(computer=computer)
    before = sorted(computer.home.rglob("*"))
    doctor.examine(computer=computer)
    assert sorted(computer.home.rglob("*")) == before
