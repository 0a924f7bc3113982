"""Excel on Windows and macOS through xlwings' public API; our LibreOffice engine by the same code.

xlwings is imported here and in `nianbao_addin.libreoffice` only, and only when a button is pressed.
Nothing of ``xlwings.pro`` is used.
"""

from __future__ import annotations

import functools
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from nianbao.errors import CannotWrite, NianbaoError, UnusableInput
from nianbao.formats.a1 import letters_of
from nianbao_addin.hosts.host import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellBlock,
    FormulaText,
    Place,
    Value,
    place_of,
)
from nianbao_addin.hosts.protection import unlock_libreoffice, unlock_windows
from nianbao_addin.ribbon.buttons import TAB_LABEL

PATIENCE = 6.0
"""Seconds that Excel may be busy before we give up."""

ATTEMPTS = 5_000
"""How often xlwings may repeat a call that is refused later on: some seconds."""

BUSY = "Excel 正在编辑单元格，请按回车或 Esc 后再点一次。"

_REJECTED = {-2147418111, -2146777998}  # RPC_E_CALL_REJECTED; VBA_E_IGNORE

P = ParamSpec("P")
T = TypeVar("T")


def is_busy(error: BaseException) -> bool:
    """Whether Excel, or xlwings for it, says that it cannot answer now."""
    codes = {getattr(error, "hresult", None)}
    details = getattr(error, "excepinfo", None)
    codes |= {details[-1]} if details else set()
    return bool(codes & _REJECTED) or type(error).__name__ == "ExcelBusyError"


