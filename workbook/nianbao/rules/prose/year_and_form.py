"""F-05 … F-08: what the texts say of form and year. Silent where a text may honestly be so."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import NamedTuple

from nianbao.form import FORMATS, load
from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Verdict, declare
from nianbao.words.figures import quoted, squash

_OLD_NOTICE = re.compile(
    r"国办公开办函[\[(【《〔]?2019[\])】》〕]?60号|关于政府信息公开工作年度报告有关事项的通知"
)
_SHORT = 8  # characters; a longer text says something
NOTHING = frozenset(("", "无", "暂无", "没有", "无内容", "略", "/", "-"))


def _fail(case: Case, section: str, message: str) -> Verdict:
    place = case.report.place(f"text.{section}")
    return Verdict("fail", message, place=place, section=section, subject=section)


def _in_force() -> str:
    """The notices after that of the trial form; of several, from which year each holds."""
    later = [form for form in map(load, FORMATS) if form.format >= 2021]
    if len(later) == 1:
        return later[0].notice
    return "、".join(f"{form.notice}（{form.first_year} 年度起）" for form in later)


@declare(
    "F-05",
    "2021 年度起不再引用试行格式的通知",
    "warning",
    basis=f"{load(2021).notice}已修订试行格式；不得引用旧通知没有条文规定",
    hint=f"改为引用{_in_force()}，或者删去这一处引用。",
    since=2021,
    see_also=("F-01",),
)
def notice(case: Case) -> Iterator[Verdict]:
    for section, paragraphs in case.plain.items():
        if match := _OLD_NOTICE.search("".join(paragraphs)):
            where = TEXT_TITLES[section]
            yield _fail(case, section, f"“{where}”里引用了试行格式的通知“{match[0]}”。")


# Sentences that speak of this report's figures, not of some other statistics.
_STATES = re.compile(r"统计(?:期限|时限)|所列|(?:本|年度)报告.{0,60}(?:数据|期限|时限|期间)")
_DAY = r"(?:(20\d{2}|本|当|同|该)?年度?)?(\d{1,2})月(?:(\d{1,2})[日号])?"
_PERIOD = re.compile(rf"{_DAY}(?:起|开始)?,?(?:至|到|-+|[~〜]){_DAY}")
_DOTTED = (
    (re.compile(r"(20\d{2})[./-](\d{1,2})[./-](\d{1,2})"), r"\1年\2月\3日"),
    (re.compile(r"(?<=[至到~〜-])(\d{1,2})[./](\d{1,2})(?![\d.])"), r"\1月\2日"),
    (re.compile(r"年(?:底|末)"), "年12月31日"),
    (re.compile(r"(\d)月(?:底|末)"), r"\1月"),
)


class _Day(NamedTuple):
    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月{self.day}日"


def _stated(paragraphs: list[str], year: int) -> Iterator[tuple[_Day, _Day]]:
    """Every period that a text states for its figures; a year that is left out is ``year``."""
    for sentence in re.split(r"[。;\n]", "\n".join(paragraphs)):
        if _STATES.search(sentence):
            for match in _PERIOD.finditer(_spelled(sentence)):
                yield from _read(match, year)


def _spelled(sentence: str) -> str:
    """Dates such as 2023.1.1 and 年底 written as 2023年1月1日 and 年12月31日."""
    for pattern, spelled in _DOTTED:
        sentence = pattern.sub(spelled, sentence)
    return sentence


def _read(match: re.Match[str], year: int) -> Iterator[tuple[_Day, _Day]]:
    y1, m1, d1, y2, m2, d2 = match.groups()
    first = int(y1) if y1 and y1.isdigit() else None
    last = int(y2) if y2 and y2.isdigit() else None
    first, last = first or last or year, last or first or year
    if 1 <= int(m1) <= 12 and 1 <= int(m2) <= 12:
        end = int(d2) if d2 else monthrange(last, int(m2))[1]
        yield _Day(first, int(m1), int(d1 or 1)), _Day(last, int(m2), end)


@declare(
    "F-06",
    "写明的统计期限是本年度 1 月 1 日至 12 月 31 日",
    "warning",
    basis="公开发布的年度报告通行的写法，没有条文规定",
    hint="把统计期限改为本年度的 1 月 1 日至 12 月 31 日，并核对表内数字是不是这一期间的。",
)
def period(case: Case) -> Iterator[Verdict]:
    year = case.report.year
    right = _Day(year, 1, 1), _Day(year, 12, 31)
    for section, paragraphs in case.plain.items():
        stated = list(_stated(paragraphs, year))
        if stated and right not in stated:
            yield _fail(
                case,
                section,
                f"“{TEXT_TITLES[section]}”写明的统计期限是{'至'.join(map(str, stated[0]))}，"
                f"{year} 年度应为{'至'.join(map(str, right))}。",
            )


_NUMBER = re.compile(r"\(([一二三四五六七八九十]{1,3})\)")
_DIGITS = "一二三四五六七八九"
_NUMERALS = [*_DIGITS, *(f"{ten}十{one}" for ten in ("", "二") for one in ("", *_DIGITS))]


@declare(
    "F-07",
    "小标题的编号连续，没有缺号",
    "warning",
    basis="编号连续是公文通例；发布到网页时自动编号常常丢失，没有条文规定",
    hint="补上缺少的编号；从 Word 粘贴到网页时自动编号会丢失，应改成手工输入的文字。",
    see_also=("F-02",),
)
def numbering(case: Case) -> Iterator[Verdict]:
    for section, paragraphs in case.plain.items():
        heads = [m[1] for line in paragraphs if (m := _NUMBER.match(line))]
        numbers = sorted({_NUMERALS.index(h) for h in heads if h in _NUMERALS})
        anywhere = {m for line in paragraphs for m in _NUMBER.findall(line)}
        upto = _NUMERALS[: numbers[-1]] if numbers else []
        if missing := [n for n in upto if n not in anywhere]:
            have = "".join(f"（{_NUMERALS[n]}）" for n in numbers)
            lost = "".join(f"（{n}）" for n in missing)
            yield _fail(case, section, f"“{TEXT_TITLES[section]}”里有{have}，没有{lost}。")


@declare(
    "F-08",
    "一、五两部分有实际内容，六不空着",
    "warning",
    basis="年度报告格式设有这三部分；内容的多少没有条文规定",
    hint="补写这一部分；第六部分没有事项的写“无其他需要报告的事项”。",
    see_also=("F-02",),
)
def empty_texts(case: Case) -> Iterator[Verdict]:
    for section in ("overview", "problems", "other"):
        text = case.report.text[section]
        if not text:
            yield _fail(case, section, f"“{TEXT_TITLES[section]}”没有内容。")
        elif section != "other" and len(text) < _SHORT and _says_nothing(text):
            yield _fail(
                case, section, f"“{TEXT_TITLES[section]}”只写了“{quoted(text).strip('。')}”。"
            )


def _says_nothing(text: str) -> bool:
    return squash(text).rstrip("。.") in NOTHING


CHECKS = (notice, period, numbering, empty_texts)
