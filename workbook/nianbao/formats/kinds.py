"""The kinds of files that are read, and by what each is told from the others.

The name of a kind is that of the module that reads it: for a workbook in ``nianbao.formats``
(``xlsx``, ``xls``, ``ods``), for all others in ``nianbao.reading.documents``.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file. What has none of these marks is told by its text (`nianbao.formats.detect`).

    ``suffixes``: those that its files have by custom. ``signature``: how they begin. ``member``: a
    pattern of the member that only such a zip has, in lower case; ``mimetype``: how that of a zip
    that tells one begins; ``streams``: of a compound file, in lower case, one of them.
    """

    name: str
    suffixes: tuple[str, ...]
    signature: bytes | None = None
    member: str | None = None
    mimetype: str | None = None
    streams: frozenset[str] = frozenset()


KINDS = (
    # Some programs number the main part: xl/workbook2.xml.
    Kind("xlsx", (".xlsx", ".xlsm"), member=r"xl/workbook\d*\.xml"),
    Kind("xls", (".xls", ".et"), streams=frozenset({"workbook", "book"})),
    Kind("ods", (".ods",), mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    Kind("docx", (".docx",), member=r"word/document\d*\.xml"),
    Kind("html", (".html", ".htm")),
    Kind("txt", (".txt",)),
    Kind("json", (".json",)),
    Kind("pdf", (".pdf",), signature=b"%PDF"),
)


def suffixes() -> frozenset[str]:
    """Those of all kinds, in lower case with the dot: what to look for in a folder."""
    return frozenset(suffix for kind in KINDS for suffix in kind.suffixes)


def is_one(path: Path) -> bool:
    """Whether a file's name is that of such a kind, and of no hidden file or lock of a program."""
    return path.suffix.lower() in suffixes() and not path.name.startswith(("~$", "."))
