"""Which texts of a stock repeat another agency's, or the agency's own of last year."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from nianbao.batch.review import alike
from nianbao.batch.review.record import Record, compact
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import Standing

_NOTHING = array("I")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text and the one that it is likest to. ``share`` from 0 to 1; ``other_key`` is '' for last
    year's. ``others``: how many more have the very same text."""

    number: int
    unit: str
    text: str
    share: Decimal
    other: str
    passages: tuple[str, ...]
    key: str
    other_key: str = ""
    others: int = 0

    @property
    def strong(self) -> bool:
        return self.share >= Decimal(str(alike.STRONG))


def likenesses(review: Review) -> list[Likeness]:
    """Per agency and text the likest other one, and last year's, in the order of the agencies."""
    standings = [s for s in review.stock.standings if s.file and s.reported]
    found: list[Likeness] = []
    sketches: dict[str, list[array[int]]] = {t: [] for t in alike.TEXTS}
    for standing in standings:
        record = _record(review, standing)
        for text in alike.TEXTS:
            sketches[text].append(compact(record.sketches.get(text, [])) or _NOTHING)
        found += _last_years(standing, record)
    for text in alike.TEXTS:
        found += _of_others(review, standings, text, sketches.pop(text))
    order = {text: i for i, text in enumerate(alike.TEXTS)}
    return sorted(found, key=lambda one: (one.number, order[one.text], one.other_key == ""))


def _record(review: Review, standing: Standing) -> Record:
    return review.record(standing.file) if standing.file else Record()


def _key(standing: Standing) -> str:
    return standing.file.key if standing.file else ""


def _last_years(standing: Standing, record: Record) -> Iterator[Likeness]:
    for one in record.repeated:
        share = Decimal(one.share) / 1000
        yield Likeness(
            standing.number,
            standing.unit.name,
            one.text,
            share,
            "本单位上年的报告",
            tuple(one.passages),
            _key(standing),
        )


def _of_others(
    review: Review, standings: list[Standing], text: str, sketches: list[array[int]]
) -> Iterator[Likeness]:
    same = Counter(bytes(s) for s in sketches)
    for number, others in alike.candidates(sketches):
        standing = standings[number]
        record = _record(review, standing)
        words = alike.plain(record.text.get(text, ""), record.name)
        best: tuple[float, int, str] = (0.0, 0, "")
        for other in others:
            theirs = _record(review, standings[other])
            there = alike.plain(theirs.text.get(text, ""), theirs.name)
            best = max(best, (alike.likeness(words, there), -other, there))
        share, other, there = best[0], -best[1], best[2]
        if share < alike.NOTABLE:
            continue
        twins = same[bytes(sketches[number])] - 1
        yield Likeness(
            standing.number,
            standing.unit.name,
            text,
            Decimal(round(share * 1000)) / 1000,
            standings[other].unit.name,
            tuple(alike.passages(record.text[text], record.name, there)),
            _key(standing),
            _key(standings[other]),
            max(0, twins - 1) if share == 1 else 0,
        )
