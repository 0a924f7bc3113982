"""What sentence templates can call: comparisons, shares, lists, endings.

Every figure that is said passes through ``Saying.mark``, so that its place in the text and its
cells are known afterwards. Marks are noncharacters, which no text of a report can contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from nianbao.narrative.facts import Fact, total
from nianbao.words.figures import as_money

START, MIDDLE, END = "\ufdd0", "\ufdd1", "\ufdd2"
PARAGRAPH = "\ufdd3"
"""Where a template has an empty line."""

MARKED = re.compile(f"{START}(\\d+){MIDDLE}([^{END}]*){END}")

PERCENT = "%"
"""The unit of a share or a growth."""

_ENOUGH = 10  # below, a percentage says less than the figures themselves
_ENDINGS = "。；;.，,、！!"
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_ORDINAL = re.compile(
    r"^\s*(?:[（(](?:[一二三四五六七八九十]+|\d+)[）)][、.．]?|[一二三四五六七八九十]+[、.．是]"
    r"|\d+(?:[、）)]|[.．](?!\d)))\s*"
)


class NotFilledIn(Exception):
    """A template says a fact that is not known. ``str(error)`` is its name."""


@dataclass
class Saying:
    """The functions of one text while it is written; ``said`` and ``notes`` are what came of it."""

    said: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counted: int = 0

    def functions(self) -> dict[str, Callable[..., Any]]:
        """By the names that templates use."""
        return {
            "同比": self.compared,
            "占": self.share,
            "列举": self.listed,
            "逐项": self.itemised,
            "句": self.sentence,
            "四位小数": self.four_decimals,
            "减少": self.magnitude,
            "合计": total,
            "合计等于": self.adds_up,
            "相符": adds_up,
            "非零": nonzero,
            "已填": known,
            "编号": self.number,
            "未写": self.unwritten,
        }

    def mark(self, fact: Fact, text: str | None = None) -> str:
        """A fact as it is said. Raises NotFilledIn for one that is not known."""
        if fact.value is None:
            raise NotFilledIn(fact.name)
        self.said.append(fact)
        return f"{START}{len(self.said) - 1}{MIDDLE}{str(fact) if text is None else text}{END}"

    def final(self, value: Any) -> Any:
        """What ``{{ value }}`` puts into the text."""
        return self.mark(value) if isinstance(value, Fact) else value

    def compared(self, fact: Fact) -> str:
        """``，同比增长12.5%``, ``，比上年增加3件``, ``，与上年持平``; '' without last year."""
        before = fact.before
        if before is None or not fact or not _is_number(fact) or not _is_number(before):
            return ""
        difference = fact - before
        if not difference:
            return "，与上年持平"
        grown = difference > 0
        size = Fact(abs(difference.value), difference.cells, fact.name, fact.unit)  # type: ignore[arg-type]
        percent = _percent(size, before) if before >= _ENOUGH else None
        if percent:
            return f"，同比{'增长' if grown else '下降'}{self.mark(percent)}%"
        return f"，比上年{'增加' if grown else '减少'}{self.mark(size)}{fact.unit}"

    def share(self, part: Fact, whole: Fact, of: str) -> str:
        """``，占新收申请总数的62.5%``; '' for all, none, or few."""
        if not part or whole < _ENOUGH or part >= whole:
            return ""
        percent = _percent(part, whole)
        return f"，占{of}的{self.mark(percent)}%" if percent and percent < 100 else ""

    def four_decimals(self, fact: Fact) -> str:
        """An amount as the form of Beijing asks for it: ``160.5000``."""
        if not isinstance(fact.value, int | Decimal):
            raise NotFilledIn(fact.name)
        return self.mark(fact, format(Decimal(fact.value), ".4f"))

    def magnitude(self, fact: Fact) -> str:
        """A decrease as words say it, without its sign: ``2`` of ``-2``."""
        if not isinstance(fact.value, int | Decimal):
            raise NotFilledIn(fact.name)
        return self.mark(replace(fact, value=-fact.value if fact.value < 0 else fact.value))

    def listed(self, facts: Iterable[Fact], suffix: str = "", parts: bool = False) -> str:
        """``自然人申请5件、法人或其他组织申请3件``: what is not 0; ``parts``: and their parts."""
        return "、".join(
            f"{fact.name}{suffix}{self.mark(fact)}{fact.unit}"
            + (self._parts_of(fact) if parts else "")
            for fact in nonzero(facts)
        )

    def _parts_of(self, fact: Fact) -> str:
        found = nonzero(fact.parts)
        if not found:
            return ""
        if len(found) == 1 and found[0] == fact:
            return f"（{found[0].name}）"
        return f"（{self.listed(found)}）"

    def adds_up(self, whole: Fact, parts: Sequence[Fact], what: str) -> bool:
        """Whether the parts that are known are just the whole; else that is noted."""
        there = [part for part in parts if known(part)]
        if there and not adds_up(whole, there):
            self.notes.append(f"{what}之和 {total(there)} 与总数 {whole} 不相等，没有写{what}。")
            return False
        return bool(there)

    def sentence(self, fact: Fact) -> str:
        """A person's own text, with one full stop at its end; '' for none."""
        text = str(fact).rstrip(_ENDINGS + " ") if fact else ""
        return f"{self.mark(fact, text)}。" if text else ""

    def itemised(self, facts: Iterable[Fact]) -> str:
        """``一是…；二是…。``, whatever number a person gave them; a single one without number."""
        texts = [
            (fact, text)
            for fact in facts
            if (text := _ORDINAL.sub("", str(fact).strip(_ENDINGS + " ")))
        ]
        joint = "。" if any("。" in text for _, text in texts) else "；"
        said = [
            (f"{_NUMERALS[i]}是" if len(texts) > 1 else "") + self.mark(fact, text)
            for i, (fact, text) in enumerate(texts)
        ]
        return f"{joint.join(said)}。" if said else ""

    def number(self) -> str:
        """一, 二, 三 …, one further each time."""
        self.counted += 1
        return _NUMERALS[self.counted - 1] if self.counted <= len(_NUMERALS) else str(self.counted)

    def unwritten(self, what: str, why: str = "没有素材") -> str:
        """Notes what the text does not say, and why."""
        self.notes.append(f"没有写“{what}”：{why}。")
        return ""


def nonzero(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that are known and not 0."""
    return [fact for fact in facts if fact]


def known(*facts: Fact) -> bool:
    """Whether all of them are known; 0 is."""
    return all(fact.value is not None for fact in facts)


def adds_up(whole: Fact, parts: Iterable[Fact]) -> bool:
    """Whether those of the parts that are known are just the whole."""
    return known(whole) and total(part for part in parts if known(part)) == whole


def _is_number(fact: Fact) -> bool:
    return isinstance(fact.value, int | Decimal)


def _percent(part: Fact, whole: Fact) -> Fact | None:
    """Two places at most; None where that would say none of it."""
    exact = 100 * Decimal(str(part)) / Decimal(str(whole))
    value = as_money(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    cells = tuple(dict.fromkeys((*part.cells, *whole.cells)))
    return Fact(value, cells, part.name, PERCENT) if value else None
