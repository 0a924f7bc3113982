"""Rules on ledgers: for each, by its code, what keeps it, what breaks it, what it cannot decide."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from ledger_books import NAMES, YEAR, case_, document, request
from nianbao import rules
from nianbao.ledgers import Ledger, Problem, figures
from nianbao.report import Report
from nianbao.report.findings import Finding
from rules_data.ledger import CODES
from rules_data.reports import report

TODAY = dt.date(YEAR + 1, 1, 20)


def r21(values: Any = None, **more: Any) -> Report:
    return report(2021, YEAR, values, **more)


class Data(NamedTuple):
    ok: tuple[Ledger, ...]
    bad: tuple[Ledger, ...]


def requests(*rows: Any, **more: Any) -> Ledger:
    return Ledger(requests=rows, as_of=TODAY, **more)


def cases(*rows: Any) -> Ledger:
    return Ledger(cases=rows, as_of=TODAY)


def documents(*rows: Any) -> Ledger:
    return Ledger(documents=rows, as_of=TODAY)


def problem(trouble: Any, key: str = "", column: int = 3, row: int = 5) -> tuple[Problem, ...]:
    return (Problem(trouble, "requests", "依申请台账", row, column, key),)


DAY = dt.date
OPEN: dict[str, Any] = {"closed": None, "result": None}
LATE: dict[str, Any] = {"received": DAY(2025, 3, 3), "closed": DAY(2025, 4, 10)}

EXAMPLES: dict[str, Data] = {
    "L-01": Data((requests(request()),), (requests(request(applicant_type=None)),)),
    "L-02": Data(
        (requests(request(), request(6, **OPEN)),),
        (
            requests(request(result=None)),
            requests(request(closed=None)),
            requests(request(**OPEN), problems=problem("choice", "result")),
        ),
    ),
    "L-03": Data((requests(request()),), (requests(request(closed=DAY(2025, 3, 1))),)),
    "L-04": Data(
        (requests(request()),),
        (
            requests(request(received=None)),
            requests(request(received=DAY(2026, 2, 1), **OPEN)),
            requests(request(closed=DAY(2026, 2, 1))),
            requests(request(), problems=problem("date", "corrected")),
        ),
    ),
    "L-05": Data(
        (requests(request(), request(6), request(7, number=""), request(8, number="")),),
        (
            requests(request(number="2025-1"), request(6, number="２０２５-１")),
            requests(
                request(),
                problems=(Problem("copy", "requests", "六月台账", 9, 0, "number", "汇总"),),
            ),
            cases(case_(number="（2025）京01行初1号"), case_(6, number="(2025)京01行初1号")),
        ),
    ),
    "L-06": Data(
        (requests(request(), request(6, **LATE, extended="yes")),),
        (
            requests(request(**LATE)),
            requests(request(received=DAY(2025, 12, 10), **OPEN)),
        ),
    ),
    "L-07": Data(
        (requests(request(received=DAY(2025, 12, 10), **OPEN)),),
        (
            requests(request(received=DAY(2025, 6, 3), **OPEN)),
            requests(request(received=DAY(2025, 6, 3), closed=DAY(2026, 1, 5))),
        ),
    ),
    "L-08": Data(
        (requests(request(applicant="甲"), request(6, applicant="甲", result="R52")),),
        (requests(request(applicant="甲"), request(6, applicant="甲 ")),),
    ),
    "L-09": Data(
        (
            requests(request(applicant="某某律师事务所", applicant_type="A5")),
            requests(request(applicant="张公司人")),
        ),
        (requests(request(applicant="某某律师事务所")), requests(request(applicant="甲大学"))),
    ),
    "L-10": Data(
        (requests(request()),),
        (
            requests(request(weight=None), problems=problem("number", "weight")),
            requests(
                request(third_party_days=None), problems=problem("number", "third_party_days")
            ),
        ),
    ),
    "L-11": Data(
        (cases(case_(), case_(6, closed=None, result="pending")),),
        (
            cases(case_(group=None)),
            cases(case_(received=None)),
            cases(case_(result=None)),
            cases(case_(result="pending")),
            cases(case_(closed=None)),
            cases(case_(closed=DAY(2025, 1, 1))),
        ),
    ),
    "L-12": Data(
        (documents(document(), document(6, ended=DAY(2025, 4, 1), ending="lapsed")),),
        (
            documents(document(kind=None)),
            documents(document(made=None)),
            documents(document(ended=DAY(2025, 4, 1))),
            documents(document(ending="repealed")),
            documents(document(ended=DAY(2020, 4, 1), ending="repealed")),
        ),
    ),
    "L-13": Data(
        (requests(request()),), (requests(request(), problems=problem("spelling", "result")),)
    ),
    "L-14": Data(
        (requests(request()),),
        (
            requests(request(), problems=problem("heading")),
            requests(request(), problems=problem("column", "result", 0)),
            requests(request(), problems=problem("sum", "", 0, 9)),
        ),
    ),
    "L-15": Data((requests(request()),), (requests(request(received=DAY(2090, 1, 4), **OPEN)),)),
    "L-16": Data(
        (requests(request()),),
        (requests(request(received=DAY(2023, 3, 3), closed=DAY(2023, 3, 9))),),
    ),
    "T3-10": Data((requests(request()),), (requests(request(), request(6)),)),
    "L-20": Data((cases(case_()),), (cases(case_(), case_(6)),)),
    "L-21": Data((documents(document()),), (documents(document(), document(6)),)),
}


def report_of(ledger: Ledger) -> Report:
    """A report in which each ledger is counted as if it had its first row only."""
    first = Ledger(
        *(ledger.rows(name)[:1] for name in ("requests", "cases", "documents")),  # type: ignore[arg-type]
        as_of=TODAY,
    )
    return r21(figures(first, 2021, YEAR), name="某市某某局")


def found(code: str, ledger: Ledger) -> list[Finding]:
    return [f for f in rules.check(report_of(ledger), None, ledger) if f.rule == code]


def pairs(kind: str) -> list[Any]:
    return [
        pytest.param(code, ledger, id=f"{code}-{kind}-{n}")
        for code, data in EXAMPLES.items()
        for n, ledger in enumerate(getattr(data, kind), 1)
    ]


def test_every_rule_on_ledgers_has_data_that_keeps_and_breaks_it() -> None:
    assert set(EXAMPLES) == set(CODES)
    assert all(data.ok and data.bad for data in EXAMPLES.values())


@pytest.mark.parametrize(("code", "ledger"), pairs("ok"))
def test_a_ledger_that_keeps_a_rule_is_not_told(code: str, ledger: Ledger) -> None:
    assert found(code, ledger) == []
    everything = rules.check(report_of(ledger), None, ledger, everything=True)
    assert {f.outcome for f in everything if f.rule == code} <= {"pass", "not_applicable"}


@pytest.mark.parametrize(("code", "ledger"), pairs("bad"))
def test_a_ledger_that_breaks_a_rule_is_told_by_sheet_and_row(code: str, ledger: Ledger) -> None:
    told = found(code, ledger)
    assert told
    assert len({f.fingerprint for f in told}) == len(told)
    for finding in told:
        assert finding.outcome == "fail"
        assert re.fullmatch(r"[^。]*。", finding.message), finding.message
        if code not in ("T3-10", "L-15", "L-20", "L-21"):
            assert re.search(r"台账", finding.message)
            assert re.fullmatch(r"[^!]+台账![A-Z]+\d+", finding.place or "")
        if finding.level == "error":
            assert finding.basis_kind == "明文"


def test_without_a_ledger_no_rule_on_ledgers_speaks() -> None:
    told = rules.check(r21(), everything=True)
    assert {f.outcome for f in told if f.rule in CODES} == {"not_applicable"}


def test_what_is_wrong_is_told_with_its_row_and_column() -> None:
    one = requests(request(17, applicant_type=None), columns={("依申请台账", "applicant_type"): 5})
    (finding,) = found("L-01", one)
    assert finding.message == "依申请台账第 17 行“申请人类型”没有填写。"
    assert finding.place == "依申请台账!E17"
    (late,) = found("L-06", requests(request(9, **LATE)))
    assert late.message == "依申请台账第 9 行“办结日期”晚于应答复日期 7 个工作日。"


def test_many_rows_with_one_fault_are_one_finding() -> None:
    rows = [request(5 + i, applicant_type=None) for i in range(60)]
    (finding,) = found("L-01", requests(*rows))
    assert finding.message == "依申请台账有 60 行“申请人类型”没有填写：第 5、6、7 行等。"


def test_a_figure_that_differs_from_the_ledger_is_told_with_both() -> None:
    ledger = requests(request(), request(6))
    told = found("T3-10", ledger)
    cells = {f.cells[0]: (f.expected, f.actual) for f in told}
    assert cells == {
        "requests.received.natural_person": (2, 1),
        "requests.granted.natural_person": (2, 1),
    }
    assert told[0].message == (
        "表三“一、本年新收政府信息公开申请数量”的“自然人”填的是 1，台账算出来是 2，相差 1。"
    )


def test_a_figure_that_is_not_filled_in_cannot_be_compared() -> None:
    ledger = requests(request())
    values = figures(ledger, 2021, YEAR) | {"requests.received.business": None}
    told = [f for f in rules.check(r21(values), None, ledger) if f.rule == "T3-10"]
    assert [f.outcome for f in told] == ["undecided"]


def test_a_table_that_differs_everywhere_is_one_finding() -> None:
    rows = tuple(
        request(5 + i, applicant_type=f"A{1 + i % 6}", result=f"R3{1 + i % 8}") for i in range(24)
    )
    (finding,) = [f for f in rules.check(r21(), None, requests(*rows)) if f.rule == "T3-10"]
    assert finding.message.startswith("有 30 个数与台账不一致：")
    assert len(finding.cells) == 30


def test_a_suit_that_another_agency_counts_is_an_error_where_the_ledger_says_so() -> None:
    ledger = cases(case_(), case_(6, role="reviewer"))
    group = "disputes.litigation_after"
    too_many = r21({f"{group}.upheld": 2, f"{group}.total": 2})
    told = {f.rule: f for f in rules.check(too_many, None, ledger)}
    assert (told["T4-02"].level, told["T4-02"].expected, told["T4-02"].actual) == ("error", 1, 2)
    assert told["T4-02"].message == (
        "复议后起诉填了 2 件，台账注明其中 1 件仅作为复议机关，应为 1 件。"
    )
    right = r21({f"{group}.upheld": 1, f"{group}.total": 1})
    assert "T4-02" not in {f.rule for f in rules.check(right, None, ledger)}


def test_no_finding_says_what_stands_in_a_ledger() -> None:
    secret = {"applicant": NAMES[0] + "公司", "number": NAMES[1], "content": NAMES[2]}
    rows = (
        request(5, **secret, applicant_type="A3"),
        request(6, **secret, applicant_type=None),
        request(7, **secret, received=None),
        request(8, **secret, **LATE),
        request(9, **secret, result=None, weight=None),
    )
    ledger = requests(*rows)
    for finding in rules.check(r21(), None, ledger, everything=True):
        said = f"{finding.to_dict()} {finding!r}"
        assert not any(name in said for name in NAMES), finding.rule


def test_a_finding_keeps_its_fingerprint_when_rows_are_inserted_above() -> None:
    one, two = request(9, applicant_type=None), request(12, number="2025-009", applicant_type=None)
    assert [f.fingerprint for f in found("L-01", requests(one))] == [
        f.fingerprint for f in found("L-01", requests(two))
    ]


def test_one_number_on_two_sheets_is_told_with_both() -> None:
    twice = requests(request(), request(6, number=f"{YEAR}-005", received=DAY(2025, 4, 3)))
    (first, second) = twice.requests
    moved = Ledger((first, replace(second, sheet="六月")), as_of=TODAY)
    (told,) = found("L-05", moved)
    assert (told.place or "").startswith("六月!")
    assert "与工作表“依申请台账”第 5 行相同" in told.message


def test_an_empty_ledger_that_was_given_is_told() -> None:
    (told,) = found("L-16", requests())
    assert told.message == "台账里没有一行内容，没有可以核对的。"


def test_a_ledger_of_another_year_is_not_compared() -> None:
    old = requests(request(received=DAY(2023, 3, 3), closed=DAY(2023, 3, 9)))
    filled = r21(figures(requests(request()), 2021, YEAR), name="某市某某局")
    told = {f.rule for f in rules.check(filled, None, old)}
    assert "L-16" in told
    assert "T3-10" not in told
