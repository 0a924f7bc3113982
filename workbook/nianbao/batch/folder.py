"""The files of a folder that a batch reads, and how what it makes gets into one."""

from __future__ import annotations

import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from nianbao import actions
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats import kinds
from nianbao.formats.files import TEMPORARY, reason, temporary_beside


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below the folder that may be a report, by name. Links are not followed.

    Raises UnusableInput if there is no such folder.
    """
    must_be(folder)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if kinds.is_one(path) and path.is_file() and not path.is_symlink():
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


# What came in: every file of a folder, each with its reason where it is not even opened

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


# What stands already where a batch is to write


def content(path: Path) -> bytes | None:
    """What stands at the path of a workbook; None for nothing.

    A power cut may leave a file empty or of zero bytes only: that is nothing too.
    """
    try:
        regular = S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(f"无法写入“{path}”：{reason(error)}。") from error
    if not regular:
        raise CannotWrite(f"“{path}”不是普通文件，没有改动它；请移走它再试。")
    data = actions.load_bytes(path)
    return data if data.strip(b"\0") else None


def aside(path: Path) -> str:
    """Rename what stands there and is no workbook of ours: nothing of it is lost.

    Returns a sentence for the user. Raises CannotWrite.
    """
    number, target = 1, path.with_name(f"{path.stem}（原有）{path.suffix}")
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}（原有{number}）{path.suffix}")
    try:
        path.rename(target)
    except OSError as error:
        raise CannotWrite(f"无法移走“{path}”：{reason(error)}。") from error
    return f"原来的“{path.name}”不是填报工作簿，已改名为“{target.name}”；其中的数没有填入。"


# File names from the names of agencies, fit for Windows and Linux, each one only once

MAX_CHARACTERS = 240
MAX_BYTES = 255  # of UTF-8, what Linux file systems hold

# Characters that Windows forbids, that show nothing, or that turn the direction of what follows.
_FORBIDDEN = re.compile(
    r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff'
    r"\ufdd0-\ufdef\ufffe\uffff]"
)
_WHITE = re.compile(r"\s+")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_EDGES = " ."  # Windows drops them at the end; at the beginning a dot hides the file
_NAMELESS = "未命名"


def safe_name(name: str, suffix: str) -> str:
    """A file name that says ``name``. ``suffix`` (``2025年年报.xlsx``) is ours and stays whole."""
    return _with(_stem(name), suffix)


def safe_names(names: Iterable[tuple[str, str | None]], suffix: str) -> list[str]:
    """A file name for each (name, code), all different even where case does not count.

    Those that would have the same name get their codes in brackets, whatever their order, so that
    a file never comes to be another agency's; where that is not enough, numbers.
    """
    stems = [(_stem(name), code) for name, code in names]
    alike = Counter(folded(_with(stem, suffix)) for stem, _ in stems)
    taken: set[str] = set()
    out = []
    for stem, code in stems:
        n, found = 1, _with(stem, suffix)
        if code and alike[folded(found)] > 1:
            found = _with(stem, f"（{_stem(code)[:60]}）{suffix}")
        while folded(found) in taken:
            n += 1
            found = _with(stem, f"（{n}）{suffix}")
        taken.add(folded(found))
        out.append(found)
    return out


def folded(name: str) -> str:
    """Two file names that are one on some file system are equal when folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold().upper())


def _stem(name: str) -> str:
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", _WHITE.sub(" ", name)))
    text = unicodedata.normalize("NFC", text).strip(_EDGES) or _NAMELESS
    # CON.txt is the console too: what counts is what stands before the first dot.
    if _RESERVED.fullmatch(text.partition(".")[0].rstrip()) or text.startswith("~$"):
        text = "_" + text
    return text


def _with(stem: str, suffix: str) -> str:
    """Stem and suffix within the limits, no character cut in two."""
    room = MAX_BYTES - len(suffix.encode())
    stem = stem[: MAX_CHARACTERS - len(suffix)].encode()[:room].decode(errors="ignore")
    return unicodedata.normalize("NFC", stem.rstrip(_EDGES) + suffix)
