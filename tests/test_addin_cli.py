"""``nianbao addin …`` as a person calls it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from nianbao_addin import bundle as bundles
from nianbao_addin import cli as addin_cli
from nianbao_addin import doctor, install, oxt
from nianbao_addin.build import build
from nianbao_addin.bundle import Bundle
from nianbao_addin.computer import Computer
from nianbao_addin.doctor import Check

Result = tuple[int, str, str]
Cli = Callable[..., Result]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    def call(*args: object) -> Result:
        code = run(nianbao, ["addin", *map(str, args)])
        out, err = capfd.readouterr()
        return code, out, err

    return call


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A computer without Excel, whatever the tests run on."""
    computer = Computer(platform="linux", home=tmp_path, environ={})
    for module in ("nianbao_addin.install", "nianbao_addin.doctor", "nianbao_addin.computer"):
        monkeypatch.setattr(f"{module}.Computer", lambda: computer)
    return computer


def one_sentence(err: str) -> str:
    line = err.strip()
    assert "\n" not in line
    assert re.search(r"[\u4e00-\u9fff].*。$", line)
    return line


def test_every_command_explains_itself_in_chinese(cli: Cli) -> None:
    code, out, _ = cli("--help")
    assert code == 0
    for name in addin_cli.addin.commands:
        assert f"\n  {name} " in out
        code, text, _ = cli(name, "--help")
        assert code == 0
        assert "用法：nianbao addin" in text
        assert not re.search(r"\[required\]|\[default|Show this|Options|Usage", text)


def test_a_wrong_command_or_option_is_one_sentence(cli: Cli) -> None:
    for arguments in (["instal"], ["install", "--admin"], ["build"], ["bundle"]):
        code, _, err = cli(*arguments)
        assert code == 2
        assert "--help" in one_sentence(err)


def test_build_writes_what_install_would(cli: Cli, linux: Computer, tmp_path: Path) -> None:
    first, second = tmp_path / "甲 & 乙" / "年报.xlam", tmp_path / "again.xlam"
    assert cli("build", "-o", first)[0] == 0
    assert first.read_bytes() == build(install.settings(first.parent, computer=linux))
    code, out, _ = cli("build", "-o", second, "--udf-server", "--json")
    assert (code, json.loads(out)["written"]) == (0, str(second))
    assert second.read_bytes() == build(install.settings(tmp_path, udf_server=True, computer=linux))


