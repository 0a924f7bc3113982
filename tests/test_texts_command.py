"""核对文字, as far as it can be tried without a running program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from nianbao import rules
from nianbao.formats.book import Book
from nianbao.report import Origin, Report
from nianbao.report.findings import Finding
from nianbao_addin.commands.check import texts
from nianbao_addin.open import results, workbook
from nianbao_addin.open.results import Answer, ListedFinding, ResultsSheet
from nianbao_addin.open.workbook import OpenWorkbook
from rules_data.reports import r21, report, requests

PLACES = {"text.overview": Origin("一、总体情况!B14"), "requests.received.total": Origin("表三!J7")}
SAYS_EIGHT = r21(
    requests(received=9, total=8, granted=8),
    text={"overview": "2023年，共收到政府信息公开申请7件。"},
    origins=PLACES,
)


@dataclass
class Desk:
    """Stands for the host: what is listed before, what is written, where it leads."""

    listed_before: tuple[str, ...] = ()
    written: tuple[Finding, ...] = ()
    selected: list[Any] = field(default_factory=list)

    def select(self, place: Any) -> None:
        self.selected.append(place)


def press(monkeypatch: pytest.MonkeyPatch, found: Report, desk: Desk) -> str:
    entries = tuple(
        ListedFinding(5 + i, "", "", "", "", fingerprint, Answer())
        for i, fingerprint in enumerate(desk.listed_before)
    )

    def write(
        host: Desk, sheet: ResultsSheet, findings: Sequence[Finding], book: OpenWorkbook
    ) -> Any:
        host.written = tuple(findings)
        return host.written

    opened = OpenWorkbook(found, None, {}, {}, cast(Book, None))
    monkeypatch.setattr(workbook, "read", lambda host: opened)
    monkeypatch.setattr(
        results, "read", lambda host: ResultsSheet("校验结果", marks=True, entries=entries)
    )
    monkeypatch.setattr(results, "write", write)
    return texts(desk).said  # type: ignore[arg-type]


def test_only_the_texts_are_listed_and_the_first_place_is_gone_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    assert press(monkeypatch, SAYS_EIGHT, desk) == "文字：1 处提醒。"
    assert [f.rule for f in desk.written] == ["N-01"]
    (place,) = desk.selected
    assert (place.sheet, place.row) == ("一、总体情况", 14)


def test_what_is_listed_of_the_tables_stays_and_nothing_is_added_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = [f for f in rules.check(SAYS_EIGHT) if f.rule == "T3-01"]
    assert len(tables) == 2
    desk = Desk((tables[0].fingerprint, "000000000000"))
    press(monkeypatch, SAYS_EIGHT, desk)
    assert [f.rule for f in desk.written] == ["T3-01", "N-01"]


def test_right_texts_are_told_to_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert press(monkeypatch, r21(), Desk()) == "文字：没有发现问题。"


def test_on_the_wrong_form_that_is_told_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    assert press(monkeypatch, report(2019, 2023), desk) == "文字：1 处错误。"
    assert [f.rule for f in desk.written] == ["F-01"]
