"""批量生成, 批量校验, 批量汇总 as they are pressed; the program is played."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nianbao import actions
from nianbao.errors import UnusableInput
from nianbao_addin.commands import batch, find
from nianbao_addin.hosts import notice
from returned import YEAR, put, report, roster, wrong


class Played:
    """A program with nothing of ours open; ``file``, ``folder``, ``yes`` are what is chosen."""

    def __init__(self, file: Path | None, folder: Path | None, *, yes: bool = True) -> None:
        self.file, self.folder, self.yes = file, folder, yes
        self.said: list[str] = []
        self.asked: list[str] = []

    def choose_file(self, title: str, patterns: Any) -> Path | None:
        return self.file

    def choose_folder(self, title: str) -> Path | None:
        return self.folder

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self.yes

    def status(self, text: str | None) -> None:
        self.said.append(text or "")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What is opened for the person; the open workbook is none of ours."""
    found: list[Path] = []
    monkeypatch.setattr(notice, "open_file", found.append)

    def none_of_ours(host: Any) -> Any:
        raise UnusableInput("不是年报工作簿。")

    monkeypatch.setattr(batch.workbook, "read", none_of_ours)
    return found


def press(command: str, host: Played) -> str:
    return find(command)(host).said  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    roster(tmp_path / "名单.csv", "某市甲局,A1,,,", "某市乙局,A2,,,", "某市丙局,A3,,,")
    put(tmp_path / "收件" / "a.xlsx", report("某市甲局", business=2))
    put(tmp_path / "收件" / "b.docx", wrong(report("某市乙局", business=3)))
    return tmp_path


def test_a_workbook_is_made_for_every_agency(place: Path, shown: list[Path]) -> None:
    host = Played(place / "名单.csv", place / "发")
    (place / "发").mkdir()
    assert press("batch_fill", host) == "生成 3 份，原已生成 0 份，未成功 0 份。"
    assert "给 3 个单位各生成一份" in host.asked[0]
    assert shown == [place / "发"]
    (book,) = (place / "发").glob("某市甲局*.xlsx")
    assert actions.read(book).agency.name == "某市甲局"
    assert host.said[-1].startswith("正在生成工作簿：已完成 3/3 个")


def test_a_folder_is_checked_against_a_roster(place: Path, shown: list[Path]) -> None:
    host = Played(place / "名单.csv", place / "收件")
    said = press("batch_check", host)
    assert said.startswith("3 个单位：未报 1，有错 1，")
    assert shown == [place / "收件核查.xlsx"]
    rows = openpyxl.load_workbook(shown[0])["总览"].iter_rows(min_row=4, values_only=True)
    assert [row[1] for row in rows][:3] == ["某市甲局", "某市乙局", "某市丙局"]
    press("batch_check", host)
    assert host.asked[-1] == f"“{shown[0]}”已经存在，更新它吗？"


def test_a_folder_is_added_up(place: Path, shown: list[Path]) -> None:
    said = press("batch_collect", Played(place / "名单.csv", place / "收件"))
    assert said.startswith("汇总 2 份报告：应报 3 个单位，未报 1，有错 1（已标出）。")
    total = actions.read(place / "收件汇总.xlsx")
    assert (total.year, total["requests.received.business"]) == (YEAR, 2 + 99)


@pytest.mark.parametrize("command", ["batch_fill", "batch_check", "batch_collect"])
def test_who_chooses_nothing_gets_nothing(command: str, place: Path, shown: list[Path]) -> None:
    before = sorted(place.rglob("*"))
    for host in (Played(None, place / "收件"), Played(place / "名单.csv", None)):
        assert press(command, host) == "没有选择，什么都没有做。"
    assert sorted(place.rglob("*")) == before
    assert shown == []
