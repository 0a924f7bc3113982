"""``batch check``: who has not reported, who errs, whose texts repeat others."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import tracemalloc
from array import array
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Cli
from nianbao.batch.review import alike
from nianbao.batch.review.check import check_all
from nianbao.batch.review.review import JOURNAL, Inbox
from nianbao.batch.roster.roster import read_roster
from nianbao.report import Report
from returned import YEAR, hostile, members, packed, put, report, roster, wrong
from strategies import having

LINES = (
    "某市商务局,A1,,市商务局、商务局,13900000001",
    "某市财政局,A2,,,",
    "某市教育局,A3,,,",
    "某市民政局,A4,,,",
    "某市司法局,A5,,,",
    "某市体育局,A6,,,",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A roster of six and what came back: one right, one wrong, one broken, one of last year,
    one twice, one not at all, and one of a stranger."""
    box = tmp_path / "收件"
    put(box / "1.docx", report("商务局", business=2))
    put(box / "某处" / "2.xlsx", wrong(report("某市财政局", "A2")))
    (box / "某市教育局的年报.xlsx").write_bytes(b"PK\3\4 broken")
    put(box / "4.json", report("某市民政局", year=YEAR - 1))
    first = put(box / "5.xlsx", report("某市司法局", natural_person=1))
    put(box / "5改.xlsx", report("某市司法局", natural_person=3))
    os.utime(first, (1_000_000_000, 1_000_000_000))
    put(box / "7.html", report("外市某局"))
    (box / "~$2.xlsx").write_bytes(b"lock")
    (box / "Thumbs.db").write_bytes(b"x")
    roster(tmp_path / "名单.csv", *LINES)
    return tmp_path


def check(cli: Cli, place: Path, *more: object) -> tuple[int, str, str]:
    listed = ("--roster", place / "名单.csv")
    return cli("batch", "check", place / "收件", *listed, "-o", place / "核查.xlsx", *more)


