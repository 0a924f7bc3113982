"""Sentences and the numbers in them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost import costs_at_most
from nianbao.words.numbers import Number, chinese, numbers
from nianbao.words.sentences import read, spell

DIGITS = "零一二三四五六七八九"


def only(text: str) -> Number:
    (number,) = read(text).sentences[0].numbers
    return number


def say(n: int) -> str:
    """A number from 1 to 9999 as it is said."""
    for size, word in ((1000, "千"), (100, "百")):
        if n >= size:
            rest = n % size
            gap = "零" if 0 < rest < size // 10 else "一" if size == 100 and 10 <= rest < 20 else ""
            gap = "零一" if size == 1000 and 10 <= rest < 20 else gap
            return DIGITS[n // size] + word + gap + (say(rest) if rest else "")
    if n >= 10:
        return (DIGITS[n // 10] if n >= 20 else "") + "十" + (DIGITS[n % 10] if n % 10 else "")
    return DIGITS[n]


@given(st.integers(1, 9999))
def test_a_number_that_is_said_is_understood(n: int) -> None:
    assert chinese(say(n)) == n


@pytest.mark.parametrize("text", ["三四", "百", "一百二", "十十", "百十", "一百零", "两千三", ""])
def test_what_is_no_certain_number_is_none(text: str) -> None:
    assert chinese(text) is None


@pytest.mark.parametrize(
    ("text", "value", "unit", "mark"),
    [
        ("收到36件", 36, "件", ""),
        ("收到３６件", 36, "件", ""),
        ("收到三十六件", 36, "件", ""),
        ("收到两件", 2, "件", ""),
        ("公开1,234条", 1234, "条", ""),
        ("公开600余条", 600, "条", "over"),
        ("公开约600条", 600, "条", "about"),
        ("公开近600条", 600, "条", "under"),
        ("公开600条左右", 600, "条", "about"),
        ("访问1.2万人次", 12000, "人次", ""),
        ("收费1.5万元", 15000, "元", ""),
        ("占41.67%", Decimal("41.67"), "%", ""),
        ("占41.67％", Decimal("41.67"), "%", ""),
        ("占百分之八十件", 80, "%", ""),
        ("上升2个百分点", 2, "个百分点", ""),
        ("第27条", 27, "条", "vague"),
        ("每1件", 1, "件", "vague"),
        ("上百件", None, "", ""),
        ("总数12件", 12, "件", ""),
        ("线上1次", 1, "次", ""),
    ],
)
def test_a_number_has_value_unit_and_mark(
    text: str, value: int | Decimal | None, unit: str, mark: str
) -> None:
    if value is None:
        assert read(text).sentences[0].numbers == ()
        return
    number = only(text)
    assert (number.value, number.unit.replace("件", unit), number.mark) == (value, unit, mark)


def test_rounded_numbers_agree_with_what_they_may_stand_for() -> None:
    agreeing = {
        "600余条": (600, 699),
        "近600条": (501, 600),
        "66余条": (66, 75),
        "1.2万条": (11001, 12999),
    }
    for text, (least, most) in agreeing.items():
        number = only(text)
        assert number.agrees(least)
        assert number.agrees(most)
        assert not number.agrees(least - 1)
        assert not number.agrees(most + 1)


def test_a_count_has_the_words_of_its_clause() -> None:
    text = "全年收到申请，共计12件，其中：予以公开（区分处理的）5件、部分公开2件；除4件转结2022年外"
    counts = read(text).sentences[0].counts
    assert [(c.before, int(c.number.value), c.after) for c in counts] == [
        ("全年收到申请共计", 12, ""),
        ("予以公开", 5, ""),
        ("部分公开", 2, ""),
        ("除", 4, "转结2022年外"),
    ]


@given(st.text(alphabet="共收到申请１２3件 ，,。;\n\u3000（）()%", max_size=60))
def test_a_span_leads_back_to_the_original(text: str) -> None:
    passage = read(text)
    assert len(spell(text)) == len(text)
    for sentence in passage.sentences:
        for number in sentence.numbers:
            start, end = sentence.start + number.start, sentence.start + number.end
            first, last = passage.span(start, end)
            original = "".join(spell(text)[first:last].split())
            assert original == passage.text[start:end] == sentence.text[number.start : number.end]


@given(st.text(max_size=80))
def test_any_text_is_taken_apart_in_order(text: str) -> None:
    passage = read(text)
    for sentence in passage.sentences:
        assert passage.text[sentence.start :].startswith(sentence.text)
        starts = [n.start for n in sentence.numbers]
        assert starts == sorted(starts)
        assert len(sentence.quote(0, 1)) <= 62


@pytest.mark.parametrize(
    "piece",
    [
        "一",
        "1",
        "1,",
        "1，",
        "其中",
        "（1件",
        "收到申请",
        "收到1件",
        "全市",
        "行政复议、",
        "十百千",
        "未收到",
    ],
)
def test_hostile_texts_take_no_longer_than_their_length_asks_for(piece: str) -> None:
    from nianbao import rules
    from rules_data.reports import r21

    report = r21(text={"overview": piece * (30_000 // len(piece))})
    with costs_at_most(200):
        rules.check(report)


def test_numbers_are_found_in_their_order() -> None:
    assert [n.value for n in numbers("1件、二件和3.5万元")] == [1, 2, 35000]
