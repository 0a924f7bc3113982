"""Runs many ``nianbao`` commands for ``same_as.py`` and notes what a user would see of each.

Started with the Python of one checkout, ``-P``, in a folder of its own:
``python -P same_run.py CHECKOUT COMMANDS.jsonl RESULTS.jsonl``. Of that checkout only the entry
point is known, ``nianbao.__main__:main``. Most commands run in this one process; those that say so
through the installed ``nianbao`` program.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    checkout, commands, results = map(Path, sys.argv[1:])
    entry = import_module("nianbao.__main__")
    if not Path(str(entry.__file__)).resolve().is_relative_to(checkout.resolve()):
        sys.exit(f"the .venv of {checkout} runs {entry.__file__}")
    lines = commands.read_text("utf-8").splitlines()
    with results.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(run(entry, json.loads(line))) + "\n")


def run(entry: Any, command: dict[str, Any]) -> dict[str, Any]:
    """Copy in what the command may change, run it, and note code, output and files left."""
    folder = Path(command["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in command["copies"].items():
        if Path(source).is_dir():
            shutil.copytree(source, folder / name, symlinks=True)
        else:
            shutil.copy2(source, folder / name)
    given = Path(command["stdin"]).read_bytes() if command["stdin"] else b""
    start = in_process if command["here"] else in_a_program
    begun = time.process_time()
    code, out, err = start(entry, command["args"], given)
    return {
        "code": code,
        "out": out.decode("utf-8", "surrogateescape"),
        "err": err.decode("utf-8", "surrogateescape"),
        "files": dict(left_in(folder)),
        "seconds": round(time.process_time() - begun, 3),  # to see what is dear; not compared
    }


def in_process(entry: Any, args: list[str], given: bytes) -> tuple[Any, bytes, bytes]:
    with streams(args, given) as (out, err):
        try:
            code = entry.main()
        except SystemExit as end:
            code = end.code
        except Exception as error:  # shown to a user as a traceback
            code = f"{type(error).__name__}: {error}"
        sys.stdout.flush()
        sys.stderr.flush()
        return code, out.getvalue(), err.getvalue()


@contextmanager
def streams(args: list[str], given: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """The standard streams, of bytes below as in a program, and its arguments."""
    kept = sys.argv, sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.argv = ["nianbao", *args]
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8")
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8")
    try:
        yield out, err
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = kept


def in_a_program(_: Any, args: list[str], given: bytes) -> tuple[int, bytes, bytes]:
    program = Path(sys.executable).parent / "nianbao"
    found = subprocess.run([program, *args], input=given, capture_output=True, check=False)
    return found.returncode, found.stdout, found.stderr


def left_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below and what is in it, as a digest."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            yield path.relative_to(folder).as_posix(), f"-> {path.readlink()}"
        elif path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield path.relative_to(folder).as_posix(), digest


if __name__ == "__main__":
    main()
