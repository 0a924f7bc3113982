"""Files → Report. One module per outside format, one public verb each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from nianbao.errors import UnusableInput
from nianbao.formats.book import Book
from nianbao.formats.detect import Kind, is_container, kind_of
from nianbao.formats.zip import NoYear, Package, Unreadable
from nianbao.report import Report, owner
from nianbao.report.material import NOTHING, Material

if TYPE_CHECKING:
    from nianbao.reading.documents.sheets import Whole

MAX_BYTES = 100 * 2**20  # of a file; a caller need not read more than one byte beyond
_SPREADSHEETS: tuple[Kind, ...] = ("xlsx", "xls", "ods")


def read(data: bytes, source: str) -> Report:
    """The report in a file's content, whatever its kind; ``source`` is the name it is told by.

    Raises UnusableInput: one sentence that names the file and says what to do.
    """
    with naming(source):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            from nianbao.reading.documents import sheets

            return sheets.read(data, kind, source)
        if kind == "json":
            from nianbao.reading.documents import json

            return json.read(data, source)
        return _from_document(data, kind, source)


def read_previous(data: bytes, source: str) -> Report | None:
    """Last year's figures that a workbook of ours keeps; None if there are none. As ``read``."""
    with naming(source):
        kind = _kind(data)
        if kind not in _SPREADSHEETS:
            return None
        from nianbao.reading.documents import sheets

        return sheets.previous(data, kind, source)


def read_whole(data: bytes, source: str) -> Whole:
    """What ``read`` and ``read_previous`` give, and the ledgers that a workbook of ours keeps (None
    if they have no row), the file being opened once. As ``read``."""
    from nianbao.reading.documents import sheets

    with naming(source):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            return sheets.read_whole(data, kind, source)
    return sheets.Whole(read(data, source))


def read_material(data: bytes, source: str) -> tuple[Material, Mapping[str, str]]:
    """What 文字素材 of a workbook of ours holds, and the fingerprints of its generated texts by id.

    Nothing of either for any other file. As ``read``.
    """
    with naming(source):
        kind = _kind(data)
        if kind not in _SPREADSHEETS:
            return NOTHING, {}
        from nianbao.reading.documents import sheets

        return sheets.read_material(data, kind)


def read_own(data: bytes, source: str) -> Report | None:
    """The report in a workbook of ours; None for any other file, whatever it is.

    Raises UnusableInput for a workbook of ours that says no year, and for a container that cannot
    be opened (encrypted, damaged): it may well be one of ours.
    """
    with suppress(Unreadable), naming(source, Unreadable if is_container(data) else NoYear):
        kind = _kind(data)
        if kind in _SPREADSHEETS:
            from nianbao.reading.documents import sheets

            return sheets.read_own(data, kind, source)
    return None


def result_of(data: bytes) -> str:
    """What a file is if a batch made it (汇总结果, 核查结果, …), '' for any other."""
    core = "docProps/core.xml"
    with suppress(Unreadable):
        if data.startswith(b"PK\3\4") and core in (package := Package(data)):
            return owner.told_result(package.read(core).decode("utf-8", "replace"))
    return ""


def spreadsheet(data: bytes) -> Book | None:
    """A workbook of any of the three formats; None for another kind of file. Raises Unreadable."""
    kind = _kind(data)
    if kind not in _SPREADSHEETS:
        return None
    from nianbao.reading.documents.sheets import open_book

    return open_book(data, kind)


def _kind(data: bytes) -> Kind:
    if len(data) > MAX_BYTES:
        raise Unreadable(f"超过 {MAX_BYTES // 2**20} MB，不像年度报告，没有读取；请确认文件无误。")
    return kind_of(data)


def _from_document(data: bytes, kind: Kind, source: str) -> Report:
    from nianbao.reading.documents.personal import report_from

    if kind == "docx":
        from nianbao.reading.documents.docx import read
    elif kind == "html":
        from nianbao.reading.documents.html import read
    elif kind == "pdf":
        from nianbao.reading.documents.pdf import read
    else:
        from nianbao.reading.documents.text import read
    return report_from(read(data, source))


@contextmanager
def naming(source: str, problem: type[Unreadable] = Unreadable) -> Iterator[None]:
    """What is wrong with a file, told with its name."""
    try:
        yield
    except problem as error:
        raise UnusableInput(f"“{source}”{error}") from error
