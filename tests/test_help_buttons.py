"""手册 and 诊断: pressed in a real LibreOffice through xlwings."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import html

from button_books import NASTY, Desk, having, workbook, zeros
from nianbao.errors import CannotWrite
from nianbao.formats import files
from nianbao_addin import desktop, manual, wheels
from nianbao_addin.buttons import BUTTONS, GROUPS
from nianbao_addin.commands import help as helping

Open = Callable[..., Desk]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that were opened."""
    found: list[Path] = []
    monkeypatch.setattr(desktop, "show", found.append)
    return found


@pytest.mark.libreoffice
def test_the_doctor_writes_beside_the_workbook_and_nothing_of_the_cells(
    desk: Open, nasty_folder: Path, opened: list[Path]
) -> None:
    report = having(zeros(2021, 2025), {"requests.received.natural_person": 76543})
    d = desk(workbook(nasty_folder / NASTY, report))
    before = d.contents()
    path = nasty_folder / helping.REPORT
    for _ in range(2):
        said = d.press("doctor")
        assert re.fullmatch(
            rf"共 \d+ 项：\d+ 项有误，\d+ 项需要注意。写在：{re.escape(str(path))}", said
        )
    assert opened == [path, path]
    text = path.read_text(encoding="utf-8-sig")
    for topic in ("表格软件：LibreOffice", "Python：", "解释器：", "编码：", "xlwings：", "日志："):
        assert topic in text
    assert "xlwings.conf" in text
    assert "可以写入" in text
    assert "76543" not in text
    assert "商务局" not in text
    assert sorted(p.name for p in nasty_folder.iterdir()) == sorted([NASTY, helping.REPORT])
    assert d.contents() == before


@pytest.mark.libreoffice
def test_the_doctor_leaves_a_file_of_somebody_elses_alone(
    desk: Open, tmp_path: Path, opened: list[Path]
) -> None:
    d = desk(workbook(tmp_path / "表" / NASTY, zeros(2021, 2025)))
    theirs = tmp_path / "表" / helping.REPORT
    theirs.write_text("我的诊断", encoding="utf-8")
    d.press("doctor")
    assert theirs.read_text(encoding="utf-8") == "我的诊断"
    assert opened == [tmp_path / "data" / "nianbao" / helping.REPORT]
    assert opened[0].is_file()


@pytest.mark.libreoffice
def test_help_needs_no_report_and_no_saved_workbook(
    desk: Open, tmp_path: Path, opened: list[Path]
) -> None:
    d = desk()
    d.app.books.add()
    assert str(tmp_path / "data") in d.press("doctor")
    assert "没有保存在本机的文件夹里" in opened[0].read_text(encoding="utf-8-sig")
    assert d.press("manual") == f"手册：{tmp_path / 'data' / 'nianbao' / manual.FILE_NAME}"
    assert d.press("manual").startswith("手册：")
    assert opened[1] == opened[2]
    assert opened[1].read_bytes() == manual.page()


@pytest.mark.libreoffice
def test_where_nothing_can_be_written_there_is_one_sentence(
    desk: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    d = desk(workbook(tmp_path / NASTY, zeros(2021, 2025)))

    def full(path: Path, data: bytes, *, force: bool = False) -> None:
        raise CannotWrite(f"无法写入“{path}”：磁盘已满。")

    monkeypatch.setattr(files, "write", full)
    assert "没有可以写入" in d.refused("doctor")
    assert "没有可以写入" in d.refused("manual")


@pytest.mark.libreoffice
def test_no_button_does_anything_without_a_workbook(desk: Open) -> None:
    d = desk()
    for button in BUTTONS:
        assert "没有打开的工作簿" in d.refused(button.command)


def test_the_manual_has_every_button_and_nothing_from_elsewhere() -> None:
    page = html.fromstring(manual.page().decode())
    labels = [cell.text_content() for cell in page.xpath("//table//td[position()=last()-1]")]
    assert labels == [button.label for button in BUTTONS]
    groups = page.xpath("//table//th[@rowspan]")
    assert [cell.text_content() for cell in groups] == [group.label for group in GROUPS]
    assert sum(int(cell.get("rowspan")) for cell in groups) == len(BUTTONS)
    text = manual.page().decode()
    assert not re.search(r'https?:|src=(?!"data:)|<script|@import|url\(', text)
    assert "<!--" not in text


def test_the_manual_ships_with_the_program() -> None:
    names = ZipFile(BytesIO(wheels.own().data)).namelist()
    assert "nianbao_addin/manual.html" in names
