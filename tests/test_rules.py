"""Every rule: its record, and its data found by its code."""

from __future__ import annotations

import re
import timeit
from dataclasses import replace

import pytest

from nianbao import rules
from nianbao.errors import NianbaoError
from nianbao.findings import Finding, Rule, has_errors
from nianbao.report import Note, Origin, Reading, Report
from rules_data import EXAMPLES, ledger
from rules_data.reports import blank, blank_table, p21, r19, r21, report, requests
from strategies import having, seed_figures, zeros

RULES = rules.all_rules()
CODES = [rule.code for rule in RULES]
SPECIFIED = (
    [f"V-0{n}" for n in range(1, 7)]
    + [f"F-0{n}" for n in range(1, 9)]
    + [f"T3-0{n}" for n in range(1, 10)]
    + [f"T4-0{n}" for n in range(1, 6)]
    + [f"T2-0{n}" for n in range(1, 9)]
    + [f"Y-0{n}" for n in range(1, 9)]
    + list(ledger.CODES)
)


def tries(kind: str) -> list[object]:
    return [
        pytest.param(code, *pair, id=f"{code}-{kind}-{n}")
        for code, examples in EXAMPLES.items()
        if not isinstance(getattr(examples, kind), str)
        for n, pair in enumerate(getattr(examples, kind), 1)
    ]


def found(code: str, report: Report, previous: Report | None = None) -> list[Finding]:
    return [f for f in rules.check(report, previous) if f.rule == code]


# --- records ---------------------------------------------------------------------------------


def test_the_codes_are_those_of_the_specification_each_once() -> None:
    assert sorted(CODES) == sorted(SPECIFIED) == sorted(set(CODES))


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_rule_says_what_it_rests_on_and_what_to_do(rule: Rule) -> None:
    assert rule.basis
    assert rule.basis_kind in ("明文", "推断")
    assert rule.hint.endswith("。")
    assert rule.hint.count("。") == 1
    assert not rule.title.endswith("。")
    assert rule.formats
    assert set(rule.see_also) <= set(CODES) - {rule.code}


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_an_inferred_rule_is_at_most_a_warning(rule: Rule) -> None:
    assert rule.level in ("error", "warning", "info")
    assert rule.level != "error" or rule.basis_kind == "明文"


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_rule_has_data_that_keeps_it_breaks_it_and_leaves_it_undecided(rule: Rule) -> None:
    for data in EXAMPLES[rule.code]:
        assert data, "neither data nor a reason why there is none"


def test_the_titles_of_identities_are_those_of_the_form() -> None:
    titles = [rules.rule(code).title for code in ("T3-01", "T3-03", "T4-01")]
    assert titles == [
        "表三各列：第一、二项之和等于第三、四项之和",
        "表三各行：六类申请人之和等于总计",
        "表四各组：四种结果之和等于总计",
    ]


def test_a_rule_is_found_by_its_code_in_any_writing() -> None:
    assert rules.rule("t3-01 ") is rules.rule("Ｔ３－０１")
    with pytest.raises(NianbaoError, match=r"“T3-99”.*T3-0"):
        rules.rule("T3-99")
    with pytest.raises(NianbaoError, match="“勾稽”"):
        rules.rule("勾稽")


# --- data found by code -----------------------------------------------------------------------


@pytest.mark.parametrize(("code", "report", "previous"), tries("ok"))
def test_a_rule_that_is_kept_says_nothing(
    code: str, report: Report, previous: Report | None
) -> None:
    assert found(code, report, previous) == []
    told = [f for f in rules.check(report, previous, everything=True) if f.rule == code]
    assert [f.outcome for f in told] in (["pass"], ["not_applicable"])


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_not_merely_not_applicable_to_all_that_keeps_it(code: str) -> None:
    if isinstance(EXAMPLES[code].ok, str):
        return
    outcomes = {
        f.outcome
        for pair in EXAMPLES[code].ok
        for f in rules.check(*pair, everything=True)
        if f.rule == code
    }
    assert "pass" in outcomes


@pytest.mark.parametrize(("code", "report", "previous"), tries("bad"))
def test_a_rule_that_is_broken_fails_with_numbers_and_cells(
    code: str, report: Report, previous: Report | None
) -> None:
    failed = found(code, report, previous)
    assert failed
    assert {f.outcome for f in failed} == {"fail"}
    for finding in failed:
        proper(finding, report)
        assert finding.level != "error" or finding.basis_kind == "明文"


@pytest.mark.parametrize(("code", "report", "previous"), tries("undecided"))
def test_a_rule_that_cannot_tell_says_so(
    code: str, report: Report, previous: Report | None
) -> None:
    told = found(code, report, previous)
    assert told
    assert {f.outcome for f in told} == {"undecided"}
    for finding in told:
        proper(finding, report)


