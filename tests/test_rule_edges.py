"""The edges of rules: where a small change to one of them once went unnoticed."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from ledger_books import YEAR, request
from nianbao import rules
from nianbao.form import FORMATS, load
from nianbao.ledgers import Ledger, Problem
from nianbao.ledgers.values import Trouble
from nianbao.report.findings import Finding
from nianbao.rules.case import Check
from rules_data.reports import p21, r21
from rules_data.texts import says

FEES = "disclosure.fees.amount"
NUMERALS = "二三四五六七八九"
PARTS = (
    *("总体情况", "主动公开", "依申请公开", "平台建设", "监督保障"),
    *("案件审理", "存在问题", "其他事项", "附则"),
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: by what each digit of an identity number counts."""


def found(rule: str, *args: object) -> list[Finding]:
    return [f for f in rules.check(*args) if f.rule == rule]  # type: ignore[arg-type]


def test_a_rule_of_an_identity_holds_on_the_forms_that_declare_it() -> None:
    declared: dict[str, set[int]] = {}
    for format in FORMATS:
        for table in load(format).tables.values():
            for identity in table.identities:
                declared.setdefault(identity.rule, set()).add(format)
    on = {rule.code: {f for f in FORMATS if f in rule.on} for rule in rules.all_rules()}
    assert {code: on[code] for code in declared} == declared


@pytest.mark.parametrize("number", range(2, 10))
@pytest.mark.parametrize("stated", range(2, 10))
def test_parts_are_counted_whatever_their_number(number: int, stated: int) -> None:
    items = "、".join(PARTS[:number])
    for written in {str(stated), NUMERALS[stated - 2]} | ({"两"} if stated == 2 else set()):
        told = found("Q-07", says(f"本报告由{items}{written}部分组成。"))
        assert bool(told) == (stated != number), (number, written)


@pytest.mark.parametrize(
    ("amount", "told"), [(306_000, 1), (306_001, 0), (294_000, 1), (293_999, 0)]
)
def test_ten_thousand_times_is_so_within_two_in_a_hundred(amount: int, told: int) -> None:
    assert len(found("V-05", r21({FEES: amount}), p21({FEES: 30}))) == told


@pytest.mark.parametrize("at", [place for place in range(17) if place not in (6, 7)])
def test_every_digit_of_an_identity_number_counts(at: int) -> None:
    """Each digit is changed to one that is a date's still; 19 of the year stays."""
    digits = [int(d) for d in "11010519491231002"]
    check = "10X98765432"[sum(d * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    assert found("Q-08", says(f"答复的编号是{''.join(map(str, digits))}{check}。"))
    digits[at] += -1 if digits[at] in (3, 9) or at == 10 else 1
    assert not found("Q-08", says(f"答复的编号是{''.join(map(str, digits))}{check}。"))


@pytest.mark.parametrize("trouble", ["copy", "heading", "sum"])
def test_only_copies_are_told_as_rows_that_stand_twice(trouble: Trouble) -> None:
    one = Problem(trouble, "requests", "一月", 5, 0, "number", "全年汇总")
    ledger = Ledger((request(),), problems=(one,))
    told = [f.message for f in found("L-05", dataclasses.replace(r21(), year=YEAR), None, ledger)]
    twice = [m for m in told if "有 1 行在工作表“一月”和“全年汇总”里都有，只计一次" in m]
    assert len(twice) == (trouble == "copy")


@pytest.mark.parametrize(
    ("digit", "value"), [*zip("〇一二三四五六七八九", range(10), strict=True), ("○", 0), ("零", 0)]
)
def test_a_year_in_chinese_characters_is_a_year(digit: str, value: int) -> None:
    (told,) = found("F-04", r21(title=f"某市某某局二〇{digit}一年政府信息公开工作年度报告"))
    assert f"写的是 20{value}1 年" in told.message


def test_what_one_cell_should_be_is_told_and_of_several_nothing() -> None:
    text = {"overview": "未发生因政府信息公开引发的行政诉讼。"}
    direct, after = "disputes.litigation_direct.total", "disputes.litigation_after.total"
    (one,) = found("N-11", r21({direct: 2}, text=text))
    assert (one.expected, one.actual) == (0, 2)
    (two,) = found("N-11", r21({direct: 2, after: 1}, text=text))
    assert (two.expected, two.actual) == (None, None)


def test_what_stands_behind_a_list_does_not_leave_it_open() -> None:
    text = "本年度我局认真做好工作，公开信息512条，其中甲300条、乙210条，有关内容已发布。"
    (told,) = found("N-16", says(text))
    assert "300+210 得 510" in told.message


def test_every_rule_that_is_declared_is_asked() -> None:
    asked = {rule.code for rule in rules.all_rules()}
    declared = {
        value.rule.code
        for name, module in sorted(sys.modules.items())
        if name.startswith("nianbao.rules.")
        for value in vars(module).values()
        if isinstance(value, Check)
    }
    assert declared - asked == set()
