"""The program, its books and sheets, and everything that can go wrong with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nianbao_addin.libreoffice.bridge import (
    BookClosed,
    BookProtected,
    BookReadOnly,
    CannotOpen,
    CannotSave,
    NoBookOpen,
    NotPossible,
    ProgramGone,
    SheetGone,
    SheetProtected,
)

pytestmark = pytest.mark.libreoffice


def saved(office: Any, path: Path, value: Any = "甲") -> Path:
    """A workbook of one cell at the path."""
    book = office.books.add()
    book.sheets[0]["A1"].value = value
    book.save(path)
    book.close()
    return path


def test_xlwings_knows_the_program_and_its_books(office: Any) -> None:
    import xlwings as xw

    assert xw.apps.active == office
    assert xw.apps[office.pid] == office
    assert office.pid in xw.apps.keys()  # noqa: SIM118
    assert office.engine.name == "libreoffice"
    assert office.version.major >= 7
    assert (Path(office.path) / "soffice.bin").exists() or sys.platform != "linux"
    assert office.books.count == 0
    book = xw.books.add()
    assert xw.books.active == book
    assert book.app == office
    assert book.name == book.fullname
    assert book.name in office.books


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xls", "ods"])
def test_paths_with_every_character_of_our_users(
    office: Any, nasty_folder: Path, ending: str
) -> None:
    import xlwings as xw

    path = saved(office, nasty_folder / f"《年报》 & 表 (100%);'{ending}'.{ending}")
    book = xw.Book(path)
    assert book.fullname == str(path)
    assert book.name == path.name
    assert xw.Book(path) == book
    assert office.books[path.name].sheets[0]["A1"].value == "甲"
    book.sheets[0]["A1"].value = "乙"
    book.save()
    book.close()
    assert office.books.open(path).sheets[0]["A1"].value == "乙"


def test_a_book_is_printed_as_pdf_with_only_the_sheets_asked_for(
    office: Any, book: Any, nasty_folder: Path
) -> None:
    book.sheets[0]["A1"].value = "第一"
    book.sheets.add("第二", after=book.sheets[0])["A1"].value = "第二"
    book.save(nasty_folder / "年报.xlsx")
    whole, part, cells = (nasty_folder / f"{name}.pdf" for name in ("年报", "表", "格"))
    book.to_pdf()
    book.sheets["第二"].to_pdf(part)
    book.sheets[0]["A1"].to_pdf(cells)
    pages = [path.read_bytes().count(b"/Type/Page/") for path in (whole, part, cells)]
    assert pages == [2, 1, 1]
    assert [sheet.visible for sheet in book.sheets] == [True, True]


def test_two_books_do_not_meddle(office: Any) -> None:
    first, second = office.books.add(), office.books.add()
    first.sheets[0]["A1"].value = 1
    second.sheets[0]["A1"].value = 2
    first.activate()
    assert office.books.active == first
    second.activate()
    assert office.books.active == second
    assert (first.sheets[0]["A1"].value, second.sheets[0]["A1"].value) == (1.0, 2.0)
    second.close()
    assert [book.name for book in office.books] == [first.name]
    assert first.sheets[0]["A1"].value == 1.0


def test_the_calling_book_can_be_mocked(office: Any, book: Any) -> None:
    import xlwings as xw

    book.set_mock_caller()
    assert xw.Book.caller() == book
    assert xw.Book.caller().impl is book.impl


def test_no_book_open_is_said_and_starts_no_other_program(office: Any) -> None:
    import xlwings as xw

    with pytest.raises(NoBookOpen, match="没有打开的工作簿"):
        _ = xw.books.active
    assert len(xw.apps) == 1


def test_a_book_that_the_user_closed_is_said_to_be_closed(office: Any, book: Any) -> None:
    sheet = book.sheets[0]
    cells = sheet["A1:B2"]
    cells.value = 1
    names = book.names
    book.api.close(True)
    actions: list[Callable[[], Any]] = [
        lambda: book.name,
        lambda: book.sheets.count,
        lambda: book.sheets["Sheet1"],
        lambda: sheet.name,
        lambda: cells.value,
        lambda: setattr(cells, "value", 5),
        lambda: setattr(cells, "color", (1, 2, 3)),
        lambda: len(names),
        lambda: names.add("x", "=1"),
        lambda: book.save("x.xlsx"),
    ]
    for action in actions:
        with pytest.raises(BookClosed, match="已经被关闭"):
            action()
    office.books.add()


def test_a_sheet_that_the_user_renamed_is_the_same_sheet(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = "甲"
    sheet.api.Name = "改了名"
    assert sheet.name == "改了名"
    assert book.sheets["改了名"]["A1"].value == "甲"
    assert "Sheet1" not in book.sheets.impl
    with pytest.raises(KeyError):
        _ = book.sheets["Sheet1"]
    book.sheets.add("Sheet1")
    assert book.sheets["Sheet1"]["A1"].value is None
    assert book.sheets["sheet1"] == book.sheets["Sheet1"]


def test_sheets_are_added_where_asked_moved_copied_and_deleted(book: Any) -> None:
    book.sheets.add("丙", after="Sheet1")
    book.sheets.add("甲", before="Sheet1")
    assert book.sheet_names == ["甲", "Sheet1", "丙"]
    assert book.sheets.active.name == "甲"
    book.sheets["丙"].move(before=book.sheets["甲"])
    assert book.sheet_names == ["丙", "甲", "Sheet1"]
    book.sheets["丙"]["A1"].value = "原"
    copy = book.sheets["丙"].copy(name="副本")
    assert copy["A1"].value == "原"
    assert book.sheet_names == ["丙", "甲", "Sheet1", "副本"]
    gone = book.sheets["甲"]
    gone.delete()
    assert book.sheet_names == ["丙", "Sheet1", "副本"]
    for action in (lambda: gone.name, lambda: gone["A1"].value, gone.delete):
        with pytest.raises(SheetGone):
            action()
    with pytest.raises(ValueError, match="already present"):
        book.sheets.add("副本")
    with pytest.raises(NotPossible, match="不能用作工作表名"):
        book.sheets["丙"].name = "副本"
    with pytest.raises(NotPossible, match="不能用作工作表名"):
        book.sheets.add("a:b")


def test_the_last_sheet_stays_and_the_last_visible_one_in_sight(book: Any) -> None:
    sheet = book.sheets[0]
    with pytest.raises(NotPossible, match="至少要有一张工作表"):
        sheet.delete()
    with pytest.raises(NotPossible, match="可见"):
        sheet.visible = False
    hidden = book.sheets.add("藏")
    hidden.visible = False
    assert not hidden.visible
    with pytest.raises(NotPossible, match="隐藏"):
        hidden.activate()


def test_a_sheet_copied_into_another_book(office: Any) -> None:
    first, second = office.books.add(), office.books.add()
    first.sheets[0].name = "源"
    first.sheets[0]["A1"].value = 7
    first.sheets["源"].copy(after=second.sheets[0])
    assert second.sheets["源"]["A1"].value == 7.0


def test_a_protected_sheet_refuses_as_excel_does(book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1:C3"].value = 1
    unlocked = sheet["B2"].api
    protection = unlocked.CellProtection
    protection.IsLocked = False
    unlocked.CellProtection = protection
    sheet.impl.protect("密")
    assert sheet.impl.protected
    writes: list[Callable[[], Any]] = [
        lambda: setattr(sheet["A1"], "value", 2),
        lambda: setattr(sheet["A1:C3"], "value", 2),
        lambda: setattr(sheet["A1"], "formula", "=1"),
        lambda: setattr(sheet["B2"], "color", (1, 2, 3)),
        lambda: setattr(sheet["B2"], "number_format", "0"),
        lambda: setattr(sheet["B2"], "column_width", 3),
        lambda: setattr(sheet["B2"].font, "bold", True),
        sheet["A1"].clear_contents,
        sheet["B2"].clear,
        sheet["B2:B3"].merge,
        lambda: sheet["2:2"].insert("down"),
        sheet["2:2"].delete,
        lambda: sheet["B2"].add_note("注"),
        lambda: sheet["A1"].add_hyperlink("http://x"),
        lambda: sheet["B2"].conditional_formats.add_custom("=TRUE", fill_color=(1, 2, 3)),
    ]
    for write in writes:
        with pytest.raises(SheetProtected, match="工作表“Sheet1”受保护"):
            write()
    assert sheet["A1:C3"].value == [[1.0] * 3] * 3
    sheet["B2"].value = 5
    assert sheet["B2"].value == 5.0
    with pytest.raises(SheetProtected, match="密码不对"):
        sheet.impl.unprotect("错")
    sheet.impl.unprotect("密")
    sheet["A1"].value = 2
    assert sheet["A1"].value == 2.0


def test_a_book_with_protected_structure_keeps_its_sheets(book: Any) -> None:
    book.sheets.add("乙", after="Sheet1")
    book.api.protect("密")
    actions: list[Callable[[], Any]] = [
        lambda: book.sheets.add("丙"),
        book.sheets["乙"].delete,
        lambda: setattr(book.sheets["乙"], "name", "丁"),
        lambda: setattr(book.sheets["乙"], "visible", False),
        book.sheets["乙"].copy,
    ]
    for action in actions:
        with pytest.raises(BookProtected, match="结构受保护"):
            action()
    assert book.sheet_names == ["Sheet1", "乙"]
    book.api.unprotect("密")


def test_a_book_opened_for_reading_only_is_not_changed(office: Any, tmp_path: Path) -> None:
    path = saved(office, tmp_path / "只读.xlsx")
    book = office.books.open(path, read_only=True)
    for action in (
        lambda: setattr(book.sheets[0]["A1"], "value", 1),
        lambda: setattr(book.sheets[0]["A1"], "color", (1, 2, 3)),
        lambda: book.names.add("x", "=Sheet1!$A$1"),
        book.sheets.add,
    ):
        with pytest.raises(BookReadOnly, match="只读"):
            action()
    assert book.sheets[0]["A1"].value == "甲"
    with pytest.raises(CannotSave):
        book.save()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.xlsx", b"", "文件不存在或是空的"),
        ("坏.xlsx", b"PK\x03\x04" + b"junk" * 99, "打不开 坏.xlsx"),
        ("文.html", "<p>文</p>".encode(), "文.html 不是表格文件"),
    ],
)
def test_files_that_cannot_be_opened(
    office: Any, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotOpen, match=sentence):
        office.books.open(tmp_path / name)
    assert office.books.count == 0


def test_a_password_is_needed_and_enough(office: Any, tmp_path: Path) -> None:
    book = office.books.add()
    with pytest.raises(NotImplementedError, match="password"):
        book.save(tmp_path / "密.xlsx", password="pw")
    book.sheets[0]["A1"].value = "密"
    book.save(tmp_path / "密.ods", password="pw")
    book.close()
    with pytest.raises(CannotOpen, match="密码"):
        office.books.open(tmp_path / "密.ods")
    assert office.books.open(tmp_path / "密.ods", password="pw").sheets[0]["A1"].value == "密"


def test_places_where_nothing_can_be_saved(book: Any, tmp_path: Path) -> None:
    with pytest.raises(CannotSave, match="文件夹不存在"):
        book.save(tmp_path / "没有" / "x.xlsx")
    with pytest.raises(CannotSave, match=r"不能保存为 \.docx 文件"):
        book.save(tmp_path / "x.docx")
    (tmp_path / "x.xlsx").mkdir()
    with pytest.raises(CannotSave, match=r"写不进文件 x\.xlsx"):
        book.save(tmp_path / "x.xlsx")


def test_questions_are_recorded_and_answered_by_rule(office: Any) -> None:
    assert office.alert("做完了。", "校验") == "ok"
    assert office.alert("覆盖？", buttons="yes_no") == "no"
    assert office.alert("继续？", buttons="ok_cancel", mode="critical") == "cancel"
    office.impl.alerts.answer = lambda alert: "yes" if "覆盖" in alert.prompt else "no"
    assert office.alert("覆盖？", buttons="yes_no_cancel") == "yes"
    assert [alert.prompt for alert in office.impl.alerts.asked] == [
        "做完了。", "覆盖？", "继续？", "覆盖？",
    ]  # fmt: skip
    assert office.impl.alerts.asked[0].title == "校验"


def test_a_file_is_asked_for(office: Any) -> None:
    assert office.impl.pick_file("选上年报告", ("*.xlsx", "*.docx")) is None
    office.impl.alerts.answer = lambda alert: "/上年.xlsx"
    assert office.impl.pick_file("选上年报告", ("*.xlsx", "*.docx")) == "/上年.xlsx"
    assert office.impl.alerts.asked[-1].prompt == "*.xlsx;*.docx"


def test_the_status_bar_speaks_and_falls_silent(office: Any, book: Any) -> None:
    assert office.status_bar is False
    office.status_bar = "正在检查 3/6：表三…"
    assert office.status_bar == "正在检查 3/6：表三…"
    office.status_bar = False
    assert office.status_bar is False
    assert office.impl.statuses == ["正在检查 3/6：表三…"]


def test_the_screen_can_be_held_back_while_books_come_and_go(office: Any, book: Any) -> None:
    with office.properties(screen_updating=False, display_alerts=False):
        assert not office.screen_updating
        assert book.api.hasControllersLocked()
        office.books.add().sheets[0]["A1"].value = 1
        book.close()
    assert office.screen_updating
    assert office.display_alerts


def test_calculation_can_wait(office: Any, book: Any) -> None:
    sheet = book.sheets[0]
    sheet["A1"].value = [1, "=A1*2"]
    office.calculation = "manual"
    assert office.calculation == "manual"
    sheet["A1"].value = 5
    office.calculate()
    assert sheet["B1"].value == 10.0
    office.calculation = "automatic"
    assert office.calculation == "automatic"


def test_macros_of_a_book_run_only_when_it_was_opened_so(
    office: Any, book: Any, tmp_path: Path
) -> None:
    from nianbao_addin.libreoffice.bridge import properties, uno

    code = """
        Function Twice(x)
          Twice = x * 2
        End Function
        Sub OnOpen(event)
          ThisComponent.Sheets.getByIndex(0).getCellByPosition(0, 0).String = "跑过"
        End Sub
    """
    book.api.BasicLibraries.createLibrary("Standard").insertByName("Own", code)
    script = "vnd.sun.star.script:Standard.Own.OnOpen?language=Basic&location=document"
    event = uno().Any(
        "[]com.sun.star.beans.PropertyValue", properties(EventType="Script", Script=script)
    )
    uno().invoke(book.api.Events, "replaceByName", ("OnLoad", event))
    path = str(tmp_path / "宏.ods")
    book.save(path)
    book.close()
    opened = office.books.open(path)
    assert opened.sheets[0]["A1"].value is None
    opened.close()
    opened = office.impl.books.open(path, macros=True)
    assert office.books[0].sheets[0]["A1"].value == "跑过"
    assert office.macro("Own.Twice")(21) == 42
    assert office.macro("'宏.ods'!Own.Twice")(3) == 6
    with pytest.raises(NotPossible, match=r"不能运行宏 Own\.Nowhere"):
        office.macro("Own.Nowhere")()
    opened.close()


SCRIPT = """
    import os, signal, sys
    import xlwings as xw
    from nianbao_addin.libreoffice.engine import register
    register()
    app = xw.App(visible=False, add_book=False)
    print(app.pid, flush=True)
    {body}
