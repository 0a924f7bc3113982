"""The jobs themselves, free of any screen: what the command line and the add-in both call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from nianbao import report as reports
from nianbao.errors import CannotWrite, NianbaoError, UnusableInput
from nianbao.findings import Finding
from nianbao.form import Layout, for_year, load
from nianbao.ledgers import Ledger, lay
from nianbao.outputs import files
from nianbao.overlay import lay_over
from nianbao.report import Agency, Report

Kind = Literal["xlsx", "docx", "html", "pdf", "json"]
KINDS: tuple[Kind, ...] = ("xlsx", "docx", "html", "pdf", "json")
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".docx", ".html", ".htm", ".txt", ".json"}
MAX_BYTES = 100 * 2**20


@dataclass(frozen=True, slots=True)
class Checked:
    """One source and what was found in it; ``problem`` is the sentence if it could not be read."""

    source: str
    findings: tuple[Finding, ...] = ()
    report: Report | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file written and read back; ``notes`` are sentences for the user."""

    path: Path
    notes: tuple[str, ...] = ()


def load_bytes(path: Path) -> bytes:
    """The content of a file. Raises UnusableInput with the sentence for the user."""
    try:
        if path.is_dir():
            raise UnusableInput(f"“{path}”是文件夹，请给出其中的一个文件。")
        if path.stat().st_size > MAX_BYTES:
            raise UnusableInput(f"“{path}”超过 100 MB，不像年度报告，没有读取。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnusableInput(f"找不到文件“{path}”，请检查路径和文件名。") from error
    except OSError as error:
        raise UnusableInput(f"打不开“{path}”：请检查访问权限，或先在其他程序中关闭它。") from error


def read(path: Path) -> Report:
    """A report from any supported file. Raises UnusableInput."""
    return read_bytes(load_bytes(path), path.name)


def read_bytes(data: bytes, source: str) -> Report:
    """A report from a file's content; ``source`` is the name it is told by."""
    from nianbao import sources

    return sources.read(data, source)


def read_ledger(path: Path, mapping: Path | None = None) -> Ledger:
    """The ledgers in a workbook, with the JSON file that names its columns. Raises UnusableInput.

    See `nianbao.sources.ledger`.
    """
    from nianbao.sources import ledger

    given = ledger.mapping_from(load_bytes(mapping), mapping.name) if mapping else None
    return ledger.read_ledger(load_bytes(path), path.name, given)


def check(
    data: bytes, source: str, previous: Report | None = None, ledger: Ledger | None = None
) -> tuple[Report, tuple[Finding, ...]]:
    """Read and check one report.

    Last year's figures and the ledgers kept in a workbook of ours are used, too.
    """
    from nianbao import rules, sources
    from nianbao.sources.ledger import within

    report = sources.read(data, source)
    if previous is None:
        previous = sources.read_previous(data, source)
    if ledger is None:
        ledger = within(data, source)
    return report, rules.check(report, previous, ledger)


def check_files(
    paths: list[Path], previous: Report | None = None, ledger: Ledger | None = None
) -> Iterator[Checked]:
    """Check files and folders one by one. A file that cannot be read stops nothing."""
    for path in paths:
        for file in _files_of(path):
            try:
                report, findings = check(load_bytes(file), file.name, previous, ledger)
                yield Checked(str(file), findings, report)
            except NianbaoError as error:
                yield Checked(str(file), problem=str(error))
            except Exception as error:  # one file never stops the others
                problem = f"检查“{file}”时程序内部出错（{type(error).__name__}），没有检查它。"
                yield Checked(str(file), problem=problem)


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        p
        for p in path.rglob("*")
        if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", ".")) and p.is_file()
    )
    if not found:
        raise UnusableInput(f"文件夹“{path}”里没有可以检查的文件。")
    return found


def template(year: int, format: int | None, agency: str | None) -> bytes:
    """An empty official workbook. Raises UnusableInput if the form is not that of the year."""
    from nianbao.outputs.template import template as build

    form = for_year(year) if format is None else load(format)
    if not form.holds_for(year):
        right = for_year(year)
        raise UnusableInput(
            f"{year} 年度应使用{right.name}格式（{right.notice}），不是 {format} 年版。"
        )
    return build(form.format, year, Layout(), Agency(agency) if agency else None)


