"""How many wrong numbers the rules on prose notice: every number of right texts changed by one.

``make bench`` prints the shares. A number belongs to the rule that would compare it; what no rule
can compare (人次, 场, lists that need not be whole) is "none".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import prose_corpus
from nianbao import rules
from nianbao.report import Report
from nianbao.rules.case import Case
from nianbao.rules.prose import addition, claims
from nianbao.words.numbers import Number
from nianbao.words.sentences import Passage, Sentence

UNITS = frozenset(("件", "宗", "条", "篇", "次", "场", "场次", "期", "项", "元", "%"))


class Change(NamedTuple):
    """A number of a text, and the report with another in its place."""

    code: str
    where: str
    report: Report
    previous: Report | None
    wrong: Report


def texts() -> Iterator[tuple[str, Report, Report | None]]:
    """Every text of the corpus in its report, with last year's."""
    for name, spec in prose_corpus.load("report-texts").items():
        before: dict[str, Any] = {
            **spec,
            "year": spec["year"] - 1,
            "figures": spec["previous"],
        }
        for text in spec["texts"]:
            now = prose_corpus.report(spec, prose_corpus.TEXT | text)
            last = prose_corpus.report(before, dict.fromkeys(prose_corpus.TEXT, ""))
            yield name, now, last if last.form.holds_for(last.year) else None


def changes() -> Iterator[Change]:
    """Every number of every text one higher and one lower."""
    for name, report, previous in texts():
        case = Case(report, previous)
        for section, passage in case.passages.items():
            for sentence in passage.sentences:
                for number in sentence.numbers:
                    if number.unit not in UNITS or number.mark == "vague":
                        continue
                    code = _code(case, sentence, number)
                    for step in (1, -1):
                        value = number.value + step * (number.step if number.mark else 1)
                        if value < 0:
                            continue
                        wrong = _with(report, section, passage, sentence, number, str(value))
                        where = f"{name}: {sentence.quote(number.start, number.end)} → {value}"
                        yield Change(code, where, report, previous, wrong)


def _with(
    report: Report,
    section: str,
    passage: Passage,
    sentence: Sentence,
    number: Number,
    value: str,
) -> Report:
    words = sentence.text[number.start : number.end]
    unit = words.lstrip("0123456789.〇零一二三四五六七八九十百千两")
    start, end = passage.span(sentence.start + number.start, sentence.start + number.end)
    text = f"{passage.source[:start]}{value}{unit}{passage.source[end:]}"
    return replace(report, text=MappingProxyType({**report.text, section: text}))


def _code(case: Case, sentence: Sentence, number: Number) -> str:
    """The rule that a number belongs to."""
    if number.unit == "%":
        return "N-07"
    if "费" in sentence.text and "收" in sentence.text and number.unit in ("件", "元"):
        return "FE"
    for one in case.spoken:
        for statement in one.statements:
            if one.sentence is sentence and statement.what.number == number:
                claim = claims.subject(case, statement) if statement.own else None
                if claim:
                    return claim.family.code
    passage = next(p for p in case.passages.values() if sentence in p.sentences)
    at = passage.sentences.index(sentence)
    for one in addition.listed(sentence, passage.sentences[at - 1] if at else None):
        if number in (one.heads[-1], *one.numbers):
            return "none" if one.heads[-1].mark else "N-16"
    return "N-07" if "比" in sentence.text[max(0, number.start - 12) : number.start] else "none"


def measure() -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Noticed and all changes by code, and those that were not."""
    noticed, all_, missed = Counter[str](), Counter[str](), []
    for change in changes():
        found = {f.fingerprint for f in rules.check(change.wrong, change.previous)}
        right = {f.fingerprint for f in rules.check(change.report, change.previous)}
        all_[change.code] += 1
        if found - right:
            noticed[change.code] += 1
        else:
            missed.append(f"{change.code} {change.where}")
    return {code: (noticed[code], all_[code]) for code in sorted(all_)}, missed


def main() -> None:
    shares, _ = measure()
    for code, (noticed, all_) in shares.items():
        print(f"{code:6}{noticed:5} of {all_:4} wrong numbers noticed  {noticed / all_:6.1%}")


if __name__ == "__main__":
    main()
