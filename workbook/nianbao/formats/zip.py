"""Zip, the container of xlsx, docx and ods: opened with care, and written the same at every run.

Nothing that an archive says of itself is believed: sizes are measured while inflating, and what
expands beyond all reason is not read to its end. XML comes without DTD, entities or network.
What is not changed keeps its compressed bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lxml import etree


CONTENT_TYPES = "[Content_Types].xml"

# How much of a zip that someone sent is unpacked, to read it or to fill it.
MAX_MEMBERS = 10_000
MAX_MEMBER = 64 * 2**20
MAX_TOTAL = 256 * 2**20
# Sheets full of equal empty cells do shrink 200 times; only what is also large is suspicious.
MAX_RATIO = 200
ALWAYS_ALLOWED = 16 * 2**20


_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_DATE = (0 << 11, 1 << 5 | 1)  # 1980-01-01 00:00: the same bytes whenever it is written
_STORED, DEFLATED = 0, 8
_ENCRYPTED = 0x1
_UTF8 = 0x800
_QUICK = 1  # level
_SMALL = 600  # bytes that compressing would hardly make fewer
_STORED_BLOCK = struct.Struct("<B2H")


class Unreadable(Exception):
    """Why a file is not read: the rest of a Chinese sentence that begins with the file's name."""


class NoYear(Unreadable):
    """A workbook of ours that does not say which year it is for, or says it wrongly."""


DAMAGED = "已损坏或不完整，请重新下载，或请对方重新发送。"
TOO_LARGE = "解压后过大，不像年度报告，没有读取；请确认文件无误。"
UNSAFE = "含有不安全的内容（DTD），没有读取；请用 Excel 或 WPS 另存后再试。"
ENCRYPTED = "已加密，请先去掉打开密码，另存后再试。"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive. ``packed`` is as it stands there, ``size`` of it unpacked."""

    name: str
    packed: bytes
    method: int
    crc: int
    size: int

    def content(self) -> bytes:
        return self.packed if self.method != DEFLATED else zlib.decompress(self.packed, -15)


class _Entry(NamedTuple):
    """What the directory says of a member; ``packed`` and ``size`` in bytes."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Package:
    """The members of a zip file by name. Names are compared without case, as OPC demands."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable if the central directory is broken or beyond the limits."""
        self._data = data
        self._entries = _directory(data)
        self._left = MAX_TOTAL
        self._counted: set[str] = set()  # members read before, which are at no one's charge again

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def names(self) -> tuple[str, ...]:
        """All names, in lower case, with forward slashes, in the order of the directory."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """The content of a member. Raises Unreadable if absent, damaged, encrypted or too large."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise Unreadable(DAMAGED)
        return self._content(entry)

    def xml(self, name: str) -> etree._Element:
        """The root element of a member. Raises Unreadable as ``read``, and for bad XML."""
        return parse_xml(self.read(name))

    def members(self) -> dict[str, Member]:
        """All members by name, compressed as they are and found sound.

        Raises Unreadable as ``read``; what is too large is judged of all of them together, for a
        workbook may hold a large picture that nobody reads.
        """
        entries = self._entries.values()
        most = max(ALWAYS_ALLOWED, MAX_RATIO * sum(entry.packed for entry in entries))
        if sum(entry.size for entry in entries) > min(MAX_TOTAL, most):
            raise Unreadable(TOO_LARGE)
        found: dict[str, Member] = {}
        for entry in entries:
            if len(self._unpacked(entry, entry.size, DAMAGED)) != entry.size:
                raise Unreadable(DAMAGED)
            packed = bytes(self._packed(entry))
            found[entry.name] = Member(entry.name, packed, entry.method, entry.crc, entry.size)
        return found

    def _content(self, entry: _Entry) -> bytes:
        limit = min(MAX_MEMBER, self._left, max(ALWAYS_ALLOWED, MAX_RATIO * entry.packed))
        content = self._unpacked(entry, limit)
        if entry.name not in self._counted:
            self._counted.add(entry.name)
            self._left -= len(content)
        return content

    def _unpacked(self, entry: _Entry, limit: int, beyond: str = TOO_LARGE) -> bytes:
        """The content of a member; ``beyond``: what is wrong with one of more bytes than that."""
        if entry.flags & _ENCRYPTED:
            raise Unreadable(ENCRYPTED)
        packed = self._packed(entry)
        if entry.method == _STORED:
            content = bytes(packed[: limit + 1])
        elif entry.method == DEFLATED:
            content = _inflate(packed, limit)
        else:
            raise Unreadable("用了不支持的压缩方式，请用 Excel 或 WPS 打开后另存一次再试。")
        if len(content) > limit:
            raise Unreadable(beyond)
        if zlib.crc32(content) != entry.crc:
            raise Unreadable(DAMAGED)
        return content

    def _packed(self, entry: _Entry) -> memoryview:
        data, at = self._data, entry.offset
        if at < 0 or at + _LOCAL.size > len(data):
            raise Unreadable(DAMAGED)
        head = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + head[9] + head[10]
        packed = memoryview(data)[start : start + entry.packed]
        if head[0] != b"PK\3\4" or len(packed) != entry.packed:
            raise Unreadable(DAMAGED)
        return packed