def ledger_workbook(year: int) -> bytes:
    """An empty workbook with the three ledgers. Raises UnusableInput for a year without a form."""
    from nianbao.outputs.template_ledgers import standalone

    return standalone(year)


def fill(
    report: Report,
    path: Path,
    previous: Report | None,
    *,
    force: bool,
    ledger: Ledger | None = None,
) -> Written:
    """Fill the official workbook. One of ours that stands at ``path`` is filled in place.

    Such a workbook keeps all else that is in it, also the figures and texts that ``report`` leaves
    open. What is still open then is filled from ``ledger``.
    Raises CannotWrite if ``path`` exists and ``force`` is not given, or if reading back what was
    written does not give the report again.
    """
    from nianbao import sources

    files.refuse_existing(path, force=force)
    target = load_bytes(path) if path.exists() else None
    held = sources.read_own(target, path.name) if target else None
    if held is None:
        target = None  # not a workbook of ours: replaced, as --force says
    else:
        report = lay_over(held, report)
    report, told = with_ledger(report, ledger)
    data, notes = filled(report, previous, target, path.name)
    files.write(path, data, force=force)
    return Written(path, (*told, *notes))


def with_ledger(report: Report, ledger: Ledger | None) -> tuple[Report, tuple[str, ...]]:
    """The report with its blanks filled from the ledger, and sentences for the user."""
    if ledger is None:
        return report, ()
    from nianbao import rules

    report, notes = lay(report, ledger)
    found = rules.check(report, None, ledger)
    wrong = sum(f.level == "error" and f.rule.startswith("L-") for f in found)
    if wrong:
        notes = (
            *notes,
            f"台账本身有 {wrong} 处错误，少计的件数没有填入；用 check --ledger 逐条查看。",
        )
    return report, notes


def filled(
    report: Report, previous: Report | None, target: bytes | None, name: str
) -> tuple[bytes, tuple[str, ...]]:
    """The filled workbook as bytes, read back and compared, with notes for the user."""
    from nianbao.outputs import fill as filling

    made = filling.fill(report, previous, target)
    notes = _compare(reports.with_totals(report), read_bytes(made.data, name), name)
    return made.data, (*made.notes, *notes)


def export(report: Report, path: Path, kind: Kind, *, force: bool) -> Written:
    """Write the final report in one of the five forms, read back and compared (but for PDF)."""
    files.refuse_existing(path, force=force)
    data, notes = render(report, kind)
    files.write(path, data, force=force)
    return Written(path, notes)


def render(report: Report, kind: Kind) -> tuple[bytes, tuple[str, ...]]:
    """The final report as bytes, with notes for the user. Raises CannotWrite."""
    if kind == "pdf":
        from nianbao.outputs import pdf

        made = pdf.write(report)
        return made.data, made.notes
    data = _writer(kind)(report)
    name = f"{report.title}.{kind}"
    return data, _compare(report, read_bytes(data, name), name)


def _writer(kind: Kind) -> Callable[[Report], bytes]:
    if kind == "xlsx":
        from nianbao.outputs.xlsx import write
    elif kind == "docx":
        from nianbao.outputs.word import write
    elif kind == "html":
        from nianbao.outputs.html import write
    else:
        from nianbao.outputs.json import write
    return write


def _compare(expected: Report, found: Report, name: str) -> tuple[str, ...]:
    """Reading back: a figure that differs is an error of ours; a text that differs is told."""
    if _figures(expected) != _figures(found):
        wrong = [
            expected.form.title_of(id, expected.layout)
            for id, value in expected.values.items()
            if found.values.get(id) != value
        ]
        where = wrong[0] if wrong else "机关、年度或附加行"
        raise CannotWrite(f"“{name}”写出后读回核对不一致（{where}），没有保存。")
    titles = reports.TEXT_TITLES
    return tuple(
        f"“{titles[t]}”的文字读回后与来源不完全相同，请人工核对。"
        for t in reports.TEXTS
        if expected.text[t] != found.text[t]
    )


def _figures(report: Report) -> Report:
    return replace(report, text={})