"""


def in_another_python(body: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(SCRIPT).format(body=textwrap.dedent(body))
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=600, check=False,
        env=os.environ | {"TMPDIR": str(folder)},
    )  # fmt: skip


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for_end(pid: int) -> bool:
    for _ in range(6_000):  # five minutes: how long it takes says how busy the machine is
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_program_ends_with_the_python_that_started_it(
    soffice: Any, tmp_path: Path, end: str
) -> None:
    pid = int(in_another_python(end, tmp_path).stdout.split()[0])
    assert wait_for_end(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="kills by number")
def test_a_program_that_died_is_said_to_be_gone(soffice: Any, tmp_path: Path) -> None:
    done = in_another_python(
        """
from nianbao_addin.libreoffice.bridge import ProgramGone
book = app.books.add()
cells = book.sheets[0]["A1:B2"]
cells.value = 1
os.kill(app.pid, signal.SIGKILL)
for action in (
    lambda: cells.value,
    lambda: setattr(cells, "value", 2),
    lambda: book.name,
    lambda: book.sheets[0],
    lambda: book.names.count,
    lambda: app.books.add(),
    lambda: book.close(),
):
    try:
        action()
    except ProgramGone as error:
        print(error)
app.quit()
print(len(xw.apps), os.path.exists(app.impl.office.profile))
""",
        tmp_path,
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()[1:]
    assert lines == [str(ProgramGone())] * 7 + ["0 False"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads what is loaded")
def test_loading_uno_leaves_python_as_it_was(soffice: Any) -> None:
    code = """
