"""Whether the sheet 报告, which the program prints, says what the report says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.form.workbook import REPORT_SHEET
from nianbao.formats.xlsx.slots import CellValue
from nianbao.report import TEXT_TITLES, Report
from nianbao.template import page
from nianbao.template import values as facts
from nianbao.template.build import drafted
from nianbao.template.shape import shape_for
from nianbao_addin.hosts.host import CellBlock, Host
from nianbao_addin.open import changes

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
    values = facts.gather(report, None, shape).values
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
