"""The six headings of a report among its paragraphs, however they are numbered and worded.

A heading is taken by its official words or an alias; where a section has none, by a number of the
style of the others with similar words, at the place where the section must be.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from nianbao.form import FORMATS, load
from nianbao.words.labels import HAN, number_value, words

_NUMERAL = rf"[{HAN[1:]}]{{1,3}}"
_NUMBER = re.compile(
    rf"\s*(?:第(?P<part>{_NUMERAL})部分[、.．,，:：\s]*"
    rf"|[（(](?P<bracket>{_NUMERAL}|\d{{1,2}})[)）][、.．\s]*"
    rf"|(?P<han>{_NUMERAL})(?:[、.．,，:：]\s*|\s+)"
    rf"|(?P<digit>\d{{1,2}})(?:[、.．,，)）](?!\d)\s*|\s+))"
)
_HEAD = re.compile(r"[^。：:；;\n]*")
_BREAK = "。：:，,；;—-（( \t\u3000\u00a0"
_LEADER = re.compile(r"(?<![.．…·\s])[.．…·\s]{2,}\d{1,3}$|\t\d{1,3}$")
_LONGEST = 40
_KEPT = 200  # of longer texts the answer is not kept
_SIMILAR, _VERY_SIMILAR = 0.5, 0.75
_ENOUGH_STYLED = 4
_CONTENTS = 3  # headings in a row, that come again below, are a table of contents


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph. ``before``: number of text tables above it."""

    text: str
    place: str | None = None
    heading: bool | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class FoundHeading:
    """A heading: its line, its own words, and the text that goes on behind it in the same line."""

    line: int
    section: str
    text: str
    rest: str
    style: str


@dataclass(frozen=True, slots=True)
class _Section:
    id: str
    number: int
    wordings: tuple[str, ...]  # by words, longest first


def section_of(text: str) -> str | None:
    """The section whose official heading or alias a text is, or begins with; else None."""
    return _section_of(text) if len(text) <= _KEPT else _section_of.__wrapped__(text)


@lru_cache(maxsize=4096)
def _section_of(text: str) -> str | None:
    found = _strong(0, Line(text))
    return found.section if found else None


def find(lines: Sequence[Line]) -> tuple[FoundHeading, ...]:
    """The headings in the order in which they stand. A section may be missing or come twice."""
    strong = [f for i, line in enumerate(lines) if (f := _strong(i, line))]
    strong = _without_contents(strong, lines)
    styled = [f for f in strong if lines[f.line].heading]
    if len({f.section for f in styled}) >= _ENOUGH_STYLED:
        # The source says itself what its headings are: what only looks like one is text.
        known = {f.section for f in styled}
        strong = [f for f in strong if lines[f.line].heading or f.section not in known]
    chosen = _one_each(strong)
    for section in _sections():
        if all(f.section != section.id for f in chosen):
            chosen += _weak(section, lines, chosen)
    return tuple(sorted(chosen, key=lambda f: f.line))


def contents(lines: Sequence[Line], first: int) -> range:
    """The lines before the first heading that are a table of contents: 目录 to its last entry."""
    entries = [i for i in range(first) if _entry(lines[i].text)]
    if not entries:
        return range(0)
    start = entries[0]
    while start > 0 and _LEADER.search(lines[start - 1].text):
        start -= 1
    if start > 0 and words(lines[start - 1].text) == "目录":
        start -= 1
    end = entries[-1] + 1
    while end < first and _LEADER.search(lines[end].text):
        end += 1
    return range(start, end)


def _entry(text: str) -> bool:
    return section_of(_LEADER.sub("", text.strip())) is not None


@cache
def _sections() -> tuple[_Section, ...]:
    wordings: dict[str, set[str]] = {}
    for format in FORMATS:
        for section in load(format).sections:
            texts = wordings.setdefault(section.id, set())
            texts.update(_words(t) for t in (section.heading, *section.aliases))
    return tuple(
        _Section(id, n, tuple(sorted(texts, key=len, reverse=True)))
        for n, (id, texts) in enumerate(wordings.items(), 1)
    )


def _words(heading: str) -> str:
    return words(_NUMBER.sub("", heading, count=1))


def _numbered(text: str) -> tuple[str, int | None, str]:
    """Style and value of a number at the beginning, and what follows it."""
    match = _NUMBER.match(text)
    if match is None:
        return "", None, text
    style = match.lastgroup or ""
    number = match[style]
    if style == "bracket" and number.isdecimal():
        style = "bracket digit"
    return style, number_value(number), text[match.end() :]


