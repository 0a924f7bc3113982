"""生成文字: pressed in a real LibreOffice through xlwings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from button_books import NASTY, Desk
from narrated import BEFORE, ORDINARY, everything, figures
from nianbao import actions, reading
from nianbao.narrative import into_workbook
from nianbao.narrative.into_workbook import Basis, Style
from nianbao.report import TEXTS
from nianbao_addin.commands.narrate import FOLDER, SHEET
from nianbao_addin.open import changes

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]


def workbook(path: Path) -> Path:
    """Figures, last year's and facts; no texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    now, then = figures(**ORDINARY), figures(2024, **BEFORE)
    path.write_bytes(actions.filled(now, then, None, path.name, facts=everything())[0])
    return path


def said_by(d: Desk) -> dict[str, list[str]]:
    """The paragraphs of each text, as they stand in the open workbook."""
    found = {}
    for id in TEXTS:
        place = d.place(f"text.{id}")
        cells = d.book.sheets[place.sheet].range(
            (place.row, place.column), (place.row + place.rows - 1, place.column)
        )
        found[id] = [value for value in cells.value if value]
    return found


def test_texts_are_written_kept_beside_and_taken_back(desk: Open, nasty_folder: Path) -> None:
    path = workbook(nasty_folder / NASTY)
    expected = into_workbook.narrate(
        into_workbook.basis_of(reading.open(path.read_bytes(), path.name))
    ).text
    d = desk(path)
    empty = d.contents()
    assert d.press("narrate") == (
        "已生成“开头”“一、总体情况”“五、存在的主要问题及改进情况”“六、其他需要报告的事项”，"
        "请逐句看一遍；可以撤销。"
    )
    assert {id: "\n".join(lines) for id, lines in said_by(d).items()} == expected
    assert "同比下降4.44%" in expected["overview"]
    assert d.book.sheets["一、总体情况"].impl.protected
    once = d.contents()
    assert d.press("narrate") == "文字已是最新的，没有需要改动的。"
    assert d.contents() == once

    d.cell("text.other").value = "=1+1 是我自己写的。"
    d.cell("facts.meetings").value = 6
    own = said_by(d)["other"]
    assert d.press("narrate") == (
        "已生成“一、总体情况”，请逐句看一遍；可以撤销。"
        f"“六、其他需要报告的事项”已有您自己写的文字，没有改动，生成的放在“{SHEET}”表里。"
    )
    after = said_by(d)
    assert after["other"] == own
    assert any("会议6次" in line for line in after["overview"])
    beside = [row[0] for row in d.book.sheets[SHEET].used_range.options(ndim=2).value]
    assert "六、其他需要报告的事项" in beside
    assert expected["other"].splitlines()[0] in beside
    assert d.press("undo") == "已撤销上次“生成文字”，恢复了 2 格。"
    assert said_by(d)["overview"] == expected["overview"].splitlines()

    d.cell("text.other").value = expected["other"].splitlines()[0]
    d.press("narrate")
    assert SHEET not in [sheet.name for sheet in d.book.sheets]
    d.book.save(str(path))
    read = reading.open(path.read_bytes(), path.name).report
    assert "会议6次" in read.text["overview"]
    assert empty.keys() <= d.contents().keys()
    d.leave()


def test_an_office_keeps_its_templates_beside_the_workbook(desk: Open, tmp_path: Path) -> None:
    folder = tmp_path / "某局" / FOLDER
    folder.mkdir(parents=True)
    file = folder / "监督保障.txt"
    file.write_text("全年开会{{ 研究部署会议 }}次。", encoding="gb18030")
    path = workbook(tmp_path / "某局" / NASTY)
    d = desk(path)
    d.press("narrate")
    assert "全年开会5次。" in said_by(d)["overview"]
    assert d.press("undo").startswith("已撤销上次“生成文字”，恢复了 ")
    assert said_by(d) == {id: [] for id in TEXTS}
    file.write_text("\n{{ 开会 }}", encoding="utf-8")
    before = d.contents()
    assert "“监督保障.txt”第 2 行" in d.refused("narrate")
    assert d.contents() == before
    file.unlink()
    assert "没有 .txt 的文字模板" in d.refused("narrate")
    d.leave()


def test_a_sheet_of_somebody_elses_with_the_name_is_left_alone(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY))
    d.book.sheets.add(SHEET).range("A1").value = "我的"
    before = d.contents()
    assert f"“{SHEET}”" in d.refused("narrate")
    assert d.contents() == before
    assert changes.SHEET not in before
    d.leave()


def test_a_workbook_narrated_by_the_command_is_known_to_the_button(
    desk: Open, tmp_path: Path
) -> None:
    path = tmp_path / NASTY
    source = Basis(figures(**ORDINARY), figures(2024, **BEFORE), everything())
    path.write_bytes(into_workbook.written(source, None, path.name, Style())[0])
    d = desk(path)
    assert d.press("narrate") == "文字已是最新的，没有需要改动的。"
    d.type_over("requests.received.business", 6)
    assert d.press("narrate").startswith("已生成“一、总体情况”，")
    assert any("新收政府信息公开申请44件" in line for line in said_by(d)["overview"])
    d.leave()
