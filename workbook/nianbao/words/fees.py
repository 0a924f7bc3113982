"""What a text says of 信息处理费, and what the tariff of 国办函〔2020〕109号 allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from nianbao.words.numbers import Number
from nianbao.words.sentences import Passage, Sentence

_FEE = re.compile(
    r"信息处理费|信息公开(?:处理|收)?费|收费通知|处理费|收费情况|公开[^。；，]{0,6}费用"
)
_NIL = re.compile(
    r"(?:未|没有|无|不存在)(?:发出|产生|收取|发生|涉及|依申请|收到|向|有)?[^。；，\d]{0,24}(?:费|收费通知)|"
    r"(?:处理费|费用|费情况)(?:为|：)?(?:无|零|0元|0万元)"
)
_RECEIVED = re.compile(r"实际|实收|已收|已缴|到账|实缴")
_DUE = re.compile(r"总金额|金额|应收|应缴|应当|通知")
_TAKEN = re.compile(r"收取|缴纳|处理费|收费")
_NOTICES = re.compile(r"收费通知|发出|处理费|收费|收取")
_OTHER_YEAR = re.compile(r"上年|去年|往年|历年|累计|20\d\d年")
_OTHER_COST = re.compile(r"邮寄|邮费|复印|复制费|工本费")
_PART = re.compile(
    r"(?<![我本])(?:局|委|办|镇|乡|街道|厅|科|处|中心|所)(?=[^。；，]{0,12}(?:发出|收取|收费))"
)
_CLAUSE = re.compile(r"[，。；：（）]")


class Fees(NamedTuple):
    """What one sentence says of the year's fees; None where it says nothing, amounts in 元.

    ``nil``: that there were none; ``part``: a part of the agency is named; ``listed``: pairs of 件
    and 元 behind 其中.
    """

    section: str
    sentence: Sentence
    issued: int | None
    due: Decimal | None
    received: Decimal | None
    nil: bool
    part: bool
    listed: tuple[tuple[int, Decimal], ...]

    @property
    def quote(self) -> str:
        """The words around its first figure."""
        at = next((n.start for n in self.sentence.numbers if n.unit in ("件", "元")), 0)
        return self.sentence.quote(at, at + 1)


def stated(section: str, passage: Passage, year: int) -> Iterator[Fees]:
    """The sentences of a text on the fees of ``year``."""
    for sentence in passage.sentences:
        if not _FEE.search(sentence.text) or _OTHER_COST.search(sentence.text):
            continue
        years = {int(y) for y in re.findall(r"(20\d\d)年", sentence.text)}
        if years - {year} or _OTHER_YEAR.search(sentence.text.replace(f"{year}年", "")):
            continue
        yield _read(section, sentence)


def _read(section: str, sentence: Sentence) -> Fees:
    text = sentence.text
    begin = text.find("其中")
    begin = len(text) if begin < 0 else begin
    issued: int | None = None
    amounts: dict[str, Decimal] = {}
    for number in sentence.numbers:
        if number.start > begin or number.mark or number.step > 1:
            continue
        words = _words(sentence, number)
        if (
            number.unit == "件"
            and issued is None
            and _NOTICES.search(words + text[number.end :][:6])
        ):
            issued = int(number.value)
        if number.unit == "元":
            kind = (
                "received"
                if _RECEIVED.search(words)
                else "due"
                if _DUE.search(words)
                else "received"
                if _TAKEN.search(words)
                else ""
            )
            amounts.setdefault(kind, Decimal(number.value))
    nil = _NIL.search(text[:begin]) is not None and not any(amounts.values())
    listed = tuple(_pairs([n for n in sentence.numbers if n.start > begin]))
    part = _PART.search(text, 0, begin) is not None
    due, received = amounts.get("due"), amounts.get("received")
    return Fees(section, sentence, issued, due, received, nil, part, listed)


def _words(sentence: Sentence, number: Number) -> str:
    """The clause in front of a number."""
    marks = [m.end() for m in _CLAUSE.finditer(sentence.text, 0, number.start)]
    return sentence.text[marks[-1] if marks else 0 : number.start]


def _pairs(numbers: list[Number]) -> Iterator[tuple[int, Decimal]]:
    """件 with the 元 that follows."""
    count: int | None = None
    for number in numbers:
        if number.unit == "件":
            count = int(number.value)
        elif number.unit == "元" and count is not None and not number.mark:
            yield count, Decimal(number.value)
            count = None


def attainable(yuan: Decimal, requests: int = 1) -> bool:
    """Whether so many requests can cost so much: by number 100元 a step; by pages 10元 a page up to
    page 100, 20元 up to page 200, then 40元."""
    if yuan != int(yuan) or yuan % 10:
        return False
    n = int(yuan)
    by_pages = n <= 700 or (n <= 2700 and n % 20 == 0) or (n > 2700 and (n - 2700) % 40 == 0)
    return requests != 1 or n % 100 == 0 or by_pages
