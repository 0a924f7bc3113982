"""``batch collect``: sums by levels, each report once, nothing added or left out unsaid."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Cli
from nianbao import actions
from nianbao import form as forms
from nianbao.batch.review.record import Record
from nianbao.batch.review.review import JOURNAL, Inbox
from nianbao.batch.sums.book import in_columns, short
from nianbao.batch.sums.collect import Collected, LongTables, collect_all
from nianbao.batch.sums.levels import UNSPLIT, Addition
from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from nianbao.form import ExtraRow
from nianbao.report import Agency, Report, build, with_totals
from returned import YEAR, columns, put, report, roster, wrong
from strategies import reports

LINES = (
    "某市人民政府,G,,,",
    "某市人民政府办公室,A1,某市人民政府,,",
    "某市教育局,A2,某市人民政府,,",
    "某市第一中学,A3,某市教育局,,",
    "某市某县人民政府,A4,某市人民政府,,",
    "某县财政局,A5,某市某县人民政府,,",
    "某县民政局,A6,某市某县人民政府,,13900000006",
)


def city(folder: Path) -> Path:
    """A city: its office, a bureau with a school, a county with two bureaus; one has not reported,
    one errs, one is there twice; city and county have handed in their own sums."""
    box = folder / "in"
    put(box / "0.docx", report("某市人民政府", business=1 + 2 + 4 + 8))
    put(box / "1.json", report("某市人民政府办公室", business=1))
    put(box / "2.xlsx", report("某市教育局", business=2))
    put(box / "3.html", report("某市第一中学", business=4))
    put(box / "3又.html", report("某市第一中学", business=4))
    put(box / "4.xlsx", report("某市某县人民政府", business=9))
    put(box / "5.xlsx", report("某县财政局", business=8))
    roster(folder / "名单.csv", *LINES)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A city of one's own: what is in it may be changed."""
    return city(tmp_path)


def arguments(place: Path) -> list[object]:
    listed = ("--roster", place / "名单.csv")
    return ["batch", "collect", place / "in", *listed, "-o", place / "汇总.xlsx"]


def collect(cli: Cli, place: Path, *more: object) -> tuple[int, str, str]:
    return cli(*arguments(place), *more)


class Added(NamedTuple):
    """A city that was added up once, for those who only look: where, and what was said."""

    place: Path
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Added:
    place = city(tmp_path_factory.mktemp("city"))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(nianbao, [str(a) for a in arguments(place)])
    return Added(place, code, out.getvalue(), err.getvalue())


def sheet(path: Path, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [list(row) for row in book[name].iter_rows(min_row=4, values_only=True)]


RECEIVED = "requests.received.business"


def test_the_workbook_reads_as_the_report_of_the_sum(added: Added) -> None:
    place, code, out, err = added
    assert (code, err) == (0, "")
    assert out.startswith("汇总 4 份报告：应报 5 个单位，未报 1；与“某市人民政府”的报告逐格相等，")
    assert "，另外 1 份下级汇总报告与所属单位之和共 6 格不等。" in out
    total = actions.read(place / "汇总.xlsx")
    assert (total.agency, total.year) == (Agency("某市人民政府", "G"), YEAR)
    assert (total[RECEIVED], total["requests.granted.total"]) == (15, 15)
    assert total["disputes.reconsideration.total"] == 0
    assert not total.trace.notes


def test_every_level_has_its_own_sum(added: Added) -> None:
    path = added.place / "汇总.xlsx"
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book["分级汇总"][3]]
    at = heads.index(short("表三“一、本年新收政府信息公开申请数量”的“商业企业”"))
    rows = {r[1].strip("　"): (r[0], *r[2:7], r[at]) for r in sheet(path, "分级汇总")}
    # level, due, reported, missing, wrong, counted, figure
    assert rows["全部单位"] == (0, 5, 4, 1, 0, 4, 15)
    assert rows["某市教育局"] == (2, 2, 2, 0, 0, 2, 6)
    assert rows["某市某县人民政府"] == (2, 2, 1, 1, 0, 1, 8)
    assert [r[1] for r in sheet(path, "未报单位")] == ["某县民政局"]


