"""Workbooks with something wrong in them, and a hand that presses buttons on them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import xlwings as xw

from nianbao import actions
from nianbao.form import ExtraRow
from nianbao.form.workbook import name_of
from nianbao.report import Agency, Report, build, with_totals
from nianbao.template import restore
from nianbao.template.build import drafted as draft_anew
from nianbao.words.figures import Value
from nianbao_addin.hosts.host import Place, place_of
from nianbao_addin.libreoffice import blocks
from nianbao_addin.ribbon.buttons import TAB_LABEL

_PICKERS = ("file", "folder")
NUMBER = re.compile(r"（编号 \d{4}-\d{6}-\d{2}）$")
NASTY = "大兴 (2025)[新] 'A' & 100%;.xlsx"
SEED = Path(__file__).parent / "data" / "daxing-commerce-bureau-2020.txt"
AGENCY = Agency("北京市大兴区商务局")

Answers = Mapping[str, str] | Callable[[str], str | None]


@cache
def seed_report() -> Report:
    """The seed: a report of 2020 on the form of 2019."""
    return with_totals(actions.read(SEED))


@cache
def zeros(format: int, year: int) -> Report:
    """A report of nothing but zeros, with all its texts."""
    empty = build(format, year, AGENCY, {})
    figures: dict[str, Value] = {id: 0 for id in empty.values if id not in empty.form.sums()}
    texts = dict.fromkeys(("opening", "overview", "problems"), "本年没有变化。")
    texts["other"] = "本年没有收取信息处理费。"
    return with_totals(build(format, year, AGENCY, figures, text=texts))


def having(report: Report, values: Mapping[str, Value]) -> Report:
    """The same with other figures; totals are added up anew."""
    totals = dict.fromkeys(report.form.sums(report.layout))
    figures = {**report.values, **totals, **values}
    return with_totals(replace(report, values=MappingProxyType(figures)))


def with_local_row(report: Report) -> Report:
    """A row of the agency's own inside the sum of 表三（三）."""
    row = ExtraRow("requests", "9.其他情形", {"natural_person": 2}, "refused.inquiry")
    return with_totals(
        build(
            report.format,
            report.year,
            report.agency,
            {id: v for id, v in report.values.items() if id not in report.form.sums()},
            repeats=report.repeats,
            text=report.text,
            extra=(row,),
        )
    )


def workbook(path: Path, report: Report, previous: Report | None = None) -> Path:
    """Our workbook, filled from a report, as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_filled(_Same(report), _Same(previous)))
    return path


class _Same:
    """A value that is equal to itself alone, so that what is made of it can be kept."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@cache
def _filled(report: _Same, previous: _Same) -> bytes:
    return actions.filled(report.value, previous.value, None, "年报.xlsx")[0]


drafted = cache(draft_anew)
"""Drafts of the template, which 填充公式 only looks at: each shape's is made once for all tests."""


@dataclass
class Desk:
    """A running program with a workbook in front, and who sits there."""

    app: Any
    book: Any
    log: Path
    asked: list[Any] = field(default_factory=list)

    def press(self, button: str, **answers: Any) -> str:
        """Press a button; what it says at its end. ``file``: chosen, ``yes``: to any question."""
        alerts = self.app.impl.alerts
        alerts.asked.clear()

        def answer(alert: Any) -> str | None:
            if alert.buttons in ("file", "folder"):
                chosen = answers.get(alert.buttons)
                return str(chosen) if chosen else None
            return "ok" if alert.buttons == "ok" else "yes" if answers.get("yes") else "no"

        alerts.answer = answer
        import macros

        macros.run(button)
        self.asked = list(alerts.asked)
        assert all(
            alert.title == TAB_LABEL for alert in self.asked if alert.buttons not in _PICKERS
        )
        told = [alert.prompt for alert in self.asked if alert.buttons == "ok"]
        assert len(told) == 1, told
        return str(told[0])

    def refused(self, button: str, **answers: Any) -> str:
        """The same for one that ends in a sentence with a log number; the sentence without it."""
        said = self.press(button, **answers)
        assert NUMBER.search(said), said
        number = NUMBER.search(said)[0][4:-1]  # type: ignore[index]
        assert f"[{number}]" in self.log.read_text(encoding="utf-8")
        sentence = NUMBER.sub("", said)
        assert re.fullmatch(r"[^。]*。", sentence), sentence
        assert "程序出错" not in sentence
        return sentence

    def leave(self) -> None:
        """Close the workbook; then none is open."""
        self.book.close()
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller

    @property
    def questions(self) -> list[str]:
        return [alert.prompt for alert in self.asked if alert.buttons == "yes_no"]

    def place(self, id: str) -> Place:
        found = place_of(self.book.names[name_of(id)].refers_to)
        assert found is not None
        return found

    def cell(self, id: str) -> Any:
        place = self.place(id)
        return self.book.sheets[place.sheet].range((place.row, place.column))

    def type_over(self, id: str, value: Any) -> None:
        """As a person does who has lifted the protection of the sheet."""
        cell = self.cell(id)
        sheet = cell.sheet.impl
        protected = sheet.protected
        if protected:
            sheet.unprotect()
        cell.value = value
        if protected:
            sheet.protect()

    def contents(self) -> dict[str, Any]:
        """Every formula and constant of the workbook, as Calc has them, and which of the numbers
        are dates or truth values."""
        found = {}
        for sheet in self.book.sheets:
            used = sheet.used_range.impl
            kinds = blocks.special(used, used.xl.getDataArray())
            found[sheet.name] = (used.address, used.xl.getFormulaArray(), kinds)
        return found


@pytest.fixture
def desk(office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    """``desk(path)`` opens a file; ``desk()`` has nothing open."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "argv", ["macros"])
    monkeypatch.setattr(restore, "drafted", drafted)

    def open_(path: Path | None = None) -> Desk:
        book = office.books.open(str(path)) if path else None
        if book is not None:
            xw.Book.set_mock_caller(book)
        return Desk(office, book, tmp_path / "data" / "nianbao" / "log.txt")

    return open_
