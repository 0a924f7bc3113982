"""Paragraphs and text tables → a report: form, year, agency, figures and section texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.figures import quoted, squash
from nianbao.form import FORMATS, Form
from nianbao.report import (
    TEXTS,
    Agency,
    Heading,
    Note,
    Origin,
    Reading,
    Report,
    build,
    with_totals,
)
from nianbao.sources import headings, titles
from nianbao.sources.collect import Tables, read_tables
from nianbao.sources.document import Document, Paragraph, TextTable
from nianbao.sources.headings import Found, Line
from nianbao.sources.lattice import paragraphs_in
from nianbao.sources.lexicon import lexicon, words

# What web pages and document systems put around a report.
_NOISE = re.compile(
    r"[【\[（(]?(?:责任编辑|编辑[：:]|打印(?:本页|文章|$)|关闭(?:窗口|本页|[】\]]|$)|上一[篇条]|下一[篇条]"
    r"|相关(?:文章|链接|阅读)|版权所有|主办(?:单位)?[：:]|承办(?:单位)?[：:]|技术支持|网站(?:标识码|地图|声明)"
    r"|联系我们|返回(?:顶部|首页|列表|上页)|分享(?:到|[：:]|$)|扫一扫|扫码|浏览(?:次数|量)|字[号体]|索引号"
    r"|(?:发布|更新|成文|生成)(?:时间|日期)[：:]|(?:信息)?来源[：:]|阅读(?:量|次数)|点击(?:数|量|率|次数)"
    r"|首页|当前位置|您(?:现在)?的?位置|Copyright|©)|.*(?:ICP备|公网安备)"
)
_LONGEST_NOISE = 60
_MARKER = 40  # a longer text is no column label


class _Parts(NamedTuple):
    """A source taken apart: its lines, its tables, and the line that each table stands before."""

    lines: list[Line]
    tables: list[TextTable]
    at: list[int]
    asides: list[Paragraph]


@dataclass
class _Texts:
    """Section texts, where each begins, and lines that stand nowhere."""

    paragraphs: dict[str, list[Line]]
    unplaced: list[tuple[str, str | None]]


def report_from(document: Document) -> Report:
    """The report that a document holds.

    Raises UnusableInput if there is no official table in it, or if it does not say its year or its
    agency.
    """
    parts = _take_apart(document)
    found = headings.find(parts.lines)
    first = min([f.line for f in found[:1]] + parts.at[:1], default=len(parts.lines))
    title = titles.find(parts.lines, found[0].line if found else first)
    opening = title.last + 1 if title else 0
    year = _year(document, parts, title, range(opening, first))
    form, mixed = _form(document, parts.tables, year)
    tables = read_tables(parts.tables, form, parts.at)
    if not tables.found:
        raise UnusableInput(
            f"“{document.source}”里没有找到年度报告的官方表格，"
            "请确认文件是政府信息公开工作年度报告，并且含有三张表。"
        )
    texts = _texts(parts, found, title, tables)
    origins = {id: f.origin for id, f in (tables.figures | tables.extra_figures).items()}
    origins |= {
        f"text.{id}": Origin(lines[0].place, quoted(lines[0].text))
        for id, lines in texts.paragraphs.items()
        if lines
    }
    notes = [*mixed, *tables.notes, *_unplaced(texts, parts.asides, form)]
    report = build(
        form.format,
        year,
        Agency(_agency(document, parts, title), document.agency_code),
        {id: f.value for id, f in tables.figures.items()},
        repeats=tables.repeats,
        text={id: "\n".join(line.text for line in ls) for id, ls in texts.paragraphs.items()},
        extra=tuple(tables.extra),
        reading=Reading(
            document.source,
            document.kind,
            "\n".join(title.lines) if title else "",
            tuple(Heading(f.section, f.text, parts.lines[f.line].place) for f in found),
            origins,
            tuple(notes),
        ),
    )
    return _computed(report, tables)


# --- taking apart ----------------------------------------------------------------------------


def _take_apart(document: Document) -> _Parts:
    parts = _Parts([], [], [], [])
    labels = [lexicon(f) for f in FORMATS]
    for block in document.blocks:
        if isinstance(block, TextTable):
            best = max(labels, key=lambda x: sum(bool(x.look_up(c.text)) for c in block.cells))
            follows = parts.at[-1:] == [len(parts.lines)]
            pieces = paragraphs_in(block, best, goes_on=follows)
        else:
            pieces = [block]
        for piece in pieces:
            if isinstance(piece, TextTable):
                parts.tables.append(piece)
                parts.at.append(len(parts.lines))
            elif piece.aside:
                parts.asides.append(piece)
            else:
                for text in piece.text.splitlines():
                    if text.strip():
                        line = Line(text.strip(), piece.place, piece.heading, len(parts.tables))
                        parts.lines.append(line)
    return parts


# --- year, form, agency ----------------------------------------------------------------------


def _year(document: Document, parts: _Parts, title: titles.Title | None, opening: range) -> int:
    texts = [parts.lines[i].text for i in opening]
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
            f"“{document.source}”里没有找到报告年度，"
            "请在标题写明，如“某某局2023年政府信息公开工作年度报告”。"
        )
    if not titles.FIRST_YEAR <= year <= titles.LAST_YEAR:
        raise UnusableInput(
            f"“{document.source}”写的年度是 {year} 年，"
            f"年度报告格式从 {titles.FIRST_YEAR} 年度起使用，请核对标题中的年度。"
        )
    return year


def _form(document: Document, tables: Sequence[TextTable], year: int) -> tuple[Form, list[Note]]:
    """The form whose markers stand in the tables; where both or none do, that of the year."""
    texts = {
        words(cell.text): cell
        for table in tables
        for cell in table.cells
        if cell.number is None and 0 < len(cell.text) <= _MARKER
    }
    found = {}
    for format in FORMATS:
        markers = [words(m) for m in forms.load(format).markers]
        cells = [cell for text, cell in texts.items() if any(m in text for m in markers)]
        if cells:
            found[format] = cells[0]
    if len(found) == 1:
        return forms.load(next(iter(found))), []
    form = forms.for_year(year)
    if not found:
        return form, []
    named = "和".join(f"{forms.load(f).name}的“{quoted(c.text)}”" for f, c in found.items())
    message = f"表格中同时有{named}，按 {year} 年度适用的{form.name}读取。"
    wrong = next(cell for f, cell in found.items() if f != form.format)
    return form, [Note("mixed_forms", message, wrong.place)]


def _agency(document: Document, parts: _Parts, title: titles.Title | None) -> str:
    if document.agency_name:
        return document.agency_name
    if title and title.agency:
        return title.agency
    named = next((n for line in parts.lines if (n := titles.agency_in(line.text))), None)
    name = named or _beside_label(parts.tables) or titles.parse([_stem(document.source)])[1]
    if not name:
        raise UnusableInput(
            f"“{document.source}”里没有找到机关名称，"
            "请在标题写明，如“某某局2023年政府信息公开工作年度报告”。"
        )
    return name


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


# --- texts -----------------------------------------------------------------------------------


def _texts(
    parts: _Parts, found: Sequence[Found], title: titles.Title | None, tables: Tables
) -> _Texts:
    """Each line goes to the section it stands in; tables and lines around texts stand in none."""
    out = _Texts({id: [] for id in TEXTS}, [])
    starts = {f.line: f for f in found}
    entered = {parts.at[i]: table for i, table in tables.official.items()}
    section = "opening"
    for i, line in enumerate(parts.lines):
        if i in entered:
            section = entered[i]
        if i in starts:
            section = starts[i].section
        elif title and title.first <= i <= title.last:
            continue
        # Behind some headings the text goes on in the same line.
        rest = replace(line, text=starts[i].rest) if i in starts else line
        if section in out.paragraphs and not (title and i < title.first):
            out.paragraphs[section] += [rest] if rest.text else []
        elif rest.text:
            out.unplaced.append((rest.text, rest.place))
    _strip_noise(out)
    return out


def _strip_noise(texts: _Texts) -> None:
    """Put aside what pages add before the opening and behind the last section."""
    opening = texts.paragraphs["opening"]
    texts.paragraphs["opening"] = [line for line in opening if not _is_noise(line)]
    noise = [line for line in opening if _is_noise(line)]
    last = texts.paragraphs["other"]
    end = next((i for i, line in enumerate(last) if _is_noise(line)), len(last))
    texts.paragraphs["other"] = last[:end]
    texts.unplaced += [(line.text, line.place) for line in (*noise, *last[end:])]


def _is_noise(line: Line) -> bool:
    short = len(line.text) <= _LONGEST_NOISE and "。" not in line.text
    return short and _NOISE.match(line.text) is not None


def _unplaced(texts: _Texts, asides: Sequence[Paragraph], form: Form) -> Iterator[Note]:
    caption = _caption(form)
    for text, place in texts.unplaced:
        if caption.fullmatch(squash(text)):
            continue
        yield Note("unplaced", f"“{quoted(text)}”不在六个部分的正文之中，没有读入。", place)
    for aside in asides:
        if squash(aside.text):
            message = f"文本框或脚注中的“{quoted(aside.text)}”没有读入。"
            yield Note("unplaced", message, aside.place)


def _caption(form: Form) -> re.Pattern[str]:
    """What may stand above a table and says nothing new: 表三（单位：件）."""
    names = "|".join(table.name for table in form.tables.values())
    units = "|".join(sorted({cell.unit for cell in form.cells().values()}))
    unit = rf"[(\[]?(?:计量)?单位:(?:(?:{units})[,、/]?)+[)\]]?"
    return re.compile(rf"(?:{names}):?(?:{unit})?|{unit}")


# --- totals that the file holds no result of --------------------------------------------------


def _computed(report: Report, tables: Tables) -> Report:
    """Totals whose formulas were saved without a result are added up, and nothing else."""
    owed = [id for id, f in tables.figures.items() if f.computable]
    if not owed:
        return report
    added = with_totals(report)
    values = dict(report.values) | {id: added.values[id] for id in owed}
    known = tuple(id for id in owed if values[id] is not None)
    notes = report.reading.notes
    if known:
        message = f"文件中没有保存公式的结果，{len(known)} 个合计数由本机关填列的数算出。"
        notes = (*notes, Note("computed", message, cells=known))
    return replace(
        build(
            report.format,
            report.year,
            report.agency,
            values,
            repeats=report.repeats,
            text=report.text,
            extra=report.extra,
        ),
        reading=replace(report.reading, notes=notes),
    )
