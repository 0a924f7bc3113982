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
from nianbao.sources.headings import Found, Line
from nianbao.sources.lattice import paragraphs_in
from nianbao.sources.lexicon import lexicon
from nianbao.sources.titles import Title

# What web pages and document systems put around a report.
_NOISE = re.compile(
    r"[【\[（(]?(?:责任编辑|编辑[：:]|打印(?:本页|文章|$)|关闭(?:窗口|本页|[】\]]|$)|上一[篇条]|下一[篇条]"
    r"|相关(?:文章|链接|阅读)|版权所有|主办(?:单位)?[：:]|承办(?:单位)?[：:]|技术支持|网站(?:标识码|地图|声明)"
    r"|联系我们|返回(?:顶部|首页|列表|上页)|分享(?:到|[：:]|$)|扫一扫|扫码|浏览(?:次数|量)|字[号体]|索引号"
    r"|(?:发布|更新|成文|生成)(?:时间|日期)[：:]|(?:信息)?来源[：:]|阅读(?:量|次数)|点击(?:数|量|率|次数)"
    r"|首页|当前位置|您(?:现在)?的?位置|Copyright|©)|.*(?:ICP备|公网安备)"
)
_LONGEST_NOISE = 60
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
    if document.kind in _SITES and document.agency_name is None:  # a page of ours names the agency
        _strip_noise(out)
    return out


def _strip_noise(texts: Texts) -> None:
    """Put aside what pages add before the opening and behind the last section."""
    opening, last = texts.paragraphs["opening"], texts.paragraphs["other"]
    end = next((i for i, line in enumerate(last) if _is_noise(line)), len(last))
    noise = [line for line in opening if _is_noise(line)] + last[end:]
    texts.paragraphs["opening"] = [line for line in opening if not _is_noise(line)]
    texts.paragraphs["other"] = last[:end]
    if noise:
        texts.unplaced["网页自带的文字"] = noise


def _is_noise(line: Line) -> bool:
    short = len(line.text) <= _LONGEST_NOISE and "。" not in line.text
    return short and _NOISE.match(line.text) is not None


def unplaced(texts: Texts, asides: Sequence[Paragraph], form: Form) -> Iterator[Note]:
    """A note for each line that stands in no section, or one for many."""
    caption = _caption(form)
    names = {section.id: f"“{section.heading}”部分" for section in form.sections}
    for where, found in texts.unplaced.items():
        lines = [line for line in found if not caption.fullmatch(squash(line.text))]
        if len(lines) > _MANY:
            some = "、".join(f"“{quoted(line.text)}”" for line in lines[:_MANY])
            message = f"{names.get(where, where)}有 {len(lines)} 行没有读入：{some}等。"
            yield Note("unplaced", message, lines[0].place)
            continue
        for line in lines:
            message = f"“{quoted(line.text)}”不在六个部分的正文之中，没有读入。"
            yield Note("unplaced", message, line.place)
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
