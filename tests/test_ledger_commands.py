"""``check`` and ``fill`` with a ledger."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cost import costs_at_most
from ledger_books import NAMES, YEAR, case_, codes, document, foreign, own, put, request
from nianbao import actions
from nianbao.cli import nianbao
from nianbao.exports import json as json_output
from nianbao.ledgers import Ledger, figures, lay
from nianbao.reading.ledgers.ledger import read_ledger
from nianbao.report import Agency, build, with_totals

LEDGER = Ledger(
    (
        request(5, applicant=NAMES[0], content=NAMES[2]),
        request(6, applicant=NAMES[0] + "公司", number=NAMES[1], applicant_type="A2", result="R41"),
        request(7, applicant=NAMES[0], closed=None, result=None, weight=2),
    ),
    (case_(), case_(6, role="reviewer")),
    (document(), document(6, kind="regulation")),
)
EMPTY = build(2021, YEAR, Agency("某市某某局"), {})


def run(*args: Any) -> Result:
    return CliRunner().invoke(nianbao, [str(a) for a in args], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "台账.xlsx").write_bytes(own(LEDGER))
    (tmp_path / "报告.json").write_bytes(json_output.write(EMPTY))
    return tmp_path


def test_a_workbook_is_filled_from_a_ledger(folder: Path) -> None:
    done = run(
        "fill", folder / "报告.json", "-o", folder / "a.xlsx", "--ledger", folder / "台账.xlsx"
    )
    assert done.exit_code == 0, done.output
    filled = actions.read(folder / "a.xlsx")
    counted = figures(LEDGER, 2021, YEAR)
    assert {id: filled.values[id] for id in counted} == counted
    assert filled["requests.received.total"] == 4
    assert "按台账填入 162 个数。" in done.output
    checked = run("check", folder / "a.xlsx", "--ledger", folder / "台账.xlsx", "--json")
    found = {f["rule"] for f in json.loads(checked.stdout)}
    assert not found & {"T3-10", "L-20", "L-21", "T3-01", "T3-02", "T3-03", "T4-01"}


def test_an_empty_ledger_is_made_filled_in_and_read(tmp_path: Path) -> None:
    done = run("ledger", "--year", YEAR, "-o", tmp_path / "台账.xlsx")
    assert done.exit_code == 0, done.output
    data = (tmp_path / "台账.xlsx").read_bytes()
    assert read_ledger(data, "台账.xlsx").empty
    found = read_ledger(put(data, LEDGER, 4), "台账.xlsx")
    assert figures(found, 2021, YEAR) == figures(LEDGER, 2021, YEAR)
    assert [row.result for row in found.requests] == ["R10", "R41", None]


def test_what_was_typed_is_compared_and_stays(folder: Path) -> None:
    cell = "requests.received.natural_person"
    (folder / "报告.json").write_bytes(
        json_output.write(replace(EMPTY, values={**EMPTY.values, cell: 9}))
    )
    done = run(
        "fill", folder / "报告.json", "-o", folder / "a.xlsx", "--ledger", folder / "台账.xlsx"
    )
    assert actions.read(folder / "a.xlsx")[cell] == 9
    assert "“自然人”填的是 9，台账是 3" in done.output
    checked = run("check", folder / "a.xlsx", "--ledger", folder / "台账.xlsx", "--json")
    (finding,) = [f for f in json.loads(checked.stdout) if f["rule"] == "T3-10"]
    assert (finding["expected"], finding["actual"], finding["cells"]) == (3, 9, [cell])


def test_totals_that_were_stated_stay_and_those_that_were_added_up_follow() -> None:
    ledger = Ledger((request(5), request(6, applicant_type="A2")))
    values = {**EMPTY.values, "requests.received.natural_person": 1}
    typed = with_totals(replace(EMPTY, values=values))
    assert typed["requests.received.total"] == 1
    assert lay(typed, ledger)[0]["requests.received.total"] == 2
    stated = replace(typed, values={**typed.values, "requests.received.total": 7})
    assert lay(stated, ledger)[0]["requests.received.total"] == 7


def test_nothing_of_a_ledger_is_found_in_what_is_written_or_said(folder: Path) -> None:
    said = []
    for source, kind in (("台账.xlsx", "a.xlsx"), ("外单位.xlsx", "b.xlsx")):
        if not (folder / source).exists():
            rows = [[NAMES[1], "昨天", NAMES[0], "自然人", NAMES[2], NAMES[2]]] * 2
            headings = ("登记编号", "收到日期", "申请人", "申请人类型", "办结日期", "办理结果")
            (folder / source).write_bytes(foreign((*headings, NAMES[0]), [[*r, "x"] for r in rows]))
        for command in (
            ("fill", folder / "报告.json", "-o", folder / kind, "--ledger", folder / source),
            ("check", folder / kind, "--ledger", folder / source),
            ("check", folder / kind, "--ledger", folder / source, "--json"),
        ):
            said.append(run(*command).output)
        for suffix in ("xlsx", "docx", "html", "json"):
            run("export", folder / kind, "-o", folder / f"{kind}.out.{suffix}")
    everything = [text.encode() for text in said]
    for path in folder.iterdir():
        if path.name in ("台账.xlsx", "外单位.xlsx"):
            continue
        data = path.read_bytes()
        everything.append(data)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                everything += [archive.read(n) for n in archive.namelist()]
    assert len(list(folder.iterdir())) == 13
    for secret in (*NAMES, "昨天"):
        assert not any(secret.encode() in data for data in everything), secret


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check", "报告.json", "报告.json", "--ledger", "台账.xlsx"), "一份报告"),
        (("check", ".", "--ledger", "台账.xlsx"), "一份报告"),
        (("check", "报告.json", "--ledger", "没有.xlsx"), "找不到文件"),
        (("check", "报告.json", "--ledger", "报告.json"), "没有认出台账"),
        (("check", "报告.json", "--ledger-mapping", "报告.json"), "要与 --ledger 一起用"),
        (
            (
                *["fill", "报告.json", "-o", "b.xlsx", "--ledger", "台账.xlsx"],
                *("--ledger-mapping", "报告.json"),
            ),
            "不认识",
        ),
    ],
)
def test_a_ledger_that_cannot_be_used_is_refused_in_one_sentence(
    folder: Path, args: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    monkeypatch.chdir(folder)
    done = subprocess.run(
        [sys.executable, "-m", "nianbao", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_five_thousand_rows_are_read_and_filled_in_at_little_cost(tmp_path: Path) -> None:
    rng = random.Random(1)
    types, results = codes("requests", "applicant_type"), codes("requests", "result")
    rows = tuple(
        request(
            5 + i,
            number=f"{YEAR}-{i}",
            applicant_type=rng.choice(types),
            result=rng.choice(results),
        )
        for i in range(5000)
    )
    (tmp_path / "台账.xlsx").write_bytes(own(Ledger(rows)))
    with costs_at_most(300):
        ledger = actions.read_ledger(tmp_path / "台账.xlsx")
        done = actions.fill(EMPTY, tmp_path / "a.xlsx", None, force=False, ledger=ledger)
    assert actions.read(done.path)["requests.received.total"] == 5000


def test_a_check_uses_the_ledgers_that_the_workbook_keeps() -> None:
    rows = Ledger(requests=(request(), request(row=6, closed=None)))
    data = put(actions.template(YEAR, 2021, "某局"), rows, 4)
    found = {f.rule for f in actions.check(data, "a.xlsx")[1]}
    assert "L-02" in found  # closed, and no date: only the ledger within can tell


def test_a_ledger_of_another_year_fills_nothing_and_says_so() -> None:
    old = {"received": dt.date(YEAR - 2, 3, 3), "closed": dt.date(YEAR - 2, 3, 9)}
    laid, notes = lay(EMPTY, Ledger((request(5, **old), request(6, **old))))
    assert laid.values == EMPTY.values
    assert [n for n in notes if f"2 行，没有一行涉及 {YEAR} 年" in n] == list(notes)


def test_a_ledger_without_a_row_fills_nothing_and_says_so() -> None:
    assert lay(EMPTY, Ledger()) == (EMPTY, ("台账里没有一行内容，没有按台账填数。",))


def test_without_a_column_only_what_needs_no_such_column_is_filled() -> None:
    headings = ("登记编号", "收到日期", "申请人", "申请人类型")
    rows = [["1", "2025-03-03", NAMES[0], "自然人"], ["2", "2024-12-30", NAMES[0], "自然人"]]
    laid, notes = lay(EMPTY, read_ledger(foreign(headings, rows), "台账.xlsx"))
    assert laid["requests.received.natural_person"] == 1
    for row in ("carried_in", "granted", "refused.state_secret", "carried_out", "total"):
        assert laid[f"requests.{row}.natural_person"] is None, row
    assert any("没有认出“办结日期”、“办理结果”列" in n and "--ledger-mapping" in n for n in notes)


@pytest.mark.parametrize(
    ("fault", "blank", "certain"),
    [
        (
            {"applicant_type": None},
            ("received.business", "granted.other"),
            ("partial.business", "carried_out.natural_person"),
        ),
        (
            {"result": None},
            ("granted.natural_person", "not_processed.reissue.natural_person"),
            ("received.natural_person", "granted.business", "carried_out.natural_person"),
        ),
        (
            {"closed": None},
            ("granted.natural_person", "carried_out.natural_person"),
            ("received.total", "partial.natural_person"),
        ),
        (
            {"received": None},
            ("received.natural_person", "carried_in.natural_person"),
            ("granted.total",),
        ),
        ({"weight": None}, ("received.natural_person",), ("carried_in.natural_person",)),
        (
            {"closed": dt.date(YEAR, 1, 1)},
            ("received.natural_person", "granted.natural_person"),
            ("received.business",),
        ),
    ],
)
def test_what_a_faulty_row_may_touch_stays_blank_and_is_told(
    fault: dict[str, Any], blank: tuple[str, ...], certain: tuple[str, ...]
) -> None:
    laid, notes = lay(EMPTY, Ledger((request(5), request(6, **fault))))
    assert [c for c in blank if laid[f"requests.{c}"] is not None] == []
    assert [c for c in certain if laid[f"requests.{c}"] is None] == []
    assert any("可能因此少计，没有填入" in n for n in notes)


def test_a_typed_figure_is_told_how_to_be_replaced_by_the_ledger_s() -> None:
    laid, _ = lay(EMPTY, Ledger((request(5),)))
    _, notes = lay(laid, Ledger((request(5), request(6))))
    assert "不一致的数要以台账为准的，请清空这些格再填一次。" in notes


def test_a_mapping_beside_the_ledger_is_used_without_being_asked_for(tmp_path: Path) -> None:
    rows = [["2025-3-3", "自然人", "2025-3-9", "公开"]]
    path = tmp_path / "登记表.xlsx"
    path.write_bytes(foreign(("何时来", "申请人类型", "办结日期", "咋办的"), rows))
    content = {"依申请台账": {"列": {"收到日期": "何时来", "办理结果": "咋办的"}}}
    (tmp_path / "登记表.对应.json").write_text(json.dumps(content), "utf-8")
    (found,) = actions.read_ledger(path).requests
    assert (found.received, found.result) == (dt.date(2025, 3, 3), "R10")