def test_a_government_is_compared_with_the_sum_of_its_bodies(added: Added) -> None:
    rows = sheet(added.place / "汇总.xlsx", "核对")
    name = "表三“一、本年新收政府信息公开申请数量”的“商业企业”"
    found = {r[1]: r[4:] for r in rows if r[3] == name}
    assert found["某市人民政府"] == [15, 15, None, "√ 相等"]
    assert found["某市某县人民政府"] == [8, 9, 1, "! 本级多 1"]
    rules = {(r[1], r[2]) for r in rows if r[2]}
    assert ("某市某县人民政府", "P-03") in rules  # one of its bodies has not reported


def test_the_report_of_the_parent_may_be_given(cli: Cli, tmp_path: Path) -> None:
    for n in range(3):
        put(tmp_path / "in" / f"{n}.xlsx", report(f"某市第{n}局", business=n))
    parent = put(tmp_path / "本级.docx", report("某市人民政府", business=5))
    put(tmp_path / "in" / "本级.docx", report("某市人民政府", business=5))
    out = tmp_path / "汇总.xlsx"
    code, said, _ = cli("batch", "collect", tmp_path / "in", "--parent", parent, "-o", out)
    assert code == 0
    assert said.startswith("汇总 3 份报告；与“某市人民政府”的报告 6 格不等。")
    findings = [r for r in sheet(out, "核对") if r[2]]
    assert {r[2] for r in findings} == {"P-01"}
    assert "表三有 6 个数与 3 个单位之和不等" in findings[0][7]
    last = put(tmp_path / "去年.docx", report("某市人民政府", year=YEAR - 1))
    out.unlink()
    code, _, err = cli("batch", "collect", tmp_path / "in", "--parent", last, "-o", out)
    assert (code, out.exists()) == (2, False)
    assert err == f"本级报告是 {YEAR - 1} 年度的，汇总的是 {YEAR} 年度的，不能核对。\n"


def test_what_is_counted_in_spite_of_errors_and_blanks_is_marked(cli: Cli, tmp_path: Path) -> None:
    box = tmp_path / "in"
    put(box / "a.json", wrong(report("某市甲局")))
    blank = report("某市乙局", business=2)
    values = {**blank.values, "requests.granted.other": None, "requests.granted.total": None}
    put(box / "b.json", build(2021, YEAR, blank.agency, values))
    put(box / "c.json", build(2019, YEAR, Agency("某市丙局"), {}))
    code, _, _ = cli("batch", "collect", box, "-o", tmp_path / "汇总.xlsx", "--json")
    assert code == 1
    rows = {r[1]: r[4:8] for r in sheet(tmp_path / "汇总.xlsx", "单位明细")}
    assert rows["某市甲局"][1] == "是"
    assert "照报送的数计入" in rows["某市甲局"][3]
    assert rows["某市乙局"][1:3] == ["是", 1]
    assert "1 格空着，按 0 计" in rows["某市乙局"][3]
    assert rows["某市丙局"][1] == "否"
    assert "2019年版（试行）格式，不能计入" in rows["某市丙局"][3]
    assert actions.read(tmp_path / "汇总.xlsx")[RECEIVED] == 99 + 2


def test_who_is_not_in_the_roster_is_told_and_not_added(cli: Cli, place: Path) -> None:
    put(place / "in" / "外.json", report("外市某局", business=1000))
    (place / "in" / "通知.pdf").write_bytes(b"%PDF-1.4")
    code, out, _ = collect(cli, place)
    assert code == 2
    assert out.startswith("汇总 4 份报告：应报 5 个单位，未报 1；")
    rows = {r[1]: r[4:8] for r in sheet(place / "汇总.xlsx", "单位明细")}
    assert rows["外市某局"][1:] == ["否", None, "名单里没有这个单位，没有计入"]
    assert "通知.pdf" not in rows
    assert "；另有 1 个文件不是报告或认不出单位" in out


def test_the_charts_are_native_ones(added: Added) -> None:
    book = openpyxl.load_workbook(added.place / "汇总.xlsx")
    titles = [c.title.tx.rich.p[0].r[0].t for c in book["图表"]._charts]
    assert titles == ["各单位新收申请", "办理结果", "申请人情况"]
    assert book["图表"]["A3"].value == "单位"


