"""Who may import whom; the whole point of the layers."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nianbao
import nianbao_addin

ROOT = Path(nianbao.__file__).parent

# From the ground up: a room may import the rooms below it, never one beside or above it.
FLOORS = (
    ("errors",),
    ("form",),
    ("words",),
    ("formats", "report"),
    ("ledgers",),
    ("reading", "rules", "template"),
    ("exports",),
    ("actions",),
    ("batch", "narrative"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What a declared or a read value is made of knows no file format and no screen.
CORE = ("errors", "form", "words", "report", "ledgers", "rules")


def room(module: str) -> str:
    """The top room of a module of the headless package, '' of the package itself."""
    return module.partition(".")[2].partition(".")[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        yield ".".join(parts).removesuffix(".__init__"), path


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module, _ in modules()} - {""} == FLOOR.keys()


def test_imports_go_one_way_only() -> None:
    wrong = []
    for module, path in modules():
        here = room(module)
        for target in imports(path):
            there = room(target) if target.startswith("nianbao.") else ""
            if there in FLOOR and there != here and (not here or FLOOR[there] >= FLOOR[here]):
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_the_core_knows_no_file_format_and_no_screen() -> None:
    heavy = {"openpyxl", "lxml", "docx", "xlrd", "xlwings", "click", "pathlib"}
    for module, path in modules():
        if room(module) in CORE:
            assert not {name.partition(".")[0] for name in imports(path)} & heavy, module


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, nianbao.cli, nianbao.actions\n"
        "print(sorted({'openpyxl', 'docx', 'jinja2', 'jsonschema', 'lxml', 'xlrd', 'xlwings',"
        " 'numpy'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


# --- the add-in --------------------------------------------------------------------------------

ADDIN = Path(nianbao_addin.__file__).parent
# Where xlwings may be imported: the host of Excel, and the engine that is one of its kind.
XLWINGS = ("hosts/excel.py", "libreoffice/")
# Run where none of our packages is: by LibreOffice's Python, and before anything is installed.
ALONE = ("setup/extension/nianbao_buttons.py", "setup/offline/nianbao_setup.py")


# From the ground up, as in the headless package.
ADDIN_FLOORS = (
    ("libreoffice", "ribbon"),
    ("hosts", "setup"),
    ("open",),
    ("commands",),
    ("attach",),
    ("cli",),
)
ADDIN_FLOOR = {room: floor for floor, rooms in enumerate(ADDIN_FLOORS) for room in rooms}


def addin_modules() -> Iterator[tuple[str, Path]]:
    yield from ((path.relative_to(ADDIN).as_posix(), path) for path in ADDIN.rglob("*.py"))


def test_the_headless_package_names_the_add_in_in_one_lazy_place_only() -> None:
    mentions = []
    for path in ROOT.rglob("*.py"):
        assert not any(name.partition(".")[0] == "nianbao_addin" for name in imports(path)), path
        texts = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        mentions += [
            path.relative_to(ROOT).as_posix() for text in texts if text.startswith("nianbao_addin")
        ]
    assert set(mentions) == {"cli/__init__.py"}


def test_every_room_of_the_add_in_has_its_floor() -> None:
    rooms = {name.partition("/")[0].removesuffix(".py") for name, _ in addin_modules()}
    assert rooms - {"__init__"} == ADDIN_FLOOR.keys()


def test_imports_of_the_add_in_go_one_way_only() -> None:
    wrong = []
    for name, path in addin_modules():
        here = name.partition("/")[0].removesuffix(".py")
        if here == "__init__":
            continue
        for target in imports(path):
            there = room(target) if target.startswith("nianbao_addin.") else ""
            if there in ADDIN_FLOOR and there != here and ADDIN_FLOOR[there] >= ADDIN_FLOOR[here]:
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_no_two_modules_of_the_add_in_need_each_other_but_those_of_a_workbook_in_libreoffice() -> (
    None
):
    """A program has books, a book sheets, a sheet ranges and names; each knows its owner."""
    needs: dict[str, set[str]] = {}
    names = {f"nianbao_addin.{n.removesuffix('.py').replace('/', '.')}" for n, _ in addin_modules()}
    for name, path in addin_modules():
        here = f"nianbao_addin.{name.removesuffix('.py').replace('/', '.')}"
        needs[here] = {target for target in imports(path) if target in names}

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            todo += needs[todo.pop()] - seen
            seen |= set(todo)
        return seen

    circle = {name.rpartition(".")[2] for name in names if name in reached(name)}
    assert circle <= {"app", "engine", "book", "sheet", "range", "names", "blocks"}


def test_one_name_is_one_thing_and_every_class_has_its_own() -> None:
    found: dict[str, list[str]] = {}
    for path in (*ROOT.rglob("*.py"), *ADDIN.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(path.as_posix())
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_the_add_in_imports_xlwings_in_its_hosts_only_and_never_its_pro_part() -> None:
    users = {
        name
        for name, path in addin_modules()
        if any(target.partition(".")[0] == "xlwings" for target in imports(path))
    }
    assert [name for name in sorted(users) if not name.startswith(XLWINGS)] == []
    for name, path in addin_modules():
        assert not any("pro" in target.split(".") for target in imports(path)), name


def test_the_add_in_is_loaded_without_xlwings_and_without_a_bridge_to_libreoffice() -> None:
    modules = [
        "nianbao_addin." + name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for name, _ in addin_modules()
        if not name.startswith(("libreoffice/", *ALONE)) and name != "__init__.py"
    ]
    code = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
        "print(sorted({'xlwings', 'uno', 'win32com'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_what_runs_alone_imports_nothing_of_ours_when_it_is_loaded() -> None:
    for name in ALONE:
        tree = ast.parse((ADDIN / name).read_text(encoding="utf-8"))
        loaded = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {a.name for n in loaded if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in loaded if isinstance(n, ast.ImportFrom)}
        assert not {n for n in names if n.startswith("nianbao")}, name
