"""``python tests/mutants.py``: would the tests notice? A sample of small changes, each on its own.

A comparison that takes or leaves its limit, a constant one more or less, ``and`` for ``or``, a
negated condition, ``return None``, a statement left out: each is a *mutant* of one line. The tests
of the nearest files run on it until one fails; a mutant that no test notices *survived*, and is
either a test that is lacking or the same program (then it stands, with the reason, in ``SAME``).

The sample is the same for the same seed and sources. Everything happens in processes of a copy of
the tree: nothing is written here. Every mutant costs some processor seconds, a survivor more.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

HOME = Path(__file__).resolve().parent.parent
# What is sampled, and which share of the sample.
ROOMS = {
    "rules": (("nianbao/rules/**/*.py",), 5),
    "reading": (("nianbao/reading/**/*.py", "nianbao/formats/**/*.py"), 5),
    "fill": (("nianbao/template/fill.py", "nianbao/template/restore.py"), 2),
}
NEAREST = 8  # test files that a mutant meets before it counts as survived
MOST = 300  # processor seconds, after which a mutant counts as killed: it runs on
ROOM = 4 * 2**30  # bytes of memory, in which every test finds room
SAME: Mapping[tuple[str, str, str], str] = {}
"""(module, line, change) of mutants that are the same program, and why."""

OTHER_SIDE: Mapping[type[ast.AST], tuple[type[ast.AST], str]] = {
    ast.Lt: (ast.LtE, "< → <="),
    ast.LtE: (ast.Lt, "<= → <"),
    ast.Gt: (ast.GtE, "> → >="),
    ast.GtE: (ast.Gt, ">= → >"),
    ast.Eq: (ast.NotEq, "== → !="),
    ast.NotEq: (ast.Eq, "!= → =="),
    ast.In: (ast.NotIn, "in → not in"),
    ast.NotIn: (ast.In, "not in → in"),
    ast.Is: (ast.IsNot, "is → is not"),
    ast.IsNot: (ast.Is, "is not → is"),
    ast.And: (ast.Or, "and → or"),
    ast.Or: (ast.And, "or → and"),
    ast.Add: (ast.Sub, "+ → -"),
    ast.Sub: (ast.Add, "- → +"),
}


class Mutant(NamedTuple):
    """``number`` counts the changes of its file, in the order of the syntax tree."""

    path: Path  # relative to ``workbook``
    number: int
    line: int
    change: str

    @property
    def module(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Change(NamedTuple):
    line: int
    name: str
    make: Callable[[], None]


# --- the changes ------------------------------------------------------------------------------


def changes(tree: ast.AST) -> Iterator[Change]:
    """Every change that can be made to a module; ``make`` makes it in the tree."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield from _here(node)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from changes(ast.Module([child], []))


def _here(node: ast.AST) -> Iterator[Change]:
    line = getattr(node, "lineno", 0)
    match node:
        case ast.Compare(ops=[op]) | ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER_SIDE:
            other, name = OTHER_SIDE[type(op)]
            if not (isinstance(op, ast.Add) and _text(node)):
                field, value = (
                    ("ops", [other()]) if isinstance(node, ast.Compare) else ("op", other())
                )
                yield Change(line, name, lambda: setattr(node, field, value))
        case ast.Constant(value=bool(old)):
            yield Change(line, f"{old} → {not old}", lambda: setattr(node, "value", not old))
        case ast.Constant(value=int(old)):
            yield Change(line, f"{old} → {old + 1}", lambda: setattr(node, "value", old + 1))
            yield Change(line, f"{old} → {old - 1}", lambda: setattr(node, "value", old - 1))
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield Change(line, "return None", lambda: setattr(node, "value", ast.Constant(None)))
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield Change(line, "condition negated", lambda: setattr(node, "test", _not(node.test)))
    if isinstance(node, ast.comprehension):
        for n, test in enumerate(node.ifs):
            turn = lambda n=n, test=test: node.ifs.__setitem__(n, _not(test))  # noqa: E731
            yield Change(test.lineno, "condition negated", turn)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        for n, statement in enumerate(block if isinstance(block, list) else ()):
            if _left_out(statement):
                leave = lambda b=block, n=n: b.__setitem__(n, ast.Pass())  # noqa: E731
                yield Change(statement.lineno, "statement left out", leave)


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _text(node: ast.AST) -> bool:
    """Whether a sum is one of texts: to subtract these is an error that every test notices."""
    return any(
        isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str))
        for n in ast.walk(node)
    )


