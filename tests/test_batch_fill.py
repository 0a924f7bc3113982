"""``batch fill``: a workbook for each agency, whoever does the work and however often it is cut."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Cli
from ledger_books import NAMES as PLANTED
from ledger_books import foreign, own, request
from narrated import everything
from nianbao import actions, reading
from nianbao.batch.fill import JOURNAL
from nianbao.batch.running import workers
from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from nianbao.exports import html, word
from nianbao.exports import json as json_output
from nianbao.form import load, workbook
from nianbao.ledgers import Ledger
from nianbao.report import Agency, Report, build, with_totals
from strategies import zeros

ROSTER = (
    "名称,代码,联系电话,上年报告,requests.received.natural_person,行政事业性收费的收费金额\n"
    "某市商务局,A1,13900000001,,3,\n"
    "某市财政局,A2,13900000002,去年/财政.json,,\n"
    "某市财政局,A3,13900000003,,,\n"
    "../../某市/A:B?*局. ,A4,,,0,\n"
)
FILES = ("某市商务局", "某市财政局（A2）", "某市财政局（A3）", "_.._某市_A_B__局")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a roster and one report of last year; workbooks go to ``out``."""
    (tmp_path / "名单.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "去年").mkdir()
    (tmp_path / "去年" / "财政.json").write_bytes(json_output.write(last_year("某市财政局")))
    return tmp_path


def last_year(name: str, code: str | None = None) -> Report:
    report = zeros(2021, 2024, name)
    ids = {"requests.carried_out.business": 4, "requests.carried_out.total": 4}
    return build(2021, 2024, Agency(name, code), dict(report.values) | ids)


def fill(cli: Cli, place: Path, *more: object) -> tuple[int, str, str]:
    return cli("batch", "fill", place / "名单.csv", "--year", 2025, "-d", place / "out", *more)


def made(place: Path) -> dict[str, bytes]:
    files = sorted(p for p in (place / "out").iterdir() if p.name != JOURNAL)
    return {p.name.removesuffix("2025年年报.xlsx"): p.read_bytes() for p in files}


def test_every_agency_gets_a_workbook_with_what_is_known_of_it(cli: Cli, place: Path) -> None:
    code, out, err = fill(cli, place)
    assert (code, out) == (0, f"生成 4 份：{place / 'out'}\n")
    assert err == "“名单.csv”的“行政事业性收费的收费金额”列没有使用：不是名单或报表里的一列。\n"
    books = made(place)
    assert sorted(books) == sorted(FILES)
    reports = {name: reading.open(books[name], "a.xlsx").report for name in FILES}
    assert [r.agency for r in reports.values()] == [
        Agency("某市商务局", "A1"),
        Agency("某市财政局", "A2"),
        Agency("某市财政局", "A3"),
        Agency("../../某市/A:B?*局.", "A4"),
    ]
    assert {r.year for r in reports.values()} == {2025}
    known = {n: {k: v for k, v in r.values.items() if v is not None} for n, r in reports.items()}
    received = "requests.received"
    assert known["某市商务局"] == {f"{received}.natural_person": 3, f"{received}.total": 3}
    carried = {k for k in known["某市财政局（A2）"] if not k.startswith("requests.carried_in")}
    assert carried == set()
    assert known["某市财政局（A2）"]["requests.carried_in.business"] == 4
    assert known["某市财政局（A3）"] == {}
    assert reading.open(books["某市财政局（A2）"], "a.xlsx").previous == last_year(
        "某市财政局", "A2"
    )
    outside = {p.relative_to(place).parts[0] for p in place.rglob("*")}
    assert outside == {"名单.csv", "去年", "out"}


def test_figures_never_get_under_another_agency(cli: Cli, place: Path) -> None:
    lines = ["名称,代码", "综合局,A1", "综合局,A2"]
    (place / "名单.csv").write_text("\n".join(lines), encoding="utf-8")
    fill(cli, place)
    mine = place / "out" / "综合局（A1）2025年年报.xlsx"
    one = actions.read(mine)
    typed = build(2021, 2025, one.agency, {"requests.granted.other": 111})
    actions.fill(typed, mine, None, force=True)
    (place / "名单.csv").write_text("\n".join([lines[0], lines[2], lines[1]]), encoding="utf-8")
    assert fill(cli, place, "--force")[0] == 0
    assert actions.read(mine) == with_totals(typed)
    saved_wrongly = place / "out" / "综合局（A2）2025年年报.xlsx"
    saved_wrongly.write_bytes(before := mine.read_bytes())
    code, _, err = fill(cli, place, "--force")
    assert code == 3
    assert "里是“综合局”（代码 A1）的数据，不是这个单位的，没有改动它" in err
    assert saved_wrongly.read_bytes() == before


def test_what_is_no_workbook_of_ours_is_renamed_and_not_lost(cli: Cli, place: Path) -> None:
    fill(cli, place)
    path = place / "out" / f"{FILES[0]}2025年年报.xlsx"
    for number, data in enumerate((html.write(zeros(2021, 2025)), b"somebody's work"), 1):
        path.write_bytes(data)
        assert fill(cli, place)[0] == 3
        assert path.read_bytes() == data
        code, _, err = fill(cli, place, "--force")
        name = f"{path.stem}（原有{number if number > 1 else ''}）.xlsx"
        assert (code, path.with_name(name).read_bytes()) == (0, data)
        assert f"已改名为“{name}”" in err
        assert actions.read(path)["requests.received.natural_person"] == 3


def test_what_the_journal_keeps_names_no_person(cli: Cli, place: Path) -> None:
    fill(cli, place)
    text = (place / "out" / JOURNAL).read_text(encoding="utf-8")
    assert "1390000" not in text
    assert len(text.splitlines()) == 5


def test_a_second_run_writes_nothing_and_leaves_what_an_agency_filled_in(
    cli: Cli, place: Path
) -> None:
    fill(cli, place)
    theirs = place / "out" / f"{FILES[0]}2025年年报.xlsx"
    before = made(place)
    assert fill(cli, place)[1] == f"生成 0 份，原已生成、没有变化 4 份：{place / 'out'}\n"
    report = actions.read(theirs)
    report = build(2021, 2025, report.agency, dict(report.values) | {"requests.granted.other": 2})
    actions.fill(report, theirs, None, force=True)
    now = theirs.read_bytes()
    code, _, err = fill(cli, place)
    assert code == 3
    assert f"某市商务局（名单第 2 行）：“{theirs}”已经存在，没有改动它" in err
    assert made(place) == before | {FILES[0]: now}
    (place / "名单.csv").write_text(ROSTER.replace("001,,3", "001,,5"), encoding="utf-8")
    code, out, _ = fill(cli, place, "--force")
    assert (code, out.split("：")[0]) == (0, "生成 1 份，原已生成、没有变化 3 份")
    ours = actions.read(theirs)
    assert (ours["requests.granted.other"], ours["requests.received.natural_person"]) == (2, 5)
    assert fill(cli, place)[1].startswith("生成 0 份，原已生成、没有变化 4 份")
    (place / "out" / JOURNAL).unlink()
    assert fill(cli, place)[1].startswith("生成 0 份，原已生成、没有变化 3 份，未成功 1 份")


def test_a_folder_of_reports_fills_in_what_each_agency_sent(cli: Cli, place: Path) -> None:
    folder = place / "已有" / "里面"
    folder.mkdir(parents=True)
    trade, other = zeros(2021, 2025, "某市商务局"), zeros(2021, 2025, "外市某局")
    (folder / "1.html").write_bytes(html.write(trade))
    (folder / "2.docx").write_bytes(word.write(last_year("某市商务局")))
    (folder / "3.json").write_bytes(json_output.write(other))
    (folder / "4.xlsx").write_bytes(b"PK\3\4")
    (folder / "5.json").write_bytes(json_output.write(zeros(2021, 2023, "某市商务局")))
    (folder / "6.json").write_bytes(json_output.write(trade))
    (folder / "7.json").symlink_to(folder / "3.json")
    code, _, err = fill(cli, place, "--data", place / "已有")
    assert code == 0
    report = reading.open(made(place)[FILES[0]], "a.xlsx").report
    expected = dict(trade.values) | {"requests.received.natural_person": 3}
    for total in ("requests.received.total", "requests.total.total"):
        expected.pop(total)
    assert {k: report[k] for k in expected} == expected
    for sentence in (
        "“里面/3.json”是“外市某局”的报告，名单里没有这个单位，没有使用。",
        "“4.xlsx”已损坏或不完整",
        "“里面/5.json”是 2023 年度的报告，没有使用。",
        "“里面/6.json”与“里面/1.html”都是“某市商务局”2025 年度的报告，只用了后者。",
    ):
        assert sentence in err
    assert "7.json" not in err
    assert reading.open(made(place)[FILES[0]], "a.xlsx").previous == last_year("某市商务局", "A1")


def test_one_bad_source_stops_nothing_and_is_told_with_its_agency(cli: Cli, place: Path) -> None:
    (place / "去年" / "财政.json").write_bytes(json_output.write(zeros(2021, 2023)))
    code, out, _ = fill(cli, place, "--json")
    told = json.loads(out)
    assert code == 2
    assert {k: told[k] for k in ("written", "kept", "failed", "left")} == {
        "written": 3,
        "kept": 0,
        "failed": 1,
        "left": 0,
    }
    assert told["files"][1] == {
        "unit": "某市财政局",
        "code": "A2",
        "file": "某市财政局（A2）2025年年报.xlsx",
        "problem": "某市财政局（名单第 3 行）："
        "上年报告“财政.json”是 2023 年度的，应是 2024 年度的。",
    }


def test_a_wrong_row_of_the_roster_stops_only_its_own_agency(cli: Cli, place: Path) -> None:
    heading = "requests.received.other"
    (place / "名单.csv").write_text(
        f"名称,代码,台账,{heading}\n甲局,1,,约10\n乙局,2,没有.xlsx,\n丙局,3,,1\n丁局,3,,\n",
        encoding="utf-8",
    )
    code, out, err = fill(cli, place)
    assert (code, list(made(place))) == (2, ["丙局"])
    assert out.startswith("生成 1 份，未成功 3 份：")
    assert f"甲局（名单第 2 行）：“{heading}”填的“约10”不是有效的数。" in err
    assert "乙局（名单第 3 行）：" in err
    assert "没有.xlsx" in err
    assert "丁局（名单第 5 行）：与第 4 行代码相同。" in err


@pytest.mark.parametrize("left", [b"", bytes(5000)])
def test_what_a_power_cut_leaves_of_a_file_is_made_again(
    cli: Cli, place: Path, left: bytes
) -> None:
    fill(cli, place)
    before = made(place)
    (place / "out" / f"{FILES[2]}2025年年报.xlsx").write_bytes(left)
    assert fill(cli, place)[1].startswith("生成 1 份，原已生成、没有变化 3 份：")
    assert made(place) == before


def test_of_very_many_problems_the_first_are_told_and_the_rest_counted(
    cli: Cli, place: Path
) -> None:
    lines = "".join(f"第{i}局,没有.json\n" for i in range(130))
    (place / "名单.csv").write_text(f"名称,上年报告\n{lines}", encoding="utf-8")
    code, _, err = fill(cli, place)
    assert code == 2
    assert err.count("找不到文件") == 100
    assert err.endswith("另有 30 条没有列出，加 --json 可看到全部。\n")


def test_links_and_folders_under_a_final_name_are_left_alone(cli: Cli, place: Path) -> None:
    out = place / "out"
    out.mkdir()
    secret = place / "别动.txt"
    secret.write_text("原样", encoding="utf-8")
    (out / f"{FILES[0]}2025年年报.xlsx").symlink_to(secret)
    (out / f"{FILES[1]}2025年年报.xlsx").mkdir()
    code, _, err = fill(cli, place, "--force")
    assert code == 3
    assert err.count("不是普通文件，没有改动它") == 2
    assert secret.read_text(encoding="utf-8") == "原样"


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (["--format", 2019], 2, "2025 年度应使用2021年版格式"),
        (["--data", "没有"], 2, "找不到文件夹“没有”"),
        (["--dask", "tcp://127.0.0.1:9"], 2, "连不上 Dask 集群“tcp://127.0.0.1:9”"),
        (["--jobs", 0], 2, "选项 --jobs 要写不小于 1 的整数，这里写的是 0。"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    cli: Cli, place: Path, more: list[object], code: int, sentence: str
) -> None:
    if "--dask" in more:
        pytest.importorskip("distributed")
    found, _, err = fill(cli, place, *more)
    assert found == code
    assert sentence in err.replace("2021 年版", "2021年版")
    assert "Traceback" not in err


def test_a_blank_roster_is_written_and_a_roster_may_come_through_a_pipe(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = place / "单位名单.xlsx"
    assert cli("batch", "roster", "-o", blank)[0] == 0
    assert cli("batch", "roster", "-o", blank)[0] == 3
    book = openpyxl.load_workbook(blank)
    book["单位名单"]["A2"] = "某市某局"
    book.save(blank)
    with blank.open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream, "utf-8"))
        assert cli("batch", "fill", "-", "--year", 2025, "-d", place / "out")[0] == 0
    assert list(made(place)) == ["某市某局"]