def sheet(path: Path, name: str) -> list[list[Any]]:
    """The rows below the headings, as values."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [list(row) for row in book[name].iter_rows(min_row=4, values_only=True)]


def test_every_agency_of_the_roster_is_told_with_its_state(cli: Cli, place: Path) -> None:
    code, out, err = check(cli, place)
    assert (code, err) == (2, "")
    assert out.startswith("7 个单位：未报 2，无法读取 1，有错 1，")
    rows = sheet(place / "核查.xlsx", "总览")
    states = {row[1]: row[4] for row in rows[:-1]}
    assert states["某市财政局"] == "✘ 有错"
    assert states["某市教育局"] == "✘ 无法读取"
    assert (states["某市民政局"], states["某市体育局"]) == ("○ 未报", "○ 未报")
    assert [row[1] for row in rows] == [
        *(line.partition(",")[0] for line in LINES),
        "外市某局",
        "7 个单位",
    ]
    reasons = {row[1]: row[12] for row in rows}
    assert "2024 年度的报告" in reasons["某市民政局"]
    assert "重复报送 2 份" in reasons["某市司法局"]
    assert reasons["外市某局"] == "名单里没有这个单位。"
    files = {row[1]: (row[3], row[4]) for row in sheet(place / "核查.xlsx", "文件")}
    assert files["5.xlsx"][0] == "重复"
    assert files["5改.xlsx"] == ("采用", None)
    assert "5改.xlsx" in files["5.xlsx"][1]
    assert len(files) == 7


def test_links_lead_from_the_workbook_to_the_files(cli: Cli, place: Path) -> None:
    check(cli, place)
    book = openpyxl.load_workbook(place / "核查.xlsx")
    links = [row[10].value for row in book["总览"].iter_rows(min_row=4) if row[10].value]
    assert '=HYPERLINK("收件/某处/2.xlsx","某处/2.xlsx")' in links


def test_a_finding_stands_in_a_line_of_its_own_with_its_numbers(cli: Cli, place: Path) -> None:
    check(cli, place)
    rows = sheet(place / "核查.xlsx", "问题清单")
    mine = [r for r in rows if r[1] == "某市财政局" and r[4] == "T3-01"]
    assert mine[0][3] == "✘ 错误"
    assert (mine[0][6], mine[0][7], mine[0][8]) == (0, 99, 99)
    assert mine[0][5].startswith("表三!")
    assert mine[0][11].endswith("（明文）")


def test_what_a_person_wrote_beside_a_finding_is_kept(cli: Cli, place: Path) -> None:
    check(cli, place)
    path = place / "核查.xlsx"
    book = openpyxl.load_workbook(path)
    ws = book["问题清单"]
    row = next(r for r in ws.iter_rows(min_row=4) if r[4].value == "T3-01")
    row[12].value, row[13].value = "待处理", "已电话告知"
    book.save(path)
    assert check(cli, place)[0] == 3  # it is there already
    check(cli, place, "--force")
    again = [r for r in sheet(path, "问题清单") if r[12]]
    assert [(r[1], r[4], r[12], r[13]) for r in again] == [
        ("某市财政局", "T3-01", "待处理", "已电话告知")
    ]
    put(place / "收件" / "某处" / "2.xlsx", report("某市财政局", "A2"))
    check(cli, place, "--force")
    gone = [r for r in sheet(path, "问题清单") if r[12]]
    assert [(r[1], r[3], r[13]) for r in gone] == [("某市财政局", "√ 已不再出现", "已电话告知")]


def test_a_workbook_that_cannot_be_opened_is_not_replaced(cli: Cli, place: Path) -> None:
    (place / "核查.xlsx").write_bytes(b"PK\3\4 somebody's work")
    code, _, err = check(cli, place, "--force")
    assert code == 2
    assert "没有替换它" in err
    assert (place / "核查.xlsx").read_bytes() == b"PK\3\4 somebody's work"


def test_an_unchanged_file_is_not_read_again_and_the_result_is_the_same(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(cli, place)
    before = (place / "核查.xlsx").read_bytes()
    journal = (place / JOURNAL).read_bytes()
    monkeypatch.setattr("nianbao.reading.open", lambda *_: pytest.fail("read again"))
    check(cli, place, "--force", "--jobs", 1)
    assert (place / "核查.xlsx").read_bytes() == before
    assert (place / JOURNAL).read_bytes() == journal


def test_last_years_reports_of_a_folder_are_used(cli: Cli, place: Path) -> None:
    last = having(report("某市商务局", year=YEAR - 1), {"requests.carried_out.business": 5})
    put(place / "去年" / "商务.json", last)
    put(place / "去年" / "x.json", report("无名局", year=YEAR - 1))
    _, _, err = check(cli, place, "--previous-dir", place / "去年")
    assert "“x.json”是“无名局”的报告，名单里没有这个单位，没有使用。" in err
    rows = sheet(place / "核查.xlsx", "问题清单")
    assert [r[4] for r in rows if r[1] == "某市商务局" and r[4] == "Y-01"] != []
    against = {r[1]: r[11] for r in sheet(place / "核查.xlsx", "总览")}
    assert against["某市商务局"] == "上年报告“商务.json”"
    assert against["某市财政局"] in ("没有", "工作簿里的“上年数据”")


def test_without_a_roster_the_reports_themselves_say_who_there_is(cli: Cli, place: Path) -> None:
    code, out, _ = cli(
        "batch", "check", place / "收件", "-o", place / "out" / "核查.xlsx", "--json"
    )
    found = json.loads(out)
    assert code == 2
    assert found["year"] == YEAR
    units = {u["unit"]: u["state"] for u in found["units"]}
    assert units["商务局"] != "missing"
    assert units["某市教育局的年报.xlsx"] == "unreadable"


def test_slips_name_what_to_correct(cli: Cli, place: Path) -> None:
    check(cli, place, "--slips", place / "退回")
    names = sorted(p.name for p in (place / "退回").iterdir())
    assert f"某市财政局{YEAR}年报退回修改单.docx" in names
    assert f"某市教育局{YEAR}年报退回修改单.docx" in names
    document = docx.Document(str(place / "退回" / f"某市财政局{YEAR}年报退回修改单.docx"))
    assert document.paragraphs[1].text == "某市财政局："
    table = document.tables[0]
    assert [c.text for c in table.rows[0].cells] == ["序号", "级别", "位置", "问题", "建议"]
    assert table.rows[1].cells[1].text == "✘ 错误"
    (place / "退回" / names[0]).write_bytes(b"edited")
    (place / "核查.xlsx").unlink()
    code, _, err = check(cli, place, "--slips", place / "退回")
    assert code == 3
    assert "已经存在，没有改动它" in err


def test_slips_of_agencies_that_have_corrected_everything_are_put_aside(
    cli: Cli, place: Path
) -> None:
    out, box = place / "退回", place / "收件"
    roster(place / "名单.csv", "某市财政局,A2,,,", "某市财政局,A7,,,", "某市教育局,A3,,,")
    put(box / "8.xlsx", wrong(report("某市财政局", "A7")))
    check(cli, place, "--slips", out)
    first, second = (f"某市财政局{code}{YEAR}年报退回修改单.docx" for code in ("（A2）", "（A7）"))
    assert {first, second} < {p.name for p in out.iterdir()}
    old, other = (out / first).read_bytes(), (out / second).read_bytes()
    put(box / "某处" / "2.xlsx", report("某市财政局", "A2"))
    _, told, _ = check(cli, place, "--slips", out, "--force")
    assert "另有 1 份已不需要，移到了其中的“已不需要”文件夹。" in told
    assert not (out / first).exists()
    assert (out / "已不需要" / first).read_bytes() == old
    assert (out / second).read_bytes() == other  # whose name stays what it was
    put(box / "某处" / "2.xlsx", wrong(report("某市财政局", "A2", natural_person=4)))
    check(cli, place, "--slips", out, "--force")
    put(box / "某处" / "2.xlsx", report("某市财政局", "A2"))
    _, told, _ = check(cli, place, "--slips", out, "--force", "--json")
    assert json.loads(told)["slips_done"] == 1
    aside = sorted(p.name for p in (out / "已不需要").iterdir())
    assert aside == [first, first.replace(".docx", "（2）.docx")]
    assert (out / "已不需要" / first).read_bytes() == old


# --- 雷同 ---------------------------------------------------------------------------------------


def prose(seed: int, length: int = 600) -> str:
    rng = random.Random(seed)
    characters = "全市各级行政机关围绕企业群众关切持续加强政府信息公开政策解读平台建设着力提升实效"
    text = "".join(rng.choice(characters) for _ in range(length))
    return "。".join(text[i : i + 30] for i in range(0, length, 30)) + "。"


def with_text(one: Report, **texts: str) -> Report:
    return having(one, {}, text={**one.text, **texts})


def test_texts_that_repeat_another_agencys_or_last_years_are_told(cli: Cli, tmp_path: Path) -> None:
    own = prose(1)
    for n in range(6):
        put(
            tmp_path / "in" / f"{n}.json", with_text(report(f"某市第{n}局"), overview=prose(n + 10))
        )
    put(tmp_path / "in" / "a.json", with_text(report("某市甲局"), overview=f"某市甲局{own}"))
    copied = own.replace("全市", "我市") + prose(99, 60)
    put(tmp_path / "in" / "b.json", with_text(report("某市乙局"), overview=f"某市乙局{copied}"))
    last = with_text(report("某市第0局", year=YEAR - 1), overview=prose(10))
    put(tmp_path / "old" / "0.json", last)
    out = tmp_path / "核查.xlsx"
    cli("batch", "check", tmp_path / "in", "--previous-dir", tmp_path / "old", "-o", out)
    rows = sheet(out, "雷同")
    pairs = {(r[1], r[5]): r for r in rows}
    assert set(pairs) == {
        ("某市甲局", "某市乙局"),
        ("某市乙局", "某市甲局"),
        ("某市第0局", "本单位上年的报告"),
    }
    assert pairs["某市第0局", "本单位上年的报告"][4] == 1
    assert 0.6 < pairs["某市甲局", "某市乙局"][4] < 1
    quoted = pairs["某市乙局", "某市甲局"][6].split("\n")
    assert all(line.strip("“”。").removeprefix("某市乙局") in own for line in quoted)


def test_short_texts_and_the_same_figures_are_no_likeness() -> None:
    nothing = alike.plain("无其他需要报告的事项。", "某局")
    assert alike.sketch(nothing) == []
    assert alike.likeness(nothing, nothing) == 0
    assert alike.plain("（一）主动公开情况\n《条例》2025年，某局公开3条。", "某局") == "年公开条"


def test_what_everybody_copied_is_found_without_comparing_all_pairs() -> None:
    copied = array("I", alike.sketch(alike.plain(prose(1), "")))
    own = [array("I", alike.sketch(alike.plain(prose(n), ""))) for n in range(2, 52)]
    found = dict(alike.candidates([*own, *[copied] * 300, array("I")]))
    assert set(found) == set(range(50, 350))
    assert found[50] == [51, 52, 53]
    assert all(number not in others for number, others in found.items())
    assert {other for others in found.values() for other in others} <= set(range(50, 55))


@given(st.integers(0, 10**6), st.integers(0, 40))
@settings(max_examples=30)
def test_likeness_is_the_same_both_ways_and_whole_with_itself(seed: int, changed: int) -> None:
    one = alike.plain(prose(seed), "")
    other = alike.plain(prose(seed + 1, 30 * changed), "") + one[18 * changed :]
    assert alike.likeness(one, one) == 1
    assert alike.likeness(one, other) == alike.likeness(other, one)
    assert 0 <= alike.likeness(one, other) <= 1


# --- a hostile folder ---------------------------------------------------------------------------


def test_thirty_bad_files_of_two_hundred_are_named_and_all_others_checked(tmp_path: Path) -> None:
    box, out = tmp_path / "收件", tmp_path / "结果"
    bad = hostile(box, 170)
    before = {p: p.lstat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    found = check_all(Inbox(box), out / "核查.xlsx", slips_to=out / "退回", jobs=1)
    fates = {f.file.key: f for f in found.stock.fates}
    assert len(fates) == 200
    for name, words in bad.items():
        assert words in fates[name].reason, (name, fates[name])
        assert fates[name].outcome == "采用" if name == "网页.xls" else fates[name].reason, name
    used = [f for f in fates.values() if f.outcome == "采用"]
    assert len(used) == 171  # a page that is named .xls is a page
    assert all(s.state == "passed" for s in found.stock.standings if s.unit.name[:3] == "某市第")
    after = {p: p.lstat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    assert {p: t for p, t in after.items() if out not in p.parents} == before
    assert not list(tmp_path.parent.glob("爬出去*"))
    listed = {r[1]: r[4] for r in sheet(out / "核查.xlsx", "文件")}
    assert all(words in (listed[name] or "") for name, words in bad.items())


def test_no_file_makes_it_take_more_than_a_bounded_amount_of_memory(tmp_path: Path) -> None:
    hostile(tmp_path / "in", 2)
    tracemalloc.start()
    check_all(Inbox(tmp_path / "in"), tmp_path / "核查.xlsx", jobs=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2**20


PLANTED = ("欧阳台账", "13812345678", "110101199003077758")


def test_no_cell_of_a_ledger_gets_into_any_result(cli: Cli, tmp_path: Path) -> None:
    box = tmp_path / "in"
    path = put(box / "a.xlsx", wrong(report("某市甲局", business=2)))
    for keep_names in (True, False):
        book = openpyxl.load_workbook(path)
        ws = book.create_sheet("依申请公开台账")
        ws.append(["登记编号", "申请人", "联系电话", "证件号码"])
        ws.append(["1", *PLANTED])
        if not keep_names:
            for name in list(book.defined_names):
                del book.defined_names[name]
        out = io.BytesIO()
        book.save(out)
        (box / f"a{keep_names}.xlsx").write_bytes(out.getvalue())
    path.unlink()
    cli("batch", "check", box, "-o", tmp_path / "核查.xlsx", "--slips", tmp_path / "s")
    sums = ("--csv", tmp_path / "l.csv", "--parquet", tmp_path / "l.parquet")
    cli("batch", "collect", box, "-o", tmp_path / "汇总.xlsx", *sums)
    results = [p for p in tmp_path.rglob("*") if p.is_file() and box not in p.parents]
    assert {p.suffix for p in results} == {".xlsx", ".docx", ".csv", ".parquet", ".jsonl"}
    for result in results:
        data = result.read_bytes()
        parts = members(data).values() if data.startswith(b"PK") else [data]
        for part in parts:
            assert not [w for w in PLANTED if w.encode() in part], result.name


# --- killed -------------------------------------------------------------------------------------

# As in test_batch_fill a timer of its own processor time ends the child. What a sum looks like is
# worked out once for the same records: that touches no file and takes longer than all else.
KILLED = """
import os, random, shutil, signal, sys, time
from pathlib import Path
import openpyxl
from nianbao.batch.review import slips
from nianbao.batch.review.check import check_all
from nianbao.batch.review.review import Inbox
from nianbao.batch.sums import book, collect, long_table

