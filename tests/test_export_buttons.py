"""导出报告表, Word, PDF, 网页: pressed in a real LibreOffice through xlwings."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from button_books import AGENCY, NASTY, Desk, having, seed_report, with_local_row, workbook, zeros
from nianbao import actions
from nianbao.exports import pdf
from nianbao.report import Agency, Report, build, with_totals
from nianbao_addin.commands import export
from nianbao_addin.hosts import notice
from nianbao_addin.hosts.excel import Excel

pytestmark = pytest.mark.libreoffice

Open = Callable[..., Desk]
TITLE = "北京市大兴区商务局2025年政府信息公开工作年度报告"
KINDS = ("xlsx", "docx", "html", "pdf")


def sound() -> Report:
    """A report that no rule finds an error in."""
    base = zeros(2021, 2025)
    texts = {
        **base.text,
        "opening": "根据《中华人民共和国政府信息公开条例》，编制本报告。",
        "overview": "\n".join(
            f"（{n}）{title}\n本年按规定办理，没有变化。"
            for n, title in zip(
                "一二三四五",
                ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障"),
                strict=True,
            )
        ),
        "problems": "存在的问题：人手不足。改进情况：已增加一人。",
        "other": "按照《政府信息公开信息处理费管理办法》，本年没有收取信息处理费。",
    }
    return with_totals(build(2021, 2025, AGENCY, base.values, text=texts))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files whose folder was opened."""
    found: list[Path] = []
    monkeypatch.setattr(notice, "reveal", found.append)
    return found


def test_every_kind_is_written_beside_the_workbook_and_says_the_same(
    desk: Open, nasty_folder: Path, shown: list[Path]
) -> None:
    d = desk(workbook(nasty_folder / NASTY, sound()))
    before = d.contents()
    d.cell("requests.granted.natural_person").sheet.impl.unprotect()
    d.cell("requests.granted.natural_person").impl.add_note("不要带出去")
    report = having(sound(), {"disclosure.licensing.decisions": 3})
    d.type_over("disclosure.licensing.decisions", 3)  # not saved: what is on the screen counts
    for kind in KINDS:
        target = nasty_folder / f"{TITLE}.{kind}"
        assert d.press(f"export_{kind}") == f"已写好并核对：{target.name}。"
        assert d.questions == []
        if kind == "pdf":
            assert target.read_bytes().startswith(b"%PDF-")
        else:
            assert actions.read(target) == report
        assert "不要带出去".encode() not in target.read_bytes()
    assert shown == [nasty_folder / f"{TITLE}.{kind}" for kind in KINDS]
    assert not [path for path in nasty_folder.iterdir() if path.name.startswith(".")]
    d.type_over("disclosure.licensing.decisions", 0)
    assert d.contents() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_there_is_replaced_only_if_that_is_agreed(
    desk: Open, tmp_path: Path, shown: list[Path], kind: str
) -> None:
    d = desk(workbook(tmp_path / NASTY, sound()))
    target = tmp_path / f"{TITLE}.{kind}"
    target.write_bytes(b"mine")
    assert d.press(f"export_{kind}") == "没有导出。"
    assert d.questions == [f"“{target.name}”已经存在，要替换它吗？"]
    assert target.read_bytes() == b"mine"
    assert shown == []
    assert d.press(f"export_{kind}", yes=True).startswith("已写好并核对：")
    once = target.read_bytes()
    assert d.press(f"export_{kind}", yes=True).startswith("已写好并核对：")
    assert kind == "pdf" or target.read_bytes() == once


def test_inserted_rows_and_renamed_sheets_change_nothing_in_the_report(
    desk: Open, tmp_path: Path
) -> None:
    d = desk(workbook(tmp_path / NASTY, sound()))
    for name, row in (("表三", 9), ("表二", 6), ("一、总体情况", 3)):
        sheet = d.book.sheets[name]
        sheet.impl.unprotect()
        sheet.range(f"{row}:{row + 1}").insert("down")
        sheet.name = f"{name} & 'x' y"
    for kind in ("docx", "pdf"):
        assert d.press(f"export_{kind}").startswith("已写好并核对："), d.questions
    assert actions.read(tmp_path / f"{TITLE}.docx") == sound()


def test_open_errors_are_asked_about_first(desk: Open, tmp_path: Path, shown: list[Path]) -> None:
    slip = {"requests.received.natural_person": 3, "requests.granted.business": None}
    d = desk(workbook(tmp_path / NASTY, having(sound(), slip)))
    assert d.press("export_docx") == "没有导出。"
    (question,) = d.questions
    assert question.startswith("校验还有 ")
    assert question.endswith("，仍然导出吗？")
    assert "处错误" in question
    assert not list(tmp_path.glob("*.docx"))
    assert d.press("export_docx", yes=True).startswith("已写好并核对：")
    assert actions.read(tmp_path / f"{TITLE}.docx")["requests.received.natural_person"] == 3


def test_a_workbook_that_was_never_saved_is_told_to_be_saved(desk: Open, office: object) -> None:
    d = desk()
    d.app.books.add()
    for kind in KINDS:
        assert d.refused(f"export_{kind}") == "工作簿还没有保存在本机的文件夹里，请先保存再导出。"


