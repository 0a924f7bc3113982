"""Who may import whom; the whole point of the layers."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nianbao

ROOT = Path(nianbao.__file__).parent

# Each layer may import itself and those named beside it. The core is every module not named here.
LAYERS = {
    "nianbao.rules": {"core"},
    "nianbao.sources": {"core"},
    "nianbao.outputs": {"core"},
    "nianbao.actions": {"core", "nianbao.rules", "nianbao.sources", "nianbao.outputs"},
    "nianbao.demo": {"core", "nianbao.actions", "nianbao.outputs"},
    "nianbao.cli": {
        "core",
        "nianbao.actions",
        "nianbao.demo",
        "nianbao.terminal",
        "nianbao.rules",
        "nianbao.outputs",
    },
    "nianbao.__main__": {"nianbao.cli"},
    "nianbao.terminal": {"core"},
    "core": set(),
}


def layer(module: str) -> str:
    return next(
        (name for name in LAYERS if module == name or module.startswith(name + ".")), "core"
    )


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_go_one_way_only() -> None:
    wrong = []
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        here = layer(module)
        for target in imports(path):
            if not target.startswith("nianbao.") or not (ROOT.parent / _file(target)).exists():
                continue
            there = layer(target)
            if there not in (here, *LAYERS[here]):
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def _file(module: str) -> str:
    base = module.replace(".", "/")
    return base if (ROOT.parent / base).is_dir() else base + ".py"


def test_the_core_knows_no_file_format_and_no_screen() -> None:
    heavy = {"openpyxl", "lxml", "docx", "xlrd", "xlwings", "click", "pathlib"}
    for path in ROOT.glob("*.py"):
        if layer(f"nianbao.{path.stem}") == "core":
            assert not {name.partition(".")[0] for name in imports(path)} & heavy, path.name


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, nianbao.cli, nianbao.actions\n"
        "print(sorted({'openpyxl', 'docx', 'jsonschema', 'lxml', 'xlrd', 'xlwings', 'numpy'}"
        " & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