def proper(finding: Finding, report: Report) -> None:
    """A message is one Chinese sentence; its cells are cells of the report."""
    assert re.fullmatch(r"[^。]*。", finding.message), finding.message
    assert "None" not in finding.message
    assert len(set(finding.cells)) == len(finding.cells)
    for cell in finding.cells:
        report[cell]  # raises for what is no cell
    if finding.expected is not None and finding.actual is not None:
        assert finding.difference == abs(finding.expected - finding.actual)
    assert finding.to_dict()["fingerprint"]


def test_what_a_person_reads_of_each_broken_rule(snapshot: object) -> None:
    told = [
        f"{f.rule} {f.level} {f.place or '-'} {f.message}"
        for code, examples in EXAMPLES.items()
        for kind in (examples.bad, examples.undecided)
        if not isinstance(kind, str)
        for pair in kind
        for f in found(code, *pair)
    ]
    assert "\n".join(told) == snapshot


# --- the whole -------------------------------------------------------------------------------


def test_the_contracts_example_comes_out_word_for_word() -> None:
    place = {"requests.total.natural_person": Origin("表三!D24")}
    report = r21(requests(received=12, granted=11, total=11), origins=place)
    (first, *_) = [f for f in rules.check(report) if f.rule == "T3-01"]
    assert first.message == "自然人：第一、二项之和 12，第三、四项之和 11，相差 1。"
    assert (first.expected, first.actual, first.difference) == (12, 11, 1)
    assert (first.level, first.basis_kind, first.place) == ("error", "明文", "表三!D24")
    assert first.cells == tuple(
        f"requests.{row}.natural_person"
        for row in ("received", "carried_in", "total", "carried_out")
    )


def test_the_seeds_figures_break_no_rule_but_those_on_its_missing_texts() -> None:
    assert {f.rule for f in rules.check(seed_figures())} == {"F-08"}
    assert not has_errors(rules.check(seed_figures()))


def test_a_report_on_the_wrong_form_gets_that_one_finding_alone() -> None:
    wrong = report(2019, 2023, blank("requests.received.total"), text={"overview": ""})
    (finding,) = rules.check(wrong, everything=True)
    assert (finding.rule, finding.expected, finding.actual) == ("F-01", 2021, 2019)
    mixed = r21(blank("requests.received.total"), notes=(Note("mixed_forms", "两种格式混用。"),))
    assert [f.rule for f in rules.check(mixed)] == ["F-01"]


def test_findings_come_by_weight_then_in_the_order_of_the_form() -> None:
    report = r21(
        {
            "disputes.reconsideration.total": 3,
            "requests.received.natural_person": 1,
            "disclosure.normative_documents.made": 5,
            "requests.carried_in.other": None,
        },
        text={"opening": "国办公开办函〔2019〕60号", "overview": "", "other": ""},
        title="某某报告",
    )
    told = [(f.outcome, f.level, f.rule) for f in rules.check(report)]
    ranks = [
        3 if outcome == "undecided" else ("error", "warning", "info").index(level)
        for outcome, level, _ in told
    ]
    assert ranks == sorted(ranks)
    assert [rule for outcome, level, rule in told if (outcome, level) == ("fail", "error")] == [
        "T3-01",
        "T3-03",
        "V-02",
        "T4-01",
    ]
    assert [rule for outcome, level, rule in told if level == "warning"][:6] == [
        "F-04",
        "F-04",
        "F-05",
        "F-08",
        "T2-01",
        "F-08",
    ]


def test_everything_tells_each_rule_at_least_once() -> None:
    told = rules.check(r21(), p21(), everything=True)
    assert {f.rule for f in told} == set(CODES)
    assert len(told) == len(CODES)
    assert {f.outcome for f in told} == {"pass", "not_applicable"}


def test_a_blank_table_is_told_once() -> None:
    told = rules.check(r21(blank_table("requests")), p21())
    assert [(f.rule, f.outcome) for f in told] == [("V-02", "fail")]
    assert "175 个数都没有填写" in told[0].message
    assert len(told[0].cells) == 175


def test_an_empty_report_is_told_in_a_handful_of_findings() -> None:
    empty = having(zeros(), dict.fromkeys(zeros().values))
    assert [f.rule for f in rules.check(empty, p21())] == ["V-02"] * 3 + ["F-08"] * 3


def test_the_total_column_left_blank_is_one_finding_and_not_twenty() -> None:
    cells = [c for c in blank_table("requests") if c.endswith(".total") and ".total." not in c]
    told = found("T3-03", r21(blank(*cells)))
    assert len(told) == 1
    assert "各缺一个数" in told[0].message


