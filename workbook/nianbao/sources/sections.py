"""A document taken apart, and its lines put into the sections of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nianbao.figures import quoted, squash
from nianbao.form import FORMATS, Form
from nianbao.report import TEXTS, Note
from nianbao.sources import headings
from nianbao.sources.document import Document, Paragraph, TextTable
from nianbao.sources.endings import ending, is_noise
from nianbao.sources.headings import Found, Line
from nianbao.sources.lattice import paragraphs_in
from nianbao.sources.lexicon import lexicon
from nianbao.sources.titles import Title

_SITES = ("html", "txt")  # what comes from web pages or was copied from them
_ENOUGH = 5_000  # cells of a table that tell its form
_MANY = 3  # lines of one kind that are told one by one


class Parts(NamedTuple):
    """A source taken apart: its lines, its tables, and the line that each table stands before."""

    lines: list[Line]
    tables: list[TextTable]
    at: list[int]
    asides: list[Paragraph]


@dataclass
class Texts:
    """Section texts, and lines that stand nowhere by where they were met."""

    paragraphs: dict[str, list[Line]]
    unplaced: dict[str, list[Line]] = field(default_factory=dict)
    signature: tuple[str, ...] = ()


# --- taking apart ----------------------------------------------------------------------------


def take_apart(document: Document) -> Parts:
    """Lines and tables in order; tables that lay out a page come apart into both."""
    parts = Parts([], [], [], [])
    labels = [lexicon(f) for f in FORMATS]
    for block in document.blocks:
        if isinstance(block, TextTable):
            some = block.cells[:_ENOUGH]
            best = max(labels, key=lambda x: sum(bool(x.look_up(c.text)) for c in some))
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


# --- texts -----------------------------------------------------------------------------------


def texts_of(
    document: Document,
    parts: Parts,
    found: Sequence[Found],
    title: Title | None,
    official: Mapping[int, str],
) -> Texts:
    """Each line goes to the section it stands in; lines around tables stand in none.

    ``official``: for the tables, by index, that hold figures, which they are.
    """
    out = Texts({id: [] for id in TEXTS})
    starts = {f.line: f for f in found}
    entered = {parts.at[i]: table for i, table in official.items()}
    contents = headings.contents(parts.lines, found[0].line if found else 0)
    section = "opening"
    for i, line in enumerate(parts.lines):
        if i in entered:
            section = entered[i]
        if i in starts:
            section = starts[i].section
        elif i in contents or (title and title.first <= i <= title.last):
            continue
        # Behind some headings the text goes on in the same line.
        rest = replace(line, text=starts[i].rest) if i in starts else line
        above = title is not None and i < title.first
        if rest.text and section in out.paragraphs and not above:
            out.paragraphs[section].append(rest)
        elif rest.text:
            out.unplaced.setdefault("标题之前" if above else section, []).append(rest)
    if document.agency_name is None:  # a document of ours names the agency
        _strip_noise(out, section, title.agency if title else None, page=document.kind in _SITES)
    return out


def _strip_noise(texts: Texts, last: str, agency: str | None, *, page: bool) -> None:
    """Put aside what pages add before the opening (of a ``page``) and what ends the report behind
    the text of section ``last``: page furniture, names of attached files, the signature."""
    noise: list[Line] = []
    if page:
        opening = texts.paragraphs["opening"]
        noise = [line for line in opening if is_noise(line.text)]
        texts.paragraphs["opening"] = [line for line in opening if not is_noise(line.text)]
    if last in texts.paragraphs and last != "opening":
        lines = texts.paragraphs[last]
        end, texts.signature = ending([line.text for line in lines], agency, page=page)
        texts.paragraphs[last] = lines[:end]
        signed = [line for line in lines[end:] if line.text in texts.signature]
        noise += [line for line in lines[end:] if line.text not in texts.signature]
        if signed:
            texts.unplaced["落款"] = signed
    if noise:
        texts.unplaced["网页自带的文字"] = noise


def unplaced(texts: Texts, asides: Sequence[Paragraph], form: Form) -> Iterator[Note]:
    """A note for each line that stands in no section, or one for many."""
    caption = _caption(form)
    names = {section.id: f"“{section.heading}”部分" for section in form.sections}
    for where, found in texts.unplaced.items():
        lines = [line for line in found if not caption.fullmatch(squash(line.text))]
        if len(lines) > _MANY:
            some = "、".join(f"“{quoted(line.text)}”" for line in lines[:_MANY])
            begin = f"{names.get(where, where)}有 {len(lines)} 行没有读入："
            every = "、".join(f"“{line.text}”" for line in lines)
            yield Note("unplaced", f"{begin}{some}等。", lines[0].place, whole=f"{begin}{every}。")
            continue
        for line in lines:
            yield _untold("", line.text, "不在六个部分的正文之中，没有读入。", line.place)
    for aside in asides:
        if squash(aside.text):
            yield _untold("文本框或脚注中的", aside.text, "没有读入。", aside.place)


def _untold(before: str, text: str, after: str, place: str | None) -> Note:
    message, whole = (f"{before}“{t}”{after}" for t in (quoted(text), text))
    return Note("unplaced", message, place, whole=whole)


def _caption(form: Form) -> re.Pattern[str]:
    """What may stand above a table and says nothing new: 表三（单位：件）."""
    names = "|".join(table.name for table in form.tables.values())
    units = "|".join(sorted({cell.unit for cell in form.cells().values()}))
    unit = rf"[(\[]?(?:计量)?单位:(?:(?:{units})[,、/]?)+[)\]]?"
    return re.compile(rf"(?:{names}):?(?:{unit})?|{unit}")
