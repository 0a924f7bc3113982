"""核对文字, pressed in a real LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from button_books import Desk, having, seed_report, workbook
from nianbao.report import Report
from test_check_button import NATURAL, from_file, marked, rows

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]


def saying(report: Report, overview: str) -> Report:
    return replace(report, text=MappingProxyType({**report.text, "overview": overview}))


def test_the_texts_are_listed_alone_and_the_place_of_the_first_is_gone_to(
    desk: Open, tmp_path: Path
) -> None:
    wrong = saying(having(seed_report(), {NATURAL: 9}), "2020年，共收到政府信息公开申请8件。")
    at = desk(workbook(tmp_path / "年报.xlsx", wrong))
    assert at.press("texts") == "文字：1 处提醒。"
    (row,) = rows(at)
    assert (row["rule"], row["actual"], row["expected"], row["difference"]) == ("N-01", 8, 9, 1)
    assert row["place"] == "一、总体情况!B14"
    assert "“2020年，共收到政府信息公开申请8件”" in row["message"]
    assert at.app.selection.sheet.name == "一、总体情况"
    total = at.place("requests.received.total")
    assert "一、总体情况!$B$14" in marked(at, "warning")
    assert any(key.startswith("表三!") for key in marked(at, "warning")), total


def test_what_is_listed_of_the_tables_stays_until_it_is_mended(desk: Open, tmp_path: Path) -> None:
    wrong = saying(having(seed_report(), {NATURAL: 9}), "2020年，共收到政府信息公开申请8件。")
    path = workbook(tmp_path / "年报.xlsx", wrong)
    at = desk(path)
    at.press("check")
    before = [row["fingerprint"] for row in rows(at)]
    assert before == [f.fingerprint for f in from_file(path)]
    assert at.press("texts") == "文字：1 处提醒。"
    assert [row["fingerprint"] for row in rows(at)] == before
    at.type_over("text.overview", "2020年，共收到政府信息公开申请9件。")
    assert at.press("texts") == "文字：没有发现问题。"
    assert "N-01" not in {row["rule"] for row in rows(at)}
    assert len(rows(at)) == len(before) - 1
