"""The log of what went wrong: where in our code, never what stands in a cell.

The sentence of an error may quote a cell, and so may the message of any exception: neither is
written, only the kind of the error and the lines of code that it came through.
"""

from __future__ import annotations

import platform
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nianbao import __version__
from nianbao_addin.setup.computer import Computer

FILE_NAME = "log.txt"
_MAX_BYTES = 200_000


def write(command: str, error: BaseException) -> str | None:
    """Add an entry; its number, or None where nothing can be written."""
    now = datetime.now()
    number = f"{now:%m%d-%H%M%S}-{now.microsecond // 10_000:02}"
    with suppress(Exception):
        path = file()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _MAX_BYTES:
            path.replace(path.with_suffix(".old.txt"))
        with path.open("a", encoding="utf-8") as stream:
            stream.write(_entry(number, now, command, error))
        return number
    return None


def file() -> Path:
    """Where the log is. Raises UnusableInput where the user has no folder for it."""
    return Computer().data / FILE_NAME


def _entry(number: str, now: datetime, command: str, error: BaseException) -> str:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    lines = [f"[{number}] {now:%Y-%m-%d %H:%M:%S} {command}, nianbao {__version__}, {system}"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"  {type(seen).__module__}.{type(seen).__qualname__}")
        lines += [
            f"    {_module(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__, limit=-12)
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def _module(filename: str) -> str:
    """The last two parts of a path: the rest holds the user's name."""
    return "/".join(Path(filename).parts[-2:])