box, whole, place = Inbox(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
write, written = book.write, {}
os.fsync = lambda file: None  # what a killed process wrote is there without it


def write_once(review, tree, total, compared):  # the tree is the stock and the records added up
    records = [review.record(fate.file) for fate in review.stock.fates]
    key = repr((review.left, review.notes, review.stock, records, total, compared))
    if key not in written:
        written[key] = write(review, tree, total, compared)
    return written[key]


def do(out):
    check_all(box, out / "核查.xlsx", slips_to=out / "退回", jobs=1, force=True)
    tables = collect.LongTables(out / "长表.csv", out / "长表.parquet")
    collect.collect_all(box, out / "汇总.xlsx", tables=tables, jobs=1, force=True)


def made(out):
    found = (p for p in out.rglob("*") if p.suffix in (".xlsx", ".docx", ".csv", ".parquet"))
    return {p.relative_to(out): p.read_bytes() for p in found}


do(whole)
expected = made(whole)
book.write = write_once
do(whole)
assert made(whole) == expected
shutil.rmtree(whole)
start = time.process_time()
do(whole)
took = time.process_time() - start
assert made(whole) == expected
rng, partial = random.Random(3), 0
for n in range(240):
    if n % 3 == 0:
        shutil.rmtree(place, ignore_errors=True)
    moment = rng.uniform(0.02, 1.1) * took
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, moment)
        do(place)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGPROF), (n, status)
    found = made(place)
    partial += found != expected
    assert all(expected[name] == data for name, data in found.items()), n
    if n % 6 == 5:
        do(place)
        assert made(place) == expected, n