# --- whoever does the work -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A roster of 60 agencies, and what one process makes of it in ``out``."""
    folder = tmp_path_factory.mktemp("many")
    lines = "".join(f"某市第{i}局,C{i},{i}\n" for i in range(60))
    (folder / "名单.csv").write_text(f"名称,代码,requests.received.other\n{lines}", "utf-8")
    assert run(nianbao, arguments(folder, folder / "out", "--jobs", "1")) == 0
    return folder


def arguments(folder: Path, out: Path, *more: str) -> list[str]:
    roster = str(folder / "名单.csv")
    return ["batch", "fill", roster, "--year", "2025", "-d", str(out), *more]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_two_processes_make_the_same_files(many: Path, tmp_path: Path) -> None:
    assert run(nianbao, arguments(many, tmp_path, "--jobs", "2")) == 0
    assert contents(tmp_path) == contents(many / "out")


def test_a_dask_cluster_makes_the_same_files(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed: Any = pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "_PATIENCE", 600)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0"
    ) as cluster:
        monkeypatch.chdir(tmp_path)  # the workers stand elsewhere
        options = ("--dask", cluster.scheduler_address, "--force")
        assert run(nianbao, arguments(many, Path("out"), *options)) == 0
    assert contents(tmp_path / "out") == contents(many / "out")


