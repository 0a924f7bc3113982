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

from nianbao_addin.libreoffice.errors import (
    BookClosed,
    NoLibreOffice,
    ProgramGone,
    ProgramRefused,
)

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
