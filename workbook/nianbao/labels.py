"""Comparing labels and headings: one normal form for all the ways people write them."""

from __future__ import annotations

import re
from functools import lru_cache

from nianbao.figures import squash

_ANNOTATION = re.compile(r"(?<=.)\([^()]*\)$")
_QUOTES = str.maketrans("“”„‟＂『』「」‘’'", '"' * 12)
_YEAR = re.compile(r"\(20\d{2}\)")
_LONGEST = 200  # characters of a label, far more than there are


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
