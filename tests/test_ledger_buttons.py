"""填充公式, 校验 and 查看明细 on a workbook with ledgers, pressed in a real LibreOffice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from button_books import NASTY, Desk
from ledger_books import NAMES, YEAR, case_, document, put, request
from nianbao import actions
from nianbao.form import PLAIN
from nianbao.ledgers import Ledger, figures, model
from nianbao.report import Agency
from nianbao.template.build import template
from nianbao.template.ledger_formulas import FIRST, is_link

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]
LEDGER = Ledger(
    (
        request(FIRST, applicant=NAMES[0], content=NAMES[2]),
        request(FIRST + 1, applicant=NAMES[0], applicant_type="A2", result="R11", weight=2),
        request(FIRST + 2, applicant=NAMES[0], closed=None, result=None),
        request(FIRST + 3, applicant=NAMES[0], result="R41"),
    ),
    (case_(FIRST), case_(FIRST + 1, role="reviewer")),
    (document(FIRST),),
)
RECEIVED = "requests.received.natural_person"
COUNTED = figures(LEDGER, 2021, YEAR)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / NASTY
    path.write_bytes(put(template(2021, YEAR, PLAIN, Agency("某市某某局")), LEDGER, FIRST))
    return path


def test_blank_cells_are_linked_to_the_ledgers_and_typed_ones_compared(
    desk: Open, workbook: Path
) -> None:
    d = desk(workbook)
    d.type_over(RECEIVED, 9)
    before = d.contents()
    said = d.press("formulas")
    where = f"{d.place(RECEIVED).sheet}!D7"
    assert said.startswith(
        "合计和核对公式都在，没有需要恢复的。把 161 个空格接到台账。有 1 格填的数与"
    )
    assert said.endswith(f"没有改动：{where} 填的是 9，台账是 3。"), said
    assert d.cell(RECEIVED).value == 9
    for id in ("requests.granted.business", "requests.unavailable.not_held.natural_person"):
        assert is_link(d.cell(id).formula)
        assert d.cell(id).value == COUNTED[id]
    assert d.cell("requests.granted.total").value == COUNTED["requests.granted.total"]
    assert d.cell("disputes.litigation_after.total").value == 1
    assert d.cell("disclosure.normative_documents.made").value == 1
    assert d.press("formulas").startswith("合计和核对公式都在，没有需要恢复的。有 1 格填的数")
    listed = d.press("check")
    assert "错误" in listed
    shown = str(d.book.sheets["校验结果"].used_range.value)
    assert "台账算出来是 3，相差 6" in shown
    assert not any(name in shown for name in NAMES)
    d.type_over(RECEIVED, None)
    assert "把 1 个空格接到台账" in d.press("formulas")
    assert d.press("undo") == "已撤销上次“填充公式”，恢复了 1 格。"
    assert d.cell(RECEIVED).value is None
    after = d.contents()
    assert {k for k in before if before[k] != after[k]} <= {"表二", "表三", "表四", "校验结果"}


def test_a_saved_workbook_with_links_is_read_filled_and_exported(
    desk: Open, workbook: Path, tmp_path: Path
) -> None:
    d = desk(workbook)
    d.press("formulas")
    d.book.sheets["依申请台账"].range((FIRST + 2, 1)).value = "2025-777"
    d.book.save()
    report = actions.read(workbook)
    assert {id: report.values[id] for id in COUNTED} == COUNTED
    again = actions.fill(report, workbook, None, force=True)
    assert not [n for n in again.notes if "公式" in n]
    assert {id: actions.read(workbook).values[id] for id in COUNTED} == COUNTED
    with zipfile.ZipFile(workbook) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if "worksheets/" in n]
    assert sum(data.lower().count(b">sumifs(nb.ledger") for data in sheets) > 100
    out = tmp_path / "导出.xlsx"
    actions.export(report, out, "xlsx", force=False)
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        everything = b"".join(archive.read(n) for n in archive.namelist())
    assert not any(name.encode() in everything for name in NAMES)


def test_the_rows_behind_a_cell_are_shown_and_all_of_them_again(desk: Open, workbook: Path) -> None:
    d = desk(workbook)
    rows = {row.row for row in LEDGER.requests}

    def shown() -> set[int]:
        sheet = d.book.sheets["依申请台账"].impl.xl
        return {row for row in rows if sheet.Rows.getByIndex(row - 1).IsVisible}

    def look(id: str) -> str:
        place = d.place(id)
        d.book.sheets[place.sheet].activate()
        d.cell(id).select()
        return press(d, "detail")

    assert "2 行，共 3 件" in look("requests.granted.total")
    assert shown() == {FIRST, FIRST + 1}
    assert press(d, "detail") == "“依申请台账”已全部显示。"
    assert shown() == rows
    assert "4 行，共 5 件" in look("requests.received.total")
    assert shown() == rows
    assert "1 行，共 1 件" in look("requests.carried_out.natural_person")
    assert shown() == {FIRST + 2}
    ticks = model.load()["requests"].columns
    column = d.book.sheets["依申请台账"].range((FIRST, len(ticks) + 1), (FIRST + 3, len(ticks) + 1))
    assert column.value == [None, None, "√", None]
    place = d.place("disclosure.fees.amount")
    d.book.sheets[place.sheet].activate()
    d.cell("disclosure.fees.amount").select()
    assert d.refused("detail").startswith("请先选中表三")


def press(d: Desk, button: str) -> str:
    """A button that speaks in the status bar."""
    import macros

    d.app.impl.alerts.asked.clear()
    d.app.impl.statuses.clear()
    macros.run(button)
    assert d.app.impl.alerts.asked == []
    said = [text for text in d.app.impl.statuses if text]
    return str(said[-1])


def test_without_entries_in_the_ledgers_nothing_is_linked_and_nothing_shown(
    desk: Open, tmp_path: Path
) -> None:
    path = tmp_path / NASTY
    path.write_bytes(template(2021, YEAR, PLAIN, Agency("某市某某局")))
    d: Any = desk(path)
    assert d.press("formulas") == "合计和核对公式都在，没有需要恢复的。"
    d.book.sheets["表三"].activate()
    d.cell(RECEIVED).select()
    assert d.refused("detail") == "台账里还没有内容，先在台账里登记，再查看明细。"
