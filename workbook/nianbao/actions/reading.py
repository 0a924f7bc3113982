"""Files and folders into sources, ledgers and findings; one that cannot be read stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nianbao.errors import NianbaoError, UnusableInput
from nianbao.formats import kinds
from nianbao.ledgers import Ledger
from nianbao.report import Report
from nianbao.report.findings import Finding
from nianbao.report.years import refuse_other_year

if TYPE_CHECKING:
    from nianbao.reading import Source


def load_bytes(path: Path) -> bytes:
    """The content of a file. Raises UnusableInput with the sentence for the user."""
    try:
        if path.is_dir():
            raise UnusableInput(f"“{path}”是文件夹，请给出其中的一个文件。")
        with path.open("rb") as file:
            return load_stream(file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnusableInput(f"找不到文件“{path}”，请检查路径和文件名。") from error
    except (OSError, ValueError) as error:
        raise UnusableInput(f"打不开“{path}”：请检查访问权限，或先在其他程序中关闭它。") from error


def load_stream(stream: BinaryIO) -> bytes:
    """What a stream gives, but not much more than any reader takes: a pipe may never end."""
    from nianbao.formats.open import MAX_BYTES

    return stream.read(MAX_BYTES + 1)


def open_file(path: Path) -> Source:
    """What a file gives. Raises UnusableInput."""
    from nianbao import reading

    return reading.open(load_bytes(path), path.name)


def read(path: Path) -> Report:
    """The report in a file of any kind that is read. Raises UnusableInput."""
    return open_file(path).report


def read_ledger(path: Path, mapping: Path | None = None) -> Ledger:
    """The ledgers in a workbook, with the JSON file that names its columns. Raises UnusableInput.

    Without ``mapping`` the one beside the ledger is used, if there is one. See
    `nianbao.reading.ledgers.ledger`.
    """
    mapping = mapping or mapping_beside(path)
    given = (load_bytes(mapping), mapping.name) if mapping else None
    return ledger_in(load_bytes(path), path.name, given)


def mapping_beside(path: Path) -> Path | None:
    """The file ``台账名.对应.json`` beside a ledger; None if there is none."""
    beside = path.with_name(f"{path.stem}.对应.json")
    return beside if beside.is_file() else None


def ledger_in(data: bytes, source: str, mapping: tuple[bytes, str] | None = None) -> Ledger:
    """The ledgers in a workbook's content; ``source`` is the name it is told by, ``mapping`` the
    content and the name of the file that names its columns. Raises UnusableInput."""
    from nianbao.reading.ledgers import ledger

    return ledger.read_ledger(data, source, ledger.mapping_from(*mapping) if mapping else None)


@dataclass(frozen=True, slots=True)
class Checked:
    """One source and what was found in it; ``problem`` is the sentence if it could not be read."""

    source: str
    findings: tuple[Finding, ...] = ()
    report: Report | None = None
    problem: str | None = None


def check(
    data: bytes, source: str, previous: Report | None = None, ledger: Ledger | None = None
) -> tuple[Report, tuple[Finding, ...]]:
    """Read and check one report.

    Last year's figures and the ledgers kept in a workbook of ours are used, too. Raises
    UnusableInput for what cannot be read, and where ``previous`` is not of the year before.
    """
    from nianbao import reading, rules

    found = reading.open(data, source)
    report, kept, rows = found.report, found.previous, found.ledger
    if previous is not None:
        refuse_other_year(report, previous)
    return report, rules.check(report, previous or kept, ledger or rows)


def check_files(
    paths: Iterable[Path], previous: Report | None = None, ledger: Ledger | None = None
) -> Iterator[Checked]:
    """Check files and folders one by one. What cannot be read stops nothing."""
    for path in paths:
        try:
            files = _files_of(path)
        except NianbaoError as error:
            yield Checked(str(path), problem=str(error))
            continue
        for file in files:
            yield checked(str(file), file.name, partial(load_bytes, file), previous, ledger)


def checked(
    source: str,
    name: str,
    load: Callable[[], bytes],
    previous: Report | None = None,
    ledger: Ledger | None = None,
) -> Checked:
    """Check what ``load`` gives. Never raises: one file never stops the others."""
    try:
        report, findings = check(load(), name, previous, ledger)
    except NianbaoError as error:
        return Checked(source, problem=str(error))
    except Exception as error:
        problem = f"检查“{source}”时程序内部出错（{type(error).__name__}），没有检查它。"
        return Checked(source, problem=problem)
    return Checked(source, findings, report)


def _files_of(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        found = sorted(p for p in path.rglob("*") if kinds.is_one(p) and p.is_file())
    except OSError as error:
        raise UnusableInput(f"打不开“{path}”：请检查路径和访问权限。") from error
    if not found:
        raise UnusableInput(f"文件夹“{path}”里没有可以检查的文件。")
    return found
