"""What a family of statements is: phrases, and every honest reading of the number in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nianbao.form import load

REQUESTS, DISPUTES, DISCLOSURE = "requests", "disputes", "disclosure"

DIFFERENCE = r"增加|减少|增长|下降|上升|降低|提高|增|减|同比|环比|[较比](?!照)|多于|少于|翻"
"""Words by which a number is a difference and no figure of a table."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a number may honestly count, in words, and the sum that gives it.

    ``terms``: rows (or groups of table 四) with their sign; ``column`` of each.
    """

    name: str
    terms: tuple[tuple[int, str], ...]
    column: str


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of statement. ``key`` is stable and unique: findings are known by it.

    One of ``words`` stands in the sentence. ``before`` is searched up to the number; or ``after``
    is matched from it on, with ``lead`` in front of the number; or ``short`` matches all words
    before it, where ``topic`` was named in the sentence and ``rival`` not after it. ``unless``
    anywhere in both (``wide``: or earlier in the clause) makes the statement something else.
    ``barred`` nowhere earlier in the sentence; ``alone``: the first word stands in it only once.
    ``needs``: ``object`` requests named in the clause, ``asked`` in the paragraph, ``dispute`` they
    or the disclosure of information, '' nothing.
    """

    code: str
    key: str
    words: tuple[str, ...]
    readings: tuple[Reading, ...]
    before: re.Pattern[str]
    unless: re.Pattern[str]
    table: str = REQUESTS
    after: re.Pattern[str] | None = None
    lead: re.Pattern[str] = re.compile("")
    units: frozenset[str] = frozenset("件")
    needs: str = "asked"
    short: re.Pattern[str] | None = None
    topic: str = ""
    rival: str = ""
    wide: bool = False
    barred: re.Pattern[str] | None = None
    alone: bool = False


@lru_cache(maxsize=512)
def official_cells(format: int, reading: Reading) -> tuple[tuple[int, str], ...]:
    """The official cells that a reading adds up, each with its sign."""
    order, found = load(format).cells(), []
    for sign, term in reading.terms:
        for column in filter(None, reading.column.split("+")):
            exact = f"{term}.{column}"
            parts = [c for c in order if c.startswith(f"{term}.") and c.endswith(f".{column}")]
            found += [(sign, cell) for cell in ([exact] if exact in order else parts)]
    return tuple(found) if reading.column else reading.terms


def requests(name: str, expression: str, column: str = "total") -> Reading:
    """``received + carried_in - not_processed``: rows of 表三 in one column."""
    terms, sign = [], 1
    for word in expression.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            terms.append((sign, f"{REQUESTS}.{word}"))
    return Reading(name, tuple(terms), column)