def test_no_workbook_one_not_ours_and_one_without_a_name_are_refused(
    desk: Open, tmp_path: Path
) -> None:
    nobody = workbook(tmp_path / "无名.xlsx", replace(sound(), agency=Agency("")))
    d = desk(nobody)
    assert d.refused("export_html") == "没有填写机关名称，请先在“说明”表填写再导出。"
    d.leave()
    path = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(path)
    d = desk(path)
    assert "不是年报工作簿" in d.refused("export_html")
    d.leave()
    assert "没有打开的工作簿" in d.refused("export_html")
    assert not list(tmp_path.glob("*.html"))


def test_a_workbook_with_the_name_of_its_own_export_is_not_replaced(
    desk: Open, tmp_path: Path
) -> None:
    path = workbook(tmp_path / f"{TITLE}.xlsx", sound())
    before = path.read_bytes()
    d = desk(path)
    said = d.refused("export_xlsx", yes=True)
    assert said == f"这份工作簿自己就叫“{TITLE}.xlsx”，请先另存为别的名字再导出。"
    assert path.read_bytes() == before


def test_a_folder_in_the_way_is_one_sentence(desk: Open, tmp_path: Path) -> None:
    d = desk(workbook(tmp_path / NASTY, sound()))
    for kind in KINDS:
        (tmp_path / f"{TITLE}.{kind}").mkdir()
        assert "文件夹" in d.refused(f"export_{kind}", yes=True)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


# --- PDF -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "report",
    [sound(), seed_report(), with_local_row(zeros(2019, 2020))],
    ids=["sound", "seed", "local row"],
)
def test_the_sheet_that_is_printed_says_what_the_report_says(
    desk: Open, tmp_path: Path, report: Report
) -> None:
    d = desk(workbook(tmp_path / NASTY, report))
    d.book.sheets["报告"].name = "打印 'x' & 1"
    d.book.sheets["表三"].name = "三"
    found = export.printed(Excel(d.book), report)
    assert found == export.Printed("打印 'x' & 1", ())
    assert export.printed(Excel(d.book), having(report, {"requests.received.business": 9})) is None
    if shutil.which("pdftotext"):
        d.press("export_pdf", yes=True)
        (made,) = tmp_path.glob("*.pdf")
        text = subprocess.run(
            ["pdftotext", str(made), "-"], capture_output=True, text=True, check=True
        ).stdout
        assert f"{report.year}年政府信息公开工作年度报告" in text.replace("\n", "")
        assert "填写步骤" not in text


def test_a_printed_sheet_that_was_typed_over_is_not_printed(
    desk: Open, tmp_path: Path, shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made from Word by a LibreOffice then; without one there is a sentence."""
    d = desk(workbook(tmp_path / NASTY, sound()))
    sheet = d.book.sheets["报告"]
    sheet.impl.unprotect()
    cell = next(c for row in sheet.used_range.rows for c in row if str(c.formula).find("表三") >= 0)
    cell.value = 77
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "program", lambda: None)
        assert d.refused("export_pdf").startswith("本机没有 LibreOffice")
    assert not list(tmp_path.glob("*.pdf"))
    assert d.press("export_pdf").startswith(f"已写好并核对：{TITLE}.pdf。")
    assert (tmp_path / f"{TITLE}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_program_that_prints_nothing_replaces_nothing(
    desk: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    d = desk(workbook(tmp_path / NASTY, sound()))
    target = tmp_path / f"{TITLE}.pdf"
    target.write_bytes(b"%PDF-mine")
    monkeypatch.setattr(Excel, "to_pdf", lambda self, sheet, path: path.write_bytes(b""))
    said = d.refused("export_pdf", yes=True)
    assert said == f"LibreOffice 没有生成 PDF“{TITLE}.pdf”。"
    assert target.read_bytes() == b"%PDF-mine"
    assert len(list(tmp_path.iterdir())) == 3  # the workbook, the file, our folder of data


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (TITLE, TITLE),
        ('某局/科:"一"\\二|三?*<四>\x07', "某局_科__一__二_三___四_"),
        ("  ..报告. ", "报告"),
        ("con", "_con"),
        ("COM1.报告", "_COM1.报告"),
        ("", "_"),
    ],
)
def test_a_title_makes_a_name_for_any_system(title: str, name: str) -> None:
    assert export.safe_name(title) == name


def test_a_long_title_keeps_its_end() -> None:
    name = export.safe_name("很长的机关名称" * 30 + "2025年报告")
    assert name.endswith("2025年报告")
    assert 150 < len(name.encode()) <= 200


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("win32", 'explorer /select,"{path}"'),
        ("darwin", ["open", "-R", "{path}"]),
        ("linux", ["xdg-open", "{folder}"]),
    ],
)
def test_the_folder_is_opened_as_each_system_does_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, expected: str | list[str]
) -> None:
    started: list[object] = []
    monkeypatch.setattr(notice.sys, "platform", platform)
    monkeypatch.setattr(notice.subprocess, "Popen", lambda command, **_: started.append(command))
    monkeypatch.setenv("DISPLAY", ":0")
    path = tmp_path / "报告 (1).docx"

    def filled(text: str) -> str:
        return text.format(path=path, folder=tmp_path)

    notice.reveal(path)
    assert started == [
        filled(expected) if isinstance(expected, str) else [filled(part) for part in expected]
    ]


def test_without_a_screen_nothing_is_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(notice.sys, "platform", "linux")
    monkeypatch.setattr(notice.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    notice.reveal(tmp_path / "a.docx")
    notice.open_file(tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()
