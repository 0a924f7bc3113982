"""``nianbao narrate``: on the screen, and into a workbook beside what a person has written."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from conftest import SEED, Cli
from ledger_books import put, request
from narrated import BEFORE, ORDINARY, everything, figures
from nianbao import actions, reading
from nianbao.errors import UnusableInput
from nianbao.exports import json as json_file
from nianbao.ledgers import Ledger, Request, with_counted
from nianbao.narrative import into_workbook
from nianbao.narrative.into_workbook import Basis, Style
from nianbao.report import Report
from nianbao.report.material import material
from test_cli import bad_inputs, one_sentence


def saved(path: Path, report: Report) -> Path:
    path.write_bytes(json_file.write(report))
    return path


@cache
def without_text() -> bytes:
    """A workbook of ours with figures and facts, without any text."""
    reports = figures(**ORDINARY), figures(2024, **BEFORE)
    return actions.filled(*reports, None, "年报.xlsx", facts=everything())[0]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "年报.xlsx"
    path.write_bytes(without_text())
    return path


def type_over(path: Path, name: str, row: int, value: object) -> None:
    """As a person does in a spreadsheet."""
    loaded = openpyxl.load_workbook(path)
    ((sheet, ref),) = loaded.defined_names[name].destinations
    cell = loaded[sheet][ref.split(":")[0]]
    loaded[sheet].cell(cell.row + row, cell.column).value = value
    loaded.save(path)


def texts(path: Path) -> dict[str, str]:
    return dict(reading.open(path.read_bytes(), path.name).report.text)


def test_the_text_is_printed_by_section_and_what_is_lacking_beside_it(
    cli: Cli,
    tmp_path: Path,
) -> None:
    code, out, err = cli("narrate", saved(tmp_path / "r.json", figures(**ORDINARY)))
    assert code == 0
    assert out.startswith("开头\n根据《中华人民共和国政府信息公开条例》")
    assert "\n\n一、总体情况\n2025年，" in out
    assert "同比" not in out
    assert "五、存在的主要问题及改进情况：没有写" in err
    before = saved(tmp_path / "p.json", figures(2024, **BEFORE))
    assert "同比下降4.44%" in cli("narrate", tmp_path / "r.json", "--previous", before)[1]


def test_the_text_can_go_into_a_file_of_its_own(cli: Cli, tmp_path: Path) -> None:
    source = saved(tmp_path / "r.json", figures(**ORDINARY))
    target = tmp_path / "文字.txt"
    assert cli("narrate", source, "-o", target)[0] == 0
    assert target.read_text(encoding="utf-8-sig") == cli("narrate", source)[1]
    code, _, err = cli("narrate", source, "-o", tmp_path / "文字.docx")
    assert code == 2
    assert ".xlsx" in one_sentence(err)


def test_a_workbook_of_ours_brings_facts_and_last_year(cli: Cli, book: Path) -> None:
    code, out, err = cli("narrate", book)
    assert (code, err) == (0, "")
    assert "同比下降4.44%" in out
    assert "主动公开政府信息491条" in out
    assert "（四）政务公开工作创新情况" in cli("narrate", book, "--profile", "山东")[1]


def test_machines_get_every_fact_with_its_place_and_cells(cli: Cli, book: Path) -> None:
    found = json.loads(cli("narrate", book, "--json")[1])
    assert set(found) == {"text", "facts", "notes"}
    for fact in found["facts"]:
        said = found["text"][fact["section"]][fact["start"] : fact["end"]]
        assert said.startswith(str(fact["value"])[:4])
    (received,) = (f for f in found["facts"] if f["cells"] == ["requests.received.total"])
    assert received["value"] == 43


def test_a_workbook_is_written_once_and_stays_the_same_the_second_time(
    cli: Cli,
    book: Path,
) -> None:
    assert cli("narrate", book, "-o", book)[0] == 3
    assert cli("narrate", book, "-o", book, "--force")[0] == 0
    once = book.read_bytes()
    written = texts(book)
    assert all(written.values())
    assert cli("narrate", book, "-o", book, "--force")[0] == 0
    assert book.read_bytes() == once


def test_generated_text_follows_the_figures_and_a_persons_own_stays(
    cli: Cli,
    book: Path,
) -> None:
    cli("narrate", book, "-o", book, "--force")
    before = texts(book)
    type_over(book, "nb.text.other", 1, "我局另有重要事项报告。")
    type_over(book, "nb.facts.meetings", 0, 6)
    code, out, err = cli("narrate", book, "-o", book, "--force")
    assert code == 0
    after = texts(book)
    assert after["other"].splitlines()[1] == "我局另有重要事项报告。"
    assert "“六、其他需要报告的事项”已有自己写的文字，没有改动；生成的文字与它不同。" in err
    assert before["overview"].replace("会议5次", "会议6次") == after["overview"]
    assert before["problems"] == after["problems"]
    assert out.endswith(f"供参考：\n\n六、其他需要报告的事项\n{before['other']}\n")
    told = json.loads(cli("narrate", book, "-o", book, "--force", "--json")[1])
    assert told["kept"] == {"other": before["other"]}


def test_nothing_but_texts_is_touched_in_the_workbook_itself(cli: Cli, book: Path) -> None:
    odd = {
        "nb.requests.received.research": "约10",
        "nb.requests.partial.other": "=1+1",
        "nb.previous.requests.granted.other": "无",
        "nb.facts.visits": "很多",
    }
    for name, value in odd.items():
        type_over(book, name, 0, value)
    before = openpyxl.load_workbook(book)
    code, _, err = cli("narrate", book, "-o", book, "--force")
    assert code == 0, err
    assert "“网站访问量”填的“很多”不是整数" in err
    after = openpyxl.load_workbook(book)
    assert texts(book)["overview"]
    for ws in before:
        changed = {
            cell.coordinate
            for row in ws.iter_rows()
            for cell in row
            if cell.value != after[ws.title][cell.coordinate].value
        }
        assert not changed or ws.title in ("一、总体情况", "五、六", "文字素材"), (
            ws.title,
            changed,
        )
        assert len(changed) <= 4 or ws.title != "文字素材"


def test_a_workbook_of_somebody_elses_is_not_replaced_by_what_is_made_from_it(
    cli: Cli,
    tmp_path: Path,
) -> None:
    foreign = tmp_path / "最终报告.xlsx"
    actions.export(figures(**ORDINARY), foreign, "xlsx", force=False)
    before = foreign.read_bytes()
    code, _, err = cli("narrate", foreign, "-o", foreign, "--force")
    assert code == 2
    assert "同一个文件" in one_sentence(err)
    assert foreign.read_bytes() == before
    assert cli("narrate", foreign, "-o", tmp_path / "年报.xlsx")[0] == 0


def test_a_workbook_of_another_year_is_refused(cli: Cli, book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    source = saved(tmp_path / "r.json", figures(2023))
    code, _, err = cli("narrate", source, "-o", book, "--force")
    assert code == 2
    assert "2025 年度" in one_sentence(err)
    assert book.read_bytes() == before


def test_a_text_put_back_as_it_was_generated_is_generated_again(cli: Cli, book: Path) -> None:
    cli("narrate", book, "-o", book, "--force")
    first = texts(book)["problems"].splitlines()[0]
    type_over(book, "nb.text.problems", 0, "改一改。")
    cli("narrate", book, "-o", book, "--force")
    assert texts(book)["problems"].splitlines()[0] == "改一改。"
    type_over(book, "nb.text.problems", 0, first)
    type_over(book, "nb.facts.problem_1", 0, "人手不足")
    cli("narrate", book, "-o", book, "--force")
    assert "一是人手不足" in texts(book)["problems"]


def test_a_report_without_texts_goes_into_a_fresh_workbook(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "新.xlsx"
    facts = tmp_path / "素材.json"
    facts.write_text('{"meetings": 5, "fee_notices": 0}', encoding="utf-8")
    source = saved(tmp_path / "r.json", figures(**ORDINARY))
    assert cli("narrate", source, "--facts", facts, "-o", target)[0] == 0
    assert "会议5次" in texts(target)["overview"]
    assert dict(reading.open(target.read_bytes(), "x").material.values) == {
        "meetings": 5,
        "fee_notices": 0,
    }


def test_the_texts_of_the_seed_are_its_own(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "年报.xlsx"
    code, _, err = cli("narrate", SEED, "-o", target)
    assert code == 0
    assert texts(target) == dict(actions.read(SEED).text)
    assert "“一、总体情况”已有自己写的文字" in err


def test_a_source_without_texts_updates_the_generated_ones_of_the_workbook(
    cli: Cli,
    book: Path,
    tmp_path: Path,
) -> None:
    cli("narrate", book, "-o", book, "--force")
    more = figures(**{**ORDINARY, "requests__received__business": 6})
    source = saved(tmp_path / "r.json", more)
    assert cli("narrate", source, "-o", book, "--force")[0] == 0
    assert "新收政府信息公开申请44件" in texts(book)["overview"]
    assert "会议5次" in texts(book)["overview"]


def test_templates_are_saved_edited_and_used(cli: Cli, book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "我的模板"
    assert cli("narrate", "--save-templates", folder, "--profile", "山东")[0] == 0
    page = (folder / "说明.md").read_text(encoding="utf-8-sig")
    assert all(f"| {name} |" in page for name in ("新收", "公开渠道", "研究部署会议", "机关"))
    assert cli("narrate", "--save-templates", folder)[0] == 3
    same = cli("narrate", book, "--templates", folder)
    assert same[1:] == cli("narrate", book, "--profile", "山东")[1:]
    file = folder / "监督保障.txt"
    file.write_bytes(
        "{% if 研究部署会议 %}\n开会{{ 研究部署会议 }}次。\n{% endif %}".encode("gb18030")
    )
    assert "\n开会5次。\n" in cli("narrate", book, "--templates", folder)[1]
    file.write_text("好\n{{ 会议 }}", encoding="utf-8")
    code, out, err = cli("narrate", book, "--templates", folder)
    assert (code, out) == (2, "")
    assert "“监督保障.txt”第 2 行" in one_sentence(err)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--profile", "火星"], "火星"),
        (["--templates", "没有这个文件夹"], "没有这个文件夹"),
        (["--facts", "没有.json"], "没有.json"),
        (["--previous", "没有.docx"], "没有.docx"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    cli: Cli,
    tmp_path: Path,
    args: list[str],
    says: str,
) -> None:
    source = saved(tmp_path / "r.json", figures())
    code, out, err = cli("narrate", source, *args)
    assert (code, out) == (2, "")
    assert says in one_sentence(err)


def test_bad_sources_and_facts_are_told_by_name(cli: Cli, tmp_path: Path) -> None:
    assert cli("narrate")[0] == 2
    bad = tmp_path / "坏.json"
    for content in ("{", '{"nonsense": 1}', '{"meetings": []}'):
        bad.write_text(content, encoding="utf-8")
        with pytest.raises(UnusableInput):
            into_workbook.read_material(bad, 2021)
    folder = tmp_path / "坏"
    folder.mkdir()
    for name, path in bad_inputs(folder).items():
        code, out, err = cli("narrate", path)
        assert (code, out) == (2, ""), name
        assert name in one_sentence(err)


def test_what_was_generated_before_is_told_by_its_fingerprint_only() -> None:
    made = into_workbook.narrate(Basis(figures()))
    report = figures()
    own = {**report.text, **made.text, "other": made.text["other"] + "另有一事。"}
    read = Basis(reading.open(_book_with(own), "x.xlsx").report)
    taken, kept = into_workbook.settle(read, made)
    assert kept == ["other"]
    assert set(taken) == {"opening", "overview"}


def _book_with(text: dict[str, str]) -> bytes:
    from dataclasses import replace

    return actions.filled(replace(figures(), text=text), None, None, "x.xlsx")[0]


def test_stdout_gets_the_workbook() -> None:
    data, _, kept = into_workbook.written(Basis(figures()), None, "年报.xlsx", Style())
    assert kept == {}
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames[0] == "说明"
    assert reading.open(data, "年报.xlsx").report.text["overview"].startswith("2025年，")


def with_ledger(path: Path, *rows: Request) -> Path:
    path.write_bytes(put(path.read_bytes(), Ledger(rows), 4))
    return path


def counted(path: Path, **typed: int) -> tuple[dict[str, object], tuple[str, ...]]:
    """What is known of the facts of a workbook, beside those that are typed in."""
    source = into_workbook.basis_of(reading.open(path.read_bytes(), path.name))
    report = source.report
    found = with_counted(material(typed, 2021), source.ledger, report.format, report.year)
    return dict(found.values), found.notes


@pytest.fixture
def ledgered(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(actions.filled(figures(**ORDINARY), None, None, path.name)[0])
    notified = {"fee_notified": dt.date(2025, 5, 6), "fee_due": Decimal(100)}
    return with_ledger(
        path,
        request(4, channel="website", weight=2, **notified, fee_paid=Decimal("100.5")),
        request(5, channel="letter", **notified, fee_paid=Decimal(60)),
        request(6, channel="fax", received=dt.date(2024, 12, 3)),
    )


def test_ways_and_fees_are_told_from_the_ledger_without_typing(ledgered: Path) -> None:
    source = into_workbook.basis_of(reading.open(ledgered.read_bytes(), ledgered.name))
    written = into_workbook.narrate(source, Style()).text["other"]
    assert "发出收费通知2件，总金额200元，实际收取160.5元" in written
    assert counted(ledgered)[0] == {
        **{"in_person": 0, "by_post": 1, "online": 2, "by_other_way": 0},
        **{"fee_notices": 2, "fee_due": 200, "fee_received": Decimal("160.5")},
    }


def test_typed_facts_win_over_the_ledger_and_the_difference_is_told(ledgered: Path) -> None:
    values, notes = counted(ledgered, online=5, fee_notices=2)
    assert values == {
        **{"online": 5, "fee_notices": 2},
        **{"fee_due": 200, "fee_received": Decimal("160.5")},
    }
    assert notes == ("“文字素材”的“网络平台”填的是 5件，台账是 2件，文字用了填写的。",)


def test_a_ledger_that_leaves_ways_or_fees_open_is_not_taken_at_its_word(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(actions.filled(figures(**ORDINARY), None, None, path.name)[0])
    with_ledger(path, request(4, channel="letter", fee_due=Decimal(10)), request(5))
    assert counted(path) == (
        {},
        (
            "依申请台账有 1 行没有填申请方式或拆分件数，申请方式没有按台账统计。",
            "依申请台账有 1 行填了收费金额、没有填收费通知日期，收费情况没有按台账统计。",
        ),
    )
    path.write_bytes(actions.filled(figures(**ORDINARY), None, None, path.name)[0])
    with_ledger(path, request(4), request(5))
    assert counted(path) == ({}, ())  # blank is not zero


def test_a_workbook_filled_from_another_keeps_its_facts_and_knows_what_was_generated(
    cli: Cli,
    book: Path,
    tmp_path: Path,
) -> None:
    assert cli("narrate", book, "-o", book, "--force")[0] == 0
    new, third = tmp_path / "新.xlsx", tmp_path / "三.xlsx"
    assert cli("fill", book, "-o", new)[0] == 0
    before, after = actions.open_file(book), actions.open_file(new)
    assert before.material.values == everything().values
    assert "overview" in before.generated
    assert (after.material, after.generated) == (before.material, before.generated)
    third.write_bytes(actions.template(2025, 2021, "某局"))
    assert cli("fill", book, "-o", third, "--force")[0] == 0  # another's facts are its own
    found = actions.open_file(third)
    assert found.material.values == {}
    assert found.generated == before.generated
