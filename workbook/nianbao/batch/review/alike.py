"""雷同: texts that repeat another agency's or last year's, found without comparing all pairs.

No official threshold exists. Texts are compared by the sequences of five characters that they have
in common, digits, punctuation, titles in 《》, headings and the agency's own name left out; tables
never count. A text goes by a sketch, the smallest hashes of its sequences: who shares many of them
is looked at in full.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from nianbao.words.characters import one_line
from nianbao.words.figures import squash

TEXTS = ("overview", "problems", "other")
STRONG, NOTABLE = 0.80, 0.60
"""Shares of sequences in common, of all that either text has."""

_LONG = 5  # characters of a sequence
_LEAST = 60  # sequences: what is shorter is alike for good reasons
_SKETCH = 64
_HUBS = 30  # texts that stand for all with a sequence in common
_SHARED = 20  # hashes in common from which a pair is looked at
_CANDIDATES = 3
_PARTS = 16
_QUOTED, _QUOTE, _SENTENCE = 3, 80, 12

_TITLES = re.compile(r"《[^《》]*》")
_HEADING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．].{0,20}$", re.MULTILINE)
_SIGNS = re.compile(r"[\W\d_]+")
_ENDS = re.compile(r"(?<=[。；！？\n])")


def plain(text: str, name: str) -> str:
    """What is compared of a text of the agency ``name``."""
    text = _HEADING.sub("", _TITLES.sub("", text))
    return _SIGNS.sub("", squash(text).replace(squash(name), "") if name else squash(text))


def sketch(words: str) -> list[int]:
    """The smallest hashes of a plain text's sequences; none of one that is too short."""
    found = _sequences(words)
    if len(found) < _LEAST:
        return []
    return sorted(zlib.crc32(s.encode()) for s in found)[:_SKETCH]


def likeness(one: str, other: str) -> float:
    """How much two plain texts have in common, from 0 to 1; 0 where one is too short to tell."""
    a, b = _sequences(one), _sequences(other)
    if min(len(a), len(b)) < _LEAST:
        return 0.0
    return len(a & b) / len(a | b)


def passages(text: str, name: str, other: str) -> list[str]:
    """The longest sentences of a text that stand in another plain text too, cut to be quoted."""
    found = []
    for sentence in _ENDS.split(text):
        words = plain(sentence, name)
        if len(words) >= _SENTENCE and words in other:
            found.append((one_line(sentence) or "").strip())
    longest = sorted(dict.fromkeys(found), key=len, reverse=True)[:_QUOTED]
    return [s if len(s) <= _QUOTE else s[:_QUOTE] + "…" for s in longest]


def candidates(sketches: Sequence[array[int]]) -> Iterator[tuple[int, list[int]]]:
    """For each text that may repeat another one: its number and those of the likeliest others.

    Time and memory grow with the number of texts, not with that of pairs: what very many have in
    common is looked for in the first of them only.
    """
    hubs = _hubs(sketches)
    for number, hashes in enumerate(sketches):
        shared = Counter[int]()
        for value in hashes:
            shared.update(hubs.get(value, ()))
        del shared[number]
        likely = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:_CANDIDATES]
        if found := [other for other, count in likely if count >= _SHARED]:
            yield number, found


def _hubs(sketches: Sequence[array[int]]) -> dict[int, array[int]]:
    """Hashes that several texts have, and the first texts that have them."""
    hubs: dict[int, array[int]] = {}
    for part in range(_PARTS):  # all hashes of many texts at once would take much memory
        spots = sorted(
            value << 32 | n
            for n, hashes in enumerate(sketches)
            for value in hashes
            if value % _PARTS == part
        )
        for value, group in groupby(spots, key=lambda spot: spot >> 32):
            texts = array("I", (spot & 0xFFFFFFFF for spot in group))
            if len(texts) > 1:
                hubs[value] = texts[:_HUBS]
    return hubs


def _sequences(words: str) -> set[str]:
    return {words[i : i + _LONG] for i in range(len(words) - _LONG + 1)}
