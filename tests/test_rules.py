"""Every rule: its record, and its data found by its code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from cost import cost
from nianbao import reading, rules
from nianbao.errors import NianbaoError
from nianbao.exports import html, word, xlsx
from nianbao.exports import json as as_json
from nianbao.form import FORMATS, ExtraRow
from nianbao.report import Note, Origin, Report, Trace, with_totals
from nianbao.report.findings import Finding, Rule, has_errors
from nianbao.template import fill
from nianbao.words.agencies import clearly_differ
from rules_data import EXAMPLES, ledger
from rules_data.reports import blank, blank_table, p21, r19, r21, report, requests
from strategies import having, seed_figures, zeros

# Those on parent and children are tried in test_rules_parent.
RULES = tuple(rule for rule in rules.all_rules() if not rule.code.startswith("P-"))
CODES = [rule.code for rule in RULES]
SPECIFIED = (
    [f"V-0{n}" for n in range(1, 7)]
    + [f"F-0{n}" for n in range(1, 9)]
    + [f"T3-0{n}" for n in range(1, 10)]
    + [f"T4-0{n}" for n in range(1, 6)]
    + [f"T2-0{n}" for n in range(1, 9)]
    + [f"Y-0{n}" for n in range(1, 9)]
    + [f"N-{n:02}" for n in range(1, 17)]
    + [f"Q-0{n}" for n in range(1, 10)]
    + [f"FE-0{n}" for n in range(1, 7)]
    + list(ledger.CODES)
)


WRONG = r21(
    requests(received=12, granted=11, total=11)
    | blank("requests.received.other", "disputes.reconsideration.total")
    | {"disclosure.normative_documents.made": 3},
    text={
        "problems": "",
        "other": "",
        "overview": "（一）甲。\n（三）依据国办公开办函〔2019〕60号。",
    },
    extra=(
        ExtraRow("requests", "9.地方增设事由", {"other": 1, "total": 2}, "refused.inquiry"),
        ExtraRow("requests", "9.地方增设事由", {"other": "若干"}, "carried_out"),
    ),
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


def test_the_levels_forms_and_years_are_those_of_the_specification() -> None:
    errors = "F-01 F-02 F-03 T2-02 T3-01 T3-02 T3-03 T4-01 V-01 V-02 V-03 V-04 V-06 Y-01"
    errors += " L-01 L-02 L-03 L-04 L-10 L-11 L-12 L-20 L-21 T3-10 T4-02"  # by the ledger
    infos = "FE-06 L-08 L-09 L-15 Q-07 T2-08 T3-07 T3-08 T4-04 T4-05 Y-05 Y-07"
    old_form = "T2-02 T2-03 T2-04 T2-05 T2-07 Y-03 Y-04"
    fees = "FE-01 FE-02 FE-03 FE-04 FE-05 FE-06 N-15"
    # T3-06 and T3-07: （六）其他处理 is one row on the form of 2019.
    new_form = f"{fees} Q-04 Q-05 F-05 T2-01 T3-06 T3-07 Y-02 Y-05"
    last_year = {"V-05": FORMATS, "Y-02": (2021,), "Y-03": (2019,), "Y-04": (2019,)}
    last_year |= {"Y-05": (2019,), "Y-06": FORMATS, "Y-07": FORMATS, "Y-08": FORMATS}
    last_year |= {"Q-09": FORMATS}
    for rule in RULES:
        level = "error" if rule.code in errors else "info" if rule.code in infos else "warning"
        forms = (2019,) if rule.code in old_form else (2021,) if rule.code in new_form else FORMATS
        assert (rule.code, rule.level, rule.formats) == (rule.code, level, forms)
        assert rule.formats_before == last_year.get(rule.code, ())


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


NAMES_OF_YEARS = ("F-01", "Q-01")  # expected and actual are no quantities


def proper(finding: Finding, report: Report) -> None:
    """A message is one Chinese sentence; its cells are cells of the report."""
    assert re.fullmatch(r"[^。]*。", finding.message), finding.message
    assert "None" not in finding.message
    assert len(set(finding.cells)) == len(finding.cells)
    for cell in finding.cells:
        report[cell]  # raises for what is no cell
    if finding.rule in NAMES_OF_YEARS:
        assert finding.difference is None
    elif finding.expected is not None and finding.actual is not None:
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
    assert finding.difference is None  # of the names of two forms
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

    note = Note("extra", "多出一行。", "表三!A14", ("extra[0].natural_person", "extra[0].total"))
    (finding,) = found("F-03", r21(extra=(LOCAL,), notes=(note,)))
    assert (finding.place, finding.level) == ("表三!A14", "error")
    assert finding.cells[0] == "extra[0].natural_person"


def test_local_rows_of_one_name_are_told_each_at_its_own_place() -> None:
    from rules_data.written import LOCAL

    rows = (LOCAL, replace(LOCAL, after="partial"), LOCAL)
    notes = tuple(
        Note("extra", "多出一行。", f"表三!A{9 + i}", (f"extra[{i}].total",)) for i in range(3)
    )
    told = found("F-03", r21(extra=rows, notes=notes))
    assert [(f.place, f.cells[0]) for f in told] == [
        (f"表三!A{9 + i}", f"extra[{i}].natural_person") for i in range(3)
    ]
    assert len({f.fingerprint for f in told}) == 3


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


def test_the_report_of_another_agency_is_told_once_and_used_for_nothing() -> None:
    this = r21(requests(carried_in=2, granted=2, total=2), name="北京市大兴区商务局")
    for other in ("北京市通州区商务局", "大兴区教育委员会"):
        (told,) = rules.check(this, p21(name=other))
        assert (told.rule, told.outcome) == ("Y-01", "undecided")
        assert "“北京市大兴区商务局”" in told.message
        assert f"“{other}”" in told.message


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("北京市大兴区商务局", "大兴区商务局", False),
        ("某市发展和改革委员会（粮食和物资储备局）", "某市发展和改革委员会", False),
        ("某市发展和改革委员会", "某市发改委", False),
        ("凤凰县沱江镇人民政府", "湖南省湘西土家族苗族自治州凤凰县沱江镇人民政府", False),
        ("某市卫生局", "某市卫生健康局", False),
        ("某市 A＆B 园区", "某市a&b园区", False),
        ("", "某市商务局", False),
        ("（）", "某市商务局", False),
        ("大兴区商务局", "通州区商务局", True),
        ("某市商务局", "某市教育局", True),
        ("某市商务局", "某市商务委员会", True),
    ],
)
def test_names_differ_only_where_it_is_clear(one: str, other: str, differ: bool) -> None:
    assert clearly_differ(one, other) is clearly_differ(other, one) is differ


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
    values = {"disclosure.normative_documents.made": 3}
    assert [f.rule for f in rules.check(r21(values))] == ["T2-01"]
    assert [f.rule for f in rules.check(r21(values), p21())] == ["Y-02"]


# --- fingerprints and speed -------------------------------------------------------------------


def test_a_fingerprint_stays_when_the_numbers_change_and_tells_findings_apart() -> None:
    one, two = (found("T3-01", r21(requests(received=n))) for n in (3, 8))
    assert [f.fingerprint for f in one] == [f.fingerprint for f in two]
    assert len({f.fingerprint for f in one}) == len(one) == 2


def test_the_same_remark_at_another_place_has_the_same_fingerprint() -> None:
    def told(*remarks: tuple[str, str | None]) -> list[str]:
        notes = tuple(Note("unplaced", message, place) for message, place in remarks)
        return [f.fingerprint for f in found("F-03", r21(notes=notes))]

    here = told(("“备注”没有读入，在 D5。", "表三!D5"), ("“说明”没有读入。", None))
    assert here == told(("“备注”没有读入，在 D9。", "第 9 行"), ("“说明”没有读入。", "表三!A1"))
    assert len(set(here)) == 2
    assert len(set(told(*[("“备注”没有读入。", None)] * 3))) == 3


@pytest.mark.parametrize("make", [seed_figures, lambda: WRONG])
def test_a_report_has_the_same_findings_in_whatever_file_it_is_read_from(
    make: Callable[[], Report],
) -> None:
    report = with_totals(make())
    files = {
        "docx": word.write(report),
        "html": html.write(report),
        "xlsx": xlsx.write(report),
        "own.xlsx": fill.fill(report).data,
        "json": as_json.write(report),
    }
    prints = {
        name: {f.fingerprint for f in rules.check(reading.open(data, f"年报.{name}").report)}
        for name, data in files.items()
    }
    assert prints["docx"]
    assert set(map(frozenset, prints.values())) == {frozenset(prints["docx"])}


def test_a_check_costs_next_to_nothing() -> None:
    seed, this, last = seed_figures(), r19(), report(2019, 2019)
    rules.check(seed)  # what follows from the form is worked out once
    alone = cost(lambda: [rules.check(seed) for _ in range(20)], repeat=5) / 20
    across = cost(lambda: [rules.check(this, last) for _ in range(20)], repeat=5) / 20
    print(f"check: {alone:.3f} units, with last year: {across:.3f}")
    assert alone < 0.5
    assert across < 0.5


def test_rules_look_at_a_report_and_leave_it_as_it_is() -> None:
    report = r21(requests(received=1))
    again = replace(report, trace=Trace())
    rules.check(report, p21())
    assert report == again
