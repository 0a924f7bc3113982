"""生成文字: texts from the figures of the open workbook, beside what a person has written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao.errors import UnusableInput
from nianbao.narrative import into_workbook
from nianbao.narrative.generate import fingerprint
from nianbao.narrative.into_workbook import Basis, Style
from nianbao.report import TEXT_TITLES
from nianbao.template.sheets.material import GENERATED
from nianbao.template.values import paragraphs
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host, Place, Value
from nianbao_addin.open import changes, workbook
from nianbao_addin.open.changes import CellContents, Change
from nianbao_addin.open.workbook import OpenWorkbook
from nianbao_addin.ribbon import buttons

FOLDER = "文字模板"
"""Beside the workbook: an office's own templates."""

SHEET = "文字建议"
_MARK = "年报助手：生成的文字，供参考"
_NOTE = (
    "下面各部分已有您自己写的文字，没有改动。需要的话，把这里的段落复制过去。再次生成时本表会重写。"
)


@dataclass
class _Placing:
    """What to write, by cell; the parts that are written, and those of a person's own."""

    changes: list[Change] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    homeless: list[str] = field(default_factory=list)


def narrate(host: Host) -> Outcome:
    """Write the texts that are empty or still as generated; put the others beside.

    Raises UnusableInput, CannotWrite.
    """
    book = workbook.read(host)
    material, generated = workbook.material(book)
    basis = Basis(book.report, book.previous, material, generated, book.ledger)
    narrative = into_workbook.narrate(basis, _style(host))
    taken, kept = into_workbook.settle(basis, narrative)
    _refuse_foreign_sheet(host)
    plan = _Placing(kept=kept)
    cells = CellContents(host)
    for id, text in taken.items():
        _into(plan, cells, book, id, text)
    changes.apply(host, buttons.button("narrate").label, plan.changes)
    _beside(host, {id: narrative.text[id] for id in kept})
    host.calculate()
    return Outcome(_said(plan, narrative.notes))


def _style(host: Host) -> Style:
    folder = host.path.parent / FOLDER if host.path else None
    return Style(None, into_workbook.folder(folder) if folder and folder.is_dir() else {})


def _into(plan: _Placing, cells: CellContents, book: OpenWorkbook, id: str, text: str) -> None:
    """The paragraphs of a text, a cell each, and its fingerprint."""
    place = book.places.get(f"text.{id}")
    if place is None:
        plan.homeless.append(id)
        return
    before = len(plan.changes)
    for i, words in enumerate(paragraphs(text, place.rows)):
        _put(plan, cells, Place(place.sheet, place.row + i, place.column), words)
    if len(plan.changes) > before:
        plan.written.append(id)
    if there := book.places.get(GENERATED + id):
        _put(plan, cells, Place(*there[:3]), fingerprint(text))


def _put(plan: _Placing, cells: CellContents, place: Place, words: str | None) -> None:
    old = cells[place]
    if not changes.same(old, words):
        plan.changes.append(Change(place, old, words))


def _refuse_foreign_sheet(host: Host) -> None:
    if SHEET in host.sheets() and host.read(SHEET).at(1, 1) != _MARK:
        raise UnusableInput(f"已有一张不是本工具建立的“{SHEET}”表，没有改动它；请先给它改名。")


def _beside(host: Host, texts: Mapping[str, str]) -> None:
    """The texts that were not written, on a sheet of their own; none: no such sheet."""
    there = SHEET in host.sheets()
    if not texts:
        if there:
            host.remove_sheet(SHEET)
        return
    if not there:
        host.add_sheet(SHEET, widths=[100])
    rows: list[list[Value]] = [[_MARK], [_NOTE]]
    for id, text in texts.items():
        rows += [[None], [TEXT_TITLES[id]]]
        rows += [[line] for line in text.splitlines()]
    used = host.read(SHEET)
    rows += [[None]] * (used.row + len(used.rows) - 1 - len(rows))
    host.write(SHEET, 1, 1, rows)


def _said(plan: _Placing, notes: tuple[str, ...]) -> str:
    def titles(ids: list[str]) -> str:
        return "".join(f"“{TEXT_TITLES[id]}”" for id in ids)

    if plan.written:
        said = f"已生成{titles(plan.written)}，请逐句看一遍；可以撤销。"
    elif plan.kept:
        said = "没有写入文字。"
    else:
        said = "文字已是最新的，没有需要改动的。"
    if plan.kept:
        said += f"{titles(plan.kept)}已有您自己写的文字，没有改动，生成的放在“{SHEET}”表里。"
    if plan.homeless:
        said += f"{titles(plan.homeless)}在工作簿里的位置找不到，没有写入。"
    return said + "".join(notes)
