"""Do users see any difference between two checkouts? A tool for developers, not a test.

``python tests/same_as.py BEFORE AFTER`` gives both, each with its own ``.venv``, the same commands
over the same files and compares exit codes, both streams and every file written, byte for byte.
What may differ is named in ``ALLOWED``, counted and told. Exit code 1 where anything else differs.
``addin bundle`` (downloads) and ``attach`` (needs an open window) are not compared.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from same_commands import Command, everything, of_this_computer

HERE = Path(__file__).parent
SEED = "daxing-commerce-bureau-2020.txt"
LINES = 8  # of each difference


class Allowed(NamedTuple):
    """A difference that is none: its name, in which files, and what is left out of the bytes."""

    name: str
    where: re.Pattern[str]
    what: re.Pattern[bytes]


ALLOWED = (
    Allowed(
        "time and number of a PDF",
        re.compile(r"\.pdf$"),
        re.compile(rb"/(?:Creation|Mod)Date ?\(.*?\)|<[0-9A-F]{32}>|/DocChecksum ?/[0-9A-F]{32}"),
    ),
    Allowed(
        "the program's own files in an add-in",
        re.compile(r"^addin .*(?:macros\.py|nianbao_buttons\.py)$"),
        re.compile(rb".+", re.DOTALL),
    ),
    Allowed(
        "size and SHA-256 that addin build tells",
        re.compile(r"^addin build.*: std(?:out|err)$"),
        re.compile(rb'[\d,]+ \S+SHA-256 [0-9a-f]{64}|"bytes": \d+|"sha256": "[0-9a-f]{64}"'),
    ),
    Allowed(
        "fingerprint of the rules and time of a file in the journal of a batch",
        re.compile(r"^batch .*\.nianbao-(?:review|fill)\.jsonl$"),
        re.compile(rb'\d+\.\d+\.\d+ [0-9a-f]{12}|"mtime":\d+'),
    ),
)


@dataclass(frozen=True)
class Difference:
    """``name``: command and what of it; the bytes of both, None for a file that is not there."""

    verb: str
    name: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True)
class Side:
    """A checkout and the folder in which its commands have run."""

    checkout: Path
    work: Path

    @property
    def python(self) -> Path:
        folder = "Scripts" if os.name == "nt" else "bin"
        return self.checkout / ".venv" / folder / "python"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path, help="checkout whose tests also make the files")
    parser.add_argument("after", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep files, and reuse those made")
    parser.add_argument("--thorough", action="store_true", help="every file in every way: an hour")
    parser.add_argument("--only", default="", metavar="VERB", help="such as batch")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th command")
    parser.add_argument("--show", type=int, default=12, help="how many differences are shown")
    asked = parser.parse_args()
    start = time.monotonic()
    with place(asked.keep) as root:
        before = Side(asked.before.absolute(), root / "before" / "work")
        after = Side(asked.after.absolute(), root / "after" / "work")
        files = make_corpus(root / "corpus", before, asked.corpus)
        for side in (before, after):
            shutil.rmtree(side.work, ignore_errors=True)
            shutil.copytree(root / "corpus", side.work / "corpus", symlinks=True)
        differences, commands = list(addins(root, before, after)), len(of_this_computer())
        known = codes_of(before), list(helps_of(before))
        todo = everything(before.work, *known, thorough=asked.thorough)
        such = dict.fromkeys(c.folder for c in todo if c.verb.startswith(asked.only))
        chosen = set(list(such)[:: asked.every])
        todo = [c for c in todo if c.folder in chosen]  # with those that go on from them
        print(f"{files} files; running {len(todo)} commands in both", file=sys.stderr, flush=True)
        run_both(before, after, todo)
        differences += compared(before.work, after.work, todo)
        commands += len(todo)
        print_commands(todo, written(before.work))
        bad = judge(differences, asked.show)
        print(f"\n{files} files, {commands} commands, {time.monotonic() - start:.0f} s: ", end="")
        print("no difference" if not bad else f"{bad} DIFFERENCES")
        return int(bad > 0)


@contextmanager
def place(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="same-as-") as found:
        yield Path(found)


# --- the files ---------------------------------------------------------------------------------


def make_corpus(root: Path, before: Side, given: Iterable[Path]) -> int:
    """Given folders, test data, files made by the tests, and wrong ones; how many files."""
    made = root / "made"
    if not made.exists():
        environment = os.environ | {"PYTHONPATH": str(before.checkout / "tests")}
        making = made.with_name("making")
        shutil.rmtree(making, ignore_errors=True)
        script = [str(before.python), "-P", "-B", str(HERE / "same_corpus.py"), str(making)]
        subprocess.run(script, env=environment, check=True)
        making.rename(made)
        convert(made / "workbooks", made / "converted")
    for number, folder in enumerate([before.checkout / "tests" / "data", *given]):
        target = root / "given" / str(number)
        shutil.copytree(folder, target, dirs_exist_ok=True)
    wrong_files(root / "wrong", made)
    return sum(path.is_file() for path in root.rglob("*"))


def convert(source: Path, target: Path) -> None:
    """Filled workbooks as LibreOffice saves them; told where there is none."""
    program = shutil.which("soffice")
    if program is None:
        print("NOT MADE, no soffice: .ods and .xls of filled workbooks", file=sys.stderr)
        return
    files = [p for p in sorted(source.glob("filled-*.xlsx")) if "excel" not in p.name]
    with tempfile.TemporaryDirectory() as profile:
        for kind in ("ods", "xls", "xlsx"):
            command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless"]
            command += ["--convert-to", kind, "--outdir", str(target), *map(str, files)]
            subprocess.run(command, check=True, capture_output=True, timeout=300)


def wrong_files(folder: Path, made: Path) -> None:
    """One good report under a name of its own, and what is no report."""
    folder.mkdir(exist_ok=True)
    shutil.copy2(made / "samples" / "seed.json", folder / "年报.json")
    book = (made / "samples" / "seed.xlsx").read_bytes()
    contents = {
        "空.xlsx": b"",
        "不是.xlsx": b"PK\3\4 nothing",
        "不是.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "不是.pdf": b"%PDF-1.4\n",
        "半截.xlsx": book[: len(book) // 2],
        "断.json": b'{"format": 2021',
        "空.json": b"{}",
        "不是.txt": "请各单位于一月底前报送。".encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)


# --- running -------------------------------------------------------------------------------------


def started(side: Side, commands: Iterable[Command], **more: str) -> subprocess.Popen[bytes]:
    """The commands under way; results come to ``results.jsonl`` beside the folder."""
    listed = side.work.with_name("commands.jsonl")
    listed.write_text("\n".join(json.dumps(asdict(c)) for c in commands), "utf-8")
    script = [side.python, "-P", "-B", HERE / "same_run.py", side.checkout, listed]
    script.append(results_of(side.work))
    home = side.work.with_name("home")
    home.mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "XDG_"))}
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)}
    environment |= {"PYTHONUTF8": "1", "COLUMNS": "100", "TERM": "dumb", **more}
    side.work.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(list(map(str, script)), cwd=side.work, env=environment)


def results_of(work: Path) -> Path:
    return work.with_name("results.jsonl")


def run_both(before: Side, after: Side, commands: list[Command]) -> None:
    running = [started(side, commands) for side in (before, after)]
    codes = [process.wait() for process in running]
    if any(codes):
        sys.exit("the commands could not be run")


def addins(root: Path, before: Side, after: Side) -> Iterator[Difference]:
    """Both from one place, one after the other: these files tell where the program is."""
    link, here, commands = root / "checkout", root / "addin" / "work", of_this_computer()
    kept: list[Path] = []
    for side in (before, after):
        shutil.rmtree(here.parent, ignore_errors=True)
        link.unlink(missing_ok=True)
        link.symlink_to(side.checkout, target_is_directory=True)
        path = os.pathsep.join(str(link / name) for name in ("workbook", "addin"))
        here.mkdir(parents=True)
        if started(Side(link, here), commands, PYTHONPATH=path).wait():
            sys.exit("the add-in commands could not be run")
        kept.append(side.work.with_name("addin") / "work")
        shutil.rmtree(kept[-1].parent, ignore_errors=True)
        here.parent.rename(kept[-1].parent)
    yield from compared(kept[0], kept[1], commands)


def output_of(side: Side, *args: str) -> str:
    command = [str(side.python), "-P", "-B", "-m", "nianbao", *args]
    return subprocess.run(command, check=True, capture_output=True, cwd=side.work).stdout.decode()


def codes_of(side: Side) -> list[str]:
    return [rule["code"] for rule in json.loads(output_of(side, "rules", "--json"))]


def helps_of(side: Side, *names: str) -> Iterator[tuple[str, ...]]:
    """The program, its commands, theirs."""
    yield names
    _, _, listed = output_of(side, *names, "--help").partition("\n命令：\n")
    for name in re.findall(r"^  (\w+)  ", listed, re.MULTILINE):
        yield from helps_of(side, *names, name)


# --- comparing -----------------------------------------------------------------------------------


def compared(before: Path, after: Path, commands: list[Command]) -> Iterator[Difference]:
    results = [map(json.loads, results_of(w).open(encoding="utf-8")) for w in (before, after)]
    seen: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    for command, one, other in zip(commands, *results, strict=True):
        said = " ".join(command.args)
        for key, name in (("code", "exit code"), ("out", "stdout"), ("err", "stderr")):
            if one[key] != other[key]:
                texts = (str(r[key]).encode("utf-8", "surrogateescape") for r in (one, other))
                yield Difference(command.verb, f"{said}: {name}", *texts)
        files = one["files"], other["files"]
        for name in sorted({*files[0], *files[1]}):
            both, key = (files[0].get(name), files[1].get(name)), (command.folder, name)
            told, seen[key] = seen.get(key) == both, both  # once, not by each later command
            if both[0] != both[1] and not told:
                contents = (
                    content(work / command.folder / name, name in found)
                    for work, found in zip((before, after), files, strict=True)
                )
                yield Difference(command.verb, f"{said}: {name}", *contents)


def content(path: Path, there: bool) -> bytes | None:
    """What a command left; a later one of the same folder may have changed it."""
    if not there:
        return None
    return path.read_bytes() if path.is_file() else b"(changed or removed by a later command)"


def written(work: Path) -> Counter[str]:
    """Kinds of files that the commands left, each file once."""
    return Counter(p.suffix or p.name for p in (work / "out").rglob("*") if p.is_file())


def print_commands(commands: list[Command], files: Counter[str]) -> None:
    verbs = Counter(command.verb for command in commands)
    print("commands: " + ", ".join(f"{verb} {n}" for verb, n in sorted(verbs.items())))
    print("written: " + ", ".join(f"{kind} {n}" for kind, n in sorted(files.items())))


def judge(differences: Iterable[Difference], show: int) -> int:
    """Print what differs, a few of each command; how many are not allowed."""
    allowed: Counter[str] = Counter()
    bad: list[Difference] = []
    for one in differences:
        names = excused(one)
        allowed.update(names)
        if not names:
            bad.append(one)
    for name, count in sorted(allowed.items()):
        print(f"allowed: {name}: {count}")
    shown: Counter[str] = Counter()
    for one in bad:
        shown[one.verb] += 1
        if shown[one.verb] <= 3 and shown.total() <= show:
            print(f"\n≠ nianbao {one.name}")
            for line in explained(one.before, one.after):
                print(f"    {line[:300]}")
    by_verb = Counter(one.verb for one in bad)
    if bad:
        print("\ndiffering: " + ", ".join(f"{verb} {n}" for verb, n in by_verb.most_common()))
    return len(bad)


def excused(one: Difference) -> list[str]:
    """Names of the allowances that make both sides equal; none if nothing does."""
    if one.before is None or one.after is None:
        return []
    names: list[str] = []
    before, after = parts(one.name, one.before), parts(one.name, one.after)
    for allowance in ALLOWED:
        left = without(allowance, before), without(allowance, after)
        if left != (before, after):
            names.append(allowance.name)
            before, after = left
            if before == after:
                return names
    return []


def without(allowance: Allowed, side: dict[str, bytes]) -> dict[str, bytes]:
    return {
        name: allowance.what.sub(b"", data) if allowance.where.search(name) else data
        for name, data in side.items()
    }


def parts(name: str, data: bytes) -> dict[str, bytes]:
    """The members of a zip under their names, or the whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {f"{name}: {inner}": archive.read(inner) for inner in archive.namelist()}
    except (zipfile.BadZipFile, ValueError):
        return {name: data}


def explained(before: bytes | None, after: bytes | None) -> Iterator[str]:
    """The first lines that differ, of a zip in its first members that do."""
    if before is None or after is None:
        yield "only " + ("after" if before is None else "before")
        return
    one, other = parts("", before), parts("", after)
    if one == other:
        yield "the same contents, packed or ordered otherwise"
    for name in dict.fromkeys([*one, *other]):
        if name not in one or name not in other:
            yield f"{name} only " + ("after" if name not in one else "before")
        elif one[name] != other[name]:
            if name:
                yield f"in {name.removeprefix(': ')}"
            yield from lines_apart(one[name], other[name])
            return


def lines_apart(before: bytes, after: bytes) -> Iterator[str]:
    split: Callable[[bytes], list[str]] = lambda data: (  # noqa: E731
        data.decode("utf-8", "replace").replace("><", ">\n<").splitlines()
    )
    found: Any = list(unified_diff(split(before), split(after), "before", "after", "", "", 0, ""))
    yield from found[2 : 2 + LINES]
    if len(found) > 2 + LINES:
        yield f"… {len(found) - 2 - LINES} more lines"


if __name__ == "__main__":
    sys.exit(main())