print(partial)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_killed_at_any_moment_nothing_is_half_written_and_the_next_run_gives_the_same(
    tmp_path: Path,
) -> None:
    box = tmp_path / "in"
    for n in range(4):
        one = report(f"某市第{n}局", business=n)
        put(box / f"{n}.xlsx", wrong(one) if n % 2 == 0 else one)
    folders = (tmp_path / "whole", tmp_path / "killed")
    result = subprocess.run(
        [sys.executable, "-c", KILLED, box, *folders],
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 40  # of 240 kills so many came in the middle


def test_a_stopped_run_leaves_a_result_that_says_what_is_left(tmp_path: Path) -> None:
    for n in range(6):
        put(tmp_path / "in" / f"{n}.xlsx", report(f"某市第{n}局"))
    asked = iter([False] * 6 + [True] * 1000)
    found = check_all(
        Inbox(tmp_path / "in"), tmp_path / "核查.xlsx", jobs=1, stop=lambda: next(asked)
    )
    assert 0 < found.left < 6
    title = openpyxl.load_workbook(tmp_path / "核查.xlsx")["总览"]["A2"].value
    assert title.startswith(f"没有查完，还剩 {found.left} 个文件")


def test_a_name_that_looks_like_a_formula_or_a_path_stays_a_name(cli: Cli, tmp_path: Path) -> None:
    put(tmp_path / "in" / "=1+1#.xlsx", wrong(report("=../../cmd|'/C calc'!A0")))
    cli("batch", "check", tmp_path / "in", "-o", tmp_path / "核查.xlsx", "--slips", tmp_path / "s")
    book = openpyxl.load_workbook(tmp_path / "核查.xlsx")
    row = next(book["总览"].iter_rows(min_row=4))
    assert (row[1].value, row[1].data_type) == ("=../../cmd|'/C calc'!A0", "s")
    assert row[10].value == "=1+1#.xlsx"
    assert {p.name for p in tmp_path.iterdir()} == {"in", "s", "核查.xlsx", JOURNAL}
    assert packed(members((tmp_path / "核查.xlsx").read_bytes()))


def test_what_was_written_beside_a_finding_is_that_of_one_agency_of_its_name(
    cli: Cli, tmp_path: Path
) -> None:
    for code in ("A1", "A2"):
        put(tmp_path / "收件" / f"{code}.json", wrong(report("某市综合局", code)))
    out = tmp_path / "核查.xlsx"
    cli("batch", "check", tmp_path / "收件", "-o", out)
    book = openpyxl.load_workbook(out)
    for row in book["问题清单"].iter_rows(min_row=4):
        row[13].value = row[2].value.split('"')[1]  # the file
    book.save(out)
    cli("batch", "check", tmp_path / "收件", "-o", out, "--force")
    rows = list(openpyxl.load_workbook(out)["问题清单"].iter_rows(min_row=4))
    assert {row[13].value for row in rows} == {"收件/A1.json", "收件/A2.json"}
    assert all(row[13].value in row[2].value for row in rows)


# --- whose a file is ----------------------------------------------------------------------------


def fates(place: Path, *lines: str, **more: Any) -> dict[str, tuple[str, str]]:
    """Unit and outcome of each file of ``收件``."""
    (place / "名单.csv").unlink(missing_ok=True)
    units = None
    if lines:
        roster(place / "名单.csv", *lines)
        units = read_roster((place / "名单.csv").read_bytes(), "名单.csv")
    found = check_all(Inbox(place / "收件", units, **more), place / "核查.xlsx", force=True, jobs=1)
    return {f.file.key: (f.unit, f.outcome) for f in found.stock.fates}


def test_a_neighbours_workbook_with_another_name_displaces_no_report(tmp_path: Path) -> None:
    box = tmp_path / "收件"
    put(box / "1.json", report("某市财政局", "A1", natural_person=1))
    put(box / "2.json", report("某市信访局", "A1", natural_person=2))  # the code was forgotten
    put(box / "3.json", report("某市信访局", "A2", natural_person=3))
    for path, moment in (("1", 1), ("3", 2), ("2", 3)):
        os.utime(box / f"{path}.json", (moment * 10**9, moment * 10**9))
    assert fates(tmp_path, "某市财政局,A1,,,", "某市信访局,A2,,,") == {
        "1.json": ("某市财政局", "采用"),
        "2.json": ("某市信访局", "重复"),
        "3.json": ("某市信访局", "采用"),
    }
    (box / "3.json").unlink()
    fates(tmp_path, "某市财政局,A1,,,", "某市信访局,A2,,,")
    told = {r[1]: r[12] for r in sheet(tmp_path / "核查.xlsx", "总览")}
    assert told["某市信访局"] == "报告里的单位代码是“A1”，名单里是“A2”。"


def test_a_report_of_the_units_name_counts_before_a_later_one_of_its_code_only(
    tmp_path: Path,
) -> None:
    box = tmp_path / "收件"
    put(box / "1.json", report("某市财政局", "A1", natural_person=1))
    put(box / "2.json", report("某市某某中心", "A1", natural_person=2))  # copied with the code
    for path, moment in (("1", 1), ("2", 2)):
        os.utime(box / f"{path}.json", (moment * 10**9, moment * 10**9))
    assert fates(tmp_path, "某市财政局,A1,,,") == {
        "1.json": ("某市财政局", "采用"),
        "2.json": ("某市财政局", "重复"),
    }
    told = str(sheet(tmp_path / "核查.xlsx", "文件"))
    assert "这一份写的机关名称是“某市某某中心”，采用了名称相符的那一份" in told


def test_an_unreadable_file_is_that_of_the_longest_code_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "收件").mkdir()
    (tmp_path / "收件" / "110115001年报.xlsx").write_bytes(b"")
    found = fates(tmp_path, "某县,110115,,,", "某镇,110115001,,,", year=YEAR)
    assert found == {"110115001年报.xlsx": ("某镇", "无法读取")}


