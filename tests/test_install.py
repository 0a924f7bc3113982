"""Installing for one user: what is written where, twice, and taken away again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nianbao.errors import CannotWrite, UnusableInput
from nianbao_addin.ribbon import xlwings_files
from nianbao_addin.ribbon.xlam import build
from nianbao_addin.setup import install
from nianbao_addin.setup.computer import Computer

SOURCE = "def run(command: str) -> None: ...\n"


@pytest.fixture(autouse=True)
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "source" / "macros.py"
    file.parent.mkdir()
    file.write_text(SOURCE)
    monkeypatch.setattr(install, "_macros_source", lambda: file)


@pytest.fixture
def windows(tmp_path: Path) -> Computer:
    home = tmp_path / "Users" / "张三 (办公室)"
    python = home / "Python" / "python.exe"
    python.parent.mkdir(parents=True)
    python.write_text("")
    return Computer(
        platform="win32",
        executable=str(python),
        base_prefix=str(python.parent),
        prefix=str(python.parent),
        home=home,
        environ={"APPDATA": str(home / "Roaming"), "LOCALAPPDATA": str(home / "Local")},
    )


@pytest.fixture
def mac(windows: Computer) -> Computer:
    return replace(windows, platform="darwin", environ={}, executable="/opt/nianbao/bin/python3")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_on_windows_it_writes_into_the_users_own_start_up_folder(windows: Computer) -> None:
    roaming, local = windows.home / "Roaming", windows.home / "Local"
    written = install.install(computer=windows)
    assert set(written) == {
        roaming / "Microsoft" / "Excel" / "XLSTART" / "nianbao.xlam",
        local / "nianbao" / "macros.py",
    }
    assert tree(roaming).keys() == {"Microsoft/Excel/XLSTART/nianbao.xlam"}
    assert tree(local).keys() == {"nianbao/macros.py"}


def test_the_start_up_folder_gets_no_python_file_because_excel_would_open_it(
    windows: Computer, mac: Computer
) -> None:
    for computer in (windows, mac):
        install.install(computer=computer)
        assert [path.name for path in computer.startup.iterdir()] == ["nianbao.xlam"]


def test_on_a_mac_it_also_writes_the_script_without_which_excel_starts_nothing(
    mac: Computer,
) -> None:
    written = install.install(computer=mac)
    script = f"xlwings-{xlwings_files.version()}.applescript"
    library = mac.home / "Library"
    office = library / "Group Containers/UBF8T346G9.Office/User Content.localized"
    assert set(written) == {
        office / "Startup.localized/Excel/nianbao.xlam",
        library / "Application Support/nianbao/macros.py",
        library / "Application Scripts/com.microsoft.Excel" / script,
    }
    assert install.settings(computer=mac).interpreter_mac == "/opt/nianbao/bin/python3"
    assert install.settings(computer=mac).interpreter_win == ""


def test_with_a_target_both_files_lie_side_by_side(tmp_path: Path, windows: Computer) -> None:
    target = tmp_path / "试 装"
    written = install.install(target, computer=windows)
    assert set(written) == {target / "nianbao.xlam", target / "macros.py"}
    assert not (windows.home / "Roaming").exists()
    wanted = install.settings(target, computer=windows)
    assert (wanted.pythonpath, wanted.interpreter_win) == (str(target), windows.executable)
    assert (target / "nianbao.xlam").read_bytes() == build(wanted)
    assert (target / "macros.py").read_bytes() == install.MARK + SOURCE.encode()


def test_a_target_works_where_there_is_no_excel_and_without_one_it_says_so(tmp_path: Path) -> None:
    linux = Computer(platform="linux", home=tmp_path)
    install.install(tmp_path / "t", computer=linux)
    assert install.settings(tmp_path / "t", computer=linux).interpreter_win == linux.executable
    with pytest.raises(UnusableInput, match="只有 Windows 和 macOS"):
        install.install(computer=linux)


def test_installing_twice_is_installing_once(windows: Computer) -> None:
    first = install.install(computer=windows)
    before = tree(windows.home)
    times = [path.stat().st_mtime_ns for path in first]
    assert install.install(computer=windows) == first
    assert tree(windows.home) == before
    assert [path.stat().st_mtime_ns for path in first] == times


def test_an_older_version_is_replaced(windows: Computer) -> None:
    addin, macros = windows.startup / "nianbao.xlam", windows.data / "macros.py"
    for path, content in ((addin, b"old"), (macros, install.MARK + b"old")):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    install.install(udf_server=True, computer=windows)
    assert addin.read_bytes() == build(install.settings(udf_server=True, computer=windows))
    assert macros.read_bytes() == install.macros_file()


def test_other_add_ins_and_their_settings_stay_through_install_and_uninstall(
    windows: Computer,
) -> None:
    windows.startup.mkdir(parents=True)
    windows.data.mkdir(parents=True)
    others = {windows.startup / "别的.xlam": b"1", windows.data / "notes.txt": b"2"}
    for path, content in others.items():
        path.write_bytes(content)
    before = tree(windows.home)
    install.install(computer=windows)
    removed = install.uninstall(computer=windows)
    assert {path.name for path in removed} == {"nianbao.xlam", "macros.py"}
    assert tree(windows.home) == before


def test_uninstalling_leaves_nothing_and_twice_is_once(windows: Computer) -> None:
    install.install(computer=windows)
    assert len(install.uninstall(computer=windows)) == 2
    assert not windows.data.exists()
    assert install.uninstall(computer=windows) == ()


def test_somebody_elses_macros_py_is_neither_replaced_nor_removed(
    tmp_path: Path, windows: Computer
) -> None:
    theirs = tmp_path / "macros.py"
    theirs.write_text("print('mine')\n")
    for act in (install.install, install.uninstall):
        with pytest.raises(CannotWrite, match=r"macros\.py”不是本程序写的"):
            act(tmp_path, computer=windows)
    assert theirs.read_text() == "print('mine')\n"
    assert not (tmp_path / "nianbao.xlam").exists()


def test_nothing_is_written_when_the_add_in_cannot_be_built(
    tmp_path: Path, windows: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnusableInput, match="没有安装 xlwings"):
        install.install(tmp_path / "t", computer=windows)
    assert not (tmp_path / "t").exists()


def test_what_a_virus_scanner_changes_is_noticed(
    windows: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = install.files.write
    monkeypatch.setattr(
        install.files, "write", lambda path, data, *, force: write(path, data[:-1], force=force)
    )
    with pytest.raises(CannotWrite, match="写入后读出的内容不同"):
        install.install(computer=windows)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, windows: Computer) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"无法写入“.*”：路径中间有一段是文件，不是文件夹。"):
        install.install(tmp_path / "file" / "folder", computer=windows)


def test_a_file_that_excel_holds_open_is_one_sentence(
    windows: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install.install(computer=windows)

    def held(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(CannotWrite, match=r"nianbao\.xlam”：请先退出 Excel，再卸载一次。"):
        install.uninstall(computer=windows)


def test_python_of_the_microsoft_store_is_refused(windows: Computer) -> None:
    store = replace(
        windows, base_prefix=r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11"
    )
    with pytest.raises(UnusableInput, match="微软商店"):
        install.install(computer=store)


def test_pythonw_gives_way_to_python_whose_errors_can_be_read(windows: Computer) -> None:
    quiet = str(Path(windows.executable).with_name("pythonw.exe"))
    assert replace(windows, executable=quiet).interpreter == windows.executable


@pytest.mark.parametrize("name", ["a;b", "a^b"])
def test_a_folder_that_a_command_line_would_misread_is_refused(
    name: str, tmp_path: Path, windows: Computer
) -> None:
    with pytest.raises(UnusableInput, match="会使按钮无法启动 Python"):
        install.install(tmp_path / name, computer=windows)


def test_macos_takes_a_folder_with_a_space_but_no_interpreter_with_one(
    tmp_path: Path, mac: Computer
) -> None:
    assert install.install(tmp_path / "a b", computer=mac)
    spaced = replace(mac, executable="/Users/x/My Python/bin/python3")
    with pytest.raises(UnusableInput, match="会使按钮无法启动 Python"):
        install.install(tmp_path / "a b", computer=spaced)


def test_awkward_folders_are_fine_on_windows(tmp_path: Path, windows: Computer) -> None:
    target = tmp_path / "《年报》 & 资料 (100%) 'x' 𠮷"
    install.install(target, computer=windows)
    assert install.settings(target, computer=windows).pythonpath == str(target)


def test_windows_without_its_folders_is_one_sentence(windows: Computer) -> None:
    with pytest.raises(UnusableInput, match="环境变量 APPDATA"):
        install.install(computer=replace(windows, environ={}))
