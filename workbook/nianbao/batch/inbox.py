"""What came in: every file of a folder, each with its reason where it is not even opened."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from nianbao.errors import UnusableInput

_OF_THE_SYSTEM = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file. ``key`` is its path below the folder, with forward slashes, fit for JSON and XML.

    ``problem`` says why it is not opened, else None; ``modified`` is in nanoseconds.
    """

    path: Path
    key: str
    modified: int
    problem: str | None = None


def arrived(folder: Path, leave: Container[Path] = ()) -> Iterator[Arrived]:
    """Every file below the folder by name, hidden ones and locks of open files left out.

    Links are named, never followed. ``leave``: resolved paths of files and folders that are ours.
    Raises UnusableInput if there is no such folder.
    """
    if not folder.is_dir():
        raise UnusableInput(f"找不到文件夹“{folder}”，请检查路径。")
    for place, folders, names in os.walk(folder):
        here = Path(place)
        real = here.resolve()
        linked = [f for f in folders if (here / f).is_symlink()]
        folders[:] = sorted(
            f for f in folders if f not in linked and not _hidden(f) and real / f not in leave
        )
        for name in sorted((*names, *linked)):
            if not _hidden(name) and real / name not in leave:
                yield _seen(here / name, folder)


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _OF_THE_SYSTEM


def _seen(path: Path, folder: Path) -> Arrived:
    key = path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode()
    try:
        status = path.lstat()
    except OSError:
        return Arrived(path, key, 0, f"打不开“{key}”，请检查访问权限。")
    problem = None
    if S_ISLNK(status.st_mode):
        problem = f"“{key}”是指向别处的链接，没有读取；请放入文件本身。"
    elif not S_ISREG(status.st_mode):
        problem = f"“{key}”不是普通文件，没有读取。"
    return Arrived(path, key, status.st_mtime_ns, problem)