def _strong(at: int, line: Line) -> FoundHeading | None:
    style, _, body = _numbered(line.text.strip())
    if _LEADER.search(body):
        return None  # a line of a table of contents
    plain = words(body[:_LONGEST])
    for section in _sections():
        for wording in section.wordings:
            end = _end_of(body, wording) if plain.startswith(wording) else None
            if end is None:
                continue
            rest = body[end:]
            goes_on = rest.strip(_BREAK + "）)")
            if not goes_on or (style and rest[0] in _BREAK):
                return _found(at, section.id, line.text.strip(), rest, style)
    return None


def _found(at: int, section: str, text: str, rest: str, style: str) -> FoundHeading:
    head = text[: len(text) - len(rest)] if rest else text
    if rest[:1] in ("（", "("):  # an annotation belongs to the heading
        close = re.match(r"[（(][^（()）]*[）)]", rest)
        cut = close.end() if close else 0
        head, rest = head + rest[:cut], rest[cut:]
    return FoundHeading(
        at, section, head.strip(), rest.lstrip("。：:，,；;—- \t\u3000\u00a0"), style
    )


def _end_of(text: str, wording: str) -> int | None:
    """Where the words of a heading end in a text that begins with them."""
    at = 0
    for i, char in enumerate(text):
        if at == len(wording):
            return i
        for plain in unicodedata.normalize("NFKC", char):
            if not plain.isalnum():
                continue
            if at == len(wording) or plain != wording[at]:
                return None
            at += 1
    return len(text) if at == len(wording) else None


def _without_contents(found: list[FoundHeading], lines: Sequence[Line]) -> list[FoundHeading]:
    """Without headings that follow each other with nothing between, and come again below."""
    runs: list[list[FoundHeading]] = []
    for f in found:
        last = runs[-1][-1] if runs else None
        adjacent = last is not None and f.line == last.line + 1
        if (
            last
            and adjacent
            and lines[f.line].before == lines[last.line].before
            and all(f.section != g.section for g in runs[-1])
        ):
            runs[-1].append(f)
        else:
            runs.append([f])
    last_of = {f.section: f.line for f in sorted(found, key=lambda f: f.line)}
    out: list[FoundHeading] = []
    for run in runs:
        if len(run) < _CONTENTS or any(last_of[f.section] <= run[-1].line for f in run):
            out += run
    return out


def _one_each(found: list[FoundHeading]) -> list[FoundHeading]:
    """One heading for a section, but all those that are alike: then it does stand twice."""
    main = _main_style(found)
    out: list[FoundHeading] = []
    for section in _sections():
        here = [f for f in found if f.section == section.id]
        alike = [f for f in here if f.style == main]
        out += alike or here[:1]
    return out


def _main_style(found: Iterable[FoundHeading]) -> str:
    """How most sections are numbered; of two styles the one that comes first."""
    sections: dict[str, set[str]] = {}
    for f in found:
        sections.setdefault(f.style, set()).add(f.section)
    counts = Counter({style: len(ids) for style, ids in sections.items()})
    return counts.most_common(1)[0][0] if counts else "han"


def _weak(
    section: _Section, lines: Sequence[Line], chosen: Sequence[FoundHeading]
) -> list[FoundHeading]:
    """A heading of other words where the section must be, between its neighbours."""
    order = {s.id: s.number for s in _sections()}
    start = max((f.line + 1 for f in chosen if order[f.section] < section.number), default=0)
    end = min((f.line for f in chosen if order[f.section] > section.number), default=len(lines))
    main = _main_style(chosen)
    best: tuple[float, FoundHeading] | None = None
    for at in range(start, end):
        text = lines[at].text.strip()
        style, number, body = _numbered(text)
        head = _HEAD.match(body)
        head_text = head[0] if head else ""
        if not 2 <= len(head_text) <= _LONGEST or _LEADER.search(body):
            continue
        fits = style == main and bool(style) and number == section.number
        alone = len(head_text) == len(body.rstrip("。：: "))
        wanted = _SIMILAR if fits else _VERY_SIMILAR
        if not fits and not (alone and (not style or style == main)):
            continue
        likeness = max(_likeness(_words(head_text), w, short=fits) for w in section.wordings)
        if likeness >= wanted and (best is None or likeness > best[0]):
            best = likeness, _found(at, section.id, text, body[len(head_text) :], style)
    return [best[1]] if best else []


def _likeness(text: str, wording: str, *, short: bool) -> float:
    """Share of characters in common: of the shorter, or of the longer one."""
    common = sum((Counter(text) & Counter(wording)).values())
    size = min(len(text), len(wording)) if short else max(len(text), len(wording))
    return common / size if size else 0.0
