"""``nianbao attach``: on the workbook that a program has open, from outside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from button_books import NASTY, workbook, zeros
from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from nianbao.errors import CannotWrite, UnusableInput
from nianbao_addin import attach, commands
from nianbao_addin.hosts import excel, protection, wps
from nianbao_addin.hosts.excel import BUSY
from nianbao_addin.hosts.host import FormulaText, Host, Place
from nianbao_addin.libreoffice import engine, process
from nianbao_addin.ribbon.buttons import BUTTONS


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


# --- LibreOffice -----------------------------------------------------------------------------


@pytest.fixture
def users_office(
    soffice: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """``users_office(path)`` starts a LibreOffice as a user does, without us, and opens a file."""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    started: list[subprocess.Popen[bytes]] = []
    reach = process.attach

    def attach_to_it(program: str | None = None) -> process.Office:
        found = reach(
            program, timeout=600, arguments=(profile, *([] if started else ["--headless"]))
        )
        found.headless = True  # nobody is there to answer
        return found

    monkeypatch.setattr(process, "attach", attach_to_it)

    def start(*arguments: str) -> None:
        """Returns when it is up: a soffice that starts beside it might become the program."""
        pipe = f"nianbao-test-{uuid.uuid4().hex}"
        accept = f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"
        soffice = str(shutil.which("soffice"))
        command = [soffice, profile, accept, "--headless", "--norestore", *arguments]
        started.append(subprocess.Popen(command, start_new_session=True))
        process._connect(pipe, started[-1], timeout=600)

    before = list(engine.engine.apps)
    active = xw.engines.active
    yield start
    for app in engine.engine.apps:
        if app not in before:
            engine.engine.apps.remove(app)
    for program in started:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
    if active is not None:
        active.activate()


def patiently(action: Callable[[], int], code: int) -> None:
    """The user's program needs a moment until it takes messages and has its file."""
    deadline = time.monotonic() + 600
    while (found := action()) != code and time.monotonic() < deadline:
        time.sleep(0.5)
    assert found == code


