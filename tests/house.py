"""``make house``: how large the house is, and how hard to find one's way in; no test.

``python tests/house.py [CHECKOUT] [--before CHECKOUT]`` counts the modules of ``nianbao`` and
``nianbao_addin`` from their source. How often a workbook is opened is counted by running commands
with the Python of that checkout's ``.venv``.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGES = {"nianbao": "workbook/nianbao", "nianbao_addin": "addin/nianbao_addin"}
LONG_MODULE, LONG_FUNCTION = 450, 60

Figures = dict[str, str]  # what is counted → the number, and names where they help
Graph = Mapping[str, set[str]]


class Import(NamedTuple):
    """``when``: "loading", "typing" (under TYPE_CHECKING) or "running" (inside a function)."""

    source: str
    target: str
    when: str


class Definition(NamedTuple):
    kind: type[ast.AST]
    name: str
    lines: int
    top: bool
    """Whether it stands in no class and no function."""


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def room(self) -> str:
        """The folder, or module, right below the package: ``nianbao.rules``."""
        return ".".join(self.name.split(".")[:2])

    def definitions(self) -> Iterator[Definition]:
        """Classes and functions, with the lines that they take, decorators left out."""
        top = set(map(id, self.tree.body))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                kind = ast.ClassDef if isinstance(node, ast.ClassDef) else ast.FunctionDef
                yield Definition(kind, node.name, lines, id(node) in top)


def modules_of(checkout: Path) -> dict[str, Module]:
    found = {}
    for package, folder in PACKAGES.items():
        root = checkout / folder
        for path in sorted(root.rglob("*.py")):
            parts = [package, *path.relative_to(root).with_suffix("").parts]
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path)
    return found


# --- imports -------------------------------------------------------------------------------------


def imports(modules: Mapping[str, Module]) -> Iterator[Import]:
    """Every import of one of these modules by another, as often as it is written."""
    for module in modules.values():
        for node, when in _statements(module.tree, "loading"):
            for target in _targets(node, module, modules):
                if target != module.name:
                    yield Import(module.name, target, when)


def _statements(tree: ast.AST, when: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, when
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _statements(node, "running")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for inner in node.body:
                yield from _statements(ast.Module([inner], []), "typing")
            for inner in node.orelse:
                yield from _statements(ast.Module([inner], []), when)
        else:
            yield from _statements(node, when)


def _targets(
    node: ast.Import | ast.ImportFrom, module: Module, modules: Mapping[str, Module]
) -> Iterator[str]:
    """The modules that a statement names: ``from nianbao import form`` is one of ``form``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules)
        return
    base = node.module or ""
    if node.level:
        package = module.name.split(".")
        depth = node.level - (module.path.name == "__init__.py")
        base = ".".join([*package[: len(package) - depth], *([base] if base else [])])
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        if inner in modules:
            yield inner
        elif base in modules:
            yield base


def circles(graph: Graph) -> list[list[str]]:
    """Strongly connected components of two modules or more, the largest first (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10_000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return sorted(found, key=lambda circle: (-len(circle), circle))


def graph_of(found: list[Import], *when: str) -> Graph:
    graph: dict[str, set[str]] = defaultdict(set)
    for one in found:
        if one.when in when:
            graph[one.source].add(one.target)
    return graph


# --- openings ------------------------------------------------------------------------------------

COUNTING = """
import importlib, json, shutil, sys
from pathlib import Path

PLACES = {
    "zip": ("nianbao.formats.zip:Package", "nianbao.sources.package:Package"),
    "book": (
        "nianbao.formats.xlsx.read:XlsxBook",
        "nianbao.sources.xlsx:Workbook",
    ),
    "parts": ("nianbao.formats.xlsx.parts:TargetBook", "nianbao.outputs.book:Book"),
}
counts = {}


def count(kind, places):
    for place in places:
        module, name = place.split(":")
        try:
            cls = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
        init = cls.__init__

        def counted(self, *args, **kwargs):
            counts[kind] = counts.get(kind, 0) + 1
            init(self, *args, **kwargs)

        cls.__init__ = counted
        counts[kind] = 0
        return


import zipfile
was = zipfile.ZipFile.__init__

def opened(self, file, mode="r", *args, **kwargs):
    if mode == "r":
        counts["zipfile"] = counts.get("zipfile", 0) + 1
    was(self, file, mode, *args, **kwargs)

zipfile.ZipFile.__init__ = opened
counts["zipfile"] = 0
for kind, places in PLACES.items():
    count(kind, places)
main = importlib.import_module("nianbao.__main__").main


def run(*args):
    for kind in counts:
        counts[kind] = 0
    sys.argv = ["nianbao", *args]
    try:
        main()
    except SystemExit as end:
        if end.code:
            sys.exit(f"nianbao {' '.join(args)} ended with {end.code}")
    return dict(counts)