def test_a_blank_that_was_written_as_a_stroke_is_told_so() -> None:
    origins = {"disclosure.licensing.decisions": Origin("表二!B7", " / ", "V-02")}
    (finding,) = found("V-02", r21(blank("disclosure.licensing.decisions"), origins=origins))
    assert finding.message == "表二有 1 处没有填数（“/”1 处）：“行政许可”的“本年处理决定数量”。"
    assert finding.place == "表二!B7"


def test_a_figure_is_told_by_one_writing_rule_only() -> None:
    cell = "requests.received.natural_person"
    for issue, text in (("V-01", "三件"), ("V-06", "约3")):
        report = r21(blank(cell), origins={cell: Origin("表三!D4", text, issue)})
        assert [f.rule for f in rules.check(report) if f.rule.startswith("V")] == [issue]


def test_a_hostile_cell_is_quoted_short_and_on_one_line() -> None:
    cell = "requests.received.natural_person"
    text = "\x1b[31m三\n\n件\u202e" + "长" * 500
    (finding,) = found("V-01", r21(blank(cell), origins={cell: Origin(None, text, "V-01")}))
    assert finding.message.isprintable()
    assert len(finding.message) < 120


def test_the_level_of_a_finding_is_never_above_that_of_its_rule() -> None:
    order = ("info", "warning", "error")
    for examples in EXAMPLES.values():
        for pair in () if isinstance(examples.bad, str) else examples.bad:
            for finding in rules.check(*pair):
                assert order.index(finding.level) <= order.index(rules.rule(finding.rule).level)


def test_a_local_row_is_told_once_at_its_place() -> None:
    from rules_data.written import LOCAL

    note = Note("extra", f"表三中有自行增加的一行“{LOCAL.label}”，已保留", "表三!A14")
    (finding,) = found("F-03", r21(extra=(LOCAL,), notes=(note,)))
    assert (finding.place, finding.level) == ("表三!A14", "error")
    assert finding.cells[0] == "extra[0].natural_person"


# --- last year -------------------------------------------------------------------------------


def test_without_last_years_report_no_rule_across_years_speaks() -> None:
    told = rules.check(r21(), everything=True)
    assert {f.outcome for f in told if f.rule.startswith("Y")} == {"not_applicable"}


@pytest.mark.parametrize(
    "previous", [r21(), report(2021, 2020), report(2021, 2024), report(2019, 2022)]
)
def test_a_report_of_another_year_is_told_once_and_used_for_nothing(previous: Report) -> None:
    this = r21(requests(carried_in=2, granted=2, total=2))
    told = rules.check(this, previous)
    assert [(f.rule, f.outcome) for f in told] == [("Y-01", "undecided")]
    assert "没有据以核对" in told[0].message
    assert not has_errors(told)


def test_carried_over_requests_are_told_column_by_column() -> None:
    this, last = r21(requests(carried_in=2, granted=2, total=2)), p21()
    told = found("Y-01", this, last)
    assert [f.cells for f in told] == [
        ("requests.carried_in.natural_person",),
        ("requests.carried_in.total",),
    ]
    assert told[0].message == "自然人：上年报告结转下年度 0 件，本年填的上年结转 2 件，相差 2。"
    assert (told[0].expected, told[0].actual) == (0, 2)


def test_the_stock_of_documents_is_told_by_one_rule_only() -> None:
    values = {"disclosure.regulations.made": 3}
    assert [f.rule for f in rules.check(r21(values))] == ["T2-01"]
    assert [f.rule for f in rules.check(r21(values), p21())] == ["Y-02"]


# --- fingerprints and speed -------------------------------------------------------------------


def test_a_fingerprint_stays_when_the_numbers_change_and_tells_findings_apart() -> None:
    one, two = (found("T3-01", r21(requests(received=n))) for n in (3, 8))
    assert [f.fingerprint for f in one] == [f.fingerprint for f in two]
    assert len({f.fingerprint for f in one}) == len(one) == 2


def test_a_check_takes_well_under_two_milliseconds() -> None:
    seed, this, last = seed_figures(), r19(), report(2019, 2019)
    rules.check(seed)  # what follows from the form is worked out once
    fastest = min(timeit.repeat(lambda: rules.check(seed), number=20, repeat=5)) / 20
    across = min(timeit.repeat(lambda: rules.check(this, last), number=20, repeat=5)) / 20
    print(f"check: {fastest * 1e6:.0f} µs, with last year: {across * 1e6:.0f} µs")
    assert fastest < 0.002
    assert across < 0.002


def test_rules_look_at_a_report_and_leave_it_as_it_is() -> None:
    report = r21(requests(received=1))
    again = replace(report, reading=Reading())
    rules.check(report, p21())
    assert report == again