def test_the_years_are_compared_where_both_are_known(cli: Cli, tmp_path: Path) -> None:
    last = report("某市甲局", year=YEAR - 1, business=3)
    put(tmp_path / "in" / "a.xlsx", report("某市甲局", business=7), last)
    put(tmp_path / "in" / "b.json", report("某市乙局", business=100))
    cli("batch", "collect", tmp_path / "in", "-o", tmp_path / "汇总.xlsx")
    ws = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["图表"]
    rows = {r[0]: r[1:3] for r in ws.iter_rows(values_only=True)}
    assert rows["项目"] == (f"{YEAR - 1} 年", f"{YEAR} 年")
    assert rows["一、本年新收申请"] == (3, 7)
    assert len(ws._charts) == 4


def test_last_years_reports_may_be_given_to_compare_with(cli: Cli, place: Path) -> None:
    put(place / "去年" / "a.docx", report("某县财政局", "A5", year=YEAR - 1, business=6))
    collect(cli, place, "--previous-dir", place / "去年")
    ws = openpyxl.load_workbook(place / "汇总.xlsx")["图表"]
    rows = {r[0]: r[1:3] for r in ws.iter_rows(values_only=True)}
    assert rows["一、本年新收申请"] == (6, 8)


def test_the_long_table_has_a_row_for_every_figure(cli: Cli, place: Path) -> None:
    put(place / "in" / "1.json", report("=某市人民政府办公室", "A1", business=1))
    tables = ("--csv", place / "a.csv", "--parquet", place / "a.parquet")
    collect(cli, place, *tables)
    assert (place / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = columns(place / "a.csv")
    counted = [r for r in rows if r["cell"] == RECEIVED and r["counted"] == "1"]
    assert sum(int(r["value"]) for r in counted) == 15
    table = pq.read_table(place / "a.parquet").to_pylist()
    assert len(table) == len(rows)
    assert [(r["unit"], r["value"]) for r in table if r["cell"] == RECEIVED and r["counted"]] == [
        (r["unit"], Decimal(r["value"])) for r in counted
    ]
    assert collect(cli, place, *tables)[0] == 3  # all are there already


def test_without_pyarrow_it_is_said_before_the_work(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("nianbao.batch.sums.long_table.import_module", absent)
    code, _, err = collect(cli, place, "--parquet", place / "a.parquet")
    assert code == 2
    assert err == "没有安装 pyarrow，不能写 Parquet；请先安装 nianbao[parquet]，或改用 --csv。\n"
    assert not (place / "汇总.xlsx").exists()


def test_json_gives_the_sum_and_every_part(cli: Cli, place: Path) -> None:
    _, out, _ = collect(cli, place, "--json")
    found = json.loads(out)
    assert found["counted"] == 4
    assert found["missing"] == ["某县民政局"]
    assert found["report"]["tables"]["requests"]["received"]["business"] == 15
    assert [u["unit"] for u in found["units"] if u["counted"]] == [
        "某市人民政府办公室",
        "某市教育局",
        "某市第一中学",
        "某县财政局",
    ]


def test_results_that_lie_in_the_folder_are_not_taken_for_reports(cli: Cli, tmp_path: Path) -> None:
    box = tmp_path / "in"
    put(box / "a.json", report("某市甲局", business=2))
    for n in range(2):
        cli("batch", "collect", box, "-o", box / f"汇总{n}.xlsx")
        cli("batch", "check", box, "-o", box / "核查.xlsx", "--slips", box / "退回", "--force")
    assert actions.read(box / "汇总1.xlsx")[RECEIVED] == 2
    files = {row[1]: row[4] or "" for row in sheet(box / "核查.xlsx", "文件")}
    assert set(files) == {"a.json", "汇总0.xlsx", "汇总1.xlsx"}
    assert "全部单位的汇总结果" in files["汇总0.xlsx"]


# --- adding ---------------------------------------------------------------------------------------


def record(one: Report) -> Record:
    return Record(
        name=one.agency.name,
        year=one.year,
        format=one.format,
        values=list(one.values.values()),
        repeats={row: list(names) for row, names in one.repeats.items()},
        extra=[(e.table, e.label, dict(e.values), e.after) for e in one.extra],
    )


@given(st.lists(reports(2019, texts=False), min_size=1, max_size=4))
@settings(max_examples=40)
def test_a_sum_is_what_adding_figure_by_figure_gives(parts: list[Report]) -> None:
    adding = Addition(2019, 2020)
    blanks = sum(adding.add(record(one)).blank for one in parts)
    total = adding.report("某市")
    cells = total.form.cells(total.layout)
    there = [in_columns(one, total) for one in parts]
    for n, (id, cell) in enumerate(cells.items()):
        known = [row[n] for row in there if row[n] is not None]
        if not cell.total:
            assert total.values[id] == (sum(known) if known else None), id
    inputs = [(one, i) for one in parts for i in one.form.cells(one.layout).values() if not i.total]
    assert blanks == sum(one.values[cell.id] is None for one, cell in inputs)
    assert total == with_totals(total)


def test_split_rows_are_added_by_name_and_local_rows_by_place_and_label() -> None:
    def part(names: tuple[str | None, ...], *items: int, local: int | str) -> Record:
        values = {f"disclosure.other_services[{i}].items": v for i, v in enumerate(items)}
        row = ExtraRow("requests", "9.其他情形", {"business": local}, "refused.inquiry")
        repeats = {"other_services": names}
        return record(build(2019, 2020, Agency("x"), values, repeats=repeats, extra=(row,)))

    adding = Addition(2019, 2020)
    adding.add(part(("行政检查", "行政确认"), 1, 2, local=5))
    adding.add(part(("行政确认",), 10, local=7))
    gaps = adding.add(part((None,), 100, local="见附件"))
    total = adding.report("某市")
    assert total.repeats["other_services"] == ("行政检查", "行政确认", UNSPLIT)
    found = [total.values[f"disclosure.other_services[{i}].items"] for i in range(3)]
    assert found == [1, 12, 100]
    assert [(row.label, row.values["business"]) for row in total.extra] == [("9.其他情形", 12)]
    assert total.extra[0].values["total"] == 12
    assert gaps.words == 1


@pytest.mark.libreoffice
def test_libreoffice_opens_the_results_and_finds_the_same_in_them(
    cli: Cli, added: Added, soffice: Callable[..., Path]
) -> None:
    place = added.place
    listed = ("--roster", place / "名单.csv")
    cli("batch", "check", place / "in", *listed, "-o", place / "核查.xlsx")
    saved = soffice([place / "汇总.xlsx", place / "核查.xlsx"], "xlsx", place / "saved")
    assert actions.read(saved / "汇总.xlsx") == actions.read(place / "汇总.xlsx")
    pages = [("汇总.xlsx", "单位明细"), ("汇总.xlsx", "核对"), ("核查.xlsx", "总览")]
    for name, title in (*pages, ("核查.xlsx", "问题清单")):
        ours, theirs = sheet(place / name, title), sheet(saved / name, title)
        assert filled(theirs[: len(ours)]) == filled(ours)
    assert len(openpyxl.load_workbook(saved / "汇总.xlsx")["图表"]._charts) == 3


def filled(rows: list[list[Any]]) -> list[list[str]]:
    """What stands in the cells that are not empty, as text."""
    return [[str(value) for value in row if value is not None] for row in rows]


def test_a_stopped_run_does_not_replace_a_complete_result(tmp_path: Path) -> None:
    for n in range(6):
        put(tmp_path / "in" / f"{n}.json", report(f"某市第{n}局", business=1))
    box, out = Inbox(tmp_path / "in"), tmp_path / "汇总.xlsx"
    tables = LongTables(tmp_path / "长表.csv")

    def stopped(output: Path) -> Collected:
        (tmp_path / JOURNAL).unlink(missing_ok=True)
        asked = iter([False] * 6 + [True] * 1000)
        return collect_all(
            *(box, output), tables=tables, force=True, jobs=1, stop=lambda: next(asked)
        )

    found = stopped(out)
    assert 0 < found.left < 6
    for name in ("单位明细", "分级汇总", "未报单位"):
        note = openpyxl.load_workbook(out)[name]["A2"].value
        assert note.startswith(f"没有查完，还剩 {found.left} 个文件，下面的内容不完整；")
    collect_all(box, out, tables=tables, force=True, jobs=1)
    before = {p: p.read_bytes() for p in (out, tables.csv or out)}
    found = stopped(out)
    assert found.left > 0
    assert "没有查完，原有的“汇总.xlsx”没有改动。" in found.notes
    assert {p: p.read_bytes() for p in before} == before


def test_what_cannot_be_collected_is_said_before_anything_is_written(
    cli: Cli, tmp_path: Path
) -> None:
    put(tmp_path / "in" / "1.json", report("某市甲局"))
    out = tmp_path / "s.xlsx"
    for more, sentence in (
        (("-o", out, "--csv", out), "汇总结果和长表写的是同一个文件"),
        (("-o", out, "--csv", tmp_path / "in" / ".." / "s.xlsx"), "写的是同一个文件"),
        (("-o", tmp_path / "s.txt"), "扩展名应为 .xlsx"),
        (("-o", out, "--year", YEAR + 1), f"收到的是 {YEAR} 年度 1 份。"),
    ):
        code, _, err = cli("batch", "collect", tmp_path / "in", *more)
        assert code == 2
        assert sentence in err
    assert not out.exists()
    code, _, err = cli("batch", "collect", tmp_path / "in", "-o", out, "--csv", "/proc/a.csv")
    assert (code, out.exists()) == (3, False)  # all or none
    assert "Permission" not in err
    assert "无法写入“/proc/a.csv”：" in err


@pytest.mark.parametrize("word", ["check", "collect"])
def test_no_result_replaces_what_the_run_reads(cli: Cli, place: Path, word: str) -> None:
    parent = put(place / "本级.xlsx", report("某市人民政府", business=15))
    result = place / "in" / "旧汇总.xlsx"
    assert collect(cli, place, "-o", result)[0] == 0
    read = [place / "名单.csv", place / "in" / "2.xlsx"]
    read += [parent] if word == "collect" else []
    listed = ("--roster", place / "名单.csv")
    more = ("--parent", parent) if word == "collect" else ()
    before = {path: path.read_bytes() for path in (*read, result)}
    for path in read:
        for option in ("-o", "--csv") if word == "collect" else ("-o",):
            out = () if option == "-o" else ("-o", place / "新.xlsx")
            code, _, err = cli(
                *("batch", word, place / "in", *listed, *more, *out, option, path, "--force")
            )
            assert code in (2, 3), (path, option)
            assert "请换一个输出文件名" in err or "扩展名应为" in err
    assert {path: path.read_bytes() for path in before} == before
    code, _, err = cli("batch", word, place / "in", *listed, *more, "-o", result, "--force")
    assert code in (0, 1), err  # a result of before may be replaced
    assert result.read_bytes() != before[result]


def test_the_agency_above_is_told_by_its_name_in_the_roster(cli: Cli, tmp_path: Path) -> None:
    put(tmp_path / "in" / "1.json", report("某市甲局"))
    roster(
        tmp_path / "名单.csv",
        "某市人民政府,A0,,某市政府,",
        "某市甲局,,某市政府,,",
        "某市乙局,,A0,,",
    )
    tables = ("--csv", tmp_path / "l.csv")
    listed = ("--roster", tmp_path / "名单.csv", "-o", tmp_path / "s.xlsx")
    cli("batch", "collect", tmp_path / "in", *listed, *tables)
    above = {r[1]: r[3] for r in sheet(tmp_path / "s.xlsx", "单位明细")}
    assert above["某市甲局"] == above["某市乙局"] == "某市人民政府"
    assert ",某市人民政府," in (tmp_path / "l.csv").read_text("utf-8").splitlines()[1]


@pytest.mark.parametrize("format", forms.FORMATS)
def test_the_short_headings_of_figures_are_all_different(format: int) -> None:
    titles = [cell.title for cell in forms.load(format).cells().values()]
    assert len({short(title) for title in titles}) == len(titles)
    assert max(map(len, map(short, titles))) <= 28
