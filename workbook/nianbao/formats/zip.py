"""A zip that someone sent, opened with care: the container of xlsx, docx and ods.

Nothing that the archive says of itself is believed: sizes are measured while inflating, and what
expands beyond all reason is not read to its end. XML comes without DTD, entities or network.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml import etree


# --- How much of a zip that someone sent is believed and unpacked, to read it or to fill it -------

MAX_MEMBERS = 10_000
MAX_MEMBER = 64 * 2**20
MAX_TOTAL = 256 * 2**20
# Sheets full of equal empty cells do shrink 200 times; only what is also large is suspicious.
MAX_RATIO = 200
ALWAYS_ALLOWED = 16 * 2**20


_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_UTF8 = 0x800


class Unreadable(Exception):
    """Why a file is not read: the rest of a Chinese sentence that begins with the file's name."""


class NoYear(Unreadable):
    """A workbook of ours that does not say which year it is for, or says it wrongly."""


DAMAGED = "已损坏或不完整，请重新下载，或请对方重新发送。"
TOO_LARGE = "解压后过大，不像年度报告，没有读取；请确认文件无误。"
ENCRYPTED = "已加密，请先去掉打开密码，另存后再试。"


class _Member(NamedTuple):
    flags: int
    method: int
    crc: int
    size: int  # compressed
    offset: int


class Package:
    """The members of a zip file by name. Names are compared without case, as OPC demands."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable if the central directory is broken or beyond the limits."""
        self._data = data
        self._members = _directory(data)
        self._left = MAX_TOTAL

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def names(self) -> tuple[str, ...]:
        """All names, in lower case, with forward slashes, in the order of the directory."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """The content of a member. Raises Unreadable if absent, damaged, encrypted or too large."""
        member = self._members.get(name.lower())
        if member is None:
            raise Unreadable(DAMAGED)
        if member.flags & _ENCRYPTED:
            raise Unreadable(ENCRYPTED)
        content = self._expand(member)
        if zlib.crc32(content) != member.crc:
            raise Unreadable(DAMAGED)
        self._left -= len(content)
        return content

    def xml(self, name: str) -> etree._Element:
        """The root element of a member. Raises Unreadable as ``read``, and for bad XML."""
        return parse_xml(self.read(name))

    def _expand(self, member: _Member) -> bytes:
        data, at = self._data, member.offset
        if at < 0 or at + _LOCAL.size > len(data):
            raise Unreadable(DAMAGED)
        head = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + head[9] + head[10]
        packed = memoryview(data)[start : start + member.size]
        if head[0] != b"PK\3\4" or len(packed) != member.size:
            raise Unreadable(DAMAGED)
        limit = min(MAX_MEMBER, self._left, max(ALWAYS_ALLOWED, MAX_RATIO * member.size))
        if member.method == _STORED:
            content = bytes(packed[: limit + 1])
        elif member.method == _DEFLATED:
            content = _inflate(packed, limit)
        else:
            raise Unreadable("用了不支持的压缩方式，请用 Excel 或 WPS 打开后另存一次再试。")
        if len(content) > limit:
            raise Unreadable(TOO_LARGE)
        return content


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


def _directory(data: bytes) -> dict[str, _Member]:
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
    members: dict[str, _Member] = {}
    for _ in range(count):
        if at + _ENTRY.size > end:
            raise Unreadable(DAMAGED)
        entry = _ENTRY.unpack_from(data, at)
        signature, flags, method, crc, packed = entry[0], entry[3], entry[4], entry[7], entry[8]
        name_end = at + _ENTRY.size + entry[10]
        if signature != b"PK\1\2" or name_end > end:
            raise Unreadable(DAMAGED)
        raw = data[at + _ENTRY.size : name_end]
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        key = name.replace("\\", "/").lstrip("/").lower()
        if key in members:  # two readers could see two different files
            raise Unreadable(DAMAGED)
        members[key] = _Member(flags, method, crc, packed, entry[16] + shift)
        at = name_end + entry[11] + entry[12]
    return members


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML part: comments gone, no DTD allowed. Raises Unreadable."""
    from lxml import etree

    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    # Office never writes a DTD; one that is there is there to attack.
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("含有不安全的内容（DTD），没有读取；请用 Excel 或 WPS 另存后再试。")
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
