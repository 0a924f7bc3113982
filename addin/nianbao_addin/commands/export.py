"""导出报告表, Word, PDF, 网页: the final report as a file beside the workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nianbao import actions, rules
from nianbao.actions import Kind, Written
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.form.workbook import REPORT_SHEET
from nianbao.formats import files
from nianbao.formats.xlsx.slots import CellValue
from nianbao.report import TEXT_TITLES, Report
from nianbao.template import page
from nianbao.template.build import drafted
from nianbao.template.shape import shape_for
from nianbao.template.values import gather
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts import notice
from nianbao_addin.hosts.host import CellBlock, Host
from nianbao_addin.open import changes, workbook

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_") | dict.fromkeys(map(chr, range(32))))
_RESERVED = {"CON", "PRN", "AUX", "NUL"} | {f"{p}{n}" for p in ("COM", "LPT") for n in range(10)}
_MAX_BYTES = 200  # of 255 that a name may have; the temporary file beside it is longer


def xlsx(host: Host) -> Outcome:
    """The report as a workbook of values."""
    return _export(host, "xlsx")


def docx(host: Host) -> Outcome:
    """The report as a Word document."""
    return _export(host, "docx")


def pdf(host: Host) -> Outcome:
    """The report as PDF, made by the program that is running."""
    return _export(host, "pdf")


def html(host: Host) -> Outcome:
    """The report as a page for a web site."""
    return _export(host, "html")


def safe_name(title: str) -> str:
    """A title as the name of a file on any system; without an ending."""
    name = title.translate(_FORBIDDEN).strip(" .")
    while len(name.encode("utf-8", "replace")) > _MAX_BYTES:
        name = name[1:]  # the year and the kind of the document are at the end
    return f"_{name}" if not name or name.split(".")[0].strip().upper() in _RESERVED else name


def _export(host: Host, kind: Kind) -> Outcome:
    source = host.path
    if source is None:
        raise UnusableInput("工作簿还没有保存在本机的文件夹里，请先保存再导出。")
    book = workbook.read(host)
    actions.refuse_nameless(book.report)
    target = source.with_name(f"{safe_name(book.report.title)}.{kind}")
    if target.exists() and target.samefile(source):
        raise UnusableInput(f"这份工作簿自己就叫“{target.name}”，请先另存为别的名字再导出。")
    if not (_errors_agreed(host, book) and _replacing_agreed(host, target)):
        return Outcome("没有导出。")
    host.status(f"正在导出 {target.name}…")
    if kind == "pdf":
        written = _printed(host, book.report, target)
    else:
        written = actions.export(book.report, target, kind, force=True)
    notice.reveal(target)
    return Outcome(f"已写好并核对：{target.name}。{''.join(written.notes)}")


def _errors_agreed(host: Host, book: workbook.OpenWorkbook) -> bool:
    findings = rules.check(book.report, book.previous, book.ledger)
    errors = sum(f.level == "error" and f.outcome == "fail" for f in findings)
    blanks = sum(f.level == "error" and f.outcome == "undecided" for f in findings)
    open_ = [f"{errors} 处错误"] if errors else []
    open_ += [f"{blanks} 处缺数无法判断"] if blanks else []
    return not open_ or host.ask(f"校验还有 {'、'.join(open_)}，仍然导出吗？")


def _replacing_agreed(host: Host, target: Path) -> bool:
    return not target.exists() or host.ask(f"“{target.name}”已经存在，要替换它吗？")


def _printed(host: Host, report: Report, target: Path) -> Written:
    """By the program itself from sheet 报告, if that sheet says what the report says; else by way
    of Word and a LibreOffice of this computer."""
    found = printed(host, report)
    if found is None:
        return actions.export(report, target, "pdf", force=True)
    data = _pdf(host, found.sheet, target)
    files.write(target, data, force=True)
    notes = (f"“{t}”在“{found.sheet}”表里与填写的不完全相同，请人工核对。" for t in found.texts)
    return Written(target, tuple(notes))


def _pdf(host: Host, sheet: str, target: Path) -> bytes:
    """Printed into a folder of its own beside the target: a half-made file must not replace one."""
    try:
        with tempfile.TemporaryDirectory(prefix=".nianbao-", dir=target.parent) as folder:
            made = Path(folder) / "report.pdf"
            host.to_pdf(sheet, made)
            data = made.read_bytes() if made.is_file() else b""
    except OSError as error:
        raise CannotWrite(f"无法写入文件夹“{target.parent}”，请检查权限。") from error
    if not data.startswith(b"%PDF-"):
        raise CannotWrite(f"{host.program} 没有生成 PDF“{target.name}”。")
    return data


_ROWS_ABOVE = 3  # rows from the top in which the title is looked for


@dataclass(frozen=True, slots=True)
class Printed:
    """The sheet as it is called now, and titles of texts that it prints differently."""

    sheet: str
    texts: tuple[str, ...]


def printed(host: Host, report: Report) -> Printed | None:
    """The sheet to print; None where there is none, or where a figure on it is another."""
    wanted = _wanted(report)
    title = page.title_text(report.agency.name, report.year)
    sheets = host.sheets()
    for sheet in sorted(sheets, key=lambda name: name != REPORT_SHEET):
        block = host.read(sheet)
        if not any(block.at(row + 1, 1) == title for row in range(_ROWS_ABOVE)):
            continue
        wrong = {key for key, cells in wanted.items() if not _shows(block, cells)}
        if not wrong - TEXT_TITLES.keys():
            return Printed(sheet, tuple(TEXT_TITLES[key] for key in TEXT_TITLES if key in wrong))
    return None


def _wanted(report: Report) -> Mapping[str, Mapping[tuple[int, int], CellValue]]:
    """What stands where: each text as a whole, every figure and name by itself."""
    shape = shape_for(report.format, report.year, report.layout)
    values = gather(report, None, shape).values
    found: dict[str, dict[tuple[int, int], CellValue]] = {}
    for position, slot in drafted(shape).slots[REPORT_SHEET].items():
        key = slot.removeprefix("=")
        kind, _, rest = key.partition(".")
        if slot.startswith("="):
            found[key] = {position: values[key]}
        elif kind == "report" and rest != "title":
            found.setdefault(rest.partition("[")[0], {})[position] = values[key]
    return found


def _shows(block: CellBlock, cells: Mapping[tuple[int, int], CellValue]) -> bool:
    return all(changes.same(block.at(*at), value) for at, value in cells.items())
