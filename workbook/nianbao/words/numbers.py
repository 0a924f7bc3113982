"""Numbers in Chinese prose: 36件, ３６件, 三十六件, 1,234条, 600余条, 1.2万人次, 41.67%.

Pure functions on one string, linear in its length. The string is what `sentences.read` makes of a
text: digits narrow, no blanks inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

Mark = Literal["", "over", "about", "under", "vague"]
"""600余 · 约600, 600左右 · 近600 · neither exact nor bounded, as 3至5 or 第3."""


class Number(NamedTuple):
    """A number at ``start``–``end`` (with unit and mark) of the text.

    ``value`` counts ``unit`` (万 and 亿 are worked in: 1.2万元 is 12000 元), '' for none. ``step``
    is what the last digit that is written stands for: 1 for 36, 1000 for 1.2万, 100 for 600余.
    ``places``: digits behind the point as written.
    """

    start: int
    end: int
    value: int | Decimal
    unit: str
    mark: Mark = ""
    step: int | Decimal = 1
    places: int = 0

    def agrees(self, exact: int | Decimal) -> bool:
        """Whether this is an honest way to write ``exact``."""
        off = Decimal(exact) - self.value
        match self.mark:
            case "over":
                return 0 <= off < self.step
            case "under":
                return -self.step < off <= 0
            case "about":
                return abs(off) <= self.step
            case "vague":
                return True
        if self.step == 1:
            return off == 0
        return abs(off) < self.step  # rounded or cut off


_THINGS = "件 条 次 期 项 场 宗 篇 起 例 批 个 份 人 部 人次 件次 条次 场次 家 则"
COUNTED = frozenset(_THINGS.split())
"""Units of what is counted one by one."""
_OTHERS = (
    "个百分点 百分点 个工作日 工作日 个月 小时 分钟 名 位 户 类 种 页 款 台 套 幅 倍 元 % "
    "年 月 日 天 号 字 岁"
)
# The longest first: 个百分点 before 个.
_UNITS = sorted((*COUNTED, *_OTHERS.split()), key=lambda unit: (-len(unit), unit))
_DIGITS = {d: n for n, d in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_WORDED = re.compile(
    r"(?:[一二两三四五六七八九]千(?=$|[零〇一二三四五六七八九]))?(?:(?<=千)[零〇](?!.*百))?"
    r"(?:[一二两三四五六七八九]百(?=$|[零〇].$|.十))?(?:(?<=百)[零〇](?!.*十))?"
    r"(?:(?:[一二三四五六七八九]|(?<![千百零〇])|(?<=[零〇]))十)?"
    r"(?:(?<=[十零〇])[一二三四五六七八九])?"
)
_SCALES = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(
    r"(?:(?<![\d.])(\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,15}(?!\d))(\.\d{1,9})?|([〇零一二三四五六七八九十百千两]+))"
    r"([余多来])?([万亿])?([余多来])?"
    rf"({'|'.join(_UNITS)})?(以上|左右|上下|以内|有余|多)?"
)
_OVER, _UNDER, _ABOUT = "余多以上有余", "近不足以内将近", "约左右上下来大约"
_LEADS = re.compile(r"(超过|超|逾|突破)|(将近|接近|近|不足|不到)|(大约|约|左右)|(第|每|任何|逐)")
_LEADS_OF_CHINESE = re.compile(r"(?:[数几上同另哪某第每逐首]|任何)$")  # 上百件, 同一件
_MARKS: tuple[Mark, ...] = ("over", "under", "about", "vague")
_RANGE = re.compile(r"[\d%件条次项期场篇个][-—–~～〜至到]$")
_GROUPED = re.compile(r"\d，$")


def numbers(text: str) -> Iterator[Number]:
    """All numbers of a text in their order; Chinese numerals only where a unit follows them."""
    for match in _NUMBER.finditer(text):
        digits, fraction, han, m1, scale, m2, unit, m3 = match.groups()
        if han and not unit:
            continue
        whole = chinese(han) if han else int(digits.replace(",", ""))
        if whole is None:
            continue
        value: int | Decimal = whole
        places = 0
        step: int | Decimal = 1
        if fraction:
            places = len(fraction) - 1
            value = whole + Decimal(f"0{fraction}")
            step = Decimal(1).scaleb(-places)
        if scale:
            value, step = value * _SCALES[scale], step * _SCALES[scale]
            value = int(value) if value == int(value) else value
        mark = _mark(text, match.start(), m1 or m2 or m3 or "")
        if han and _LEADS_OF_CHINESE.search(text, max(0, match.start() - 2), match.start()):
            mark = "vague"
        if mark and step == 1:
            step = _round(value)
        if han and text[max(0, match.start() - 3) : match.start()] == "百分之":
            unit = "%"
        yield Number(match.start(), match.end(), value, unit or "", mark, step, places)


def chinese(numeral: str) -> int | None:
    """三十六 → 36, 二〇二三 → 2023; None for what is no certain number, as 三四, 百 or 一百二."""
    if numeral and _WORDED.fullmatch(numeral):
        total = digit = 0
        for c in numeral:
            if c in _TENS:
                total += (digit or 1) * _TENS[c]
                digit = 0
            else:
                digit = _DIGITS[c]
        return total + digit
    if len(numeral) == 1 or (len(numeral) == 4 and "两" not in numeral):
        digits = [str(_DIGITS[c]) for c in numeral if c in _DIGITS]
        return int("".join(digits)) if len(digits) == len(numeral) else None
    return None


def _mark(text: str, start: int, after: str) -> Mark:
    before = text[max(0, start - 2) : start]
    lead = next((m for i in (0, 1) if (m := _LEADS.fullmatch(before[i:]))), None)
    if lead and lead.lastindex:
        return _MARKS[lead.lastindex - 1]
    if after:
        return "over" if after in _OVER else "under" if after in _UNDER else "about"
    around = text[max(0, start - 3) : start]
    if _RANGE.search(around) or _GROUPED.search(around):
        return "vague"
    return ""


def _round(value: int | Decimal) -> int:
    """What a rounded number may leave out: 100 for 600, 10 for 66."""
    step = 10
    while value and value % (step * 10) == 0:
        step *= 10
    return step
