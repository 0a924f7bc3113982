"""N-16: parts that a sentence lists behind 其中 add up to the number before.

Lists are often not meant to be complete. Silent unless the parts are too many, or so nearly
complete that a part must be wrong; and whenever a reading is found in which they do add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.words.figures import show
from nianbao.words.numbers import Number
from nianbao.words.sentences import Count, Sentence

_LIST = re.compile(r"其中[：，、]?|（(?=[^（）]*\d)")
_OPEN = re.compile(
    r"等|主要|部分|例如|比如|包括|包含|涉及|要求(?!提供公开出版物|行政机关)|关于|有关|涵盖|以上|若干|各|均|平均|每"
)
_ENDS = re.compile(
    r"收到|受理|办结|答复|办理|复议|诉讼|另外?|此外|同时|还|全年|累计|合计|共|总计|小计|完成|较|比(?!照)|同比|环比|增|减|累计|上年(?!度?结转)|去年|20\d\d年|含|高于|低于|占"
)
# 办结12件，其中按时办结12件，结转1件: what is carried over was not closed.
_CARRIED = re.compile(r"(?:另有?|尚有|有)?(?:结转|转结|顺延)")
_CAME = re.compile(r"收|接|受理|上年")
_OTHERWISE = re.compile(r"其中|参加|出席|主持|参与|到会")
_SHARE = re.compile(r"(?:，?占[^，。；（）]{0,20}%)?")  # between a number and the bracket behind it
_ALMOST = 70  # percent of the whole: a list of three or more that reaches it is meant to be whole
_TWINS, _PAIR = 75, 90  # the same for two that are named alike (线上, 线下), and for others
_HEAD = re.compile(r"^(?:其中|：|，|、)+")


class Listed(NamedTuple):
    """A list: ``heads`` what it may divide, ``parts`` up to where something else begins, ``text``
    from its beginning on, ``whole`` whether the parts are all that follows."""

    heads: tuple[Number, ...]
    parts: tuple[Count, ...]
    text: str
    start: int
    whole: bool

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The parts that count what the head counts."""
        unit = self.heads[-1].unit
        return tuple(p.number for p in self.parts if p.number.unit == unit)

    def wrong(self) -> tuple[Number, int] | None:
        """The number that the parts should add up to, and what they add up to."""
        head, wholes, total = self.heads[-1], list(_wholes(self.heads)), self.total()
        if any(n.agrees(s) for n in wholes for s in (total, *self._sums_between())):
            return None
        if self._may_end_early() or any(self._divides_again(n) for n in wholes):
            return None
        most = max(n.value for n in wholes) + (head.step if head.mark else 0)
        share = _ALMOST if len(self.parts) > 2 else _TWINS if self._are_alike() else _PAIR
        almost = total * 100 >= head.value * share
        return (head, total) if total > most or (almost and self._is_complete()) else None

    def total(self) -> int:
        return int(sum(n.value for n in self.numbers))

    def _is_complete(self) -> bool:
        """Nothing hints that the list leaves something out."""
        middle = self.text[: self.parts[-1].number.end - self.start]
        return self.whole and len(self.numbers) == len(self.parts) and not _OPEN.search(middle)

    def _are_alike(self) -> bool:
        """Whether all parts begin or all end with the same character: 线上, 线下."""
        names = [_HEAD.sub("", p.before) for p in self.parts]
        return all(names) and any(len({name[i] for name in names}) == 1 for i in (0, -1))

    def _may_end_early(self) -> bool:
        """Whether the list may end at a ；, with something else behind it."""
        marks = ["；" in gap for gap in self._gaps()]
        return any(marks) and not (all(marks) and self._are_alike())

    def _divides_again(self, head: Number) -> bool:
        """Whether the parts divide the head more than once, one division after the other."""
        left = 0
        for number in self.numbers:
            left += int(number.value)
            if head.agrees(left):
                left = 0
        return left == 0

    def _gaps(self) -> list[str]:
        """What stands between the parts."""
        ends = [(p.number.start - self.start, p.number.end - self.start) for p in self.parts]
        return [self.text[a[1] : b[0]] for a, b in pairwise(ends)]

    def _sums_between(self) -> Iterator[int]:
        """Sums up to where one division of the whole may end and the next begin."""
        gaps = self._gaps()
        lists = any("、" in gap and "，" not in gap for gap in gaps)
        if len(self.numbers) == len(self.parts):
            sums = accumulate(int(n.value) for n in self.numbers)
            for gap, total in zip(gaps, sums, strict=False):
                if "；" in gap or (lists and "，" in gap):
                    yield total


def listed(sentence: Sentence, before: Sentence | None) -> Iterator[Listed]:
    """The lists of a sentence that can be added up; ``before`` the sentence in front of it."""
    text = sentence.text
    for match in _LIST.finditer(text) if len(sentence.counts) > 1 else ():
        bracket = match[0] == "（"
        if bracket is False and text[match.start() - 1 : match.start()] == "（":
            continue  # seen as the bracket's
        end = text.find("）", match.end()) if bracket else len(text)
        heads = [c for c in sentence.counts if c.number.end <= match.start()]
        if bracket:
            heads = [c for c in heads[-1:] if _SHARE.fullmatch(text, c.number.end, match.start())]
        elif not heads and match.start() == 0 and before:
            heads = list(before.counts)
        counts = [
            c
            for c in sentence.counts
            if match.end() <= c.number.start < end
            and (bracket or not _bracketed(text, c.number.start, match.end()))
        ]
        kept = _until_end(counts, text)
        same = tuple(h.number for h in heads if kept and h.number.unit == kept[0].number.unit)
        if not same or len(kept) < 2 or same[-1].mark == "vague":
            continue
        one = Listed(same, tuple(kept), text[match.end() :], match.end(), len(kept) == len(counts))
        exact = not any(n.mark or n.step != 1 for n in one.numbers)
        if exact and len(one.numbers) > 1:
            yield one


def _bracketed(text: str, at: int, start: int) -> bool:
    return text.count("（", start, at) > text.count("）", start, at)


def _until_end(parts: list[Count], text: str) -> list[Count]:
    """The parts up to where something else begins; what is behind a ； and counts other things has
    nothing to do with the list."""
    for i, part in enumerate(parts[1:], 1):
        gap = text[parts[i - 1].number.end : part.number.start]
        if "；" in gap and part.number.unit != parts[0].number.unit:
            del parts[i:]
            return parts
        if _ENDS.match(part.before) or _OTHERWISE.search(part.before):
            return parts[:i]
        if _CARRIED.match(part.before) and not any(_CAME.search(p.before) for p in parts[:i]):
            return parts[:i]
    return parts


def _wholes(heads: tuple[Number, ...]) -> Iterator[Number]:
    """What a list may divide: any number before it, two neighbours, all of them."""
    yield from heads
    if not any(n.mark for n in heads):
        yield from (a._replace(value=a.value + b.value) for a, b in pairwise(heads))
        yield heads[-1]._replace(value=sum(n.value for n in heads))


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
            for one in listed(sentence, before):
                if wrong := one.wrong():
                    yield _verdict(case, section, sentence, one, *wrong, seen)
            before = sentence


def _verdict(
    case: Case,
    section: str,
    sentence: Sentence,
    one: Listed,
    head: Number,
    total: int,
    seen: dict[str, int],
) -> Verdict:
    words = "".join(c for c in one.parts[0].before if not c.isdigit())
    seen[words] = seen.get(words, 0) + 1
    quote = sentence.quote(one.parts[0].number.start, one.parts[-1].number.end)
    terms = "+".join(show(n.value) for n in one.numbers)
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
