"""The official workbook, built once for each shape and then filled by putting values into it.

Nothing of a form is written here: grids, names, totals, checks and validation derive from
``forms/*.toml``. The bytes are the same at every build.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from nianbao.form import PLAIN, Layout, for_year
from nianbao.form.workbook import (
    BOOK_TITLE,
    GUIDE,
    MATERIAL,
    OVERVIEW,
    PREVIOUS_SHEET,
    REPORT_SHEET,
    REST,
    RESULTS,
)
from nianbao.formats.xlsx.drawn import part_of_sheet, saved
from nianbao.formats.xlsx.mould import Mould
from nianbao.formats.xlsx.patch import compile_sheet
from nianbao.formats.zip import Member
from nianbao.report import Agency, build
from nianbao.template.draft import Draft
from nianbao.template.shape import Shape, shape_for
from nianbao.template.sheets import guide, ledgers, material, report, results, tables, texts
from nianbao.template.values import gather

_WHOSE = frozenset({"agency.name", "agency.code", "headline", "report.title"})
"""What differs from one agency to the next even where none has filled anything in."""


def template(
    form_format: int, year: int, layout: Layout = PLAIN, agency: Agency | None = None
) -> bytes:
    """An empty official workbook. ``layout`` names split rows and local rows.

    Raises UnusableInput for a form or a year that there is none of, or a local row in table 四.
    """
    for_year(year)
    rows = tuple(replace(row, values={}) for row in layout.extra)
    empty = build(form_format, year, agency or Agency(""), {}, repeats=layout.repeats, extra=rows)
    shape = shape_for(form_format, year, empty.layout)
    facts = gather(empty, None, shape)
    return compiled(shape).render(facts.values, facts.typed_over)


@lru_cache(maxsize=16)
def compiled(shape: Shape) -> Mould:
    """The template of a shape, cut at its slots. Built once per process."""
    draft = drafted(shape)
    return cut(draft, ledgers.prepared(saved(draft.book, BOOK_TITLE)))


def cut(draft: Draft, members: list[Member]) -> Mould:
    """A draft that has been saved, cut at its slots; sheets beside those of the draft stay."""
    number = {title: n for n, title in enumerate(draft.book.sheetnames, 1)}
    parts = [part_of_sheet(number[title]) for title in draft.slots]
    slots = dict(zip(parts, draft.slots.values(), strict=True))
    heights = dict(zip(parts, draft.heights.values(), strict=True))
    sheets = {
        m.name: compile_sheet(m.content(), slots[m.name], heights=heights[m.name])
        for m in members
        if slots.get(m.name)
    }
    return Mould((m for m in members if m.name not in sheets), sheets, _WHOSE)


def drafted(shape: Shape) -> Draft:
    """The template of a shape while its cells still know what they are for."""
    draft = Draft(shape)
    declared = shape.form.tables.values()
    blue, grey, red, green = "5B9BD5", "A6A6A6", "C55A5A", "70AD47"
    draft.add_sheet(GUIDE, "1F5AA6")
    for title in (OVERVIEW, *(t.name for t in declared), REST):
        draft.add_sheet(title, blue)
    ledgers.sheets(draft)
    draft.add_sheet(MATERIAL, grey)
    draft.add_sheet(PREVIOUS_SHEET, grey)
    draft.add_sheet(RESULTS, red)
    draft.add_sheet(REPORT_SHEET, green)
    guide.fields(draft)
    texts.texts(draft, OVERVIEW, ("opening", "overview"))
    texts.texts(draft, REST, ("problems", "other"))
    material.build(draft)
    texts.previous(draft)
    for table in declared:
        tables.build(draft, table)
    report.build(draft)
    guide.summary(draft)
    results.build(draft)
    ledgers.build(draft)
    draft.book.calculation.fullCalcOnLoad = True
    return draft
