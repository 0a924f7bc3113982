"""What the ledgers declare, their working days, and what they come to in the tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_books import NAMES, YEAR, case_, document, ledgers, request
from nianbao import form as forms
from nianbao.ledgers import Ledger, counted_in, figures, model, values

BOTH = ((2021, YEAR), (2019, 2020))


# --- the declaration ---------------------------------------------------------------------------


@pytest.mark.parametrize("format", forms.FORMATS)
def test_the_ledgers_fill_every_cell_of_tables_three_and_four_and_of_the_documents(
    format: int,
) -> None:
    cells = forms.load(format).cells()
    filled = {t.cell for one in model.load().values() for t in one.tallies(format)}
    wanted = {
        id
        for id, cell in cells.items()
        if not cell.total
        and (
            cell.table in ("requests", "disputes")
            or id.startswith(("disclosure.regulations", "disclosure.normative_documents"))
        )
    }
    assert filled == wanted


def test_no_heading_and_no_spelling_of_a_choice_means_two_things() -> None:
    for one in model.load().values():
        headings = [s for column in one.columns for s in column.spellings]
        assert len(headings) == len(set(headings)), one.title
        for column in one.columns:
            assert len(column.prompt) <= 255
            if column.choices:
                spelled = [s for entry in column.choices.entries for s in entry.spellings]
                assert len(spelled) == len(set(spelled)), column.label


# --- working days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-01-20", 20, "2025-02-21"),  # 春节 8 天，1 月 26 日、2 月 8 日上班
        ("2025-09-22", 20, "2025-10-24"),  # 国庆中秋 8 天，9 月 28 日、10 月 11 日上班
        ("2025-03-03", 20, "2025-03-31"),
        ("2025-03-01", 1, "2025-03-03"),  # 收到那天是星期六
        ("2025-03-03", 0, "2025-03-03"),
    ],
)
def test_working_days_are_those_of_the_yearly_notices(start: str, days: int, end: str) -> None:
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    assert values.add(first, days) == last
    assert values.between(first, last) == days


@given(st.dates(dt.date(2009, 1, 1), dt.date(2040, 12, 31)), st.integers(1, 400))
def test_adding_and_counting_working_days_agree(start: dt.date, days: int) -> None:
    end = values.add(start, days)
    assert end > start
    assert values.between(start, end) == days
    assert values.between(start, end - dt.timedelta(1)) == days - 1


def test_a_year_without_a_notice_counts_from_monday_to_friday_and_says_so() -> None:
    first, last = values.covered()
    assert values.uncovered(range(first, last + 1)) is None
    said = values.uncovered([last + 2, 2020])
    assert said == (
        f"节假日安排只有 {first} 年到 {last} 年的，{last + 2} 年按周一至周五计算应答复日期。"
    )
    week = values.working_days(last + 2)
    assert all(dt.date.fromordinal(day).weekday() < 5 for day in week)
    assert len(week) in (260, 261, 262)


def test_a_reply_is_due_after_twenty_working_days_and_more_for_good_reasons() -> None:
    plain = request(received=dt.date(2025, 3, 3), closed=None, result=None)
    assert plain.due == dt.date(2025, 3, 31)
    assert replace(plain, extended="yes").due == values.add(dt.date(2025, 3, 3), 40)
    assert replace(plain, extended="no").due == plain.due
    assert replace(plain, third_party_days=5).due == values.add(dt.date(2025, 3, 3), 25)
    corrected = replace(plain, corrected=dt.date(2025, 3, 10))
    assert corrected.due == values.add(dt.date(2025, 3, 10), 20)
    assert replace(plain, received=None).due is None


# --- counting ----------------------------------------------------------------------------------


@given(ledgers(), st.sampled_from(BOTH), st.integers(-1, 1))
def test_the_identities_hold_by_construction(
    ledger: Ledger, form_and_year: tuple[int, int], shift: int
) -> None:
    format, _ = form_and_year
    counted = figures(ledger, format, YEAR + shift)
    equations = [e for e in forms.load(format).equations() if e.table in ("requests", "disputes")]
    assert equations
    for e in equations:
        assert sum(counted[c] for c in e.expected) == sum(counted[c] for c in e.actual)


@given(ledgers())
def test_what_one_year_carries_out_the_next_one_carries_in(ledger: Ledger) -> None:
    this, following = figures(ledger, 2021, YEAR), figures(ledger, 2021, YEAR + 1)
    for col in ("natural_person", "business", "total"):
        assert this[f"requests.carried_out.{col}"] == following[f"requests.carried_in.{col}"]


@given(ledgers(), st.sampled_from(BOTH))
def test_the_rows_behind_a_cell_weigh_what_the_cell_says(
    ledger: Ledger, form_and_year: tuple[int, int]
) -> None:
    format, _ = form_and_year
    for cell, n in figures(ledger, format, YEAR).items():
        found = counted_in(ledger, cell, format, YEAR)
        assert found is not None
        one, rows = found
        assert sum(getattr(r, "weight", 1) if one.weight else 1 for r in rows) == n, cell


def test_a_cell_that_no_ledger_fills_counts_no_rows() -> None:
    assert counted_in(Ledger((request(),)), "disclosure.fees.amount", 2021, YEAR) is None


def test_a_table_without_a_row_in_its_ledger_is_left_alone() -> None:
    counted = figures(Ledger((request(),)), 2021, YEAR)
    assert {cell.partition(".")[0] for cell in counted} == {"requests"}
    assert figures(Ledger(), 2021, YEAR) == {}


def test_each_row_counts_where_the_specification_says() -> None:
    old = request(5, received=dt.date(2024, 12, 2), closed=dt.date(2025, 1, 6), result="R20")
    opened = request(6, received=dt.date(2025, 12, 30), closed=None, result=None, weight=3)
    late = request(7, received=dt.date(2025, 12, 1), closed=dt.date(2026, 1, 4), result="R41")
    past = request(8, received=dt.date(2024, 1, 2), closed=dt.date(2024, 1, 9))
    counted = {k: v for k, v in figures(Ledger((old, opened, late, past)), 2021, YEAR).items() if v}
    assert {k: v for k, v in counted.items() if k.endswith("natural_person")} == {
        "requests.received.natural_person": 4,
        "requests.carried_in.natural_person": 1,
        "requests.partial.natural_person": 1,
        "requests.total.natural_person": 1,
        "requests.carried_out.natural_person": 4,
    }


def test_suits_in_which_one_only_reviewed_are_not_counted() -> None:
    ours, others = case_(5), case_(6, role="reviewer")
    pending = case_(7, closed=None, result="pending", role="original")
    counted = figures(Ledger(cases=(ours, others, pending)), 2021, YEAR)
    group = "disputes.litigation_after"
    assert (counted[f"{group}.upheld"], counted[f"{group}.pending"]) == (1, 1)
    assert counted[f"{group}.total"] == 2


def test_documents_that_lapse_leave_the_stock_without_being_repealed() -> None:
    made = document(5)
    repealed = document(6, made=dt.date(2020, 1, 1), ended=dt.date(2025, 5, 1), ending="repealed")
    lapsed = document(7, made=dt.date(2020, 1, 1), ended=dt.date(2025, 5, 1), ending="lapsed")
    counted = figures(Ledger(documents=(made, repealed, lapsed)), 2021, YEAR)
    row = "disclosure.normative_documents"
    assert [counted[f"{row}.{c}"] for c in ("made", "repealed", "in_force")] == [1, 1, 1]


def test_a_row_of_a_ledger_shows_nobody_what_it_holds() -> None:
    row = request(applicant=NAMES[0], content=NAMES[2], number=NAMES[1])
    shown = f"{row!r} {Ledger((row,))!r}"
    assert "依申请台账" in shown
    assert not any(secret in shown for secret in NAMES)
