"""A file's content, looked into once: what it is, and the workbook in it if it is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from nianbao.errors import UnusableInput
from nianbao.formats.book import Book
from nianbao.formats.detect import look_into
from nianbao.formats.zip import Package, Unreadable

MAX_BYTES = 100 * 2**20  # of a file; a caller need not read more than one byte beyond


class Opened(NamedTuple):
    """A file of a known kind; ``package``: its members where it is a zip."""

    data: bytes
    kind: str
    package: Package | None


def open_file(data: bytes) -> Opened:
    """Raises Unreadable with what to do for a file that is too large or not read."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"超过 {MAX_BYTES // 2**20} MB，不像年度报告，没有读取；请确认文件无误。")
    return Opened(data, *look_into(data))


def open_book(file: Opened) -> Book | None:
    """The workbook in a file of any of the three formats; None in another. Raises Unreadable."""
    if file.kind == "xls":
        from nianbao.formats import xls

        return xls.XlsBook(file.data)
    if file.package is None:
        return None
    if file.kind == "ods":
        from nianbao.formats import ods

        return ods.OdsBook(file.package)
    if file.kind == "xlsx":
        from nianbao.formats.xlsx import read

        return read.XlsxBook(file.package)
    return None


@contextmanager
def naming(source: str, problem: type[Unreadable] = Unreadable) -> Iterator[None]:
    """What is wrong with a file, told with its name."""
    try:
        yield
    except problem as error:
        raise UnusableInput(f"“{source}”{error}") from error