seed = sys.argv[1]
run("read", seed, "-o", "r.json")
out = {}
out["fill r.json -o a.xlsx"] = run("fill", "r.json", "-o", "a.xlsx")
out["fill a.xlsx -o b.xlsx"] = run("fill", "a.xlsx", "-o", "b.xlsx")
out["fill r.json -o a.xlsx --force"] = run("fill", "r.json", "-o", "a.xlsx", "--force")
narrate = "narrate", "a.xlsx", "-o", "a.xlsx", "--force"
out["narrate a.xlsx -o a.xlsx --force"] = run(*narrate)
out["check a.xlsx"] = run("check", "a.xlsx")
Path("counts.json").write_text(json.dumps(out))
"""


def openings(checkout: Path) -> Iterator[tuple[str, str]]:
    """How often each command opens a spreadsheet: containers, and books read out of them."""
    folder = "Scripts" if os.name == "nt" else "bin"
    python = checkout / ".venv" / folder / "python"
    if not python.exists():
        yield "openings of a workbook", "no .venv"
        return
    seed = checkout / "tests" / "data" / "daxing-commerce-bureau-2020.txt"
    with tempfile.TemporaryDirectory() as here:
        command = [str(python), "-P", "-B", "-c", COUNTING, str(seed)]
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
        counts = Path(here, "counts.json")
        if not counts.exists():
            last = (done.stderr.strip().splitlines() or ["nothing written"])[-1]
            yield "openings of a workbook", f"not counted: {last}"
            return
        for said, kinds in json.loads(counts.read_text()).items():
            total = kinds.get("zip", 0) + kinds.get("zipfile", 0)
            yield f"opens the zip: {said}", str(total) if "zip" in kinds else "not found"
            yield f"reads the book: {said}", str(kinds.get("book", "not found"))


# --- figures -------------------------------------------------------------------------------------


def size(modules: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    yield "modules", f"{len(modules):,}"
    yield "lines", f"{sum(m.lines for m in modules.values()):,}"
    longest = max(modules.values(), key=lambda m: (m.lines, m.name))
    yield "longest module", f"{longest.lines} {short(longest.name)}"
    long = [m for m in modules.values() if m.lines > LONG_MODULE]
    yield f"modules over {LONG_MODULE} lines", listed([short(m.name) for m in long])
    functions = [
        f"{short(m.name)}.{d.name}"
        for m in modules.values()
        for d in m.definitions()
        if d.kind is ast.FunctionDef and d.lines > LONG_FUNCTION
    ]
    yield f"functions over {LONG_FUNCTION} lines", listed(functions)


def ways(modules: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    found = list(imports(modules))
    loading = circles(graph_of(found, "loading"))
    yield "circles of imports", listed([named(circle) for circle in loading])
    typed = circles(graph_of(found, "loading", "typing"))
    yield "  with those under TYPE_CHECKING", listed([named(circle) for circle in typed])
    every = circles(graph_of(found, "loading", "typing", "running"))
    yield "  with those inside functions too", listed([named(circle) for circle in every])
    for name, kinds in (
        ("arrows between top rooms", ("loading", "running", "typing")),
        ("  at module level", ("loading",)),
    ):
        between = {
            (one.source, one.target)
            for one in found
            if one.when in kinds and modules[one.source].room != modules[one.target].room
        }
        yield name, f"{len(between):,}"
        rooms = {(modules[a].room, modules[b].room) for a, b in between}
        yield f"{name}, pairs of rooms", f"{len(rooms):,}"


def names(modules: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    for kind, said in ((ast.ClassDef, "classes"), (ast.FunctionDef, "public functions")):
        where: dict[str, set[str]] = defaultdict(set)
        for module in modules.values():
            for one in module.definitions():
                public = kind is ast.ClassDef or not one.name.startswith("_")
                if one.kind is kind and one.top and public:
                    where[one.name].add(module.name)
        several = {name: len(places) for name, places in where.items() if len(places) > 1}
        most = [f"{n}×{c}" for n, c in sorted(several.items(), key=lambda x: (-x[1], x[0]))]
        yield f"{said} of one name in several modules", listed(most)


def rooms(modules: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    """Modules and lines of each folder; the modules right below a package are one room here."""
    packages = {".".join(name.split(".")[:2]) for name in modules if name.count(".") > 1}
    count: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for module in modules.values():
        room = module.room if module.room in packages else module.name.split(".")[0] + "."
        count[room] += 1
        lines[room] += module.lines
    for room in sorted(count):
        yield f"room {room}", f"{count[room]:3} {lines[room]:6,}"


def short(name: str) -> str:
    return name.removeprefix("nianbao.")


def named(circle: list[str]) -> str:
    rooms = sorted({".".join(name.split(".")[:2]) for name in circle})
    return f"{len(circle)} in {', '.join(short(room) for room in rooms[:3])}"


def listed(found: list[str], most: int = 6) -> str:
    """How many, then the first of them."""
    more = [f"… {len(found) - most} more"] if len(found) > most else []
    return " ".join([str(len(found)), *(["·"] if found else []), ", ".join(found[:most] + more)])


def figures(checkout: Path) -> Figures:
    modules = modules_of(checkout)
    parts = (size, ways, names)
    found = {name: value.strip() for part in parts for name, value in part(modules)}
    return found | dict(openings(checkout)) | dict(rooms(modules))


def table(columns: Mapping[str, Figures]) -> Iterator[str]:
    """Aligned, one row a figure; long values of two checkouts below each other."""
    rows = list(dict.fromkeys(name for column in columns.values() for name in column))
    first = max(map(len, rows))
    if len(columns) == 1:
        (only,) = columns.values()
        yield from (f"{name:{first}}  {only[name]}" for name in rows)
        return
    values = [[column.get(name, "–") for column in columns.values()] for name in rows]
    second = max(len(row[0]) for row in values if len(row[0]) < 24)
    yield f"{'':{first}}  {'before':{second}} | now"
    for name, (before, now) in zip(rows, values, strict=True):
        if len(before) <= second:
            yield f"{name:{first}}  {before:{second}} | {now}"
        else:
            yield f"{name:{first}}  before: {before}"
            yield f"{'':{first}}     now: {now}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("checkout", type=Path, nargs="?", default=ROOT)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT", help="one to show beside it")
    asked = parser.parse_args()
    columns = {"now": figures(asked.checkout.absolute())}
    if asked.before is not None:
        columns = {"before": figures(asked.before.absolute())} | columns
    print("\n".join(table(columns)))


if __name__ == "__main__":
    main()