@pytest.mark.skipif(sys.platform == "win32", reason="a console sends Ctrl+C to all")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_what_is_left_and_the_next_one_goes_on(
    many: Path, tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "nianbao", *arguments(many, tmp_path, "--jobs", "1")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 600
        while len(list(tmp_path.glob("*.xlsx"))) < 2 and time.monotonic() < end:
            time.sleep(0.001)
        process.send_signal(number)
        out, err = (stream.decode() for stream in process.communicate())
    if process.returncode != 0:  # it may have been done already
        done = len(list(tmp_path.glob("*.xlsx")))
        assert process.returncode == 130, err
        assert f"生成 {done} 份，已停止，还剩 {60 - done} 份，再运行一次接着做" in out
    assert run(nianbao, arguments(many, tmp_path)) == 0
    assert contents(tmp_path) == contents(many / "out")


# A timer of the processor time that the child itself has used ends it as SIGKILL would: wherever it
# is, and as far on a busy machine as on an idle one.
KILLS = """
import os, random, shutil, signal, sys, time
from pathlib import Path
from nianbao.batch import fill as filling, folder
from nianbao.batch.roster.roster import Roster, read_roster
roster, reference, place = (Path(a) for a in sys.argv[1:])
units = Roster(read_roster(roster.read_bytes(), roster.name, 2021).units[:6])
expected = {p.name: p.read_bytes() for p in reference.glob("*.xlsx")}
folder.settle = lambda: None  # a hundred times over it would take minutes
os.fsync = lambda file: None  # what a killed process wrote is there without it
def fill():
    options = filling.Options(2025, 2021, place)
    return [d.problem for d in filling.fill_all(units, options, base=place, jobs=1)]
fill()
shutil.rmtree(place)
start = time.process_time()
fill()
took = time.process_time() - start
undisturbed = {p.name: p.read_bytes() for p in place.iterdir()}
rng, partial = random.Random(5), 0
for n in range(300):
    if n % 3 == 0:
        shutil.rmtree(place)
    moment = rng.uniform(0.02, 1.1) * took
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, moment)
        fill()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGPROF), (n, status)
    found = {p.name: p.read_bytes() for p in place.glob("*.xlsx")}
    partial += 0 < len(found) < len(units.units)
    assert all(expected[name] == data for name, data in found.items()), n
    if n % 3 == 2:
        assert fill() == [None] * 6
        after = {p.name: p.read_bytes() for p in place.iterdir()}
        journal, whole_journal = after.pop(filling.JOURNAL), undisturbed[filling.JOURNAL]
        assert after | {filling.JOURNAL: whole_journal} == undisturbed, n
        lines = set(whole_journal.splitlines())
        assert set(journal.splitlines()) == lines, n
print(partial)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_killed_at_any_moment_it_leaves_no_partial_file_and_the_next_run_completes_it(
    many: Path, tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", KILLS, many / "名单.csv", many / "out", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 50  # of 300 kills so many came in the middle


# --- the same as the slow way --------------------------------------------------------------------


def test_a_workbook_is_what_openpyxl_would_have_made_of_the_template(many: Path) -> None:
    ours = openpyxl.load_workbook(many / "out" / "某市第7局2025年年报.xlsx")
    slow = openpyxl.load_workbook(io.BytesIO(actions.template(2025, 2021, None)))
    for id, value in {
        "agency.name": "某市第7局",
        "agency.code": "C7",
        "requests.received.other": 7,
    }.items():
        ((sheet, cell),) = slow.defined_names[workbook.name_of(id)].destinations
        slow[sheet][cell].value = value
    out = io.BytesIO()
    slow.save(out)
    slow = openpyxl.load_workbook(out)
    assert ours.sheetnames == slow.sheetnames
    assert {n: d.attr_text for n, d in ours.defined_names.items()} == {
        n: d.attr_text for n, d in slow.defined_names.items()
    }
    for a, b in zip(ours.worksheets, slow.worksheets, strict=True):
        assert {str(m) for m in a.merged_cells.ranges} == {str(m) for m in b.merged_cells.ranges}
        assert list(_rules(a)) == list(_rules(b))
        assert list(_looks(a)) == list(_looks(b))


def _rules(sheet: Any) -> Iterator[object]:
    for v in sheet.data_validations.dataValidation:
        yield str(v.sqref), v.type, v.formula1, v.operator, v.prompt
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield str(area.sqref), rule.type, rule.formula, rule.priority, rule.dxf


def _looks(sheet: Any) -> Iterator[object]:
    looks: dict[int, str] = {}
    for row in sheet.iter_rows():
        for c in row:
            if c.value is not None or c.has_style:
                if c.style_id not in looks:
                    parts = (c.font, c.fill, c.border, c.alignment, c.protection)
                    looks[c.style_id] = c.number_format + "".join(map(repr, parts))
                yield c.coordinate, c.value, looks[c.style_id]


@pytest.mark.libreoffice
def test_libreoffice_calculates_what_the_workbooks_already_say(
    soffice: Any, tmp_path: Path
) -> None:
    form = load(2021)
    ids = [id for id, cell in form.cells().items() if not cell.total][::7]
    lines = [",".join([f"某市第{i}局", *(str(i * n) for n in range(len(ids)))]) for i in range(4)]
    (tmp_path / "名单.csv").write_text("\n".join([f"名称,{','.join(ids)}", *lines]), "utf-8")
    assert run(nianbao, arguments(tmp_path, tmp_path / "out")) == 0
    files = sorted((tmp_path / "out").glob("*.xlsx"))
    folder = soffice(files, "xlsx", tmp_path / "lo")
    for i, file in enumerate(files):
        values: dict[str, int | Decimal | None] = {id: i * n for n, id in enumerate(ids)}
        expected = with_totals(build(2021, 2025, Agency(f"某市第{i}局"), values))
        for made_ in (file, folder / file.name):
            report = actions.read(made_)
            assert (report.agency, report.values) == (expected.agency, expected.values)


def test_the_ledger_of_an_agency_fills_what_is_open_and_no_cell_of_it_is_copied(
    cli: Cli, place: Path
) -> None:
    rows = [request(i, applicant=PLANTED[0], content=PLANTED[2]) for i in range(5, 9)]
    rows[0] = request(5, number=PLANTED[1], applicant_type="A2")
    (place / "台账.xlsx").write_bytes(own(Ledger(tuple(rows))))
    (place / "名单.csv").write_text(
        "名称,台账,requests.received.natural_person\n某市商务局,台账.xlsx,9\n某市财政局,,\n",
        encoding="utf-8",
    )
    code, _, err = fill(cli, place)
    assert code == 0
    assert "某市商务局：按台账填入" in err
    assert "“一、本年新收政府信息公开申请数量”的“自然人”填的是 9，台账是 3。" in err
    file = place / "out" / "某市商务局2025年年报.xlsx"
    report = actions.read(file)
    assert report["requests.received.natural_person"] == 9  # the roster's
    assert report["requests.received.business"] == 1
    assert report["requests.granted.natural_person"] == 3
    everything = [err.encode()]
    for path in (place / "out").iterdir():
        everything.append(path.read_bytes())
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                everything += [archive.read(n) for n in archive.namelist()]
    for secret in PLANTED:
        assert not any(secret.encode() in data for data in everything)
    assert fill(cli, place)[1].startswith("生成 0 份，原已生成、没有变化 2 份")
    (place / "台账.xlsx").write_bytes(own(Ledger(tuple(rows[:2]))))
    assert fill(cli, place)[0] == 3  # it would change what is there
    report = build(2021, 2025, report.agency, dict(report.values) | {"requests.granted.other": 2})
    actions.fill(report, file, None, force=True)
    assert fill(cli, place, "--force")[0] == 0
    assert actions.read(file)["requests.granted.other"] == 2  # typed, and so it stays


def test_a_mapping_beside_a_ledger_and_facts_of_a_sent_workbook_are_used(
    cli: Cli, place: Path
) -> None:
    ledger = place / "登记表.xlsx"
    rows = [["2025-3-3", "自然人", "2025-3-9", "公开"]]
    ledger.write_bytes(foreign(("何时来", "申请人类型", "办结日期", "咋办的"), rows))
    columns = {"收到日期": "何时来", "办理结果": "咋办的"}
    mapping = place / "登记表.对应.json"
    mapping.write_text(json.dumps({"依申请台账": {"列": columns}}), "utf-8")
    sent = build(2021, 2025, Agency("某市商务局"), {}, text={"other": "没有收取信息处理费。"})
    (place / "已有").mkdir()
    book = actions.filled(
        *(sent, None, None, "a.xlsx"), facts=everything(), generated={"other": "0" * 16}
    )
    (place / "已有" / "a.xlsx").write_bytes(book[0])
    (place / "名单.csv").write_text("名称,台账\n某市商务局,登记表.xlsx\n", encoding="utf-8")
    assert fill(cli, place, "--data", place / "已有")[0] == 0
    made_ = made(place)["某市商务局"]
    source = reading.open(made_, "a.xlsx")
    report = source.report
    assert report["requests.received.natural_person"] == 1
    assert report.text["other"] == "没有收取信息处理费。"
    assert (source.material, source.generated) == (everything(), {"other": "0" * 16})
    assert fill(cli, place, "--data", place / "已有")[1].startswith("生成 0 份")
    columns["办理结果"] = "没有这一列"
    mapping.write_text(json.dumps({"依申请台账": {"列": columns}}), "utf-8")
    code, _, err = fill(cli, place, "--data", place / "已有")
    assert code == 2  # the mapping is a source, too
    assert "没有这一列" in err
