"""Comparing labels and headings: one normal form for all the ways people write them."""

from __future__ import annotations

import re
from functools import lru_cache

from nianbao.words.figures import squash

SUBTOTALS = ("小计", "合计", "总计")
"""Rows of these names would be counted twice; no report keeps them."""

_ANNOTATION = re.compile(r"(?<=.)\([^()]*\)$")
_QUOTES = str.maketrans("“”„‟＂『』「」‘’'", '"' * 12)
_YEAR = re.compile(r"\(20\d{2}\)")
_LONGEST = 200  # characters of a label, far more than there are
HAN = "〇一二三四五六七八九十"
"""What Chinese numbers are written with; a digit stands at its value."""

_NUMBER = re.compile(rf"\((?:[{HAN}]+|[0-9]{{1,2}})\)|(?:[{HAN}]+|[0-9]{{1,2}})[.)]")
_NOT_WORDS = re.compile(r"[\W_]+")


def normalise(text: str) -> str:
    """Width, white space, brackets, quotes and dashes unified; a trailing （…） annotation dropped.

    The leading （一） of a row stays; so does a label that is nothing but a bracket. A year inside,
    as in 本年(2023)制发件数, goes too.
    """
    # Labels come again and again; a long text comes once and would only fill the memory.
    return _normalised(text) if len(text) <= _LONGEST else _normalised.__wrapped__(text)


@lru_cache(maxsize=4096)
def _normalised(text: str) -> str:
    plain = _YEAR.sub("", squash(text).translate(_QUOTES)).replace("、", ".")
    while True:
        shorter = _ANNOTATION.sub("", plain)
        if shorter == plain:
            return plain
        plain = shorter


def number_and_words(normal: str) -> tuple[str, str]:
    """A normalised label's number, as ``(七)`` or ``3.``, and its letters and digits after it."""
    match = _NUMBER.match(normal)
    number = match[0] if match else ""
    return number, _NOT_WORDS.sub("", normal[len(number) :])


def words(text: str) -> str:
    """The letters and digits of a label without its number and annotation."""
    return number_and_words(normalise(text))[1]


def number_value(text: str) -> int | None:
    """What ``十二``, ``（3）`` or ``4.`` counts, None for anything else."""
    digits = re.sub(r"[().]", "", text)
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not digits or any(c not in HAN for c in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return None
    return (HAN.index(tens or "一") * 10 if ten else 0) + (HAN.index(ones) if ones else 0)
