"""P-01 … P-07: a government's report beside those of the bodies that it adds up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import rules
from nianbao.report import Agency, Origin, Report, build
from nianbao.report.findings import Finding, has_errors
from rules_data.reports import blank, documents, r19, r21, requests
from strategies import having, reports, row

P_RULES = [rule for rule in rules.all_rules() if rule.code.startswith("P-")]
SUITS = "disputes.litigation_direct"


def child(name: str, values: dict[str, Any] | None = None, **more: Any) -> Report:
    return r21(values, name=name, **more)


def one(parent: Report, *children: Report, missing: tuple[str, ...] = ()) -> Finding:
    (finding,) = rules.check_parent(parent, children, missing)
    return finding


def told(parent: Report, *children: Report) -> list[str]:
    return [f.rule for f in rules.check_parent(parent, children)]


def added(*children: Report) -> Report:
    """The report of a parent that adds up its bodies, which all have rows of the same names."""
    first = children[0]
    values = {id: sum(c.values[id] for c in children) for id in first.values}  # type: ignore[misc]
    return build(first.format, first.year, Agency("某区人民政府"), values, repeats=first.repeats)


def test_the_records_are_those_of_the_specification() -> None:
    assert [rule.code for rule in P_RULES] == [f"P-0{n}" for n in range(1, 8)]
    levels = dict.fromkeys(("P-01", "P-02", "P-05", "P-06"), "warning")
    levels |= {"P-03": "info", "P-04": "error", "P-07": "info"}
    assert {rule.code: rule.level for rule in P_RULES} == levels
    assert [rule.code for rule in P_RULES if rule.basis_kind == "明文"] == ["P-04"]
    assert all(rules.rule(rule.code) is rule for rule in P_RULES)


@pytest.mark.parametrize("format", [2019, 2021])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_parent_that_adds_up_is_right_and_one_changed_cell_is_told(
    format: int, data: st.DataObject
) -> None:
    first = data.draw(reports(format, right=True, extra=False, texts=False))
    second = data.draw(reports(format, right=True, extra=False, texts=False))
    second = build(
        format, first.year, second.agency, _of_the_same_rows(first, second), repeats=first.repeats
    )
    parent = added(first, second)
    assert rules.check_parent(parent, (first, second)) == ()
    cell = data.draw(st.sampled_from(list(parent.values)))
    (finding,) = rules.check_parent(having(parent, {cell: parent[cell] + 1}), (first, second))
    assert cell in finding.cells
    assert finding.difference == 1
    assert (finding.rule == "P-01") == cell.startswith("requests.")
    assert finding.outcome == "fail"
    assert not has_errors([finding])


def _of_the_same_rows(first: Report, second: Report) -> dict[str, Any]:
    return {id: second.values.get(id, 0) for id in first.values}


def test_a_difference_names_both_sides_and_the_place_in_the_parents_report() -> None:
    cell = "requests.received.total"
    parent = r21(requests(received=5), origins={cell: Origin("表三!K5")}, name="某区人民政府")
    first, second = rules.check_parent(parent, (child("甲局", requests(received=3)), child("乙局")))
    assert (first.rule, first.level, first.basis_kind) == ("P-01", "warning", "推断")
    assert (second.cells, second.expected, second.actual) == ((cell,), 3, 5)
    assert second.place == "表三!K5"
    assert second.message == (
        "表三“一、本年新收政府信息公开申请数量”的“总计”：本级报告 5，2 个单位之和 3，相差 2。"
    )


def test_many_differences_in_one_table_are_told_together() -> None:
    values = {c: 1 for c in r21().values if c.startswith("requests.granted.")}
    finding = one(r21(values), child("甲局"))
    assert finding.cells == tuple(values)
    assert finding.message.startswith("表三有 7 个数与 1 个单位之和不等：")


def test_with_a_report_missing_nothing_is_judged_and_the_missing_are_listed() -> None:
    late = r21(name="丙局")
    late = build(2021, 2022, late.agency, late.values)
    found = rules.check_parent(r21(requests(received=5)), (child("甲局"), late), ("乙局",))
    assert [(f.rule, f.outcome) for f in found] == [
        ("P-03", "fail"),
        ("P-01", "undecided"),
        ("P-02", "undecided"),
    ]
    assert found[0].message == (
        "有 2 个单位没有 2023 年度的报告：“乙局”、“丙局”（给的是 2022 年度的）。"
    )
    assert found[1].message.startswith("有 2 个单位没有报告，无法核对")


def test_a_body_on_another_form_is_an_error_and_leaves_the_sums_undecided() -> None:
    wrong = build(2019, 2023, Agency("甲局"), r19().values)
    found = rules.check_parent(r21(), (wrong, child("乙局")))
    assert (found[0].rule, found[0].outcome, found[0].level) == ("P-04", "fail", "error")
    assert "不同：“甲局”用2019年版" in found[0].message
    assert [f.outcome for f in found[1:]] == ["undecided", "undecided"]


def test_blanks_are_told_once_a_table_with_who_left_them() -> None:
    cell = "requests.granted.other"
    parent = r21(blank("requests.partial.other"), name="某区人民政府")
    finding = one(parent, child("甲局", blank(cell)), child("乙局"))
    assert (finding.rule, finding.outcome) == ("P-01", "undecided")
    assert finding.message == "本级报告、“甲局”没有填全，表三有 2 个数无法与各单位之和核对。"
    assert set(finding.cells) == {cell, "requests.partial.other"}


def test_suits_counted_by_two_bodies_may_be_one() -> None:
    suits = row(SUITS, upheld=1, total=1)
    both = child("甲局", suits), child("乙局", suits)
    assert told(r21(suits), *both) == ["P-05", "P-05"]
    assert told(r21(row(SUITS, upheld=3, total=3)), *both) == ["P-02", "P-02"]
    assert told(r21(), both[0], child("丙局")) == ["P-02", "P-02"]  # nobody shares it
    assert told(r21(row(SUITS, upheld=2, total=2)), *both) == []


def test_documents_issued_jointly_may_be_counted_twice() -> None:
    made = documents(made=2, in_force=2)
    both = child("甲局", made), child("乙局", made)
    found = rules.check_parent(r21(documents(made=3, in_force=3)), both)
    assert [(f.rule, f.level) for f in found] == [("P-07", "info")] * 2
    assert told(r21(documents(made=5, in_force=5)), *both) == ["P-02", "P-02"]


@pytest.mark.parametrize(
    ("stated", "rule"), [("1.23", "P-06"), ("1.24", "P-02"), ("1.3", "P-02"), ("1.2346", "P-02")]
)
def test_money_that_was_rounded_is_told_as_that(stated: str, rule: str) -> None:
    fees = "disclosure.fees.amount"
    bodies = child("甲局", {fees: Decimal("1.0345")}), child("乙局", {fees: Decimal("0.2")})
    assert told(r21({fees: Decimal(stated)}), *bodies) == [rule]


def test_rows_that_bodies_split_in_their_own_way_are_compared_as_a_whole() -> None:
    first = r19(
        row("disclosure.other_services[0]", decisions=2)
        | row("disclosure.other_services[1]", decisions=1),
        repeats={"other_services": ("行政检查", "行政确认")},
    )
    plain = r19(row("disclosure.other_services[0]", decisions=3))
    assert told(plain, first) == []
    finding = one(r19(row("disclosure.other_services[0]", decisions=4)), first)
    assert (finding.rule, finding.expected, finding.actual) == ("P-02", 3, 4)
    assert finding.message.startswith("表二“其他对外管理服务事项”的“处理决定数量”：本级报告 4")
    split = one(first, plain, r19(row("disclosure.other_services[0]", decisions=1)))
    assert "合计的“处理决定数量”：本级报告 3，2 个单位之和 4" in split.message


def test_without_bodies_nothing_is_said() -> None:
    assert rules.check_parent(r21(requests(received=1)), ()) == ()


@settings(max_examples=30, deadline=None)
@given(
    reports(wild=True),
    st.lists(reports(wild=True), max_size=3),
    # A unit may be called “None”; then it is quoted, which is no fault.
    st.lists(st.text(max_size=8).filter(lambda name: "None" not in name), max_size=2),
)
def test_findings_are_sound_whatever_the_reports(
    parent: Report, children: list[Report], missing: list[str]
) -> None:
    found = rules.check_parent(parent, children, missing)
    assert len({f.fingerprint for f in found}) == len(found)
    for finding in found:
        assert finding.rule.startswith("P-")
        assert finding.message.endswith("。")
        assert "None" not in finding.message
        assert finding.message.isprintable()
        assert all(cell in parent.values for cell in finding.cells)
