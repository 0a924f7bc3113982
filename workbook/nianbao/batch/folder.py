"""The files of a folder that a batch reads, and how what it makes gets into one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nianbao.actions import SUFFIXES
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.outputs.files import TEMPORARY, reason, temporary_beside


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below the folder that may be a report, by name. Links are not followed.

    Raises UnusableInput if there is no such folder.
    """
    must_be(folder)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(("~$", ".")) or path.suffix.lower() not in SUFFIXES:
                continue
            if path.is_file() and not path.is_symlink():
                yield path


def must_be(folder: Path) -> None:
    """Raises UnusableInput if there is no such folder."""
    if not folder.is_dir():
        raise UnusableInput(f"找不到文件夹“{folder}”，请检查路径。")


def made(folder: Path) -> Path:
    """The folder, made if it is not there. Raises CannotWrite."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"无法建立文件夹“{folder}”：{reason(error)}。") from error
    return folder


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, over whatever stands there. Raises CannotWrite.

    It is not forced to the disk one by one, which would take longer than all else: see ``settle``.
    """
    temporary = temporary_beside(path)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                _write_all(file.fileno(), data)
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise CannotWrite(f"无法写入“{path}”：{reason(error)}。") from error


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sweep(folder: Path, *, alone: bool = False) -> None:
    """Remove what killed runs left half written.

    ``alone``: nobody else writes here now; else what is younger than an hour may be somebody's.
    """
    newest = time.time() - (0 if alone else 3600)
    for path in folder.glob(TEMPORARY.format("*")):
        with suppress(OSError):
            if path.lstat().st_mtime <= newest:
                path.unlink()


def settle() -> None:
    """All that was put is on the disk itself, where the system has a call for that."""
    if hasattr(os, "sync"):
        os.sync()


_BINARY = getattr(os, "O_BINARY", 0)
