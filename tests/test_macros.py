"""The way from a click to a command, and back with whatever went wrong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from nianbao.errors import UnusableInput
from nianbao.template import results
from nianbao_addin import attach, commands
from nianbao_addin.commands import TABLE, Outcome, log
from nianbao_addin.hosts import notice
from nianbao_addin.hosts.host import Place
from nianbao_addin.open import workbook
from nianbao_addin.ribbon import buttons

ROOT = Path(__file__).parents[1]
NUMBER = r"（编号 (\d{4}-\d{6}-\d{2})）"


@dataclass
class Screen:
    """A host that only shows things."""

    broken: bool = False
    told: list[str] = field(default_factory=list)
    statuses: list[str | None] = field(default_factory=list)

    def status(self, text: str | None) -> None:
        if self.broken:
            raise OSError("程序已经退出")
        self.statuses.append(text)

    def tell(self, text: str) -> None:
        if self.broken:
            raise OSError("程序已经退出")
        self.told.append(text)


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def press(monkeypatch: pytest.MonkeyPatch, does: Any, host: Any = None) -> Screen:
    """Press 校验, which does something else here."""
    screen = host or Screen()
    monkeypatch.setattr(commands, "find", lambda command: does)
    commands.run("check", screen)
    return screen  # type: ignore[no-any-return]


def raising(error: BaseException) -> Any:
    def does(host: Any) -> Outcome:
        raise error

    return does


def test_every_button_has_a_command_and_every_command_a_button() -> None:
    assert set(TABLE) == set(buttons.COMMANDS)
    assert all(callable(commands.find(command)) for command in TABLE)


def test_a_command_says_its_sentence_and_gives_the_status_bar_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = press(monkeypatch, lambda host: Outcome("3 处错误，2 处提醒。"))
    assert screen.told == ["3 处错误，2 处提醒。"]
    assert screen.statuses == ["正在检查整份年报…", None]


def test_what_a_command_leaves_in_the_status_bar_stays_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = press(monkeypatch, lambda host: Outcome(status="第 1/3 处"))
    assert screen.told == []
    assert screen.statuses[-1] == "第 1/3 处"


def test_a_refusal_is_its_own_sentence_with_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = press(monkeypatch, raising(UnusableInput("“说明!C5”没有填写报告年度。")))
    assert re.fullmatch(f"“说明!C5”没有填写报告年度。{NUMBER}", screen.told[0])
    assert screen.statuses == ["正在检查整份年报…", None]


def test_an_error_of_ours_is_told_without_its_details(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = press(monkeypatch, raising(KeyError("张三的申请")))
    (said,) = screen.told
    assert re.fullmatch(f"程序出错（KeyError），没有做完；请把编号告诉技术支持。{NUMBER}", said)
    assert "张三" not in said
    assert screen.statuses[-1] is None


def test_the_log_has_the_number_and_the_place_and_no_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def does(host: Any) -> Outcome:
        secret = "张三 13800000000"
        try:
            int(secret)
        except ValueError as error:
            raise UnusableInput(f"“{secret}”不是数。") from error
        return Outcome()

    screen = press(monkeypatch, does)
    text = log.file().read_text(encoding="utf-8")
    number = re.search(NUMBER, screen.told[0])
    assert number
    assert f"[{number[1]}]" in text
    assert "check" in text
    assert "test_macros.py" in text
    assert "UnusableInput" in text
    assert "ValueError" in text
    assert "张三" not in text
    assert "138" not in text
    assert str(ROOT) not in text


def test_a_log_that_grows_is_put_aside() -> None:
    log.file().parent.mkdir(parents=True)
    log.file().write_text("旧" * 100_000, encoding="utf-8")
    assert log.write("check", ValueError())
    assert log.file().stat().st_size < 5_000
    assert log.file().with_suffix(".old.txt").exists()


def test_without_a_place_for_the_log_there_is_no_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "文件").write_text("不是文件夹")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "文件"))
    screen = press(monkeypatch, raising(UnusableInput("没有这一行。")))
    assert screen.told == ["没有这一行。"]


def test_a_program_that_has_gone_is_told_in_a_box_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(notice, "tell", shown.append)
    press(monkeypatch, raising(ValueError()), Screen(broken=True))
    assert len(shown) == 1
    assert "程序出错" in shown[0]


def test_a_button_that_is_unknown_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    commands.run("no_such_button", screen)  # type: ignore[arg-type]
    assert "没有“no_such_button”这个按钮" in screen.told[0]


def test_a_notice_is_a_line_where_there_are_no_message_boxes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    notice.tell("没有打开的工作簿。")
    assert capsys.readouterr().err == "没有打开的工作簿。\n"


def test_importing_macros_costs_next_to_nothing() -> None:
    code = """
        import sys
        before = set(sys.modules)
        import macros
        print(sorted(set(sys.modules) - before))
        """
    assert _python(code).stdout.strip() == "['macros']"


def test_macros_without_the_program_says_what_is_missing() -> None:
    code = """
        import sys
        sys.modules["nianbao_addin"] = None
        import macros
        macros.run("check")
        """
    done = _python(code, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("这个 Python 里没有年报助手")
    assert "Traceback" not in done.stderr


def test_the_commands_start_without_the_heavy_libraries() -> None:
    code = """
        import sys
        import nianbao_addin.commands.check
        heavy = {"openpyxl", "docx", "lxml", "jsonschema", "xlrd", "xlwings", "numpy", "uno"}
        print(sorted(heavy & set(sys.modules)))
        """
    assert _python(code).stdout.strip() == "[]"


def test_xlwings_is_imported_in_two_places_only_and_never_its_pro_part() -> None:
    package = Path(commands.__file__).parents[1]
    for path in package.rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
        ours = {name for name in names if name.partition(".")[0] == "xlwings"}
        where = path.relative_to(package)
        assert not ours or where.parts[0] == "libreoffice" or where.as_posix() == "hosts/excel.py"
        assert not any(name.startswith("xlwings.pro") for name in ours)


def _python(code: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", textwrap.dedent(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=check,
    )


def test_a_button_pressed_from_outside_that_refuses_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Screen()
    screen.name = "年报.xlsx"  # type: ignore[attr-defined]
    monkeypatch.setattr(attach, "found", lambda: screen)
    monkeypatch.setattr(commands, "find", lambda command: raising(UnusableInput("没有填写年度。")))
    assert run(nianbao, ["attach", "校验"]) == 2
    assert capsys.readouterr().err == (
        "“校验”没有在“年报.xlsx”上做完，原因显示在打开它的程序里。\n"
    )
    assert screen.told[0].startswith("没有填写年度。")
    monkeypatch.setattr(commands, "find", lambda command: lambda host: Outcome("没有发现问题。"))
    assert run(nianbao, ["attach", "校验"]) == 0


def test_names_are_found_where_libreoffice_has_put_an_underscore_for_each_dot() -> None:
    class Book:
        def target(self, name: str) -> Place | None:
            return Place("校验结果", 5, 1) if name == "nb_results_places" else None

    assert workbook.target_of(Book(), results.PLACES) == Place("校验结果", 5, 1)  # type: ignore[arg-type]
    assert workbook.target_of(Book(), "year") is None  # type: ignore[arg-type]