def _left_out(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)  # a docstring
    return isinstance(statement, ast.AugAssign | ast.Continue | ast.Break | ast.Raise)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of a file."""
    tree = ast.parse((HOME / "workbook" / path).read_text(encoding="utf-8"))
    for number, change in enumerate(changes(tree)):
        yield Mutant(path, number, change.line, change.name)


def sample(count: int, seed: int) -> list[Mutant]:
    """So many mutants, each room by its share; not two of one line."""
    rng = random.Random(seed)
    shares = sum(share for _, share in ROOMS.values())
    chosen: list[Mutant] = []
    for patterns, share in ROOMS.values():
        paths = sorted(p for pattern in patterns for p in (HOME / "workbook").glob(pattern))
        every = [m for p in paths for m in mutants_of(p.relative_to(HOME / "workbook"))]
        rng.shuffle(every)
        one_a_line = {(m.path, m.line): m for m in reversed(every)}
        found = [m for m in every if one_a_line[m.path, m.line] is m]
        chosen += found[: round(count * share / shares)]
    return chosen


# --- the tests that meet a mutant ---------------------------------------------------------------


def imports(path: Path, package: str) -> set[str]:
    """The modules of ours and of the tests that a file imports, at whatever depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, package)
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def import_map() -> dict[str, set[str]]:
    """What each module, and each file of the tests, imports of the others."""
    files = {p.stem: p for p in (HOME / "tests").glob("*.py")}
    for path in (HOME / "workbook").rglob("*.py"):
        name = ".".join(path.relative_to(HOME / "workbook").with_suffix("").parts)
        files[name.removesuffix(".__init__")] = path
    found = {}
    for name, path in files.items():
        package = name if path.stem == "__init__" else name.rpartition(".")[0]
        found[name] = {other for other in imports(path, package) if other in files}
    return found


def nearest(module: str, known: Mapping[str, set[str]]) -> list[str]:
    """The files of tests from which a module is reached, the likeliest first: those that share a
    word with its name, then those with the shortest way."""
    words = set(re.findall(r"[a-z]+", module)) - {"nianbao"}
    words |= {"read"} if "reading" in words else set()
    ranked = []
    for test in known:
        if not test.startswith("test_"):
            continue
        way = _way(test, module, known)
        if way is not None:
            alike = len(words & set(test.split("_")))
            ranked.append((way > 1, -alike, way, test))
    return [f"tests/{test}.py" for *_, test in sorted(ranked)]


def _way(start: str, end: str, known: Mapping[str, set[str]]) -> int | None:
    seen, waiting = {start}, deque([(start, 0)])
    while waiting:
        here, length = waiting.popleft()
        if here == end:
            return length
        for other in known[here] - seen:
            seen.add(other)
            waiting.append((other, length + 1))
    return None


# --- running them -------------------------------------------------------------------------------


class Mutated(MetaPathFinder, Loader):
    """Gives one module in its mutated form to whoever imports it."""

    def __init__(self, mutant: Mutant, tree: Path) -> None:
        self.mutant, self.file = mutant, tree / "workbook" / mutant.path

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        package = self.file.name == "__init__.py"
        return importlib.util.spec_from_file_location(
            *(name, self.file),
            loader=self,
            submodule_search_locations=[str(self.file.parent)] if package else None,
        )

    def exec_module(self, module: ModuleType) -> None:
        tree = ast.parse(self.file.read_text(encoding="utf-8"))
        for number, change in enumerate(changes(tree)):
            if number == self.mutant.number:
                change.make()
                break
        code = compile(ast.fix_missing_locations(tree), str(self.file), "exec")
        exec(code, module.__dict__)


def copied() -> Path:
    """A copy of the tree that nobody else changes."""
    place = Path(tempfile.mkdtemp(prefix="mutants-"))
    leave = shutil.ignore_patterns(".*", "__pycache__", "dist")
    shutil.copytree(HOME, place, ignore=leave, dirs_exist_ok=True)
    return place


def warm(tree: Path, known: Mapping[str, set[str]]) -> None:
    """Import all that tests import, once for all the processes that are forked from here."""
    sys.path[:] = [p for p in sys.path if not p.startswith(str(HOME / "tests"))]
    sys.path[:0] = [str(tree / "workbook"), str(tree / "addin")]
    others = ("pytest", "hypothesis", "openpyxl", "docx", "jsonschema", "xlrd", "rich.progress")
    ours = (name for name in known if name.startswith("nianbao") and "__main__" not in name)
    for name in (*others, *ours):
        importlib.import_module(name)


