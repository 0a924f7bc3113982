"""CONTRIBUTING.md leads to what is there: its paths, its commands, the tests that it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nianbao.cli import nianbao

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
QUOTED = [re.sub(r"\s+", " ", text) for text in re.findall(r"`([^`]+)`", PROSE)]
PATHS = [text for text in QUOTED if re.fullmatch(r"[\w./-]*/[\w./-]*|\w+\.(?:md|json|toml)", text)]
TARGETS = [text.removeprefix("make ") for text in QUOTED if text.startswith("make ")]
COMMANDS = [text.split()[1] for text in QUOTED if text.startswith("nianbao ")]
TESTS = [text for text in QUOTED if re.fullmatch(r"test_\w+", text)]


def test_the_page_is_read_as_it_is_written() -> None:
    assert min(map(len, (PATHS, TARGETS, COMMANDS, TESTS))) >= 2
    assert "workbook/nianbao/form/forms/" in PATHS


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_a_path_exists(path: str) -> None:
    found = ROOT / path
    assert found.is_dir() if path.endswith("/") else found.is_file()


@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_make_knows_the_target(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_the_command_line_knows_the_command(command: str) -> None:
    assert nianbao.get_command(None, command) is not None  # type: ignore[arg-type]


def test_the_tests_that_turn_red_first_are_there() -> None:
    functions = {
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert set(TESTS) <= functions


def test_every_room_stands_on_the_page() -> None:
    rooms = {
        p.name for p in (ROOT / "workbook" / "nianbao").iterdir() if (p / "__init__.py").exists()
    }
    picture = PAGE.split("## The house")[1].split("## Glossary")[0]
    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}\b", picture)] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