def _inflate(packed: memoryview, limit: int) -> bytes:
    """At most ``limit + 1`` bytes, whatever the stream would give."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Unreadable(DAMAGED) from error
    if len(content) <= limit and not stream.eof:
        raise Unreadable(DAMAGED)
    return content


def _directory(data: bytes) -> dict[str, _Entry]:
    end = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if end < 0 or end + _END.size > len(data):
        raise Unreadable(DAMAGED)
    _, _, _, _, count, size, offset, _ = _END.unpack_from(data, end)
    if count == 0xFFFF or 0xFFFFFFFF in (size, offset):
        raise Unreadable("是超大压缩格式（zip64），请用 Excel 或 WPS 打开后另存一次再试。")
    if count > MAX_MEMBERS:
        raise Unreadable(TOO_LARGE)
    at = end - size
    if at < 0:
        raise Unreadable(DAMAGED)
    shift = at - offset  # bytes in front of the archive, as self-extracting files have them
    entries: dict[str, _Entry] = {}
    for _ in range(count):
        if at + _CENTRAL.size > end:
            raise Unreadable(DAMAGED)
        entry = _CENTRAL.unpack_from(data, at)
        flags, method, crc, packed, unpacked = entry[3], entry[4], *entry[7:10]
        name_end = at + _CENTRAL.size + entry[10]
        if entry[0] != b"PK\1\2" or name_end > end:
            raise Unreadable(DAMAGED)
        raw = data[at + _CENTRAL.size : name_end]
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        name = name.replace("\\", "/").lstrip("/")
        if name.lower() in entries:  # two readers could see two different files
            raise Unreadable(DAMAGED)
        entries[name.lower()] = _Entry(
            name, flags, method, crc, packed, unpacked, entry[16] + shift
        )
        at = name_end + entry[11] + entry[12]
    return entries


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
        return _STORED_BLOCK.pack(0, len(data), len(data) ^ 0xFFFF) + data
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
            *(b"PK\1\2", 20, 20, flags, m.method, *_DATE, *sizes),
            *(len(name), 0, 0, 0, 0, 0, offset),
        )
        central += (entry, name)
        out += (local, name, m.packed)
        offset += len(local) + len(name) + len(m.packed)
    return b"".join(out), b"".join(central)


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML part: comments gone, no DTD allowed. Raises Unreadable."""
    from lxml import etree

    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    # Office never writes a DTD; one that is there is there to attack.
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(UNSAFE)
    return root


@lru_cache
def _parser() -> etree.XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
