"""The commands as a person calls them: what they print, write and return."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest

from conftest import SEED, Cli
from nianbao.cli import nianbao
from nianbao.exports.json import write as write_json
from strategies import zeros

Result = tuple[int, str, str]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def one_sentence(err: str) -> str:
    line = err.strip()
    assert "\n" not in line
    assert "Traceback" not in line
    assert CHINESE.search(line)
    assert line.endswith("。")
    return line


def test_the_seed_is_read_as_published(cli: Cli) -> None:
    code, out, _ = cli("read", SEED)
    report = json.loads(out)
    assert code == 0
    assert (report["format"], report["year"]) == (2019, 2020)
    assert report["agency"] == {"name": "北京市大兴区商务局", "code": None}
    disclosure = report["tables"]["disclosure"]
    assert disclosure["licensing"] == {"items": 1, "change": 1, "decisions": 10}
    assert disclosure["other_services"] == [
        {"name": "行政检查", "items": 0, "change": 1, "decisions": 235},
        {"name": "行政确认", "items": 0, "change": 0, "decisions": 0},
    ]
    assert disclosure["normative_documents"] == {"made": 2, "disclosed": 1, "total": 7}
    for table in ("requests", "disputes"):
        assert set(_leaves(report["tables"][table])) == {0}
    assert None not in _leaves(report["tables"])
    assert all(report["text"].values())
    assert report["extra"] == []


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [x for k, v in node.items() if k != "name" for x in _leaves(v)]
    if isinstance(node, list):
        return [x for v in node for x in _leaves(v)]
    return [node]


def test_every_paragraph_of_the_seed_is_kept(cli: Cli) -> None:
    report = json.loads(cli("read", SEED)[1])
    kept = "\n".join(report["text"].values()).splitlines()
    lines = SEED.read_text(encoding="utf-8").splitlines()
    long = [line.strip() for line in lines if len(line) > 25 and not line.startswith("\t")]
    assert len(long) == 13
    assert [line for line in long if line not in kept] == []


def test_the_seed_has_no_error(cli: Cli) -> None:
    code, out, _ = cli("check", SEED, "--json")
    assert code == 0
    assert [f for f in json.loads(out) if f["level"] == "error"] == []
    assert {f["source"] for f in json.loads(out)} <= {str(SEED)}


def test_an_error_is_told_with_both_sides_and_exit_code_1(cli: Cli, tmp_path: Path) -> None:
    book = tmp_path / "年报.xlsx"
    assert cli("fill", SEED, "-o", book)[0] == 0
    loaded = openpyxl.load_workbook(book)
    name = loaded.defined_names["nb.requests.received.natural_person"]
    sheet, cell = next(iter(name.destinations))
    loaded[sheet][cell] = 12
    loaded.save(book)
    code, out, _ = cli("check", book, "--json")
    finding = next(f for f in json.loads(out) if f["rule"] == "T3-01")
    assert code == 1
    assert (finding["expected"], finding["actual"], finding["difference"]) == (12, 0, 12)
    assert "requests.carried_out.natural_person" in finding["cells"]
    assert finding["place"].startswith("表三!")
    code, out, _ = cli("check", book)
    assert code == 1
    assert "T3-01" in out
    assert "12" in out


def test_a_folder_is_checked_file_by_file_and_one_bad_file_stops_nothing(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "甲.txt").write_bytes(SEED.read_bytes())
    (tmp_path / "乙.xlsx").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "下级").mkdir()
    (tmp_path / "下级" / "丙.txt").write_bytes(SEED.read_bytes())
    code, out, err = cli("check", tmp_path, "--json")
    assert code == 2
    records = json.loads(out)
    assert {Path(f["source"]).name for f in records} == {"甲.txt", "乙.xlsx", "丙.txt"}
    (bad,) = (f for f in records if f["source"].endswith("乙.xlsx"))
    assert bad.keys() == records[0].keys()
    assert (bad["rule"], bad["outcome"], bad["level"]) == (None, "undecided", "error")
    assert bad["message"] == one_sentence(err)
    assert "乙.xlsx" in bad["message"]


def test_an_existing_file_is_replaced_only_with_force(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "报告.html"
    target.write_text("原有内容", encoding="utf-8")
    code, _, err = cli("export", SEED, "-o", target)
    assert code == 3
    assert "--force" in one_sentence(err)
    assert target.read_text(encoding="utf-8") == "原有内容"
    assert cli("export", SEED, "-o", target, "--force")[0] == 0
    assert "大兴区商务局" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "json"])
def test_the_seed_comes_back_equal_from_every_export(cli: Cli, tmp_path: Path, kind: str) -> None:
    original = json.loads(cli("read", SEED)[1])
    target = tmp_path / f"最终 报告（{kind}）.{kind}"
    code, _, err = cli("export", SEED, "-o", target)
    assert code == 0, err
    code, out, _ = cli("read", target)
    assert code == 0
    assert json.loads(out) == original


def test_a_template_is_the_form_of_its_year(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "空.xlsx"
    assert cli("template", "--year", "2026", "--agency", "某局", "-o", target)[0] == 0
    report = json.loads(cli("read", target)[1])
    assert (report["format"], report["year"], report["agency"]["name"]) == (2021, 2026, "某局")
    assert set(_leaves(report["tables"])) == {None}
    code, _, err = cli("template", "--format", "2019", "--year", "2026", "-o", tmp_path / "x.xlsx")
    assert code == 2
    assert "2021" in one_sentence(err)


def test_an_existing_workbook_of_ours_keeps_what_else_is_in_it(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "年报.xlsx"
    cli("template", "--year", "2020", "--format", "2019", "-o", target)
    code, _, err = cli("fill", SEED, "-o", target, "--force")
    assert code == 2  # the template has one row where the seed has two
    assert "行政检查" in one_sentence(err) or "其他对外管理服务事项" in err
    cli("fill", SEED, "-o", tmp_path / "b.xlsx")
    loaded = openpyxl.load_workbook(tmp_path / "b.xlsx")
    loaded.create_sheet("我的备忘")["A1"] = "别弄丢"
    loaded.save(tmp_path / "b.xlsx")
    assert cli("fill", SEED, "-o", tmp_path / "b.xlsx", "--force")[0] == 0
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")["我的备忘"]["A1"].value == "别弄丢"
    assert json.loads(cli("read", tmp_path / "b.xlsx")[1]) == json.loads(cli("read", SEED)[1])


def bad_inputs(folder: Path) -> dict[str, Path]:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    files = {
        "空文件.xlsx": b"",
        "截断.xlsx": book.getvalue()[:400],
        "图片.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "没有表格.html": "<html><body><p>你好</p></body></html>".encode(),
        "坏.json": b'{"format": 2021',
        "不合格式.json": b'{"format": 2021, "year": 2025, "agency": {"name": "x"}, "tables": 5}',
        "1900年.json": json.dumps(
            {
                "format": 2021,
                "year": 1900,
                "agency": {"name": "某局"},
                "tables": {"disclosure": {}, "requests": {}, "disputes": {}},
            }
        ).encode(),
        "别的表.xlsx": book.getvalue(),
        "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "压缩包.zip": _zip(),
        "版式.pdf": b"%PDF-1.7\n%%EOF",
    }
    paths = {}
    for name, data in files.items():
        paths[name] = folder / name
        paths[name].write_bytes(data)
    paths["不存在.xlsx"] = folder / "不存在.xlsx"
    paths["文件夹"] = folder / "文件夹"
    paths["文件夹"].mkdir()
    return paths


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize("command", ["read", "fill", "export", "check", "narrate"])
def test_bad_input_is_one_sentence_that_names_the_file(
    cli: Cli, tmp_path: Path, command: str
) -> None:
    for name, path in bad_inputs(tmp_path).items():
        output = ["-o", tmp_path / "出.xlsx"] if command in ("fill", "export") else []
        code, out, err = cli(command, path, *output)
        assert code == 2, name
        assert name.removesuffix("/") in one_sentence(err), err
        assert out == ""
        assert not (tmp_path / "出.xlsx").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["chekc", "x"], "chekc"),
        (["read"], "来源"),
        (["read", "a", "b"], "参数太多"),
        (["template", "-o", "x.xlsx"], "--year"),
        (["template", "--year", "abc", "-o", "x.xlsx"], "--year"),
        (["read", "--nonsense", "x"], "--nonsense"),
        (["rules", "T9-99"], "T9-99"),
        (["export", str(SEED), "-o", "报告"], "扩展名"),
    ],
)
def test_a_wrong_call_is_one_sentence(cli: Cli, args: list[str], says: str) -> None:
    code, out, err = cli(*args)
    assert code == 2
    assert says in one_sentence(err)
    assert out == ""


def test_the_rules_are_listed_and_explained(cli: Cli) -> None:
    code, out, _ = cli("rules")
    assert code == 0
    assert "T3-01" in out
    code, out, _ = cli("rules", "T3-01")
    assert code == 0
    assert "勾稽" in out
    assert len(json.loads(cli("rules", "--json")[1])) > 30


def test_help_is_chinese(cli: Cli) -> None:
    for args in (
        [],
        ["read"],
        ["check"],
        ["template"],
        ["fill"],
        ["export"],
        ["rules"],
        ["demo"],
        ["narrate"],
    ):
        code, out, _ = cli(*args, "--help")
        assert code == 0
        assert "用法" in out
        assert not re.search(r"Usage|Options|Commands|Show this", out)


def test_every_command_is_told_by_its_own_words(cli: Cli) -> None:
    listed = re.search(r"命令：\n(.*)", cli("--help")[1], re.S)
    assert listed
    told = dict(line.split(maxsplit=1) for line in listed[1].strip().splitlines())
    assert set(told) == set(nianbao.list_commands(click.Context(nianbao)))
    assert len(set(told.values())) == len(told)
    for name, words in told.items():
        assert words.split("；")[0].rstrip("。. ") in cli(name, "--help")[1].replace("\n  ", "")
    assert told["check"].startswith("校验一份或多份报告")


def test_the_demo_writes_what_it_names(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "演示"
    code, out, err = cli("demo", "-d", folder)
    assert code == 0, err
    written = {p.suffix for p in folder.iterdir()}
    assert {".xlsx", ".docx", ".html", ".json"} <= written
    for path in folder.iterdir():
        assert str(path) in out
    assert "T3-02" in out or "T3-03" in out
    words = (folder / "生成的文字.txt").read_text(encoding="utf-8-sig")
    assert "全年未收到政府信息公开申请，无上年结转申请。" in words
    assert "主动公开政府信息491条" in words
    assert cli("demo", "-d", folder)[0] == 3
    assert cli("demo", "-d", folder, "--force")[0] == 0


def test_last_years_report_of_a_wrong_year_is_refused_as_when_filling(
    cli: Cli, tmp_path: Path
) -> None:
    told = {
        one_sentence(cli(*args, "--previous", SEED)[2])
        for args in (("check", SEED), ("fill", SEED, "-o", tmp_path / "年报.xlsx"))
    }
    assert told == {"上年数据应是 2019 年度的，给出的是 2020 年度的。"}
    assert cli("check", SEED, "--previous", SEED)[0] == 2


def test_last_years_report_of_another_agency_is_told_and_no_error(cli: Cli, tmp_path: Path) -> None:
    data = json.loads(cli("read", SEED)[1])
    other = tmp_path / "别的机关.json"
    other.write_text(
        json.dumps(data | {"year": 2019, "agency": {"name": "某市另局"}}), encoding="utf-8"
    )
    code, out, _ = cli("check", SEED, "--previous", other, "--json")
    (told,) = (f for f in json.loads(out) if f["rule"] == "Y-01")
    assert code == 0
    assert (told["outcome"], told["level"]) == ("undecided", "warning")


def test_reading_writes_json_only_under_the_name_of_json(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("read", SEED, "-o", tmp_path / "o.docx")
    assert code == 2
    assert "export" in one_sentence(err)
    assert list(tmp_path.iterdir()) == []


def test_control_characters_that_no_file_holds_are_told(cli: Cli, tmp_path: Path) -> None:
    data = json.loads(cli("read", SEED)[1])
    data["text"]["overview"] = "公开\x07信息\x1b[1m。\x0b换行不算"
    source = tmp_path / "来源.json"
    source.write_text(json.dumps(data), encoding="utf-8")
    for command, suffix in (("read", "json"), ("export", "html"), ("fill", "xlsx")):
        code, out, err = cli(command, source, "-o", tmp_path / f"出.{suffix}", "--json")
        assert code == 0, err
        assert any("2 个不能显示的控制字符" in note for note in json.loads(out)["notes"]), command


def test_every_command_speaks_json(cli: Cli, tmp_path: Path) -> None:
    assert json.loads(cli("read", SEED, "--json")[1]) == json.loads(cli("read", SEED)[1])
    out = cli("demo", "-d", tmp_path / "演示", "--json")[1]
    assert {Path(p) for p in json.loads(out)["written"]} == set((tmp_path / "演示").iterdir())
    for args in (("batch", "roster"), ("ledger", "--year", 2026), ("template", "--year", 2026)):
        target = tmp_path / f"{args[0]}.xlsx"
        assert json.loads(cli(*args, "-o", target, "--json")[1])["written"] == str(target)
    saved = json.loads(cli("narrate", "--save-templates", tmp_path / "模板", "--json")[1])
    assert {Path(p) for p in saved["written"]} <= set((tmp_path / "模板").rglob("*"))


@pytest.mark.parametrize("command", sorted(nianbao.list_commands(click.Context(nianbao))))
def test_no_command_is_without_json(command: str) -> None:
    def leaves(found: click.Command) -> list[click.Command]:
        if not isinstance(found, click.Group):
            return [found]
        return [leaf for one in found.commands.values() for leaf in leaves(one)]

    found = nianbao.get_command(click.Context(nianbao), command)
    assert found is not None
    for leaf in leaves(found):
        assert any("--json" in option.opts for option in leaf.params), leaf.name


def test_stdin_and_stdout_stand_for_files() -> None:
    def nianbao_process(*args: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
        env = {**os.environ, "PYTHONIOENCODING": "gbk"}
        return subprocess.run(
            [sys.executable, "-m", "nianbao", *args],
            input=data,
            capture_output=True,
            check=False,
            env=env,
        )

    read = nianbao_process("read", "-", data=SEED.read_bytes())
    assert read.returncode == 0
    page = nianbao_process("export", "-", "-o", "-", "--to", "html", data=read.stdout)
    assert page.returncode == 0, page.stderr
    assert page.stdout.startswith(b"<!DOCTYPE html>")
    again = nianbao_process("read", "-", data=page.stdout)
    assert json.loads(again.stdout) == json.loads(read.stdout)
    bad = nianbao_process("check", "-", data=b"")
    assert bad.returncode == 2
    assert "标准输入" in bad.stderr.decode("gbk")


def test_an_empty_folder_or_a_bad_stdin_stops_no_other_check(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "满").mkdir()
    (tmp_path / "满" / "甲.txt").write_bytes(SEED.read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    paths = (tmp_path / "空", "-", tmp_path / "没有", tmp_path / "满")
    code, out, err = cli("check", *paths, "--json")
    assert code == 2
    checked = {Path(f["source"]).name for f in json.loads(out) if f["rule"]}
    assert checked == {"甲.txt"}
    told = err.splitlines()
    assert ["没有可以检查" in told[0], "标准输入" in told[1], "找不到" in told[2]] == [True] * 3
    assert len(told) == 3


def test_what_comes_from_a_pipe_is_limited_as_a_file_is(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nianbao.formats.open.MAX_BYTES", 10)
    stream = io.BytesIO(bytes(100))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    code, _, err = cli("read", "-")
    assert code == 2
    assert "标准输入" in one_sentence(err)
    assert stream.tell() == 11


def test_without_a_command_the_program_says_what_there_is(cli: Cli) -> None:
    for group in ((), ("addin",)):
        code, out, err = cli(*group)
        assert (code, err) == (0, "")
        assert out.startswith("用法：")
        assert "\n选项：\n" in out
        assert "\n命令：\n" in out
        assert not re.search(r"[\u4e00-\u9fff]:", out)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("command", ["read", "check"])
def test_a_full_disk_behind_stdout_is_one_sentence(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nianbao", command, str(SEED)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert "磁盘已满" in one_sentence(done.stderr.decode())


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of POSIX")
def test_a_reader_that_goes_away_is_no_trouble() -> None:
    there, here = os.pipe()
    os.close(there)
    done = subprocess.run(
        [sys.executable, "-m", "nianbao", "rules"],
        stdout=here,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(here)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_report_without_its_agency_is_not_exported_and_says_where_the_name_goes(
    cli: Cli, tmp_path: Path
) -> None:
    book, data = tmp_path / "空.xlsx", tmp_path / "空.json"
    cli("template", "--year", "2025", "-o", book)
    for kind in ("xlsx", "docx", "html", "pdf"):
        code, _, err = cli("export", book, "-o", tmp_path / f"出.{kind}")
        assert code == 2
        assert one_sentence(err) == "没有填写机关名称，请先在“说明”表填写再导出。"
    assert cli("export", book, "-o", data)[0] == 0
    code, _, err = cli("export", data, "-o", "-", "--to", "html")
    assert code == 2
    assert "agency.name" in one_sentence(err)
    assert set(tmp_path.iterdir()) == {book, data}


def test_a_workbook_without_its_year_says_where_the_year_goes(cli: Cli, tmp_path: Path) -> None:
    book = tmp_path / "年报.xlsx"
    cli("template", "--year", "2025", "--agency", "某局", "-o", book)
    loaded = openpyxl.load_workbook(book)
    sheet, cell = next(iter(loaded.defined_names["nb.year"].destinations))
    loaded[sheet][cell] = None
    loaded.save(book)
    code, _, err = cli("export", book, "-o", tmp_path / "出.docx")
    assert code == 2
    assert f"{sheet}!" in one_sentence(err)


def test_a_source_is_never_replaced_by_what_is_made_from_it(cli: Cli, tmp_path: Path) -> None:
    book, link = tmp_path / "年报.xlsx", tmp_path / "别名.xlsx"
    cli("fill", SEED, "-o", book)
    link.symlink_to(book)
    before = book.read_bytes()
    for command, output in (("export", book), ("export", link), ("read", book)):
        code, _, err = cli(command, book, "-o", output, "--force")
        assert code == 2
        assert "同一个文件" in one_sentence(err)
    assert cli("fill", book, "-o", book, "--force")[0] == 0  # filled in place
    assert book.read_bytes()[:4] == before[:4]
    last_year, this_year = tmp_path / "上年.xlsx", tmp_path / "本年.json"
    this_year.write_bytes(write_json(zeros(2021, 2021, "北京市大兴区商务局")))
    assert cli("export", SEED, "-o", last_year)[0] == 0  # a workbook that is not filled in place
    before = last_year.read_bytes()
    for source, more in ((last_year, ()), (this_year, ("--previous", last_year))):
        code, _, err = cli("fill", source, *more, "-o", last_year, "--force")
        assert code == 2
        assert "同一个文件" in one_sentence(err)
        assert last_year.read_bytes() == before
    assert json.loads(cli("read", book)[1]) == json.loads(cli("read", SEED)[1])


def test_a_workbook_has_the_name_of_one(cli: Cli, tmp_path: Path) -> None:
    for name in ("a.xls", "a.txt", "a", "a.xlsm"):
        for call in (("fill", SEED), ("template", "--year", "2025")):
            code, _, err = cli(*call, "-o", tmp_path / name)
            assert code == 2
            assert ".xlsx" in one_sentence(err)
    with_macros = tmp_path / "有宏.xlsm"
    cli("fill", SEED, "-o", tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(with_macros)
    assert cli("fill", SEED, "-o", with_macros, "--force")[0] == 0
    assert list(tmp_path.iterdir()) == [with_macros]


@pytest.mark.parametrize(
    ("output", "says"), [(("a.docx", "--to", "html"), "不一致"), (("-",), "--to")]
)
def test_the_form_of_an_export_is_said_once_and_clearly(
    cli: Cli, output: tuple[str, ...], says: str
) -> None:
    code, out, err = cli("export", SEED, "-o", *output)
    assert (code, out) == (2, "")
    assert says in one_sentence(err)


def test_ctrl_c_ends_with_130_and_one_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    for place, args in (
        ("nianbao.actions.reading.load_bytes", ("check", SEED)),
        ("nianbao.formats.files._put", ("read", SEED, "-o", tmp_path / "a.json")),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, interrupted)
            code, _, err = cli(*args)
        assert code == 130
        assert one_sentence(err) == "已按要求停止。"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_read_stops_no_other_check(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "锁.txt"
    locked.write_bytes(SEED.read_bytes())
    access, start = os.access, Path.open

    def opened(path: Path, *args: Any, **named: Any) -> Any:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return start(path, *args, **named)

    # What the system says to anybody but the administrator.
    monkeypatch.setattr(os, "access", lambda p, mode: str(p) != str(locked) and access(p, mode))
    monkeypatch.setattr(Path, "open", opened)
    code, out, err = cli("check", locked, SEED, "--json")
    assert code == 2
    assert {f["source"] for f in json.loads(out) if f["rule"]} == {str(SEED)}
    assert "打不开" in one_sentence(err)


def test_without_standard_input_there_is_one_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)  # as Windows starts programs without a console
    code, _, err = cli("read", "-")
    assert code == 2
    assert "标准输入" in one_sentence(err)
