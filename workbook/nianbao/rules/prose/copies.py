"""Q-09: texts that repeat last year's.

Sections are compared one by one, without numbers, document titles and the agency's own names;
tables never enter the score, they are alike by nature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nianbao.report import TEXT_TITLES
from nianbao.report.findings import EVERY
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.said_of import own_names
from nianbao.words.figures import quoted

_GRAM = 5
_ALIKE, _SAME = 60, 80  # percent of the 5-grams of both texts
_LEAST = 80  # characters: shorter texts are formulas
_SAME_LEAST = 20  # characters of a short text that is the same as last year's
_PASSAGE = 15  # characters: shorter sentences are formulas, too
_SHOWN = 2
_FORMULA = re.compile(r"费|(?:无|没有)其他|未收到|未发生")
_DROPPED = re.compile(r"《[^》]*》|[^\u4e00-\u9fff]+|[一二三四五六七八九十〇零]+")
_ENDS = re.compile(r"[。！？；\n]")
_SECTIONS = ("overview", "problems", "other")


@declare(
    "Q-09",
    "一、五、六部分的文字没有照抄上年",
    "warning",
    basis="国办公开办函〔2021〕30号把内容雷同列为应追责的情形；比较的方法和界限没有条文规定",
    hint="按本年度的实际情况改写重复的段落；确实没有变化的可以保留。",
    previous=EVERY,
    see_also=("Y-08",),
)
def copied(case: Case) -> Iterator[Verdict]:
    names = own_names(case.report.agency.name)
    for section in _SECTIONS:
        now = case.report.text[section]
        then = case.previous.text[section] if case.previous else ""
        if not now or not then:
            continue
        a, b = _bare(now, names), _bare(then, names)
        # Short texts are formulas, unless one is long enough to have been written for that year.
        if min(len(a), len(b)) < _LEAST and not (a == b and _is_written(now, names)):
            continue
        grams, before = _grams(a), _grams(b)
        alike = 100 * len(grams & before) // len(grams | before)
        if alike < _ALIKE:
            continue
        repeated = [s for s in _sentences(now) if _bare(s, names) and _within(s, names, b)]
        longest = sorted(repeated, key=len, reverse=True)[:_SHOWN]
        shown = "、".join(f"“{quoted(s, 40)}”" for s in longest)
        repeats = f"，重复的 {len(repeated)} 句，最长的是{shown}" if longest else ""
        degree = "几乎相同" if alike >= _SAME else "大半相同"
        yield Verdict(
            "fail",
            f"“{TEXT_TITLES[section]}”与上年{degree}（相似度 {alike}%）{repeats}。",
            place=case.report.place(f"text.{section}"),
            section=section,
            subject=section,
        )


def _is_written(text: str, names: tuple[str, ...]) -> bool:
    """Whether a short text says more than that there was nothing, which is the same every year."""
    said = (s for s in _ENDS.split(text) if not _FORMULA.search(s))
    return len(_bare("".join(said), names)) >= _SAME_LEAST


def _bare(text: str, names: tuple[str, ...]) -> str:
    for name in names:
        text = text.replace(name, "")
    return _DROPPED.sub("", text)


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1))


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in _ENDS.split(text) if len(s.strip()) >= _PASSAGE]


def _within(sentence: str, names: tuple[str, ...], text: str) -> bool:
    return _bare(sentence, names) in text


CHECKS: tuple[Check, ...] = (copied,)
