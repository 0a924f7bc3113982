"""What a person reads in the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from nianbao import rules
from nianbao.cli import listing
from nianbao.report import Note, Origin, Report
from nianbao.report.findings import Finding
from nianbao.rules import registry
from rules_data.reports import blank, r21, requests
from strategies import reports, seed_figures

PLACES = {
    "requests.total.natural_person": Origin("表三!D24", "11"),
    "requests.received.other": Origin("表三!I4", "/", "V-02"),
}
WRONG = r21(
    requests(received=12, granted=11, total=11)
    | blank("requests.received.other", "disputes.reconsideration.total")
    | {"disclosure.normative_documents.made": 3},
    origins=PLACES,
    text={"other": ""},
)


def text(report: Report, previous: Report | None = None, *, everything: bool = False) -> str:
    found = rules.check(report, previous, everything=everything)
    return listing.findings_text(found, "年报.xlsx", report)


def test_the_listing_of_a_wrong_report(snapshot: object) -> None:
    assert text(WRONG) == snapshot


def test_a_report_without_findings_says_so() -> None:
    assert text(r21()).splitlines()[-1] == "没有发现问题。"


def test_the_last_line_counts_by_weight() -> None:
    assert text(WRONG).splitlines()[-1] == "4 处错误，2 处提醒，4 处缺数无法判断。"
    assert text(seed_figures()).splitlines()[-1] == "没有错误，3 处提醒。"


def test_the_groups_are_told_apart_by_sign_and_word() -> None:
    lines = text(WRONG).splitlines()
    assert [line for line in lines if line[:1] in "✘!i？" and line] == [
        "✘ 错误（4）",
        "! 提醒（2）",
        "？ 缺数无法判断（4）",
    ]


def test_what_a_rule_rests_on_is_said_once_and_what_to_do_each_time() -> None:
    told = text(r21(text={"overview": "", "problems": "", "other": ""}))
    assert told.count("依据：") == 1
    assert told.count("建议：") == 3


def test_cells_are_named_where_the_message_does_not_name_them() -> None:
    told = text(WRONG)
    assert "涉及：表三“一、本年新收政府信息公开申请数量”的“自然人”、" in told
    assert "等 4 格" in told
    lines = told.splitlines()
    named = next(i for i, line in enumerate(lines) if "[V-02]" in line)
    assert "涉及" not in lines[named + 1]


def test_cells_are_named_in_few_words_and_their_table_once() -> None:
    report = r21({"requests.other_handling.no_payment.natural_person": 1})
    told = text(report)
    assert "2.逾期不缴费" in told
    assert "区分处理的" not in told
    line = next(one for one in told.splitlines() if "“（二）部分公开”" in one)
    assert line.count("表三") == 1


def test_what_only_repeats_a_blank_is_told_in_one_line() -> None:
    report = r21({"requests.granted.natural_person": None})
    found = rules.check(report)
    undecided = [f for f in found if f.outcome == "undecided"]
    assert len(undecided) > 1
    told = text(report)
    assert told.count("无法判断（T3-") == 1
    assert f"（{len(undecided)}）" in told
    assert "表三“（一）予以公开”的“自然人”应为 0" in told


def test_without_the_report_cells_are_told_by_their_ids() -> None:
    told = listing.findings_text(rules.check(WRONG), "x.json")
    assert told.splitlines()[0] == "x.json"
    assert "requests.received.natural_person" in told


def test_everything_lists_what_is_kept_and_what_does_not_apply() -> None:
    told = text(r21(), everything=True)
    assert "√ 符合" in told
    assert "- 不适用" in told
    assert told.endswith("没有发现问题。")


def test_nothing_from_a_file_moves_the_cursor() -> None:
    finding = Finding("F-03", "fail", "info", (), "“\x1b[2J\u202e”不知道属于哪里。", hint="x\ty\r")
    told = listing.findings_text([finding], "坏\x1b]0;.xlsx")
    assert all(c.isprintable() or c == "\n" for c in told)


@settings(max_examples=40, deadline=None)
@given(reports(), reports())
def test_every_report_can_be_listed(report: Report, previous: Report) -> None:
    told = text(report, replace(previous, year=report.year - 1), everything=True)
    assert told.endswith("。")
    assert "None" not in told


def test_findings_for_machines_are_the_contracts_objects_with_their_source() -> None:
    cell = "disclosure.fees.amount"
    origins = {cell: Origin("表二!B14", "251000元", "V-04")}
    report = r21({cell: Decimal("25.1")}, origins=origins)
    (record,) = listing.findings_json(rules.check(report), "年报.xlsx")
    names = (
        "rule outcome level cells place message expected actual difference "
        "hint basis basis_kind fingerprint source"
    )
    assert " ".join(record) == names
    assert (record["rule"], record["actual"], record["source"]) == (
        "V-04",
        Decimal("25.1"),
        "年报.xlsx",
    )
    assert json.loads(json.dumps(record, default=str))["place"] == "表二!B14"


# --- notes -----------------------------------------------------------------------------------


def test_what_was_not_read_as_it_stands_is_told_line_by_line() -> None:
    origins = {
        "requests.received.natural_person": Origin("表三!D4", "约30", "V-06"),
        "requests.received.business": Origin("表三!E4", "1,234", "V-06"),
        "requests.received.research": Origin("表三!F4", "", "V-02"),
        "requests.received.other": Origin("表三!I4", "/", "V-02"),
        "requests.received.total": Origin("表三!J4", "5"),
    }
    report = r21(
        blank(*origins) | {"requests.received.business": 1234},
        origins=origins,
        notes=(
            Note("unplaced", "“备注\n一”不知道属于哪里", "表三!L9"),
            Note("unplaced", "表三!L10 的公式没有保存结果", "表三!L10"),
        ),
    )
    assert list(listing.notes_text(report)) == [
        "表三!L9：“备注 一”不知道属于哪里。",
        "表三!L10 的公式没有保存结果。",
        "表三!D4：表三“一、本年新收政府信息公开申请数量”的“自然人”写作“约30”，没有读入。",
        "表三!E4：表三“一、本年新收政府信息公开申请数量”的“商业企业”写作“1,234”，按 1234 读入。",
        "表三!I4：表三“一、本年新收政府信息公开申请数量”的“其他”写作“/”，没有读入。",
    ]


# --- rules -----------------------------------------------------------------------------------


def test_the_list_of_rules(snapshot: object) -> None:
    assert listing.rules_text(rules.all_rules()) == snapshot


def test_one_rule_explained() -> None:
    assert listing.rule_text(rules.rule("Y-02")) == (
        "Y-02  现行有效件数等于上年末件数加本年制发减本年废止\n"
        "  级别：! 提醒\n"
        "  适用：2021年版格式\n"
        "  要有：上年报告（2021年版格式）\n"
        "  依据：由三栏的名称推算；失效、划转、清理更正会使两边不等（推断）\n"
        "  改法：核对三栏数字；因失效、划转或清理更正而不等的，说明原因。\n"
        "  参见：T2-01、Y-05"
    )


def test_every_rule_can_be_explained_in_a_few_lines() -> None:
    for rule in rules.all_rules():
        told = listing.rule_text(rule)
        assert told.startswith(f"{rule.code}  {rule.title}")
        assert 5 <= len(told.splitlines()) <= 7
        assert listing.rule_dict(rule)["hint"] in told


def test_a_withdrawn_rule_stays_in_the_list_marked_so() -> None:
    gone = replace(rules.rule("T3-07"), withdrawn=True)
    assert "已停用" in listing.rules_text([gone])
    assert "已停用" in listing.rule_text(gone)


def test_another_record_of_a_rule_is_another_version_of_the_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = registry.version()
    assert before == registry.version()
    changed = replace(registry.all_rules()[0], title="另一个标题")
    monkeypatch.setattr(registry, "all_rules", lambda: (changed, *registry.CHECKS[1:]))
    assert registry.version() != before
