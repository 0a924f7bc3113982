"""Filling a workbook that has something in it already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from nianbao import actions, rules
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow
from nianbao.report import Agency, Report, build, from_dict, with_totals
from nianbao.report.years import carried_over, lay_over
from strategies import reports, row, zeros


def partial(year: int = 2025, **tables: object) -> Report:
    return from_dict(
        {
            "format": 2021,
            "year": year,
            "agency": {"name": "某市某局", "code": None},
            "tables": {"disclosure": {}, "requests": {}, "disputes": {}, **tables},
        }
    )


def test_what_a_report_does_not_say_stays_as_it_was(tmp_path: Path) -> None:
    held = build(
        2021,
        2025,
        Agency("某市某局", "A-1"),
        {"requests.received.business": 3, "disclosure.licensing.decisions": 8},
        text={"overview": "已经写好的文字。"},
    )
    book = tmp_path / "年报.xlsx"
    actions.fill(held, book, None, force=False)
    actions.fill(partial(requests={"received": {"natural_person": 2}}), book, None, force=True)
    found = actions.read(book)
    assert found.text["overview"] == "已经写好的文字。"
    assert found.agency.code == "A-1"
    assert found["disclosure.licensing.decisions"] == 8
    assert found["requests.received.natural_person"] == 2
    assert found["requests.received.total"] == 5


def test_a_file_that_is_no_workbook_of_ours_is_replaced_as_asked(tmp_path: Path) -> None:
    other = tmp_path / "年报.xlsx"
    other.write_text("不是工作簿", encoding="utf-8")
    actions.fill(partial(), other, None, force=True)
    assert actions.read(other).agency.name == "某市某局"


def test_another_year_is_not_mixed_in() -> None:
    assert lay_over(partial(2024), partial(2025)) == partial(2025)


@settings(max_examples=40)
@given(reports(format=2021) | reports(wild=True))
def test_a_report_laid_over_nothing_or_itself_is_itself(report: Report) -> None:
    empty = build(report.format, report.year, report.agency, {})
    assert lay_over(empty, report) == with_totals(report)
    assert lay_over(report, report) == with_totals(report)


def test_the_json_of_a_part_is_enough(tmp_path: Path) -> None:
    source = tmp_path / "部分.json"
    source.write_text(
        json.dumps(
            {
                "format": 2021,
                "year": 2025,
                "agency": {"name": "某局"},
                "tables": {"disclosure": {}, "requests": {}, "disputes": {}},
            }
        ),
        encoding="utf-8",
    )
    assert set(actions.read(source).values.values()) == {None}


def test_a_damaged_workbook_is_not_replaced_unread(tmp_path: Path) -> None:
    book = tmp_path / "年报.xlsx"
    actions.fill(partial(), book, None, force=False)
    damaged = book.read_bytes()[:2000]
    book.write_bytes(damaged)
    with pytest.raises(UnusableInput, match="年报"):
        actions.fill(partial(), book, None, force=True)
    assert book.read_bytes() == damaged


# --- rows of one name -------------------------------------------------------------------------


def locals_of(*rows: ExtraRow) -> Report:
    return build(2021, 2025, Agency("某市某局"), {}, extra=rows)


def test_local_rows_of_one_name_at_one_place_are_one_and_the_others_stay_apart() -> None:
    held = locals_of(
        ExtraRow(
            "requests", "其他情形", {"other": 1, "business": 2, "total": 3}, "refused.inquiry"
        ),
        ExtraRow("requests", "其他情形", {"other": 5, "total": 5}, "partial"),
    )
    over = locals_of(
        ExtraRow("requests", "其他情形", {"other": 7}, "refused.inquiry"),
        ExtraRow("requests", "其他情形", {"other": 8}, "refused.inquiry"),
    )
    found = lay_over(held, over).extra
    told = [(e.after, e.values["other"], e.values["business"], e.values["total"]) for e in found]
    assert told == [
        ("partial", 5, None, 5),
        ("refused.inquiry", 7, 2, 9),
        ("refused.inquiry", 8, None, 8),
    ]


def test_words_in_a_local_row_are_told_of_that_row_when_rows_are_numbered_anew() -> None:
    held = locals_of(ExtraRow("requests", "甲", {"other": 1}, "partial"))
    over = locals_of(ExtraRow("requests", "乙", {"other": "若干"}, "refused.inquiry"))
    found = lay_over(held, over)
    assert [row.label for row in found.extra] == ["甲", "乙"]
    assert {id for id, o in found.trace.origins.items() if o.issue} == {"extra[1].other"}


def split(names: tuple[str | None, ...], *items: int | None, year: int = 2020) -> Report:
    values = {
        id: figure
        for i, n in enumerate(items)
        for id, figure in row(f"disclosure.other_services[{i}]", items=n, change=0).items()
    }
    official = zeros(2019, year).values
    kept = {id: value for id, value in official.items() if "[" not in id}
    return build(2019, year, Agency("某局"), {**kept, **values}, repeats={"other_services": names})


def items_of(report: Report) -> list[object]:
    return [report[id] for id in report.values if "[" in id and id.endswith(".items")]


def test_split_rows_show_through_by_their_names_the_kth_of_each() -> None:
    held = split(("检查", "确认", "检查"), 1, 2, 3)
    over = split(("检查", "检查", "确认"), None, None, None)
    assert items_of(lay_over(held, over)) == [1, 3, 2]
    assert items_of(lay_over(held, split(("奖励", "检查", "确认"), None, None, None))) == [None] * 3


def test_rows_of_one_name_are_carried_over_the_kth_to_the_kth() -> None:
    last = split(("检查", "检查", "确认"), 4, 5, 6, year=2019)
    this = split(("确认", "检查", "检查"), 6, 4, 5)
    found = carried_over(this, last)
    cells = [f"disclosure.other_services[{i}].items" for i in range(3)]
    assert [found[cell] for cell in cells] == [6, 4, 5]
    assert [f for f in rules.check(this, last) if f.rule == "Y-03"] == []
    wrong = split(("确认", "检查", "检查"), 6, 5, 4)
    told = [f for f in rules.check(wrong, last) if f.rule == "Y-03"]
    assert [(f.cells, f.expected, f.actual) for f in told] == [
        ((cells[1],), 4, 5),
        ((cells[2],), 5, 4),
    ]
