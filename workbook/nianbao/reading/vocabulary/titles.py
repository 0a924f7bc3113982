"""The title of a report, and the year and the agency that it names.

Agencies write it in many ways; none of the notices fixes its wording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nianbao.reading.vocabulary.headings import Line
from nianbao.report import TITLE_WORDS, title_of
from nianbao.words.figures import squash
from nianbao.words.labels import HAN

_YEAR = re.compile(
    rf"(?:(?P<digits>\d{{4}})\s*|(?P<han>[○零Ｏ{HAN[:10]}]{{4}}))"
    r"年(?!\s*\d{1,2}\s*月)(?:度(?!假))?"
)
_CORE = re.compile(
    r"(?:政府信息公开|政务公开|信息公开)(?:工作)?(?:情况)?(?:的)?"
    r"(?:年度)*(?:工作)?(?:情况)?(?:的)?(?:总结)?报告"
)
_OFFICIAL = re.compile(rf"(?P<agency>.*\S)\s*(?P<year>\d{{4}})\s*{TITLE_WORDS}")
_PERIOD = re.compile(r"(\d{4})\s*年\s*0?1\s*月\s*0?1\s*日")
_BETWEEN_HAN = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_NAMED = re.compile(
    r"(?:(?:填报|报告|公开|发布)(?:单位|机关|机构)|(?:单位|机关)名称)(?:[（(][^：:]{0,6}[)）])?"
    r"\s*[：:]\s*(?P<name>\S[^：:。；;\t|]{1,60}?)(?=\s{2,}|\s+\S+[：:]|$|[。；;\t|])"
)
_NAME_LABEL = re.compile(r"(?:填报|报告)?(?:单位|机关)(?:名称|全称)?|发布机构|公开机构|名称")
_NO_NAME = re.compile(r"[。；;：:>|《》〔〕!！?？]|\d\s*月|^附件|^目\s*录|^\d+$|^[（(]")
_MARKS = "-—_·:：,，、. \t\u3000\u00a0"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"), ("〔", "〕"))
_ABOUT = r"(?:关于)?(?:报送|公布|发布|印发|公开)?"
_LEAD = re.compile(rf"^{_ABOUT}|{_ABOUT}(?:的)?$")
_LONGEST, _LONGEST_NAME = 80, 50
_LINES = 4  # that a title may be broken over
_TAIL = 10  # characters after it, as in 年度报告（征求意见稿）


@dataclass(frozen=True, slots=True)
class Title:
    """``first`` … ``last`` are the lines it stands on; what it does not name is None."""

    first: int
    last: int
    lines: tuple[str, ...]
    year: int | None
    agency: str | None


def find(lines: Sequence[Line], end: int, known: str | None = None) -> Title | None:
    """The title among the lines before ``end`` (the first heading or table), None if there is none.

    Marked as a heading goes before not marked; of several the last: the first may be a cover.
    ``known``: the agency as the file's properties say it; a title that is wholly of it has no more
    lines, however short or odd the name.
    """
    found = [t for i in range(end) if (t := _at(lines, i, end))]
    if not found:
        return None
    for title in reversed(found) if known else ():
        if known and title.year and is_of(title, known, title.year):
            return replace(title, agency=known)
    marked = [t for t in found if any(lines[i].heading for i in range(t.first, t.last + 1))]
    return _with_neighbours((marked or found)[-1], lines, end)


def is_of(title: Title, agency: str, year: int) -> bool:
    """Whether a title says nothing but that agency and year."""
    return squash("".join(title.lines)) == squash(title_of(agency, year))


def parse(lines: Sequence[str]) -> tuple[int | None, str | None]:
    """Year and agency that title lines name; None for what they do not."""
    joined = " ".join(line.strip() for line in lines)
    official = _OFFICIAL.fullmatch(joined)
    if official:
        return int(official["year"]), tidy_name(official["agency"])
    text = _BETWEEN_HAN.sub("", joined)
    year = year_in(text)
    rest = _CORE.split(_YEAR.sub("", text), maxsplit=1)
    if len(rest) < 2:
        return year, None
    before, after = rest
    if before.endswith("人民"):  # …人民政府信息公开…: one 政府 for two
        before += "政府"
    name = tidy_name(before)
    return year, name or tidy_name(after)


def year_in(text: str) -> int | None:
    """The first year (2020年, 二〇二〇年度) that a text names."""
    match = _YEAR.search(text)
    if match is None:
        return None
    if match["digits"]:
        return int(match["digits"])
    digits = match["han"].replace("○", "〇").replace("零", "〇").replace("Ｏ", "〇")
    return int("".join(str(HAN.index(d)) for d in digits))


def period_year(text: str) -> int | None:
    """The year whose figures a text says it gives: 统计期限为2023年1月1日至…"""
    match = _PERIOD.search(text)
    return int(match[1]) if match else None


def agency_in(text: str) -> str | None:
    """The agency in a line like ``填报单位：某某局``, None if it names none."""
    match = _NAMED.search(text)
    return tidy_name(match["name"]) if match else None


def is_name_label(text: str) -> bool:
    """Whether a table cell says that the agency's name stands beside it."""
    return _NAME_LABEL.fullmatch(re.sub(r"[\s：:]", "", text)) is not None


