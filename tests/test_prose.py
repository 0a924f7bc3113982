"""Rules on prose: silent on texts that are right in unusual ways, telling on those that are not."""

from __future__ import annotations

import pytest

import prose_corpus
from conftest import SEED
from nianbao import actions, rules
from nianbao.report import Report

RIGHT = [pytest.param(r, id=f"{name}-{text[:20]}") for name, text, r in prose_corpus.right()]


@pytest.mark.parametrize("report", RIGHT)
def test_a_right_text_is_silent(report: Report) -> None:
    assert [f.message for f in rules.check(report) if f.rule in rules.TEXT_RULES] == []


def test_the_corpus_of_right_texts_is_large() -> None:
    assert len(RIGHT) >= 150


def test_the_seeds_own_text_has_lost_two_numbers_and_nothing_else() -> None:
    seed = actions.read(SEED)
    assert [f.rule for f in rules.check(seed)] == ["F-07"]
