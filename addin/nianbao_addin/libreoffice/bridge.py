"""Python's side of the UNO bridge: loaded without a trace, its structs, its errors made ours.

``import uno`` (Debian's python3-uno) appends its folder to ``sys.path``, expects its own there, and
replaces ``builtins.__import__``. We want none of that in a process that also runs other people's
code: the path and the hook are put back as they were, and UNO's names are reached by functions.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from nianbao.errors import CannotWrite, UnusableInput


class NoLibreOffice(UnusableInput):
    """There is no ``soffice`` here, it does not start, or Python cannot reach its UNO bridge."""


class ProgramGone(UnusableInput):
    """The program was closed, or it crashed, while we were working."""

    def __init__(self) -> None:
        super().__init__("表格软件已经关闭或意外退出，没有完成的操作需要重做。")


class NoBookOpen(UnusableInput):
    """There is no workbook to work on."""

    def __init__(self) -> None:
        super().__init__("没有打开的工作簿。")


class BookClosed(UnusableInput):
    """The workbook was closed by the user while we were working on it."""

    def __init__(self) -> None:
        super().__init__("工作簿已经被关闭，没有完成的操作需要重做。")


class SheetGone(UnusableInput):
    """The sheet was deleted while we were working on it."""

    def __init__(self) -> None:
        super().__init__("工作表已经被删除，没有完成的操作需要重做。")


class CannotOpen(UnusableInput):
    """The file is missing, damaged, locked, encrypted, or not a spreadsheet."""


class CannotSave(CannotWrite):
    """The file could not be written: no such folder, no permission, disk full, unknown kind."""


class SheetProtected(CannotWrite):
    """The sheet is protected, and the cells are locked or the change is not a mere entry."""

    def __init__(self, sheet: str, address: str) -> None:
        super().__init__(f"工作表“{sheet}”受保护，不能修改 {address}。")
        self.sheet, self.address = sheet, address


class BookProtected(CannotWrite):
    """The structure of the workbook is protected: no sheets added, removed, renamed or hidden."""

    def __init__(self, book: str) -> None:
        super().__init__(f"工作簿“{book}”的结构受保护，不能增删、改名或隐藏工作表。")


class BookReadOnly(CannotWrite):
    """The workbook was opened for reading only."""

    def __init__(self, book: str) -> None:
        super().__init__(f"工作簿“{book}”是以只读方式打开的，不能修改。")


class FormulaRefused(UnusableInput):
    """The program cannot make sense of a formula; nothing was written."""

    def __init__(self, address: str, formula: str) -> None:
        super().__init__(f"{address} 的公式写不进去：{formula}")
        self.address, self.formula = address, formula


class NotPossible(UnusableInput):
    """The program refuses for a reason of its own, given in the sentence."""


class ProgramRefused(UnusableInput):
    """The program said no and not why; what UNO said is the cause of this error."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"表格软件拒绝了这个操作（{detail}）。")


# Where distributions put uno.py for their own Python. The folder holds many other packages, so it
# goes to the end of the path, for the length of one import.
SYSTEM_PACKAGES = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program")

Class = TypeVar("Class", bound=type)


@functools.cache
def uno() -> Any:
    """The ``uno`` module. Raises `NoLibreOffice` where this Python has none."""
    path, hook = list(sys.path), builtins.__import__
    sys.path += [folder for folder in SYSTEM_PACKAGES if Path(folder).is_dir()]
    try:
        return import_module("uno")
    except ImportError as error:
        raise NoLibreOffice(
            f"这个 Python（{sys.version_info[0]}.{sys.version_info[1]}）连不上 LibreOffice："
            "需要安装 python3-uno，而且两者的 Python 版本要一致。"
        ) from error
    finally:
        sys.path[:] = path
        builtins.__import__ = hook


def struct(name: str, **fields: Any) -> Any:
    """A UNO struct ``com.sun.star.<name>``."""
    return uno().createUnoStruct(f"com.sun.star.{name}", **fields)


def enum(name: str, value: str) -> Any:
    """A value of the UNO enum ``com.sun.star.<name>``."""
    return uno().Enum(f"com.sun.star.{name}", value)


def properties(**values: Any) -> tuple[Any, ...]:
    """A sequence of ``PropertyValue``, as UNO's optional arguments are given."""
    return tuple(struct("beans.PropertyValue", Name=n, Value=v) for n, v in values.items())


def exception(name: str) -> type[Exception]:
    """The class of the UNO exception ``com.sun.star.<name>``."""
    found: type[Exception] = uno().getClass(f"com.sun.star.{name}")
    return found


@functools.cache
def uno_error() -> type[Exception]:
    """The base of all UNO exceptions."""
    return exception("uno.Exception")


def file_url(path: str | Path) -> str:
    """``file:///…`` of a path on this machine, with every character escaped as UNO wants it."""
    url: str = uno().systemPathToFileUrl(str(path))
    return url


def file_path(url: str) -> str:
    """The path of a ``file:`` URL; other URLs are given back as they are."""
    return str(uno().fileUrlToSystemPath(url)) if url.startswith("file:") else url


class Observer:
    """Gets what the engine is asked and does; this one minds nothing but changes."""

    changes = 0  # so far: what was read is old when this has grown

    def call(self) -> AbstractContextManager[None]:
        """The time of one question to the engine, those within it included."""
        return nullcontext()

    def read(self, what: str) -> None:
        """Something was read from cells or names."""

    def write(self, what: str) -> None:
        """Something was changed."""
        self.changes += 1


def translated(error: Exception, owner: Any) -> Exception:
    """The error to raise for what UNO said about ``owner``, an object of this engine.

    UNO says much the same (`RuntimeException`, unknown property) whether the program died, the user
    closed the workbook or a call was wrong; so we look which of them still answer. Its exceptions
    are no full ones of Python's (a context manager cannot pass them on) and must not get out.
    """
    app = getattr(owner, "app", None)
    if app is not None and not app.alive:
        return ProgramGone()
    book = getattr(owner, "book", None)
    if book is not None and not book.alive:
        return BookClosed()
    return ProgramRefused(type(error).__name__.rpartition(".")[2])


def guarded(cls: Class) -> Class:
    """Class decorator: UNO's errors out of methods and properties become ours; calls are observed.

    An object of the class has ``app`` (with ``alive`` and ``observer``) and, below a workbook,
    ``book`` (with ``alive``).
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name not in ("__call__", "__len__", "__iter__", "__contains__"):
            continue
        if name in vars(cls).get("unguarded", ()) or isinstance(member, staticmethod):
            continue
        if isinstance(member, property):
            setattr(cls, name, property(_wrap(member.fget), _wrap(member.fset), doc=member.__doc__))
        elif callable(member) and not isinstance(member, type):
            setattr(cls, name, _wrap(member))
    return cls


def _wrap(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    if function is None:
        return None

    @functools.wraps(function)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.app.observer.call():
            try:
                return function(self, *args, **kwargs)
            except uno_error() as error:
                raise translated(error, self) from error

    return call
