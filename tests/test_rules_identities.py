"""The identities, tried on random reports that are right or wrong by construction."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import rules
from nianbao.form import FORMATS, ExtraRow
from nianbao.report import Origin, Report, Trace
from nianbao.report.findings import Finding
from rules_data.reports import blank, r21, requests
from strategies import covered, having, reports, zeros

IDENTITIES = ("T3-01", "T3-02", "T3-03", "T4-01")
FEW = settings(max_examples=60, deadline=None)


def identities(report: Report) -> list[Finding]:
    return [f for f in rules.check(report) if f.rule in IDENTITIES]


def official_sums(report: Report) -> set[tuple[str, str]]:
    """Which sums are wrong, added up by hand: the same identities, written out anew.

    Only for reports without local rows and blanks.
    """
    columns = ("natural_person", "business", "research", "nonprofit", "legal_service", "other")
    ends = ("received", "carried_in", "total", "carried_out")
    wrong = set()
    rows: dict[str, dict[str, int]] = {}
    for id, value in report.values.items():
        table, _, path = id.partition(".")
        row, _, col = path.rpartition(".")
        if table != "disclosure":
            rows.setdefault(f"{table}.{row}", {})[col] = value  # type: ignore[assignment]
    for id, row in rows.items():
        if id.startswith("disputes"):
            if row["total"] != sum(v for c, v in row.items() if c != "total"):
                wrong.add(("T4-01", id))
        elif row["total"] != sum(row[c] for c in columns):
            wrong.add(("T3-03", id))
    for col in (*columns, "total"):
        new, old, done, left = (rows[f"requests.{r}"][col] for r in ends)
        leaves = [r for r in rows if r.startswith("requests.") and r[9:] not in ends]
        if new + old != done + left:
            wrong.add(("T3-01", col))
        if done != sum(rows[r][col] for r in leaves):
            wrong.add(("T3-02", col))
    return wrong


def told_sums(report: Report) -> set[tuple[str, str]]:
    out = set()
    for finding in identities(report):
        row, _, col = finding.cells[-1].rpartition(".")
        out.add((finding.rule, col if finding.rule in ("T3-01", "T3-02") else row))
    return out


@FEW
@given(reports(right=True))
def test_no_identity_fails_in_a_right_report(report: Report) -> None:
    assert identities(report) == []
    wrong = {f.rule for f in rules.check(report) if (f.outcome, f.level) == ("fail", "error")}
    assert wrong <= {"F-03"}  # local rows


@FEW
@given(reports(right=False))
def test_an_identity_fails_in_a_wrong_report(report: Report) -> None:
    assert any(f.outcome == "fail" for f in identities(report))


@FEW
@given(reports(extra=False), st.data())
def test_the_verdicts_are_those_of_adding_up_by_hand(report: Report, data: st.DataObject) -> None:
    report = having(report, {c: 0 for c, v in report.values.items() if v is None})
    cells = data.draw(st.lists(st.sampled_from(covered(report)), max_size=4))
    report = having(report, {c: report[c] + 1 for c in cells})
    assert told_sums(report) == official_sums(report)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_changing_any_one_cell_by_one_is_caught(format: int, data: st.DataObject) -> None:
    report = data.draw(reports(format, right=True))
    for cell in covered(report):
        for step in (1, -1):
            if report[cell] + step < 0:
                continue
            caught = identities(having(report, {cell: report[cell] + step}))
            assert caught, cell
            assert all(f.outcome == "fail" and cell in f.cells for f in caught)
            assert all(f.difference == 1 for f in caught)


@pytest.mark.parametrize("format", FORMATS)
def test_only_cells_of_table_two_stand_in_no_identity(format: int) -> None:
    report = zeros(format, 2020 if format == 2019 else 2023)
    alone = [c for c in report.values if c not in set(covered(report))]
    print(f"\n{report.form.name}格式里没有勾稽关系的 {len(alone)} 格：")
    print("\n".join(f"  {c}  {report.form.title_of(c)}" for c in alone))
    assert alone == [c for c, cell in report.form.cells().items() if cell.table == "disclosure"]


@FEW
@given(reports(right=True), st.data())
def test_a_single_blank_is_undecided_and_says_what_it_would_have_to_be(
    report: Report, data: st.DataObject
) -> None:
    cell = data.draw(st.sampled_from([c for c in covered(report) if c in report.values]))
    told = identities(having(report, {cell: None}))
    assert told
    for finding in told:
        assert (finding.outcome, finding.expected) == ("undecided", report[cell])
        assert f"为空，按勾稽关系应为 {report[cell]}。" in finding.message
        assert cell in finding.cells


@FEW
@given(reports(right=True), st.data())
def test_many_blanks_are_told_in_few_findings(report: Report, data: st.DataObject) -> None:
    cells = [c for c in report.values if c.startswith("requests.")]
    lost = data.draw(st.lists(st.sampled_from(cells), min_size=30, max_size=120, unique=True))
    told = rules.check(having(report, dict.fromkeys(lost)))
    # Each identity: at most five with one blank apart, those with more together.
    assert all(sum(f.rule == rule for f in told) <= 6 for rule in IDENTITIES)
    assert [f.rule for f in told if f.outcome == "fail"].count("V-02") == 1


@FEW
@given(reports() | reports(wild=True), st.none() | reports(wild=True), st.booleans())
def test_findings_are_sound_whatever_the_report(
    report: Report, previous: Report | None, next_year: bool
) -> None:
    if previous is not None and next_year:
        previous = replace(previous, year=report.year - 1)
    told = rules.check(report, previous)
    assert told == rules.check(report, previous)
    assert len({f.fingerprint for f in told}) == len(told)
    for finding in told:
        assert finding.outcome in ("fail", "undecided")
        assert finding.message.endswith("。")
        said = finding.message
        for row in report.extra:  # which may be called just that
            said = said.replace(row.label, "")
        assert "None" not in said
        for cell in finding.cells:
            report[cell]  # raises for what is no cell
        json.dumps(finding.to_dict(), default=str)


@FEW
@given(reports(right=True), st.integers(1, 9))
def test_only_the_column_that_is_wrong_is_told(report: Report, by: int) -> None:
    cell = "requests.carried_out.total"
    told = identities(having(report, {cell: report[cell] + by}))
    assert {(f.rule, f.cells[-1]) for f in told} == {("T3-01", cell), ("T3-03", cell)}


# --- local rows ------------------------------------------------------------------------------

NOUGHT = dict.fromkeys(
    ("business", "research", "nonprofit", "legal_service", "other"),
    0,
)
INSIDE = ExtraRow(
    "requests", "9.地方增设事由", {"natural_person": 1, **NOUGHT, "total": 1}, "refused.inquiry"
)
OUTSIDE = ExtraRow("requests", "附注", {"natural_person": 5, **NOUGHT, "total": 5}, "carried_out")
SUM = requests(received=3, granted=2, total=3)


def test_a_local_row_inside_a_sum_is_counted_in_it() -> None:
    assert identities(r21(SUM, extra=(INSIDE,))) == []
    assert {f.rule for f in identities(r21(SUM))} == {"T3-02"}
    assert {f.rule for f in identities(r21(SUM, extra=(OUTSIDE,)))} == {"T3-02"}


def test_the_failed_sum_names_the_local_row_among_its_cells() -> None:
    wrong = r21(
        SUM, extra=(replace(INSIDE, values={**INSIDE.values, "natural_person": 2, "total": 2}),)
    )
    (first, *_) = identities(wrong)
    assert "extra[0].natural_person" in first.cells
    assert (first.expected, first.actual) == (4, 3)


def test_a_local_row_without_figures_counts_in_no_sum() -> None:
    remark = ExtraRow("requests", "注：以下为地方情形", {}, "refused.inquiry")
    fine = requests(received=2, granted=2, total=2)
    assert identities(r21(fine, extra=(remark,))) == []
    assert {f.rule for f in rules.check(r21(fine, extra=(remark,)))} == {"F-03"}


def test_the_total_that_a_local_row_lacks_is_undecided() -> None:
    row = replace(INSIDE, values={**INSIDE.values, "total": None})
    told = identities(r21(SUM, extra=(row,)))
    assert {(f.rule, f.outcome) for f in told} == {("T3-02", "undecided"), ("T3-03", "undecided")}
    assert {f.message for f in told} == {"表三“9.地方增设事由”的“总计”为空，按勾稽关系应为 1。"}


def test_a_blank_of_a_local_row_is_missing_as_soon_as_anything_stands_in_the_row() -> None:
    row = replace(INSIDE, values={"natural_person": 1, "total": 1})
    told = identities(r21(SUM, extra=(row,)))
    assert {f.outcome for f in told} == {"undecided"}
    blank_cells = {f"extra[0].{c}" for c in NOUGHT}
    assert blank_cells <= {c for f in told if f.rule == "T3-02" for c in f.cells}
    assert blank_cells <= {c for f in told if f.rule == "T3-03" for c in f.cells}


def test_a_table_with_figures_in_local_rows_alone_is_not_blank() -> None:
    nothing = dict.fromkeys(c for c in r21().values if c.startswith("requests."))
    told = identities(r21(nothing, extra=(INSIDE,)))
    assert {(f.rule, f.outcome) for f in told} >= {("T3-01", "undecided"), ("T3-02", "undecided")}


def test_text_in_a_local_row_leaves_its_sums_undecided() -> None:
    row = replace(INSIDE, values={**INSIDE.values, "natural_person": "若干", "total": 0})
    told = identities(r21(extra=(row,)))
    assert {f.outcome for f in told} == {"undecided"}
    assert {f.rule for f in told} == {"T3-02", "T3-03"}
    assert {f.message for f in told} == {
        "表三“9.地方增设事由”的“自然人”写作“若干”，不是数，按勾稽关系应为 0。"
    }


def test_words_are_no_blank_that_nothing_can_fill() -> None:
    cell = "requests.received.natural_person"
    origins = {cell: Origin("表三!D4", "三件", "V-01")}
    report = r21({"requests.received.other": 3, **blank(cell)}, origins=origins)
    told = [f for f in identities(report) if f.rule == "T3-03"]
    assert [(f.outcome, f.expected) for f in told] == [("undecided", None)]
    assert told[0].message.endswith("写作“三件”，不是数。")


# --- blanks that nothing can fill -------------------------------------------------------------


def test_a_blank_that_would_have_to_be_negative_is_a_failure() -> None:
    report = r21({"requests.received.natural_person": 3, **blank("requests.received.other")})
    (finding,) = [f for f in identities(report) if f.rule == "T3-03"]
    assert finding.outcome == "fail"
    assert "要填 -3 才能使六类申请人之和等于总计，填什么数都不成立" in finding.message
    assert (finding.expected, finding.actual, finding.difference) == (3, 0, 3)


def test_two_blanks_in_one_sum_are_not_guessed() -> None:
    report = r21(blank("requests.received.business", "requests.received.other"))
    (finding,) = [f for f in identities(report) if f.rule == "T3-03"]
    assert (finding.outcome, finding.expected) == ("undecided", None)


def test_five_single_blanks_are_told_apart_and_six_together() -> None:
    rows = ("received", "carried_in", "granted", "partial", "carried_out", "unavailable.not_held")
    for n, findings in ((5, 5), (6, 1)):
        report = r21(blank(*(f"requests.{row}.other" for row in rows[:n])))
        assert sum(f.rule == "T3-03" for f in identities(report)) == findings


def test_a_blank_table_leaves_its_identities_out() -> None:
    report = zeros()
    for table in ("requests", "disputes"):
        empty = having(report, dict.fromkeys(c for c in report.values if c.startswith(table)))
        told = rules.check(empty, everything=True)
        family = {"requests": ("T3-01", "T3-02", "T3-03"), "disputes": ("T4-01",)}[table]
        assert {f.outcome for f in told if f.rule in family} == {"not_applicable"}
        assert {f.rule for f in told if f.outcome == "undecided"} == set()


@FEW
@given(reports(right=True))
def test_the_place_told_is_that_of_the_actual_side(report: Report) -> None:
    places = {c: Origin(f"表!{n}") for n, c in enumerate(report.values)}
    cell = "requests.total.total"
    wrong = having(report, {cell: report[cell] + 1}, trace=Trace(origins=places))
    told = {f.rule: f.place for f in identities(wrong)}
    assert told == dict.fromkeys(("T3-01", "T3-02", "T3-03"), places[cell].place)
