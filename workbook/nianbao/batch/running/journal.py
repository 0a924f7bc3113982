"""What a batch did, line by line beside its output: an interrupted run goes on from it.

``{"journal": 1, "job": …, "version": …}`` first, then a line an item:
``{"key": …, "source": …, "value": …}``. ``key`` is a path relative to the output; ``source`` the
fingerprint (``fingerprint_of``) of all that the value was made from. A later line about a key
replaces an earlier one; a line that was cut off is as if it had never been written; a journal of
another job or version is begun anew. No cell of a ledger may ever be put in.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from nianbao.errors import CannotWrite
from nianbao.formats.files import reason

_FORM = 1
_FLUSH = 64  # lines
# A link that stands there would lead out of the folder.
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_LOCKED = 2**30  # the byte that is locked: on Windows nobody could read a locked one


class Entry(NamedTuple):
    """``source`` is the fingerprint of what the value was made from."""

    source: str
    value: Any


class _Line(msgspec.Struct):
    key: str
    source: str
    value: msgspec.Raw = msgspec.Raw(b"null")


_encode = msgspec.json.Encoder(decimal_format="number").encode
_line = msgspec.json.Decoder(_Line).decode
_value = msgspec.json.Decoder(float_hook=Decimal).decode


def fingerprint_of(*parts: bytes | str) -> str:
    """Length and SHA-256 of all the parts, in their order."""
    digest = hashlib.sha256()
    size = 0
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)  # ("ab", "c") is not ("a", "bc")
        size += len(data)
    return f"{size}-{digest.hexdigest()}"


class Journal:
    """Made by ``open_journal``. Values stay in the file until they are asked for."""

    def __init__(self, file: IO[bytes], path: Path, job: str, version: str) -> None:
        self._file, self._path = file, path
        self._spots: dict[str, int] = {}
        self._unflushed = 0
        head = _encode({"journal": _FORM, "job": job, "version": version}) + b"\n"
        self._end = len(head)
        if file.readline() == head:
            self._load()
        else:
            file.seek(0)
            file.truncate()
            file.write(head)
            file.flush()

    def _load(self) -> None:
        at = self._end
        for line in self._file:
            if line.endswith(b"\n"):
                with suppress(msgspec.DecodeError):
                    self._spots[_line(line).key] = at
                self._end = at + len(line)
            at += len(line)
        self._file.truncate(self._end)

    def __contains__(self, key: str) -> bool:
        return key in self._spots

    def get(self, key: str) -> Entry | None:
        """The last that was written about a key; None if nothing was."""
        at = self._spots.get(key)
        if at is None:
            return None
        self._file.seek(at)
        line = _line(self._file.readline())
        return Entry(line.source, _value(line.value))

    def add(self, key: str, source: str, value: Any) -> None:
        """Write a line. ``value`` is what JSON can hold; its decimals come back as decimals.

        Raises CannotWrite.
        """
        line = _encode({"key": key, "source": source, "value": value}) + b"\n"
        try:
            self._file.seek(self._end)
            self._file.write(line)
            self._spots[key] = self._end
            self._end += len(line)
            self._unflushed += 1
            if self._unflushed >= _FLUSH:
                self.flush()
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def flush(self) -> None:
        """What was added now outlives this process."""
        self._file.flush()
        self._unflushed = 0


@contextmanager
def open_journal(path: Path, job: str, version: str) -> Iterator[Journal]:
    """The journal of a job, new or gone on with, locked against a second run.

    ``version`` says which program and rules make the values. On leaving it is written to the disk
    itself. Raises CannotWrite if it cannot be written or if another run is at work there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, _FLAGS, 0o666), "r+b")
    except FileExistsError as error:
        raise CannotWrite(f"“{path.parent}”是文件，不是文件夹；请换一个文件夹名。") from error
    except OSError as error:
        raise _unwritable(path, error) from error
    with file:
        if not _lock(file):
            raise CannotWrite(
                f"“{path.parent}”正由另一个批量任务写入，没有开始；请等它结束后再运行。"
            )
        try:
            journal = Journal(file, path, job, version)
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            yield journal
        finally:
            with suppress(OSError):  # a full disk was told when the line was added
                journal.flush()
                os.fsync(file.fileno())


def _unwritable(path: Path, error: OSError) -> CannotWrite:
    return CannotWrite(f"无法写入“{path}”：{reason(error)}。")


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> bool:
        import msvcrt

        file.seek(_LOCKED)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:

    def _lock(file: IO[bytes]) -> bool:
        """The system lets go of it when the process ends, however it ends."""
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
