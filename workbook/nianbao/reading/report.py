"""Paragraphs and text tables → a report: form, year, agency, figures and section texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from nianbao.errors import UnusableInput
from nianbao.form import FORMATS, Form, for_year, load, local_id, years
from nianbao.reading.document import TableCell, TextDocument, TextTable
from nianbao.reading.personal import without_ledgers
from nianbao.reading.sections import Parts, signed_by, take_apart, texts_of, unplaced
from nianbao.reading.tables.figures import ReadTables, read_tables
from nianbao.reading.vocabulary import headings, titles
from nianbao.reading.vocabulary.headings import FoundHeading, Line
from nianbao.report import (
    Agency,
    Heading,
    Note,
    Origin,
    Report,
    Trace,
    build,
    title_of,
    with_totals,
)
from nianbao.words.figures import quoted
from nianbao.words.labels import words

_MARKER = 40  # a longer text is no column label


def report_from(document: TextDocument) -> Report:
    """The report that a document holds outside of its ledgers.

    Raises UnusableInput if there is no official table in it, or if it does not say its year.
    """
    document = without_ledgers(document)
    parts = take_apart(document)
    found = headings.find(parts.lines)
    first = min([f.line for f in found[:1]] + parts.at[:1], default=len(parts.lines))
    title = titles.find(parts.lines, found[0].line if found else first, document.agency_name)
    year = _year(document, parts, title, first)
    form, mixed = _form(parts.tables, year)
    tables = read_tables(parts.tables, form, parts.at)
    if not tables.figures:
        raise UnusableInput(
            f"“{document.source}”里没有找到年度报告的官方表格，"
            "请确认文件是政府信息公开工作年度报告，并且含有三张表。"
        )
    texts = texts_of(document, parts, found, title, tables.official)
    # A table alone has nothing around it that could be wrong.
    bare = not found and len(parts.lines) == (len(title.lines) if title else 0)
    report = build(
        form.format,
        year,
        _agency(document, parts, title, year, signed_by(texts.signature)),
        {id: f.value for id, f in tables.figures.items()},
        repeats=tables.repeats,
        text={id: "\n".join(line.text for line in ls) for id, ls in texts.paragraphs.items()},
        extra=tuple(tables.extra),
        trace=Trace(
            document.source,
            document.kind,
            "\n".join(title.lines) if title else None if bare else "",
            None if bare else _headings(found, parts.lines),
            _origins(tables, texts.paragraphs),
            (*document.notes, *mixed, *tables.notes, *unplaced(texts, parts.asides, form)),
        ),
    )
    return _computed(report, tables)


def _headings(found: Sequence[FoundHeading], lines: Sequence[Line]) -> tuple[Heading, ...]:
    return tuple(Heading(f.section, f.text, lines[f.line].place) for f in found)


def _origins(tables: ReadTables, texts: Mapping[str, Sequence[Line]]) -> dict[str, Origin]:
    """Where each figure stands, and where each text begins."""
    figures = {id: f.origin for id, f in (tables.figures | tables.extra_figures).items()}
    firsts = {id: lines[0] for id, lines in texts.items() if lines}
    return figures | {f"text.{id}": Origin(x.place, quoted(x.text)) for id, x in firsts.items()}


def _year(document: TextDocument, parts: Parts, title: titles.Title | None, first: int) -> int:
    """The year that the title names, else the opening before line ``first``, else any period."""
    begin = title.last + 1 if title else 0
    texts = [line.text for line in parts.lines[begin:first]]
    candidates: Iterator[int | None] = iter(
        (
            title.year if title else None,
            *(titles.period_year(t) for t in texts),
            *(titles.year_in(t) for t in texts),
            *(titles.period_year(line.text) for line in parts.lines),
            titles.parse([document.source])[0],
        )
    )
    year = next((y for y in candidates if y is not None), None)
    if year is None:
        raise UnusableInput(
            f"“{document.source}”里没有找到报告年度，请在标题写明，如“{title_of('某某局', 2023)}”。"
        )
    if year not in years():
        raise UnusableInput(
            f"“{document.source}”写的年度是 {year} 年，"
            f"年度报告格式用于 {years()[0]} 至 {years()[-1]} 年度，请核对标题中的年度。"
        )
    return year


def _form(tables: Sequence[TextTable], year: int) -> tuple[Form, list[Note]]:
    """The form of the year, unless only markers of another one stand in the tables.

    Where others stand beside its own, a note tells so. Markers that two forms have in common tell
    neither from the other.
    """
    texts = {
        words(cell.text): cell
        for table in tables
        for cell in table.cells
        if cell.number is None and 0 < len(cell.text) <= _MARKER
    }
    found: dict[
        int, TableCell
    ] = {}  # of each form the first that it has not in common with ``form``
    form = for_year(year)
    own = _marked(texts, form.markers)
    for other in map(load, FORMATS):
        foreign = _marked(texts, other.markers, but=form.markers)
        if foreign and other is not form:
            found[other.format] = foreign
    if not found:
        return form, []
    if own is None:
        return load(min(found, key=lambda f: abs(f - form.format))), []
    others = {cell.text: (f, cell) for f, cell in reversed(found.items())}  # of two forms alike one
    cells = sorted([*others.values(), (form.format, own)], key=lambda pair: pair[0])
    named = "和".join(f"{load(f).name}的“{quoted(c.text)}”" for f, c in cells)
    message = f"表格中同时有{named}，按 {year} 年度适用的{form.name}读取。"
    wrong = next(cell for f, cell in cells if f != form.format)
    return form, [Note("mixed_forms", message, wrong.place)]


def _marked(
    texts: Mapping[str, TableCell], markers: Iterable[str], but: Iterable[str] = ()
) -> TableCell | None:
    """The first cell with a marker, of those that are not among the others."""
    wanted, unwanted = {words(m) for m in markers}, {words(m) for m in but}
    wanted -= unwanted
    return next((cell for text, cell in texts.items() if any(m in text for m in wanted)), None)


def _agency(
    document: TextDocument, parts: Parts, title: titles.Title | None, year: int, signed: str | None
) -> Agency:
    """As the file's properties tell it, unless the title has been changed since; ``signed``: by
    whom the report is. Of a report that names none the name is empty."""
    known = Agency(document.agency_name or "", document.agency_code)
    if not known.name:
        return Agency(_agency_name(document, parts, title) or signed or "", known.code)
    if title is None or title.agency in (None, known.name):
        return known
    if titles.is_of(title, known.name, year):
        return known
    return Agency(_agency_name(document, parts, title) or signed or "")


def _agency_name(document: TextDocument, parts: Parts, title: titles.Title | None) -> str | None:
    if title and title.agency:
        return title.agency
    named = next((n for line in parts.lines if (n := titles.agency_in(line.text))), None)
    return named or _beside_label(parts.tables) or titles.parse([_stem(document.source)])[1]


def _stem(source: str) -> str:
    return re.sub(r"\.[A-Za-z]{2,5}$", "", source)


def _beside_label(tables: Sequence[TextTable]) -> str | None:
    """The agency in a table of particulars: 填报单位 in one cell, its name in the next."""
    for table in tables:
        for label, cell in zip(table.cells, table.cells[1:], strict=False):
            if (named := titles.agency_in(label.text)) is not None:
                return named
            if label.row == cell.row and titles.is_name_label(label.text):
                return titles.tidy_name(cell.text)
    return None


def _computed(report: Report, tables: ReadTables) -> Report:
    """Totals whose formulas were saved without a result are added up, and nothing else."""
    figures = tables.figures | tables.extra_figures
    owed = [id for id, f in figures.items() if f.computable]
    added = with_totals(report) if owed else report
    found = {id: added[id] for id in owed if added[id] is not None}
    if not found:
        return report
    extra = tuple(
        replace(row, values={c: found.get(local_id(i, c), v) for c, v in row.values.items()})
        for i, row in enumerate(report.extra)
    )
    message = f"文件中没有保存公式的结果，{len(found)} 个合计数由其各项算出。"
    note = Note("computed", message, cells=tuple(found))
    return build(
        report.format,
        report.year,
        report.agency,
        {id: found.get(id, value) for id, value in report.values.items()},
        repeats=report.repeats,
        text=report.text,
        extra=extra,
        trace=replace(report.trace, notes=(*report.trace.notes, note)),
    )
