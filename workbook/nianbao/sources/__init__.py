"""Files → Report. One module per outside format, one public verb each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nianbao.errors import UnusableInput
from nianbao.report import Report
from nianbao.sources.detect import Kind, kind_of
from nianbao.sources.package import NoYear, Unreadable

MAX_BYTES = 100 * 2**20  # of a file; a caller need not read more than one byte beyond
_SPREADSHEETS: tuple[Kind, ...] = ("xlsx", "xls", "ods")


def read(data: bytes, source: str) -> Report:
    """The report in a file's content, whatever its kind; ``source`` is the name it is told by.

    Raises UnusableInput: one sentence that names the file and says what to do.
    """
    with _naming(source):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            from nianbao.sources import workbook

            return workbook.read(data, kind, source)
        if kind == "json":
            from nianbao.sources import json

            return json.read(data, source)
        return _from_document(data, kind, source)


def read_previous(data: bytes, source: str) -> Report | None:
    """Last year's figures that a workbook of ours keeps; None if there are none. As ``read``."""
    with _naming(source):
        kind = _kind(data)
        if kind not in _SPREADSHEETS:
            return None
        from nianbao.sources import workbook

        return workbook.previous(data, kind, source)


def read_with_previous(data: bytes, source: str) -> tuple[Report, Report | None]:
    """What ``read`` and ``read_previous`` give, the file being opened once."""
    with _naming(source):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            from nianbao.sources import workbook

            return workbook.read_with_previous(data, kind, source)
    return read(data, source), None


def read_own(data: bytes, source: str) -> Report | None:
    """The report in a workbook of ours; None for any other file, whatever it is.

    Raises UnusableInput for a workbook of ours that says no year, and for a container that cannot
    be opened (encrypted, damaged): it may well be one of ours.
    """
    container = data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))  # zip, OLE
    with suppress(Unreadable), _naming(source, Unreadable if container else NoYear):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            from nianbao.sources import workbook

            return workbook.read_own(data, kind, source)
    return None


def _kind(data: bytes) -> Kind:
    if len(data) > MAX_BYTES:
        raise Unreadable(f"超过 {MAX_BYTES // 2**20} MB，不像年度报告，没有读取；请确认文件无误。")
    return kind_of(data)


def _from_document(data: bytes, kind: Kind, source: str) -> Report:
    from nianbao.sources.private import report_from

    if kind == "docx":
        from nianbao.sources.docx import read
    elif kind == "html":
        from nianbao.sources.html import read
    else:
        from nianbao.sources.text import read
    return report_from(read(data, source))


@contextmanager
def _naming(source: str, problem: type[Unreadable] = Unreadable) -> Iterator[None]:
    """What is wrong with a file, told with its name."""
    try:
        yield
    except problem as error:
        raise UnusableInput(f"“{source}”{error}") from error
