"""A document taken apart, and its lines put into the sections of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nianbao.form import FORMATS, Form
from nianbao.reading.document import Paragraph, TextDocument, TextTable
from nianbao.reading.tables.cells import paragraphs_in
from nianbao.reading.vocabulary import headings
from nianbao.reading.vocabulary.headings import FoundHeading, Line
from nianbao.reading.vocabulary.labels import lexicon
from nianbao.reading.vocabulary.titles import Title, tidy_name
from nianbao.report import TEXTS, Note
from nianbao.words.figures import quoted, squash
from nianbao.words.labels import HAN

# What web pages and document systems put around a report.
_NOISE = re.compile(
    r"[【\[（(]?(?:责任编辑|编辑[：:]|打印(?:本页|文章|[】\]]|$)|关闭(?:窗口|本页|[】\]]|$)|上一[篇条]|下一[篇条]"
    r"|相关(?:文章|链接|阅读)|版权所有|主办(?:单位)?[：:]|承办(?:单位)?[：:]|技术支持|网站(?:标识码|地图|声明)"
    r"|联系我们|返回(?:顶部|首页|列表|上页)|分享(?:到|[：:]|$)|扫一扫|扫码|浏览(?:次数|量)|字[号体]|索引号"
    r"|(?:发布|更新|成文|生成)(?:时间|日期)[：:]|(?:信息)?来源[：:]|阅读(?:量|次数)|点击(?:数|量|率|次数)"
    r"|首页|当前位置|您(?:现在)?的?位置|Copyright|©)|.*(?:ICP备|公网安备)"
)
_LONGEST_NOISE = 60
_ATTACHED = re.compile(
    r"附件\s*\d*\s*[：:].*|\d{1,2}[.、．]?.*\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)"
)
_NUMERAL = f"(?:\\d{{1,4}}|[○零{HAN}]{{1,4}})"
_DATE = re.compile(rf"{_NUMERAL}\s*年\s*{_NUMERAL}\s*月\s*{_NUMERAL}\s*日")
_AGENCY = re.compile(
    r"[^\s，。；：、！？“”《》\d]{2,40}(?:局|委|委员会|办公室|办公厅|办事处|办|厅|部|署|政府|院|处|科"
    r"|中心|会|所|站|队|公司|学校|大学|学院|医院|银行|集团|企业|事业单位|机关)"
    r"(?:\s*[（(](?:公章|盖章|印章|章)[）)])?"
)
_SEAL = re.compile(r"\s*[（(](?:公章|盖章|印章|章)[）)]$")


def is_noise(text: str) -> bool:
    """Whether a line is what web pages and document systems add."""
    short = len(text) <= _LONGEST_NOISE and "。" not in text
    return short and _NOISE.match(text) is not None


def ending(lines: Sequence[str], agency: str | None, *, page: bool) -> tuple[int, tuple[str, ...]]:
    """Where a last section's text ends, and the lines of the signature behind it.

    ``agency``: whose name may stand there without a date. ``page``: furniture of a web page ends
    the text wherever it stands; in other files such lines are text.
    """
    end = len(lines)
    if page:
        end = next((i for i, line in enumerate(lines) if is_noise(line)), end)
    signature: tuple[str, ...] = ()
    while end:
        line = lines[end - 1].strip()
        if _ATTACHED.fullmatch(line):
            end -= 1
        elif not signature and (signed := _signed(lines[:end], agency)):
            signature = tuple(lines[end - signed : end])
            end -= signed
        else:
            break
    return end, signature


def signed_by(signature: Sequence[str]) -> str | None:
    """The agency that a signature names."""
    for line in signature:
        name = tidy_name(_SEAL.sub("", _DATE.sub("", line).strip()))
        if name:
            return name
    return None


def _signed(lines: Sequence[str], agency: str | None) -> int:
    """How many lines at the end are a signature: a date, an agency, or both, also on one line."""
    last = lines[-1].strip()
    if not _DATE.search(last):
        return int(agency is not None and squash(_SEAL.sub("", last)) == squash(agency))
    rest = _DATE.sub("", last, count=1).strip()
    if rest:
        return int(_AGENCY.fullmatch(rest) is not None and last.endswith("日"))
    return 1 + (len(lines) > 1 and _AGENCY.fullmatch(lines[-2].strip()) is not None)


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


def take_apart(document: TextDocument) -> Parts:
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


def texts_of(
    document: TextDocument,
    parts: Parts,
    found: Sequence[FoundHeading],
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