@pytest.mark.libreoffice
def test_a_button_works_on_the_workbook_that_libreoffice_has_open(
    users_office: Callable[..., None],
    nasty_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = workbook(nasty_folder / NASTY, zeros(2021, 2025))
    book = openpyxl.load_workbook(path)
    book["表三"]["J9"].value = 7
    book.save(path)
    users_office(str(path))
    capsys.readouterr()
    patiently(lambda: run(nianbao, ["attach", "填充公式"]), 0)
    assert capsys.readouterr().err.endswith(f"已在“{NASTY}”上运行“填充公式”。\n")
    app = xw.apps.active
    assert [alert.prompt for alert in app.impl.alerts.asked] == ["恢复 1 处公式：表三!J9 原为 7。"]
    sheet = app.books[NASTY].sheets["表三"]
    assert sheet["J9"].formula.startswith("=IF(COUNT(D9:I9)=0")
    assert run(nianbao, ["attach", "undo"]) == 0
    assert sheet["J9"].value == 7


@pytest.mark.libreoffice
def test_without_a_workbook_there_is_one_sentence(
    users_office: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(nianbao, ["attach", "校验"]) == 2
    assert capsys.readouterr().err == f"{attach.NOTHING}\n"


# --- any program -----------------------------------------------------------------------------


def test_a_button_goes_by_its_label_or_its_command() -> None:
    for button in BUTTONS:
        assert attach.command_of(button.label) == button.command
        assert attach.command_of(button.command) == button.command


def test_an_unknown_button_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(nianbao, ["attach", "打印"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("没有按钮“打印”，可用的有：校验、上一处、")
    assert said.count("\n") == 1


def test_programs_are_asked_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(name="年报.xlsx")
    monkeypatch.setattr(attach.sys, "platform", "win32")

    def no_workbook() -> Host:
        raise UnusableInput(excel.NO_WORKBOOK)

    monkeypatch.setattr(excel, "clicked", no_workbook)
    monkeypatch.setattr(wps, "running", lambda: found)
    assert attach.found() is found
    monkeypatch.setattr(excel, "clicked", lambda: "Excel 的")
    assert attach.found() == "Excel 的"

    def busy() -> Host:
        raise UnusableInput(BUSY)

    monkeypatch.setattr(excel, "clicked", busy)
    with pytest.raises(UnusableInput, match="正在编辑"):
        attach.found()


# --- WPS: no WPS here, only its object model played -------------------------------------------


class Cells:
    """A range of the played object model."""

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.top, self.left, self.bottom, self.right = sheet, top, left, bottom, right
        self.Row, self.Column = top, left
        self.Rows = SimpleNamespace(Count=bottom - top + 1)
        self.Columns = SimpleNamespace(Count=right - left + 1)
        self.NumberFormat = "General"

    def _rows(self) -> Any:
        rows = tuple(
            tuple(self.sheet.cells.get((r, c)) for c in range(self.left, self.right + 1))
            for r in range(self.top, self.bottom + 1)
        )
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @property
    def Value(self) -> Any:
        return self._rows()

    @Value.setter
    def Value(self, rows: Any) -> None:
        if self.sheet.ProtectContents:
            raise OSError("protected")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                text = isinstance(value, str) and value.startswith("'")
                self.sheet.cells[self.top + r, self.left + c] = value[1:] if text else value

    @property
    def Formula(self) -> Any:
        rows = self._rows()
        if not isinstance(rows, tuple):
            return rows if isinstance(rows, str) else ""
        return tuple(tuple("" if v is None else str(v) for v in row) for row in rows)

    def Select(self) -> None:
        self.sheet.book.selected = (self.sheet.Name, self.top, self.left)


class Sheet:
    """A worksheet of the played object model."""

    def __init__(self, book: Any, name: str) -> None:
        self.book, self.Name, self.Visible = book, name, -1
        self.cells: dict[tuple[int, int], Any] = {}
        self.ProtectContents, self.password = False, ""
        self.ProtectDrawingObjects = self.ProtectScenarios = True
        self.Protection = SimpleNamespace(**dict.fromkeys(protection.ALLOWED, False))

    def Cells(self, row: int, column: int) -> tuple[int, int]:
        return row, column

    def Columns(self, number: int) -> Any:
        return SimpleNamespace(ColumnWidth=0, WrapText=False)

    def Range(self, first: tuple[int, int], last: tuple[int, int]) -> Cells:
        return Cells(self, *first, *last)

    @property
    def UsedRange(self) -> Cells:
        rows, columns = zip(*(self.cells or {(1, 1): None}), strict=True)
        return Cells(self, min(rows), min(columns), max(rows), max(columns))

    def Activate(self) -> None:
        self.book.ActiveSheet = self

    def Delete(self) -> None:
        self.book.sheets.remove(self)

    def Protect(self, **options: Any) -> None:
        self.ProtectContents = True
        self.options = options

    def Unprotect(self, password: str) -> None:
        if password != self.password:
            raise OSError("wrong password")
        self.ProtectContents = False

    def ExportAsFixedFormat(self, kind: int, path: str) -> None:
        assert kind == 0
        Path(path).write_bytes(b"%PDF-1.7")


class Sheets:
    """The collection: iterated, counted and called."""

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def Count(self) -> int:
        return len(self.book.sheets)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(list(self.book.sheets))

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, int):
            return self.book.sheets[key - 1]  # type: ignore[no-any-return]
        return next(sheet for sheet in self.book.sheets if sheet.Name == key)

    def Add(self, before: None, after: Sheet) -> Sheet:
        self.book.sheets.append(Sheet(self.book, "Sheet9"))
        return self.book.sheets[-1]  # type: ignore[no-any-return]


class Names(list[Any]):
    def __call__(self, name: str) -> Any:
        return next(item for item in self if item.Name == name)


@pytest.fixture
def wps_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A workbook in a played WPS, which answers to its older name only."""
    path = tmp_path / NASTY
    path.write_bytes(b"")
    book = SimpleNamespace(Name=NASTY, FullName=str(path), selected=None)
    book.sheets = [Sheet(book, "表三"), Sheet(book, "表四")]
    book.ActiveSheet = book.sheets[0]
    book.Worksheets = Sheets(book)
    book.Names = Names([SimpleNamespace(Name="nb.year", RefersTo="=表三!$B$2")])
    app = SimpleNamespace(
        ActiveWorkbook=book,
        Calculation=-4105,
        DisplayAlerts=True,
        StatusBar=False,
        ActiveCell=SimpleNamespace(Row=3, Column=4),
        GetOpenFilename=lambda *_: False,
        FileDialog=lambda kind: SimpleNamespace(
            Title="", Show=lambda: -1, SelectedItems=lambda n: f"C:\\{kind}-{n}"
        ),
    )

    def active(name: str) -> Any:
        if name != "et.Application":
            raise OSError("not running")
        return app

    monkeypatch.setattr(wps.sys, "platform", "win32")
    monkeypatch.setattr(wps, "import_module", lambda name: SimpleNamespace(GetActiveObject=active))
    book.app = app
    return book


def test_a_played_wps_reads_and_writes_blocks(wps_book: Any, tmp_path: Path) -> None:
    host = wps.running()
    assert host is not None
    assert (host.name, host.path, host.sheets()) == (NASTY, tmp_path / NASTY, ("表三", "表四"))
    host.write("表三", 2, 2, [[2025, "3-2", None], [FormulaText("=B2+1"), "表三", 1.5]])
    block = host.read("表三")
    assert (block.row, block.column) == (2, 2)
    assert block.rows == ((2025.0, "3-2", None), ("=B2+1", "表三", 1.5))
    assert host.read_formulas(Place("表三", 2, 2)).rows == (("",),)
    assert host.target("nb.year") == Place("表三", 2, 2)
    assert host.target("nb.nothing") is None
    assert host.names() == {"nb.year": Place("表三", 2, 2)}
    wps_book.sheets[0].cells[2, 2] = -2146826281
    assert host.read("表三").at(2, 2) == "#DIV/0!"
    host.select(Place("表四", 7, 3))
    assert wps_book.selected == ("表四", 7, 3)
    assert host.choose_file("选择", ["*.xlsx"]) is None
    assert str(host.choose_folder("选择")) == "C:\\4-1"
    host.to_pdf("表三", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_a_played_wps_unlocks_a_sheet_and_locks_it_as_it_was(wps_book: Any) -> None:
    host = wps.running()
    assert host is not None
    sheet = wps_book.sheets[0]
    sheet.ProtectContents = True
    with pytest.raises(CannotWrite, match="“表三”从 A1 起写不进去"):
        host.write("表三", 1, 1, [[1]])
    with host.unlocked("表三"):
        host.write("表三", 1, 1, [[1]])
    assert sheet.ProtectContents
    assert sheet.options["Contents"] is True
    sheet.password = "secret"
    with pytest.raises(CannotWrite, match="“表三”有密码保护"), host.unlocked("表三"):
        pytest.fail("unlocked")
    assert sheet.ProtectContents


def test_a_played_wps_takes_commands(wps_book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(wps.notice, "tell", told.append)
    monkeypatch.setattr(attach, "_excel", lambda: None)
    assert attach.attach("undo") == NASTY
    assert told == ["没有可以撤销的填充。"]
    host = wps.running()
    assert host is not None
    host.add_sheet("撤销记录", hidden=True, widths=(10, 20))
    assert wps_book.sheets[-1].Visible == 0
    assert wps_book.ActiveSheet.Name == "表三"
    commands.run("undo", host)
    assert told[-1].startswith("工作簿里有一张自己的“撤销记录”表，请先把它改名再点一次。（编号 ")
    host.remove_sheet("撤销记录")
    assert host.sheets() == ("表三", "表四")
    assert wps_book.app.DisplayAlerts is True
    assert wps_book.app.StatusBar is False


def test_there_is_no_wps_elsewhere_than_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wps.sys, "platform", "linux")
    assert wps.running() is None


def test_without_pywin32_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wps.sys, "platform", "win32")
    with pytest.raises(UnusableInput, match="pip install pywin32"):
        wps.running()
