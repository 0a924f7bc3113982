"""N-16: parts that a sentence lists behind 其中 add up to the number before.

Lists are often not meant to be complete. Silent unless the parts are too many, or so nearly
complete that a part must be wrong; and whenever a reading is found in which they do add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from nianbao.figures import show
from nianbao.narrative.numbers import Number
from nianbao.narrative.sentences import Count, Sentence
from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare

_LIST = re.compile(r"其中[：，、]?|（(?=[^（）]*\d)")
_OPEN = re.compile(r"等|主要|部分|例如|比如|包括|包含|涉及|涵盖|以上|若干|各|均|平均|每")
_ENDS = re.compile(
    r"另外?|此外|同时|还|全年|累计|合计|共|总计|小计|完成|较|比(?!照)|同比|环比|增|减|累计|上年|去年|20\d\d年|含|高于|低于|占"
)
_OTHERWISE = re.compile(r"其中|参加|出席|主持|参与|到会")
_ALMOST = 60  # percent of the whole: a list of three or more that reaches it is meant to be whole
_PAIR = 90


def _lists(sentence: Sentence) -> Iterator[tuple[list[Count], list[Count], bool]]:
    """The counts before 其中 or a bracket, the counts listed, whether it is a bracket."""
    for match in _LIST.finditer(sentence.text):
        bracket = match[0] == "（"
        start, end = match.end(), len(sentence.text)
        if bracket:
            end = sentence.text.find("）", start)
            if end < 0:
                continue
        heads = [c for c in sentence.counts if c.number.end <= match.start()]
        parts = [c for c in sentence.counts if start <= c.number.start < end]
        if bracket:
            heads = [c for c in heads[-1:] if c.number.end == match.start()]
        else:
            parts = [c for c in parts if not _bracketed(sentence.text, c.number.start, start)]
        if parts:
            yield heads, parts, bracket


def _bracketed(text: str, at: int, start: int) -> bool:
    return text.count("（", start, at) > text.count("）", start, at)


def _until_end(parts: list[Count]) -> list[Count]:
    """The parts up to where something else begins."""
    for i, part in enumerate(parts):
        if i and (_ENDS.match(part.before) or _OTHERWISE.search(part.before)):
            return parts[:i]
    return parts


class _List(NamedTuple):
    """What stands before a list, its parts, the text, whether the list goes on to its end."""

    heads: Sequence[Count]
    parts: list[Count]
    text: str
    whole: bool

    def wrong(self) -> tuple[Number, int] | None:
        """The number that the parts should add up to, and what they add up to."""
        unit = self.parts[0].number.unit
        same = [h.number for h in self.heads if h.number.unit == unit]
        numbers = [p.number for p in self.parts if p.number.unit == unit]
        if not same or len(numbers) < 2 or same[-1].mark == "vague":
            return None
        if any(n.mark or n.step != 1 for n in numbers):
            return None
        head, wholes = same[-1], list(_wholes(same))
        sums = list(accumulate(int(n.value) for n in numbers))
        total = sums[-1]
        if any(n.agrees(s) for n in wholes for s in (total, *self._sums_between(sums))):
            return None
        most = max(n.value for n in wholes) + (head.step if head.mark else 0)
        if total > most:
            return head, total
        share = _ALMOST if len(numbers) > 2 else _PAIR
        middle = self.text[: self.parts[-1].number.end]
        complete = self.whole and len(numbers) == len(self.parts) and not _OPEN.search(middle)
        return (head, total) if complete and total * 100 >= head.value * share else None

    def _sums_between(self, sums: list[int]) -> Iterator[int]:
        """Sums up to where one division of the whole may end and the next begin."""
        gaps = [self.text[a.number.end : b.number.start] for a, b in pairwise(self.parts)]
        lists = any("、" in gap and "，" not in gap for gap in gaps)
        if len(sums) == len(self.parts):
            for gap, total in zip(gaps, sums, strict=False):
                if "；" in gap or (lists and "，" in gap):
                    yield total


def _wholes(same: list[Number]) -> Iterator[Number]:
    """What a list may divide: any number before it, two neighbours, all of them."""
    yield from same
    if not any(n.mark for n in same):
        yield from (a._replace(value=a.value + b.value) for a, b in pairwise(same))
        yield same[-1]._replace(value=sum(n.value for n in same))


@declare(
    "N-16",
    "“其中”列出的各项之和等于前面的总数",
    "warning",
    basis="分项与总数出自同一句话，没有条文规定",
    hint="核对总数和各分项；只列举一部分的，写明“主要包括”或者“等”。",
    see_also=("N-03",),
)
def parts(case: Case) -> Iterator[Verdict]:
    for section, passage in case.passages.items():
        seen: dict[str, int] = {}
        before: Sentence | None = None
        for sentence in passage.sentences:
            for heads, listed, bracket in _lists(sentence) if len(sentence.counts) > 1 else ():
                earlier = not heads and not bracket and sentence.text.startswith("其中")
                whole = before.counts if earlier and before else heads
                kept = _until_end(listed)
                one = _List(whole, kept, sentence.text, len(kept) == len(listed))
                if wrong := one.wrong():
                    yield _verdict(case, section, sentence, kept, *wrong, seen)
            before = sentence


def _verdict(
    case: Case,
    section: str,
    sentence: Sentence,
    listed: list[Count],
    head: Number,
    total: int,
    seen: dict[str, int],
) -> Verdict:
    words = "".join(c for c in listed[0].before if not c.isdigit())
    seen[words] = seen.get(words, 0) + 1
    quote = sentence.quote(listed[0].number.start, listed[-1].number.end)
    terms = "+".join(show(c.number.value) for c in listed if c.number.unit == head.unit)
    return Verdict(
        "fail",
        f"“{TEXT_TITLES[section]}”写“{quote}”，分项 {terms} 得 {total}，"
        f"总数写的是 {show(head.value)}{'余' if head.mark == 'over' else ''}。",
        expected=head.value,
        actual=total,
        place=case.report.place(f"text.{section}"),
        section=section,
        subject=f"{section}|{words}|{seen[words]}",
    )


CHECKS: tuple[Check, ...] = (parts,)
