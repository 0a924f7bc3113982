"""Filling a workbook that has something in it already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from nianbao import actions
from nianbao.errors import UnusableInput
from nianbao.overlay import lay_over
from nianbao.report import Agency, Report, build, from_dict, with_totals
from strategies import reports


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
@given(reports(format=2021))
def test_a_report_laid_over_nothing_or_itself_is_itself(report: Report) -> None:
    empty = build(2021, report.year, report.agency, {})
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
