"""A text of a report taken apart: sentences, clauses, and the counts in them with their words.

Only the width of digits and of punctuation between Chinese characters is unified, not more: NFKC
would turn Chinese punctuation into ASCII. Blanks inside a line go; spans are those of the text so
spelled, and `Passage.span` leads back to the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from nianbao.words.numbers import COUNTED, Number, numbers

_WIDTH = re.compile(
    r"[０-９．％﹪]|(?<=[^\x00-\x7f])[,;:()!?]|[,;:()!?](?=[^\x00-\x7f])|"
    r"(?<=[\u4e00-\u9fff）”])(?<![一二三四五六七八九十])\.(?=[\u4e00-\u9fff（“\s]|$)"  # no 一.
)
_SPELLED = dict(
    zip("０１２３４５６７８９．％﹪,;:()!?.", "0123456789.%%，；：（）！？。", strict=True)
)
_BLANK = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufeff]+")
_END = re.compile(r"[。！？\n]")
_BREAK = re.compile(r"[，；：（）]")
_STOP = re.compile(r"[，、；：（）]")
# Between a phrase and its number, across a comma: 收到申请，共计12件.
_FILLER = re.compile(
    r"(?:其中|一?共计?|共有|合计|总计|总数|数量|累计|计|为|是|有|达到?|分别|了|的)*"
)
_SIDE = re.compile(r"[\d含括其中及和]")
_LENGTH = 60
_WORDS = 60  # characters of a clause that are looked at
_LONGEST = 2000  # characters; what is longer is no sentence


class Count(NamedTuple):
    """A number of things, and the words of its clause on both sides of it.

    ``before`` reaches back to the clause's beginning or to the count before it, ``after`` on to the
    next mark or count. ``at``: where its ；-segment begins, counted in the sentence.
    """

    number: Number
    before: str
    after: str
    at: int


class Sentence(NamedTuple):
    """``start`` in the passage; numbers count from there, too. ``paragraph`` from 0."""

    text: str
    start: int
    paragraph: int
    numbers: tuple[Number, ...]
    counts: tuple[Count, ...]

    def quote(self, start: int, end: int) -> str:
        """At most 60 characters around a span of the sentence, on one line."""
        left = self.text.rfind("；", 0, start) + 1
        right = self.text.find("；", end)
        right = len(self.text) if right < 0 else right
        if right - left > _LENGTH:
            room = max(0, _LENGTH - (end - start)) // 2
            left = max(left, min(start - room, right - _LENGTH))
            right = min(right, left + _LENGTH)
        words = "".join(c if c.isprintable() else " " for c in self.text[left:right])
        more = "…" if left and self.text[left - 1] != "；" else ""
        return f"{more}{words}{'…' if right < len(self.text) and self.text[right] != '；' else ''}"


class Passage:
    """One of the report's texts, taken apart."""

    def __init__(self, source: str) -> None:
        self.source = source
        spelled = spell(source)
        self.text = _BLANK.sub("", spelled)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of `text` as one of ``source``."""
        if len(self.text) == len(self.source):
            return start, end
        return self._kept[start], self._kept[end - 1] + 1

    @cached_property
    def _kept(self) -> list[int]:
        spelled = spell(self.source)
        gone = {i for m in _BLANK.finditer(spelled) for i in range(*m.span())}
        return [i for i in range(len(spelled)) if i not in gone]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """In their order; what is between two ends (。！？ or a new line) without the end."""
        found = list(numbers(self.text))
        made: list[Sentence] = []
        start, paragraph, first = 0, 0, 0
        for end in (*(m.start() for m in _END.finditer(self.text)), len(self.text)):
            last = first
            while last < len(found) and found[last].start < end:
                last += 1
            if end > start:
                own = tuple(
                    n._replace(start=n.start - start, end=n.end - start) for n in found[first:last]
                )
                text = self.text[start:end]
                made.append(Sentence(text, start, paragraph, own, tuple(_counts(text, own))))
            paragraph += self.text[end : end + 1] == "\n"
            start, first = end + 1, last
        return tuple(made)


def spell(text: str) -> str:
    """Digits narrow, punctuation between Chinese characters wide; as long as before."""
    return _WIDTH.sub(lambda m: _SPELLED[m[0]], text)


def _counts(text: str, found: tuple[Number, ...]) -> Iterator[Count]:
    counted = [n for n in found if n.unit in COUNTED]
    if not counted or len(text) > _LONGEST:
        return
    breaks = [m.start() for m in _BREAK.finditer(text)]
    for i, number in enumerate(counted):
        done = counted[i - 1].end if i else 0
        following = counted[i + 1].start if i + 1 < len(counted) else len(text)
        stop = _STOP.search(text, number.end, following)
        before = _before(text, number.start, done, breaks)[-_WORDS:]
        after = text[number.end : stop.start() if stop else following][:_WORDS]
        yield Count(number, before, after, text.rfind("；", 0, number.start) + 1)


def _before(text: str, end: int, done: int, breaks: list[int]) -> str:
    """The words before a number, over a bracket or a filler back to where its clause begins."""
    words, at = "", end
    while True:
        last = bisect_right(breaks, at - 1) - 1
        mark = breaks[last] if last >= 0 else -1
        left = max(mark + 1, done)
        words = text[left:at].lstrip("、") + words
        if mark < done or text[mark] in "；（" or not _FILLER.fullmatch(words):
            return words
        at = mark
        if text[mark] == "）":
            opened = text.rfind("（", done, mark)
            if opened < 0 or _SIDE.search(text, opened, mark):
                return words
            at = opened


def read(text: str) -> Passage:
    """A text taken apart; nothing is worked out before it is asked for."""
    return Passage(text)
