"""The zip around a workbook: members kept as compressed bytes, the same bytes at every run."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from nianbao.errors import UnusableInput
from nianbao.formats.zip import ALWAYS_ALLOWED, MAX_MEMBERS, MAX_RATIO, MAX_TOTAL

CONTENT_TYPES = "[Content_Types].xml"

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_DATE = (0 << 11, 1 << 5 | 1)  # 1980-01-01 00:00: the same bytes whenever it is written
_UTF8 = 0x800
DEFLATED = 8
_QUICK = 1  # level
_SMALL = 600  # bytes that compressing would hardly make fewer
_STORED = struct.Struct("<B2H")
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive. ``packed`` is as it stands there, ``size`` of it unpacked."""

    name: str
    packed: bytes
    method: int
    crc: int
    size: int

    def content(self) -> bytes:
        """What is packed. Never more than ``size``: what an archive says of itself may be a lie."""
        if self.method != DEFLATED:
            return self.packed
        return zlib.decompressobj(-15).decompress(self.packed, self.size + 1)


def deflated(name: str, content: bytes, level: int = 6) -> Member:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return Member(name, packed, DEFLATED, zlib.crc32(content), len(content))


def stretch(data: bytes, level: int, end: int) -> bytes:
    """A raw stretch of a deflate stream; after ``Z_FULL_FLUSH`` another may follow."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(end)


def quick_stretch(data: bytes) -> bytes:
    """The same for what changes from file to file: the fastest that this computer has."""
    if len(data) < _SMALL:
        return _STORED.pack(0, len(data), len(data) ^ 0xFFFF) + data
    fast = _isal()
    if fast is None:
        return stretch(data, _QUICK, zlib.Z_FULL_FLUSH)
    packer = fast.compressobj(_QUICK, fast.DEFLATED, -15)
    packed: bytes = packer.compress(data) + packer.flush(fast.Z_FULL_FLUSH)
    return packed


def checksum(data: bytes, before: int = 0) -> int:
    """The CRC-32 of a stretch; ``before`` is that of what stands in front of it."""
    found: int = (_isal() or zlib).crc32(data, before)
    return found


@cache
def _isal() -> Any:
    """isal's zlib, which takes a tenth of the time; None where ``nianbao[fast]`` is not."""
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return None


def open_package(data: bytes) -> dict[str, Member]:
    """The members of a workbook that someone sent. Raises UnusableInput with one sentence."""
    if data.startswith(_CFB):
        raise UnusableInput(
            "目标工作簿已加密或是旧版 .xls，无法填入；请去掉打开密码并另存为 .xlsx。"
        )
    if not data.startswith(b"PK"):
        raise UnusableInput("目标文件不是 .xlsx 工作簿，没有改动它；请另选一个文件名。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _refuse_bombs(infos)
        members = {info.filename: _member(data, info) for info in infos}
        for member in members.values():
            content = member.content()
            if (len(content), zlib.crc32(content)) != (member.size, member.crc):
                raise zipfile.BadZipFile  # found before a damaged member is copied
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError) as error:
        raise UnusableInput("目标工作簿已损坏或不完整，没有改动它；请换一个完好的文件。") from error
    if len(members) != len(infos) or CONTENT_TYPES not in members:
        raise UnusableInput("目标文件不是 .xlsx 工作簿，没有改动它；请另选一个文件名。")
    return members


def _refuse_bombs(infos: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 0x1 for info in infos):
        raise UnusableInput("目标工作簿已加密，无法填入；请先去掉打开密码。")
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > MAX_MEMBERS or total > min(MAX_TOTAL, max(ALWAYS_ALLOWED, MAX_RATIO * packed)):
        raise UnusableInput("目标工作簿解压后过大，不像年度报告，没有改动它。")


def _member(data: bytes, info: zipfile.ZipInfo) -> Member:
    head = _LOCAL.unpack_from(data, info.header_offset)
    start = info.header_offset + _LOCAL.size + head[9] + head[10]
    packed = data[start : start + info.compress_size]
    if info.compress_type not in (0, DEFLATED):
        raise NotImplementedError
    return Member(info.filename, packed, info.compress_type, info.CRC, info.file_size)


def pack(members: Iterable[Member]) -> bytes:
    """A zip of the members, [Content_Types].xml first, otherwise in the order given."""
    return Front(members).pack(())


class Front:
    """The members with which many zips begin, put together once; [Content_Types].xml first."""

    def __init__(self, members: Iterable[Member]) -> None:
        ordered = sorted(members, key=lambda m: m.name != CONTENT_TYPES)
        self._content, self._directory = _entries(ordered, 0)
        self._count = len(ordered)

    def pack(self, members: Iterable[Member]) -> bytes:
        """The zip of these and of more members."""
        more = list(members)
        content, directory = _entries(more, len(self._content))
        count, size = self._count + len(more), len(self._directory) + len(directory)
        start = len(self._content) + len(content)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0)
        return b"".join((self._content, content, self._directory, directory, end))


def _entries(members: Iterable[Member], offset: int) -> tuple[bytes, bytes]:
    """Members as they stand in a zip from that offset on, and their part of its directory."""
    out: list[bytes] = []
    central: list[bytes] = []
    for m in members:
        name = m.name.encode()
        flags = 0 if name.isascii() else _UTF8
        sizes = (m.crc, len(m.packed), m.size)
        local = _LOCAL.pack(b"PK\3\4", 20, flags, m.method, *_DATE, *sizes, len(name), 0)
        entry = _CENTRAL.pack(
            *(b"PK\1\2", 20, 0, 20, 0, flags, m.method, *_DATE, *sizes),
            *(len(name), 0, 0, 0, 0, 0, offset),
        )
        central += (entry, name)
        out += (local, name, m.packed)
        offset += len(local) + len(name) + len(m.packed)
    return b"".join(out), b"".join(central)
