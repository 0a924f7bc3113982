"""Reports go to other processes and come back whole, wherever they were read."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from nianbao import reading
from nianbao.exports import html, json, word, xlsx
from nianbao.report import Report
from nianbao.template.fill import fill
from samples import full
from strategies import zeros
from test_private import SHEETS, pasted, xls

SOURCES: dict[str, Callable[[], bytes]] = {
    "our own workbook": lambda: fill(full()).data,
    "xlsx": lambda: xlsx.write(full()),
    "xls": lambda: xls(SHEETS),
    "docx": lambda: word.write(full()),
    "html": lambda: html.write(full()),
    "txt": lambda: pasted(SHEETS),
    "json": lambda: json.write(full()),
}


def whole(report: Report) -> tuple[Report, object]:
    return report, report.trace


@pytest.mark.parametrize("source", SOURCES)
def test_a_report_is_the_same_after_pickling_and_copying(source: str) -> None:
    report = reading.open(SOURCES[source](), "年报").report
    assert report.trace.origins or source == "json"
    assert whole(pickle.loads(pickle.dumps(report))) == whole(report)
    assert whole(copy.deepcopy(report)) == whole(report)


def test_last_years_report_in_our_workbook_pickles_too() -> None:
    before = reading.open(fill(zeros(year=2025), zeros(year=2024)).data, "年报.xlsx").previous
    assert before is not None
    assert whole(pickle.loads(pickle.dumps(before))) == whole(before)