import builtins, sys
before = list(sys.path), builtins.__import__, set(sys.modules)
from nianbao_addin.libreoffice.bridge import uno
uno()
assert sys.path == before[0] and builtins.__import__ is before[1]
new = set(sys.modules) - before[2]
files = {name: str(getattr(sys.modules[name], "__file__", "")) for name in new}
print(sorted(name for name, file in files.items() if "dist-packages" in file))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() in {"['uno']", "['pyuno', 'uno']"}


def _patiently(there: Callable[[], bool]) -> None:
    """The user's program takes messages a moment before it has its workbook."""
    deadline = time.monotonic() + 600
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_program_that_is_open_can_be_reached(soffice: Any, tmp_path: Path) -> None:
    """As a user has it: started without us, a workbook open; we come, work and leave."""
    import shutil

    import xlwings as xw

    from nianbao_addin.libreoffice import process
    from nianbao_addin.libreoffice.bridge import NoLibreOffice
    from nianbao_addin.libreoffice.engine import engine

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    program = str(shutil.which("soffice"))
    with pytest.raises(NoLibreOffice, match="没有正在运行"):
        process.attach(timeout=600, arguments=(profile, "--headless"))
    pipe = f"nianbao-test-{tmp_path.name}"
    accept = f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"
    users = subprocess.Popen(
        [program, profile, accept, "--headless", "--norestore", "private:factory/scalc"],
        start_new_session=True,
    )
    active = xw.apps.active if len(xw.apps) else None
    try:
        process._connect(pipe, users, timeout=600)  # it is up and takes messages
        office = process.attach(timeout=600, arguments=(profile,))
        app = xw.App(impl=engine.apps.add(xl=office))
        _patiently(lambda: app.books.count == 1)
        app.books[0].sheets[0]["A1"].value = "来过"
        assert app.books.active.sheets[0]["A1"].value == "来过"
        app.quit()
        assert users.poll() is None
        assert office.alive
        office.desktop.terminate()
        users.wait(300)
    finally:
        if users.poll() is None:
            os.killpg(users.pid, signal.SIGKILL)
            users.wait()
    assert (xw.apps.active if len(xw.apps) else None) == active