def waiting(probe: Callable[[], T], patience: float = PATIENCE) -> T:
    """What ``probe`` gives as soon as the program answers. Raises UnusableInput."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return probe()
        except Exception as error:
            if not is_busy(error):
                raise
            if time.monotonic() > deadline:
                raise UnusableInput(BUSY) from error
        time.sleep(0.1)


@contextmanager
def bounded() -> Iterator[None]:
    """xlwings repeats a refused call for ever (its N_COM_ATTEMPTS, on Windows): here not at all,
    and afterwards not longer than some seconds."""
    windows: Any = sys.modules.get("xlwings._xlwindows")
    if windows is None or not hasattr(windows, "N_COM_ATTEMPTS"):
        yield
        return
    windows.N_COM_ATTEMPTS = 1
    try:
        yield
    finally:
        windows.N_COM_ATTEMPTS = ATTEMPTS


def refuses_when_busy(method: Callable[P, T]) -> Callable[P, T]:
    """A program that becomes busy in the middle is told as such."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            if is_busy(error):
                raise UnusableInput(BUSY) from error
            raise

    return call


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What the program refuses to do within, each in its own way, is a CannotWrite."""
    try:
        yield
    except NianbaoError:
        raise
    except Exception as error:
        if is_busy(error):
            raise
        raise CannotWrite(sentence) from error


NO_WORKBOOK = "没有打开的工作簿，请先打开年报工作簿。"

# What Excel takes for nothing but text: it would read 3-2, 2025年1月, 十月, TRUE, +1 otherwise.
_FOLDER_PICKER = 4  # msoFileDialogFolderPicker
_PLAIN_TEXT = re.compile(r"[\u3400-\u9fff✘？《【（“](?<![〇一二三四五六七八九十元正上下])")


def clicked() -> Excel:
    """The workbook that the button was pressed in. Raises UnusableInput when there is none."""
    xw = _xlwings()
    with bounded():
        book = waiting(lambda: _book(xw, sys.argv))
    return Excel(book)


def tell(text: str) -> bool:
    """Tell something where no workbook is open; False when no program is, either."""
    xw = _xlwings()
    with bounded():
        app = _app(xw, "")
        if app is not None:
            app.alert(text, title=TAB_LABEL, buttons="ok")
    return app is not None


def _xlwings() -> Any:
    try:
        import xlwings
    except UnicodeDecodeError as error:
        raise UnusableInput(
            "xlwings.conf 不是 UTF-8 编码，xlwings 无法启动；请运行诊断，找到它并删去。"
        ) from error
    except ImportError as error:
        raise UnusableInput("这个 Python 里没有 xlwings，请重新安装年报助手。") from error
    return xlwings


def _book(xw: Any, argv: Sequence[str]) -> Any:
    """The book that RunPython names in ``argv``, else the active one.

    Not ``Book.caller()``: it cuts the workbook's name at the first ``=``, and would then take a
    wrong workbook.
    """
    mock = getattr(xw.Book, "_mock_caller", None)
    if mock is not None:
        return mock
    arguments = dict(arg.partition("=")[::2] for arg in argv if arg.startswith("--"))
    app = _app(xw, arguments.get("--hwnd", ""))
    if app is None or not len(app.books):
        raise UnusableInput(NO_WORKBOOK)
    wanted = arguments.get("--wb", "").strip().casefold()
    named = (book for book in app.books if book.name.casefold() == wanted)
    return next(named, None) or app.books.active


def _app(xw: Any, hwnd: str) -> Any:
    """The program with this window, else the active one; None without any."""
    if hwnd.isdigit():
        for app in xw.apps:
            if app.hwnd == int(hwnd):
                return app
    return xw.apps.active if len(xw.apps) else None


class Excel:
    """A workbook that is open in Excel, or in LibreOffice; see `hosts.host.Host`."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.app = book.app

    @property
    def program(self) -> str:
        return "LibreOffice" if self._libreoffice else "Excel"

    @property
    def _libreoffice(self) -> bool:
        return bool(self.app.engine.name == "libreoffice")

    @property
    def name(self) -> str:
        return str(self.book.name)

    @property
    def path(self) -> Path | None:
        try:
            path = Path(self.book.fullname)
        except NianbaoError:
            raise
        except Exception:  # xlwings finds no local folder for a workbook in the cloud
            return None
        return path if path.is_absolute() and path.exists() else None

    # cells

    @refuses_when_busy
    def sheets(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in self.book.sheets)

    @refuses_when_busy
    def read(self, sheet: str, rows: int = MAX_ROWS) -> CellBlock:
        used = self._used(sheet, rows)
        values = used.options(ndim=2, err_to_str=True).value
        return CellBlock(used.row, used.column, tuple(map(tuple, values)))

    @refuses_when_busy
    def read_formulas(self, place: Place | str) -> CellBlock:
        used = self._used(place) if isinstance(place, str) else self._range(place)
        formulas = used.formula
        single = not isinstance(formulas, tuple | list)
        rows = ((formulas,),) if single else tuple(map(tuple, formulas))
        return CellBlock(used.row, used.column, rows)

    def _used(self, sheet: str, most: int = MAX_ROWS) -> Any:
        used = self.book.sheets[sheet].used_range
        rows, columns = used.shape
        if rows > most or columns > MAX_COLUMNS:
            return used.resize(min(rows, most), min(columns, MAX_COLUMNS))
        return used

    def _range(self, place: Place) -> Any:
        last = place.row + place.rows - 1, place.column + place.columns - 1
        return self.book.sheets[place.sheet].range((place.row, place.column), last)

    @refuses_when_busy
    def write(
        self, sheet: str, row: int, column: int, rows: Sequence[Sequence[Value | FormulaText]]
    ) -> None:
        if not rows:
            return
        place = Place(sheet, row, column, len(rows), len(rows[0]))
        where = f"{letters_of(column)}{row}"
        with refused(f"工作表“{sheet}”从 {where} 起写不进去，可能受保护，或工作簿是只读的。"):
            self._range(place).value = [[entry(value) for value in line] for line in rows]

    @refuses_when_busy
    def let_calculate(self, place: Place) -> None:
        cell = self._range(place)
        if cell.number_format != "@":
            return
        try:
            cell.number_format = "General"
        except NianbaoError:
            raise
        except Exception as error:
            if is_busy(error):
                raise
            raise CannotWrite(
                f"工作表“{place.sheet}”受保护，不能把 {letters_of(place.column)}{place.row} "
                "的格式由文本改为常规。"
            ) from error

    @refuses_when_busy
    def names(self) -> Mapping[str, Place | None]:
        return {name.name: place_of(name.refers_to) for name in self.book.names}

    @refuses_when_busy
    def target(self, name: str) -> Place | None:
        try:
            return place_of(self.book.names[name].refers_to)
        except NianbaoError:
            raise
        except Exception as error:  # each program has its own way to say that there is none
            if is_busy(error):
                raise
            return None

    @refuses_when_busy
    def calculate(self) -> None:
        if self.app.calculation != "automatic":
            self.app.calculate()

    # sheets

    @refuses_when_busy
    def add_sheet(self, name: str, *, hidden: bool = False, widths: Sequence[float] = ()) -> None:
        in_front = self.book.sheets.active
        with refused(f"不能增加工作表“{name}”，工作簿的结构可能受保护，请先在“审阅”中撤销。"):
            sheet = self.book.sheets.add(name, after=self.book.sheets[-1])
        for column, width in enumerate(widths, 1):
            sheet.range((1, column)).column_width = width
        if widths:
            sheet.range(f"A:{letters_of(len(widths))}").wrap_text = True
        in_front.activate()
        if hidden:
            sheet.visible = False

    @refuses_when_busy
    def remove_sheet(self, name: str) -> None:
        self.book.sheets[name].delete()

    @contextmanager
    def unlocked(self, sheet: str) -> Iterator[None]:
        target = self.book.sheets[sheet]
        if self._libreoffice:
            lock = unlock_libreoffice(target.impl)
        elif sys.platform == "win32":
            lock = unlock_windows(target.api, sheet)
        else:
            raise CannotWrite(f"工作表“{sheet}”受保护，请先在“审阅”中撤销工作表保护。")
        try:
            yield
        finally:
            lock()

    # what the person sees

    @refuses_when_busy
    def select(self, place: Place) -> None:
        sheet = self.book.sheets[place.sheet]
        if not sheet.visible:
            raise UnusableInput(f"工作表“{place.sheet}”是隐藏的，请先取消隐藏。")
        sheet.activate()
        self._range(place).select()

    @refuses_when_busy
    def show_rows(self, table: Place, column: int, text: str | None) -> None:
        sheet = self.book.sheets[table.sheet]
        field = column - table.column + 1
        if self._libreoffice:
            sheet.impl.show_rows(self._range(table).impl, field, text)
        elif sys.platform == "win32":
            show_rows(sheet.api, self._range(table).api, field, text)
        else:
            raise CannotWrite(f"请在“{table.sheet}”的 {letters_of(column)} 列自行筛选。")

    @refuses_when_busy
    def current(self) -> Place | None:
        selected = self.app.selection
        if selected is None:
            return None
        return Place(selected.sheet.name, selected.row, selected.column, *selected.shape)

    def status(self, text: str | None) -> None:
        self.app.status_bar = text or False

    def tell(self, text: str) -> None:
        self.app.alert(text, title=TAB_LABEL, buttons="ok")

    def ask(self, question: str) -> bool:
        return bool(self.app.alert(question, title=TAB_LABEL, buttons="yes_no") == "yes")

    @refuses_when_busy
    def choose_file(self, title: str, patterns: Sequence[str]) -> Path | None:
        if self._libreoffice:
            found = self.app.impl.pick_file(title, tuple(patterns))
        elif sys.platform == "win32":
            wanted = ";".join(patterns)
            found = self.app.api.GetOpenFilename(f"{title} ({wanted}),{wanted}", 1, title)
        else:
            found = _choose_on_mac(title)
        return Path(found) if found else None

    @refuses_when_busy
    def choose_folder(self, title: str) -> Path | None:
        if self._libreoffice:
            found = self.app.impl.pick_folder(title)
        elif sys.platform == "win32":
            found = pick_folder(self.app.api, title)
        else:
            found = _choose_on_mac(title, "folder")
        return Path(found) if found else None

    @refuses_when_busy
    def to_pdf(self, sheet: str, path: Path) -> None:
        target = self.book.sheets[sheet]
        area = target.page_setup.print_area
        try:
            # xlwings prints one sheet by hiding all others, which changes the workbook, and which
            # LibreOffice does not mind: it prints hidden ones as well.
            if area and (self._libreoffice or sys.platform == "win32"):
                target.range(area).to_pdf(str(path))
            else:
                target.to_pdf(str(path))
        except NianbaoError:
            raise
        except Exception as error:
            if is_busy(error):
                raise
            raise CannotWrite(f"{self.program} 没有生成 PDF“{path.name}”。") from error


def show_rows(sheet: Any, table: Any, field: int, text: str | None) -> None:
    """Filter a table through the object model of Excel, which is also that of WPS."""
    if sheet.FilterMode:
        sheet.ShowAllData()
    if text is not None:
        table.AutoFilter(field, text)


def entry(value: Value | FormulaText) -> Any:
    """A value on its way into a cell: a text stays one, whatever Excel would make of it."""
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str) or isinstance(value, FormulaText) or _PLAIN_TEXT.match(value):
        return value
    return f"'{value}" if value else None


def pick_folder(app: Any, title: str) -> str | None:
    """The folder picker of Office, of an application reached through COM."""
    dialog = app.FileDialog(_FOLDER_PICKER)
    dialog.Title = title
    return str(dialog.SelectedItems(1)) if dialog.Show() else None


def _choose_on_mac(title: str, what: str = "file") -> str | None:
    import subprocess

    script = f"on run {{t}}\nreturn POSIX path of (choose {what} with prompt t)\nend run"
    done = subprocess.run(
        ["osascript", "-e", script, title], capture_output=True, text=True, check=False
    )
    return done.stdout.rstrip("\n") or None  # cancelling is an error of the script
