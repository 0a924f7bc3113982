"""The extension for LibreOffice: complete on paper, and pressed in a real one."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import types
import zipfile
from collections.abc import Iterator
from importlib import util
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import nianbao
from conftest import SEED
from nianbao import actions
from nianbao import report as reports
from nianbao_addin.ribbon.buttons import BUTTONS, GROUPS, TAB_LABEL
from nianbao_addin.setup import extension, install, oxt

OOR = "{http://openoffice.org/2001/registry}"
MANIFEST = "{http://openoffice.org/2001/manifest}"
COMPONENT = Path(extension.__path__[0]) / "nianbao_buttons.py"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def property_of(node: ElementTree.Element, name: str) -> str | None:
    values = [p.findtext("value") for p in node.findall("prop") if p.get(f"{OOR}name") == name]
    assert len(values) < 2
    return values[0] if values else None


def named(node: ElementTree.Element, name: str) -> ElementTree.Element:
    (found,) = [n for n in node.iter("node") if n.get(f"{OOR}name") == name]
    return found


# --- on paper ----------------------------------------------------------------------------------


def test_the_same_program_gives_the_same_bytes() -> None:
    assert oxt.build() == oxt.build()
    assert oxt.build() != oxt.build(folders=["/elsewhere"])


def test_the_manifest_names_every_part_that_libreoffice_must_register() -> None:
    found = parts(oxt.build())
    entries = {
        entry.get(f"{MANIFEST}full-path"): entry.get(f"{MANIFEST}media-type")
        for entry in ElementTree.fromstring(found["META-INF/manifest.xml"])
    }
    assert {name for name in entries if str(name).endswith(".xcu")} == {
        name for name in found if name.endswith(".xcu")
    }
    assert entries["nianbao_buttons.py"] == "application/vnd.sun.star.uno-component;type=Python"
    assert set(entries) <= set(found)
    description = ElementTree.fromstring(found["description.xml"])
    space = "{http://openoffice.org/extensions/description/2006}"
    version = description.find(f"{space}version")
    assert version is not None
    assert version.get("value") == nianbao.__version__


def test_every_button_is_in_the_menu_and_in_the_toolbar_in_order() -> None:
    root = ElementTree.fromstring(parts(oxt.build())["Addons.xcu"])
    wanted = [(b.label, f"service:nianbao.Buttons?{b.command}") for b in BUTTONS]
    toolbar = list(named(root, "nianbao.toolbar"))
    names = [str(node.get(f"{OOR}name")) for node in toolbar]
    assert names == sorted(names)  # LibreOffice sorts them
    shown = [(property_of(n, "Title"), property_of(n, "URL")) for n in toolbar]
    assert [pair for pair in shown if pair[0]] == wanted
    assert shown.count((None, "private:separator")) == len(GROUPS) - 1
    menu = named(root, "nianbao.menu")
    assert property_of(menu, "Title") == TAB_LABEL
    groups = list(next(n for n in menu if n.get(f"{OOR}name") == "Submenu"))
    assert [property_of(group, "Title") for group in groups] == [g.label for g in GROUPS]
    leaves = [n for n in menu.iter("node") if property_of(n, "URL")]
    assert [(property_of(n, "Title"), property_of(n, "URL")) for n in leaves] == wanted


def test_it_names_the_folders_of_the_program_and_of_what_it_needs() -> None:
    settings = json.loads(parts(oxt.build())["settings.json"])
    assert settings["python"] == "{}.{}".format(*sys.version_info)
    code = "import nianbao, nianbao_addin, xlwings, openpyxl, lxml, msgspec, docx, xlrd"
    program = f"import sys; sys.path[:0] = {settings['folders']!r}; {code}"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
    assert all(Path(folder).is_absolute() for folder in settings["folders"])


def test_macros_py_goes_along_without_the_mark_of_an_installed_copy() -> None:
    found = parts(oxt.build())
    assert install.MARK + found["macros.py"] == install.macros_file()


# --- the component in another Python -----------------------------------------------------------


@pytest.fixture
def component(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The component's module, loaded without LibreOffice."""
    helper = types.ModuleType("unohelper")
    helper.Base = type("Base", (), {})  # type: ignore[attr-defined]
    added: list[Any] = []
    adder = types.SimpleNamespace(addImplementation=lambda *arguments: added.append(arguments))
    helper.ImplementationHelper = lambda: adder  # type: ignore[attr-defined]
    task = types.ModuleType("com.sun.star.task")
    task.XJobExecutor = type("XJobExecutor", (), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "unohelper", helper)
    monkeypatch.setitem(sys.modules, "com.sun.star.task", task)
    for name in ("com", "com.sun", "com.sun.star"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    spec = util.spec_from_file_location("component", COMPONENT)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert added == [(module.Buttons, oxt.SERVICE, (oxt.SERVICE,))]
    return module


def test_it_can_be_read_by_the_old_python_that_it_has_to_refuse() -> None:
    ast.parse(COMPONENT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_python_that_is_too_old_or_another_one_is_told_in_a_sentence(component: Any) -> None:
    assert component.refusal("3.11", (3, 11)) == ""
    assert component.refusal("3.11", (3, 8)) == (
        "LibreOffice 的 Python 是 3.8，年报助手是用 Python 3.11 安装的，"
        "太旧的 Python 用不了；请升级 LibreOffice，或改用 nianbao 命令。"
    )
    assert "请用 Python 3.12 重新安装" in component.refusal("3.11", (3, 12))


def test_whatever_goes_wrong_is_told_and_never_raised(
    component: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(component.Buttons, "tell", lambda self, sentence: told.append(sentence))
    buttons = component.Buttons(None)
    wanted = "{}.{}".format(*sys.version_info)
    monkeypatch.setattr(component, "read_settings", lambda: {"python": "3.1", "folders": []})
    buttons.trigger("check")
    assert "用 Python 3.1 安装的" in told.pop()
    settings = {"python": wanted, "folders": ["/no/such/folder"]}
    monkeypatch.setattr(component, "read_settings", lambda: settings)
    for error in (SystemExit("缺少 xlwings"), ValueError("a cell's content"), KeyboardInterrupt()):

        def run(self: Any, command: str, error: BaseException = error) -> None:
            assert sys.path[0] == "/no/such/folder"
            raise error

        monkeypatch.setattr(component.Buttons, "run", run)
        buttons.trigger("check")
        assert "/no/such/folder" not in sys.path
    assert [sentence.partition("）")[0] for sentence in told] == [
        "程序出错（缺少 xlwings",
        "程序出错（ValueError",
        "程序出错（KeyboardInterrupt",
    ]


# --- in LibreOffice ----------------------------------------------------------------------------

STUB = """
import xlwings as xw

def run(button):
    sheet = xw.apps.active.books.active.sheets[0]
    clicks = int(sheet["A1"].value or 0) + 1
    sheet["A1"].value = [clicks, button, __name__, len(xw.apps)]
    if button == "undo":
        raise SystemExit("stop")
"""


def add(extension: Path, profile: Path) -> None:
    """``unopkg add`` into a private profile; it refuses root, so root becomes nobody for it."""
    command = ["unopkg", "add", f"-env:UserInstallation={profile.as_uri()}", str(extension)]
    profile.mkdir()
    environ = {**os.environ, "HOME": str(profile)}
    if os.getuid() == 0:
        for path in (profile, extension):
            os.chown(path, 65534, 65534)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=1200, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed() -> Iterator[Any]:
    """A LibreOffice of our own with the extension in its profile, and the folder that it lies in.

    Started as from a terminal with an active virtual environment of another Python.
    """
    scripts = Path(sys.executable).parent
    with (
        tempfile.TemporaryDirectory(prefix="nianbao-") as name,
        pytest.MonkeyPatch.context() as env,
    ):
        env.setenv("PATH", os.pathsep.join((str(scripts), os.environ["PATH"])))
        folder = Path(name)
        folder.chmod(0o755)  # pytest's own folders are closed to the nobody of `add`
        yield from _running(oxt.build(), folder)


def _running(built: bytes, folder: Path) -> Iterator[tuple[Any, Path]]:
    if shutil.which("unopkg") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have unopkg")
        pytest.skip("no unopkg here")
    from nianbao_addin.libreoffice import process

    file = folder / "nianbao.oxt"
    file.write_bytes(built)
    add(file, folder / "profile")
    pipe = f"nianbao-test-{os.getpid()}-{folder.name}"
    program, arguments = process._binary(None), process._arguments(pipe, folder / "profile", False)
    context = None
    while context is None:  # a new profile: it asks to be started again
        started = process._run([*process._leash(), str(program), *arguments])
        context = process._connect(pipe, started, 600)
    office = process.Office(context, headless=True, pid=started.pid, process=started)
    (component,) = (folder / "profile").rglob(COMPONENT.name)
    try:
        yield office, component.parent
    finally:
        office.stop()


@pytest.fixture
def extended(installed: tuple[Any, Path]) -> Iterator[Any]:
    """With a stub in the place of macros.py, which is read at every click."""
    office, folder = installed
    macros = folder / install.MACROS
    real = macros.read_bytes()
    assert real == parts(oxt.build())[install.MACROS]
    macros.write_bytes(STUB.encode())
    yield office
    macros.write_bytes(real)


@pytest.fixture
def document(extended: Any) -> Iterator[Any]:
    new = extended.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    yield new
    new.close(True)


def press(office: Any, document: Any, command: str) -> None:
    helper = office.service("frame.DispatchHelper")
    frame = document.CurrentController.Frame
    helper.executeDispatch(frame, f"service:nianbao.Buttons?{command}", "", 0, ())


def row(document: Any) -> tuple[Any, ...]:
    cells: tuple[Any, ...] = document.Sheets[0].getCellRangeByName("A1:D1").getDataArray()[0]
    return cells


@pytest.mark.libreoffice
def test_a_dispatched_button_runs_macros_py_on_the_workbook_in_front(
    extended: Any, document: Any
) -> None:
    for number, button in enumerate(BUTTONS, start=1):
        press(extended, document, button.command)
        assert row(document) == (number, button.command, "nianbao_macros", 1)


@pytest.mark.libreoffice
def test_libreoffice_survives_a_button_that_ends_the_program_and_goes_on(
    extended: Any, document: Any
) -> None:
    press(extended, document, "undo")
    press(extended, document, "check")
    assert row(document) == (2, "check", "nianbao_macros", 1)
    assert extended.alive


@pytest.mark.libreoffice
def test_the_menu_and_the_named_toolbar_are_there_in_libreoffices_own_settings(
    extended: Any,
) -> None:
    from nianbao_addin.libreoffice.bridge import properties

    provider = extended.service("configuration.ConfigurationProvider")

    def settings(path: str) -> Any:
        return provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", properties(nodepath=path)
        )

    toolbar = settings("/org.openoffice.Office.Addons/AddonUI/OfficeToolBar/nianbao.toolbar")
    items = [toolbar.getByName(name) for name in toolbar.getElementNames()]
    titles = [item.Title for item in items if item.URL != "private:separator"]
    assert sorted(titles) == sorted(button.label for button in BUTTONS)
    menu = settings("/org.openoffice.Office.Addons/AddonUI/OfficeMenuBar")
    assert menu.getByName("nianbao.menu").Title == TAB_LABEL
    states = settings("/org.openoffice.Office.UI.CalcWindowState/UIElements/States")
    name = "private:resource/toolbar/addon_nianbao.toolbar"
    assert states.getByName(name).UIName == TAB_LABEL


@pytest.mark.libreoffice
def test_the_real_macros_check_a_real_workbook(installed: tuple[Any, Path], tmp_path: Path) -> None:
    from nianbao_addin.libreoffice.bridge import file_url

    path = tmp_path / "年报.xlsx"
    data = reports.to_dict(actions.read(SEED))
    data["tables"]["requests"]["received"]["natural_person"] = 12
    path.write_bytes(actions.filled(reports.from_dict(data), None, None, path.name)[0])
    office, _ = installed
    document = office.desktop.loadComponentFromURL(file_url(path), "_blank", 0, ())
    press(office, document, "check")
    listed = document.Sheets.getByName("校验结果")
    cursor = listed.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress.EndRow
    text = str(listed.getCellRangeByPosition(0, 0, 12, last).getDataArray())
    assert "T3-01" in text
    document.close(True)
