"""What one file gives: a report, and in a workbook of ours what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from importlib import import_module

from nianbao.formats.book import Book
from nianbao.formats.detect import is_container
from nianbao.formats.open import Opened, naming, open_book, open_file
from nianbao.formats.zip import NoYear, Package, Unreadable
from nianbao.ledgers import Ledger
from nianbao.report import Report, owner
from nianbao.report.material import NOTHING, Material

_CORE = "docProps/core.xml"


class Source:
    """A file that was opened once; each part is worked out once, when it is asked for.

    Every part raises UnusableInput: one sentence that names the file and says what to do.
    ``name``: what the file is told by; ``data``: its content; ``package``: its members if it is a
    zip.
    """

    def __init__(self, name: str, file: Opened, book: Book | None) -> None:
        self.name, self.data, self.package = name, file.data, file.package
        self._file, self._book = file, book

    @cached_property
    def report(self) -> Report:
        """The report, whatever the file's kind."""
        with naming(self.name):
            if self._own is not None:
                return self._own
            from nianbao.reading.report import report_from

            if self._book is not None:
                from nianbao.reading.documents import sheets

                return report_from(sheets.document(self._book, self.name))
            reader = import_module(f"nianbao.reading.documents.{self._file.kind}")
            found = reader.read(self._file, self.name)
            return found if isinstance(found, Report) else report_from(found)

    @cached_property
    def _own(self) -> Report | None:
        """The report in a workbook of ours, read by its names; None for any other file."""
        if self._book is None:
            return None
        from nianbao.reading.ours.report import read_named

        return read_named(self._book, self.name)

    def is_ours(self) -> bool:
        """Whether it is a workbook of ours. Raises Unreadable."""
        return self._own is not None

    @cached_property
    def previous(self) -> Report | None:
        """Last year's figures that a workbook of ours keeps; None if there are none."""
        if self._book is None:
            return None
        from nianbao.reading.ours.report import read_previous

        with naming(self.name):
            return read_previous(self._book, self.name)

    @cached_property
    def ledger(self) -> Ledger | None:
        """The ledgers that a workbook of ours keeps; None if they have no row."""
        if self._book is None:
            return None
        from nianbao.reading.ledgers.ledger import within

        with naming(self.name):
            return within(self._book)

    @property
    def material(self) -> Material:
        """What 文字素材 of a workbook of ours holds; nothing for any other file."""
        return self._material[0]

    @property
    def generated(self) -> Mapping[str, str]:
        """Fingerprints of the texts that were generated in a workbook of ours, by text id."""
        return self._material[1]

    @cached_property
    def _material(self) -> tuple[Material, Mapping[str, str]]:
        if self._book is None:
            return NOTHING, {}
        from nianbao.reading.ours.report import read_material

        with naming(self.name):
            return read_material(self._book)

    @cached_property
    def result(self) -> str:
        """What a file is if a batch made it (汇总结果, 核查结果, …), '' for any other."""
        return _result_in(self.package)


def open(data: bytes, name: str) -> Source:
    """A file's content as a source; ``name`` is what it is told by.

    Raises UnusableInput: one sentence that names the file and says what to do.
    """
    with naming(name):
        file = open_file(data)
        return Source(name, file, open_book(file))


def open_ours(data: bytes, name: str) -> Source | None:
    """A workbook of ours; None for any other file, whatever it is.

    Raises UnusableInput for a workbook of ours that says no year, and for a container that cannot
    be opened (encrypted, damaged): it may well be one of ours.
    """
    with suppress(Unreadable), naming(name, Unreadable if is_container(data) else NoYear):
        file = open_file(data)
        source = Source(name, file, open_book(file))
        return source if source.is_ours() else None
    return None


def result_of(data: bytes) -> str:
    """As `Source.result`, also of a file that is nothing that is read."""
    with suppress(Unreadable):
        if data.startswith(b"PK\3\4"):
            return _result_in(Package(data))
    return ""


def _result_in(package: Package | None) -> str:
    if package is not None and _CORE in package:
        with suppress(Unreadable):
            return owner.result_in(package.read(_CORE).decode("utf-8", "replace"))
    return ""
