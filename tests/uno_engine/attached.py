"""Attaches to the engine what only tests ask of it.

The engine answers what hosts and commands need. A test prepares a workbook as a person or another
program would have left it, with notes, marks, merged and inserted cells, and looks at more of it
afterwards: these parts of xlwings' API, and the count of reads and writes, are put onto the
engine's classes here.
"""

from __future__ import annotations

from nianbao_addin.libreoffice.app import CalcApp
from nianbao_addin.libreoffice.book import CalcBook
from nianbao_addin.libreoffice.engine import engine
from nianbao_addin.libreoffice.names import CalcName, CalcNames
from nianbao_addin.libreoffice.range import CalcRange
from nianbao_addin.libreoffice.sheet import CalcSheet, PageSetup
from uno_engine.changing_names import NameParts, NamesParts, RangeNameParts
from uno_engine.looks import LooksParts
from uno_engine.meter import Meter
from uno_engine.programs import AppParts, BookParts
from uno_engine.ranges import RangeParts
from uno_engine.sheets import PageSetupParts, SheetParts

PARTS = (
    (CalcApp, AppParts),
    (CalcBook, BookParts),
    (CalcSheet, SheetParts),
    (PageSetup, PageSetupParts),
    (CalcRange, RangeParts),
    (CalcRange, LooksParts),
    (CalcRange, RangeNameParts),
    (CalcNames, NamesParts),
    (CalcName, NameParts),
)


def attach() -> None:
    """Give the engine's classes their parts, once for this Python."""
    if isinstance(engine.observer, Meter):
        return
    engine.observer = Meter()
    for cls, parts in PARTS:
        for name, member in vars(parts).items():
            if not name.startswith("__"):
                setattr(cls, name, member)