def tidy_name(text: str) -> str | None:
    """An agency's name without the words and signs around it; None if nothing is left of it."""
    name = _BETWEEN_HAN.sub("", text).strip()
    while (shorter := _peeled(name)) != name:
        name = shorter
    return name if len(name) > 1 else None


def _peeled(name: str) -> str:
    name = _LEAD.sub("", name).strip(_MARKS)
    for left, right in _PAIRS:
        if name.count(left) != name.count(right):
            name = name.strip(left + right)
        elif name[:1] == left and name.find(right) == len(name) - 1:
            name = name[1:-1]
    return name


def _at(lines: Sequence[Line], start: int, end: int) -> Title | None:
    """The shortest run of lines from ``start`` that says 政府信息公开工作年度报告."""
    texts: list[str] = []
    for i in range(start, min(start + _LINES, end)):
        text = lines[i].text.strip()
        if not text or len(text) > _LONGEST or "。" in text:
            return None
        texts.append(text)
        joined = _joined(texts)
        core = _CORE.search(joined)
        if core is None:
            continue
        # Found from a later line as well, or a sentence that only mentions it.
        if _CORE.search(_joined(texts[1:])) or len(joined) - core.end() > _TAIL:
            return None
        return Title(start, i, tuple(texts), *parse(texts))
    return None


def _joined(texts: Sequence[str]) -> str:
    return _YEAR.sub("", _BETWEEN_HAN.sub("", "".join(texts)))


def _with_neighbours(title: Title, lines: Sequence[Line], end: int) -> Title:
    """The title with the lines around it that name the agency or the year."""
    for _ in range(2):
        if title.first > 0 and _adds(title, lines[title.first - 1].text):
            title = _grown(title, lines, title.first - 1, title.last)
    for _ in range(2):
        if title.last + 1 < end and _adds(title, lines[title.last + 1].text):
            title = _grown(title, lines, title.first, title.last + 1)
    return title


def _adds(title: Title, text: str) -> bool:
    rest = _YEAR.sub("", text).strip(_MARKS + "（）()")
    if not rest:
        return title.year is None and year_in(text) is not None
    return title.agency is None and 1 < len(rest) <= _LONGEST_NAME and not _NO_NAME.search(text)


def _grown(title: Title, lines: Sequence[Line], first: int, last: int) -> Title:
    texts = tuple(lines[i].text.strip() for i in range(first, last + 1))
    added = texts[0] if first < title.first else texts[-1]
    return Title(
        first,
        last,
        texts,
        year_in(added) if title.year is None else title.year,
        tidy_name(_YEAR.sub("", added)) if title.agency is None else title.agency,
    )