def test_on_windows_build_names_the_places_of_the_installation(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Computer(
        platform="win32",
        executable=str(tmp_path / "python.exe"),
        environ={"APPDATA": str(tmp_path / "R"), "LOCALAPPDATA": str(tmp_path / "L")},
    )
    monkeypatch.setattr("nianbao_addin.computer.Computer", lambda: windows)
    output = tmp_path / "elsewhere" / "nianbao.xlam"
    assert cli("build", "-o", output)[0] == 0
    assert output.read_bytes() == build(install.settings(computer=windows))
    assert install.settings(computer=windows).pythonpath == str(tmp_path / "L" / "nianbao")


def test_build_writes_the_extension_by_its_ending(cli: Cli, tmp_path: Path) -> None:
    output = tmp_path / "年报.OXT"
    code, _, err = cli("build", "-o", output)
    assert code == 0
    assert output.read_bytes() == oxt.build()
    assert f"unopkg add -f {output}" in err


def test_build_refuses_other_endings_and_senseless_options(cli: Cli, tmp_path: Path) -> None:
    for arguments in (["年报.xlsx"], ["年报"], ["-"], ["年报.oxt", "--udf-server"]):
        code, _, err = cli("build", "-o", tmp_path / arguments[0], *arguments[1:])
        assert code == 2
        one_sentence(err)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_only_with_force(
    cli: Cli, linux: Computer, tmp_path: Path
) -> None:
    output = tmp_path / "nianbao.xlam"
    output.write_bytes(b"mine")
    code, _, err = cli("build", "-o", output)
    assert (code, output.read_bytes()) == (3, b"mine")
    assert "--force" in one_sentence(err)
    assert cli("build", "-o", output, "--force")[0] == 0
    assert output.read_bytes() != b"mine"


def test_install_says_what_it_wrote_and_uninstall_what_it_removed(
    cli: Cli, linux: Computer, tmp_path: Path
) -> None:
    target = tmp_path / "试装"
    code, _, err = cli("install", "--target", target)
    written = {target / "nianbao.xlam", target / "macros.py"}
    assert code == 0
    assert set(target.iterdir()) == written
    assert all(f"已写好并核对：{path}" in err for path in written)
    code, out, _ = cli("install", "--target", target, "--json")
    assert {Path(path) for path in json.loads(out)["written"]} == written
    code, _, err = cli("uninstall", "--target", target)
    assert code == 0
    assert all(f"已删除：{path}" in err for path in written)
    assert list(target.iterdir()) == []
    assert "没有安装过" in cli("uninstall", "--target", target)[2]
    assert json.loads(cli("uninstall", "--target", target, "--json")[1]) == {"removed": []}


def test_where_there_is_no_excel_install_says_so(cli: Cli, linux: Computer) -> None:
    code, _, err = cli("install")
    assert code == 2
    assert "--target" in one_sentence(err)


def test_doctor_ends_with_1_when_something_is_bad(
    cli: Cli, linux: Computer, tmp_path: Path
) -> None:
    target = tmp_path / "t"
    target.mkdir()
    code, out, _ = cli("doctor", "--target", target)
    assert code == 1
    assert "[有误] 加载项" in out
    assert cli("install", "--target", target)[0] == 0
    code, out, _ = cli("doctor", "--target", target)
    assert code == 0
    assert "共 " in out.splitlines()[-1]


def test_doctor_speaks_json(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (Check("甲", "1"), Check("乙", "2", "warn", "请看。"), Check("丙", "3", "bad"))
    monkeypatch.setattr(doctor, "examine", lambda target: checks)
    code, out, _ = cli("doctor", "--json")
    assert code == 1
    assert [item["state"] for item in json.loads(out)] == ["ok", "warn", "bad"]
    assert json.loads(out)[1] == {"topic": "乙", "value": "2", "state": "warn", "hint": "请看。"}
    monkeypatch.setattr(doctor, "examine", lambda target: checks[:2])
    assert cli("doctor")[0] == 0


def test_bundle_passes_its_options_on_and_tells_the_sum(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def made(platform: str, pythons: tuple[str, ...]) -> Bundle:
        asked.append((platform, pythons))
        return Bundle(platform, pythons, {"a.txt": b"a"})

    monkeypatch.setattr(bundles, "build", made)
    output = tmp_path / "年报助手.zip"
    code, out, _ = cli("bundle", "-o", output, "--json")
    assert code == 0
    assert json.loads(out)["bytes"] == output.stat().st_size
    assert cli("bundle", "-o", output)[0] == 3
    more = ("--platform", "win_arm64", "--python", "3.12", "--python", "3.13")
    code, _, err = cli("bundle", "-o", output, "--force", *more)
    assert code == 0
    assert re.search(r"SHA-256 [0-9a-f]{64}", err)
    assert asked == [("win_amd64", ("3.12",)), ("win_arm64", ("3.12", "3.13"))]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--platform", "amiga"], "不支持平台 amiga"),
        (["--python", "3.8"], "不支持 Python 3.8"),
        (["--python", "三"], "不支持 Python 三"),
    ],
)
def test_a_bundle_for_what_is_not_supported_is_refused(
    arguments: list[str], said: str, cli: Cli, tmp_path: Path
) -> None:
    code, _, err = cli("bundle", "-o", tmp_path / "x.zip", *arguments)
    assert code == 2
    assert said in err
    assert "win_amd64" in err or "3.12" in err
    assert not (tmp_path / "x.zip").exists()


def test_a_check_does_not_load_the_add_in() -> None:
    code = (
        "import sys, nianbao.cli, nianbao.cli.terminal\n"
        "nianbao.cli.terminal.run(nianbao.cli.nianbao, ['rules', 'T3-01'])\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in {'nianbao_addin', 'xlwings'}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_looking_at_the_help_loads_no_library_of_the_add_in() -> None:
    code = (
        "import sys, nianbao.cli, nianbao.cli.terminal\n"
        "nianbao.cli.terminal.run(nianbao.cli.nianbao, ['--help'])\n"
        "print(sorted({'xlwings', 'lxml', 'packaging', 'uno'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "addin" in result.stdout
    assert result.stdout.splitlines()[-1] == "[]"