def test_without_a_roster_a_report_without_code_is_that_of_the_agency_of_its_name(
    tmp_path: Path,
) -> None:
    put(tmp_path / "收件" / "1.json", report("某市财政局"))
    put(tmp_path / "收件" / "2.json", report("某市财政局", "A1"))
    put(tmp_path / "收件" / "3.json", report("某市财政局", "A2"))
    assert {outcome for _, outcome in fates(tmp_path).values()} == {"采用", "重复"}
    assert len(sheet(tmp_path / "核查.xlsx", "总览")) == 2 + 1


def test_what_a_batch_made_is_no_report_and_a_sum_gives_way_to_a_report(
    cli: Cli, tmp_path: Path
) -> None:
    box = tmp_path / "收件"
    put(box / "1.xlsx", wrong(report("某市财政局", "A1")))
    put(box / "本级.xlsx", report("某市人民政府", "A0"))
    lines = ("某市人民政府,A0,,,", "某市财政局,A1,A0,,")
    roster(tmp_path / "名单.csv", *lines)
    listed = ("--roster", tmp_path / "名单.csv")
    cli("batch", "check", box, *listed, "-o", box / "旧核查.xlsx", "--slips", box / "退回")
    cli("batch", "collect", box, *listed, "-o", box / "汇总.xlsx")
    cli("batch", "roster", "-o", box / "名单.xlsx")
    (box / "退回").rename(box / "旧退回")
    slips = {f"旧退回/{p.name}": ("", "不是报告") for p in (box / "旧退回").iterdir()}
    assert fates(tmp_path, *lines) == {
        "1.xlsx": ("某市财政局", "采用"),
        "名单.xlsx": ("", "不是报告"),
        "旧核查.xlsx": ("", "不是报告"),
        **slips,
        "本级.xlsx": ("某市人民政府", "采用"),
        "汇总.xlsx": ("某市人民政府", "重复"),
    }
    (box / "本级.xlsx").unlink()
    assert fates(tmp_path, *lines)["汇总.xlsx"] == ("某市人民政府", "采用")
    told = {r[1]: r[12] for r in sheet(tmp_path / "核查.xlsx", "总览")}
    assert "采用的是一份汇总结果" in told["某市人民政府"]


def test_a_stray_file_is_nobodys_and_gets_no_slip(cli: Cli, place: Path) -> None:
    (place / "收件" / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 100)
    put(place / "收件" / "远方.json", report("远方某局", year=YEAR - 5))
    _, out, _ = check(cli, place, "--slips", place / "退回")
    assert out.startswith("7 个单位：未报 2，无法读取 1，有错 1，")
    assert "；另有 1 个文件不是报告或认不出单位；文字雷同" in out
    assert not [p for p in (place / "退回").iterdir() if "照片" in p.name]
    files = {row[1]: row[3] for row in sheet(place / "核查.xlsx", "文件")}
    assert (files["照片.jpg"], files["远方.json"]) == ("无法读取", "年度不符")