def forget(module: str, known: Mapping[str, set[str]]) -> None:
    """Have a module imported anew, with all of its room, for rooms register what is in them, and
    with those who import of it."""
    room = ".".join(module.split(".")[:2])
    gone = {name for name in known if f"{name}.".startswith(f"{room}.")}
    waiting = list(gone)
    while waiting:
        name = waiting.pop()
        importers = {other for other, of in known.items() if name in of} - gone
        gone |= importers
        waiting += importers
    for name in gone & sys.modules.keys():
        package, _, last = name.rpartition(".")
        if last in vars(sys.modules.get(package, sys)):
            delattr(sys.modules[package], last)
    for name in gone:
        sys.modules.pop(name, None)


def begin(
    mutant: Mutant | None,
    tests: Sequence[str],
    tree: Path,
    said: Path,
    known: Mapping[str, set[str]],
) -> int:
    """The process id of a child that runs tests on a mutant; its exit code is pytest's."""
    child = os.fork()
    if child:
        return child
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST, MOST + 5))
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(out, stream)
        os.chdir(tree)
        os.environ |= {"HYPOTHESIS_PROFILE": "mutants", "PYTHONDONTWRITEBYTECODE": "1"}
        if mutant:
            forget(mutant.module, known)
            sys.meta_path.insert(0, Mutated(mutant, tree))
        import pytest

        options = ["-x", "-q", "-rfE", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist"]
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is warm
        options += [
            "-k",
            "not (costs or time or cost)",
        ]  # what a mutant costs says nothing about what it does
        options += ["-m", "not libreoffice and not registry", f"--basetemp={said}.tmp"]
        for test in tests:  # one after the other: to collect a file takes a while, too
            code = pytest.main([*options, test])
            if code not in (0, 5):
                os._exit(code)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def verdict(status: int, said: Path) -> tuple[bool, str]:
    """Whether a mutant was noticed, and by what."""
    if os.WIFSIGNALED(status):
        return True, f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return False, ""
    text = said.read_text(encoding="utf-8", errors="replace")
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", text, re.MULTILINE)
    if failed is None:
        raise SystemExit(f"pytest could not run ({code}):\n{text}")
    return True, failed[1]


def pass_unchanged(tests: Sequence[str], tree: Path, known: Mapping[str, set[str]]) -> bool:
    """Whether the tests that noticed something are content with the program as it is."""
    said = tree / "said-unchanged"
    status = os.waitpid(begin(None, tests, tree, said, known), 0)[1]
    if status:
        print(said.read_text(encoding="utf-8", errors="replace")[-2000:])
    return status == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nearest", type=int, default=NEAREST)
    parser.add_argument("--only", default="", help="mutants whose file and line begin like this")
    asked = parser.parse_args()
    chosen = [
        m for m in sample(asked.count, asked.seed) if f"{m.path}:{m.line}".startswith(asked.only)
    ]
    known = import_map()
    tree = copied()
    warm(tree, known)
    running: dict[int, tuple[Mutant, Path]] = {}
    survived: list[Mutant] = []
    noticed_by: set[str] = set()
    same = done = 0
    waiting = deque(chosen)
    while waiting or running:
        while waiting and len(running) < asked.jobs:
            mutant = waiting.popleft()
            if _reason(mutant):
                same += 1
                print(f"same      {_told(mutant)}  ({_reason(mutant)})", flush=True)
                continue
            said = tree / f"said-{mutant.module}-{mutant.number}"
            tests = nearest(mutant.module, known)[: asked.nearest]
            running[begin(mutant, tests, tree, said, known)] = mutant, said
        if not running:
            continue
        child, status = os.wait()
        mutant, said = running.pop(child)
        noticed, by = verdict(status, said)
        shutil.rmtree(f"{said}.tmp", ignore_errors=True)
        done += 1
        if "::" in by:
            noticed_by.add(by)
        if not noticed:
            survived.append(mutant)
        print(f"{'killed   ' if noticed else 'SURVIVED '} {_told(mutant)}  {by}", flush=True)
    sound = not noticed_by or pass_unchanged(sorted(noticed_by), tree, known)
    shutil.rmtree(tree, ignore_errors=True)
    print(f"{done - len(survived)} of {done} killed; {same} more are the same program")
    return not sound or len(survived) * 10 > done


def _line(mutant: Mutant) -> str:
    text = (HOME / "workbook" / mutant.path).read_text(encoding="utf-8")
    return text.splitlines()[mutant.line - 1].strip()


def _reason(mutant: Mutant) -> str | None:
    return SAME.get((str(mutant.path), _line(mutant), mutant.change))


def _told(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.line}  {mutant.change}  {_line(mutant)}"


if __name__ == "__main__":
    sys.exit(main())
