"""Compound files ([MS-CFB]), which are also called OLE: a small file system inside one file.

An old .xls and a ``vbaProject.bin`` are such files. Written here (version 3): what a macro project
needs, nothing more. The same streams give the same bytes: no times, no random order.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR = 512
_MINI = 64
_CUTOFF = 4096  # streams below live in the mini stream (2.2)
_PER_SECTOR = _SECTOR // 4
_DIFAT = 109  # FAT sectors that the header can name; more would need DIFAT sectors
_ENTRY = 128
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_FIRST_MARK = 0xFFFFFFFA  # sectors have smaller numbers
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BLACK = 1  # all black is the simplest valid tree (2.6.4)


@dataclass
class _Node:
    name: str
    data: bytes | None = None
    """None: a storage."""
    children: list[_Node] = field(default_factory=list)
    id: int = 0
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    start: int = _END
    size: int = 0

    @property
    def order(self) -> tuple[int, str]:
        """Siblings are compared by length, then by upper case (2.6.4)."""
        return len(self.name.encode("utf-16-le")), self.name.upper()


def write(streams: Mapping[str, bytes]) -> bytes:
    """A compound file. Keys are paths such as ``VBA/dir``.

    Raises ValueError for a name longer than 31 characters and beyond 7 MB.
    """
    root = _tree(streams)
    nodes = list(_numbered(root))
    for node in nodes:
        node.child = _link(sorted(node.children, key=lambda child: child.order))
    minis, mini_stream = _mini_stream(nodes)
    root.data, root.size = mini_stream, len(mini_stream)
    big = [node for node in nodes if node.data and (node is root or len(node.data) >= _CUTOFF)]

    directory_sectors = -(-len(nodes) * _ENTRY // _SECTOR)
    mini_fat = _padded(struct.pack(f"<{len(minis)}I", *minis), _SECTOR, b"\xff")
    lengths = [directory_sectors, len(mini_fat) // _SECTOR]
    lengths += [_sectors(len(node.data or b"")) for node in big]
    fat_sectors = 0
    while fat_sectors * _PER_SECTOR < fat_sectors + sum(lengths):
        fat_sectors += 1
    if fat_sectors > _DIFAT:
        raise ValueError("too large for a compound file without DIFAT sectors")

    fat = [_FAT] * fat_sectors
    starts = [_chain(fat, length) for length in lengths]
    for node, start in zip(big, starts[2:], strict=True):
        node.start = start
    fat += [_FREE] * (fat_sectors * _PER_SECTOR - len(fat))

    directory = b"".join(_entry(node, node is root) for node in nodes)
    directory += _unused_entry() * (directory_sectors * _SECTOR // _ENTRY - len(nodes))
    parts = [
        _header(fat_sectors, starts[0], starts[1], lengths[1]),
        struct.pack(f"<{len(fat)}I", *fat),
        directory,
        mini_fat,
        *(_padded(node.data or b"", _SECTOR) for node in big),
    ]
    return b"".join(parts)


def read(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file by path. Raises ValueError when it is none, or damaged."""
    try:
        return _Reader(data).streams()
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("damaged compound file") from error


def names(data: bytes) -> list[str]:
    """The names in the directory of a compound file of either version, whatever its size.

    Raises ValueError as ``read``.
    """
    try:
        directory = _Reader(data).directory
    except struct.error as error:
        raise ValueError("damaged compound file") from error
    entries = struct.iter_unpack(f"<64sH{_ENTRY - 66}x", directory)
    return [name[:size].decode("utf-16-le", "ignore").rstrip("\0") for name, size in entries]


def _tree(streams: Mapping[str, bytes]) -> _Node:
    root = _Node("Root Entry")
    for path, data in streams.items():
        *folders, name = path.split("/")
        node = root
        for folder in folders:
            found = next((child for child in node.children if child.name == folder), None)
            if found is None:
                found = _Node(folder)
                node.children.append(found)
            node = found
        node.children.append(_Node(name, data, size=len(data)))
    return root


def _numbered(node: _Node, first: int = 0) -> Iterator[_Node]:
    node.id = first
    yield node
    for child in sorted(node.children, key=lambda child: child.order):
        for each in _numbered(child, first + 1):
            first = each.id
            yield each


def _link(siblings: list[_Node]) -> int:
    """Hang sorted siblings into a balanced binary tree; the id of its top."""
    if not siblings:
        return _FREE
    middle = len(siblings) // 2
    top = siblings[middle]
    top.left, top.right = _link(siblings[:middle]), _link(siblings[middle + 1 :])
    return top.id


def _mini_stream(nodes: list[_Node]) -> tuple[list[int], bytes]:
    fat: list[int] = []
    stream = bytearray()
    for node in nodes:
        if node.data and len(node.data) < _CUTOFF:
            node.start = _chain(fat, -(-len(node.data) // _MINI))
            stream += _padded(node.data, _MINI)
    return fat, bytes(stream)


def _chain(fat: list[int], length: int) -> int:
    """Append a chain of consecutive sectors; its start."""
    if not length:
        return _END
    start = len(fat)
    fat += range(start + 1, start + length)
    fat.append(_END)
    return start


def _sectors(size: int) -> int:
    return -(-size // _SECTOR)


def _padded(data: bytes, unit: int, fill: bytes = b"\0") -> bytes:
    return data + fill * (-len(data) % unit)


def _header(fat_sectors: int, directory: int, mini_fat: int, mini_fat_sectors: int) -> bytes:
    difat = [*range(fat_sectors), *[_FREE] * (_DIFAT - fat_sectors)]
    return SIGNATURE + struct.pack(
        f"<16x5H6x9I{_DIFAT}I",
        *(0x3E, 3, 0xFFFE, 9, 6),  # minor and major version, little endian, sector sizes 2^9, 2^6
        *(0, fat_sectors, directory, 0, _CUTOFF, mini_fat, mini_fat_sectors, _END, 0),
        *difat,
    )


def _entry(node: _Node, root: bool) -> bytes:
    name = node.name.encode("utf-16-le")
    if len(name) > 62:
        raise ValueError(f"name too long for a compound file: {node.name}")
    kind = _ROOT if root else _STORAGE if node.data is None else _STREAM
    # A storage has start 0 (2.6.3); class ids, states and times stay empty.
    start = 0 if kind == _STORAGE else node.start
    return struct.pack(
        "<64sHBB3I16xI16xIQ",
        *(name, len(name) + 2, kind, _BLACK),
        *(node.left, node.right, node.child, 0, start, node.size),
    )


def _unused_entry() -> bytes:
    return struct.pack("<64sHBB3I16xI16xIQ", b"", 0, 0, 0, _FREE, _FREE, _FREE, 0, 0, 0)


class _Reader:
    """The part of the file that the header itself names sectors of: its first 7 MB, or more where
    sectors are large."""

    def __init__(self, data: bytes) -> None:
        shift = struct.unpack_from("<H", data, 30)[0]
        if data[:8] != SIGNATURE or shift not in (9, 12):
            raise ValueError("not a compound file")
        self._data, self._size = data, 1 << shift
        self._fat = struct.unpack_from(f"<{_DIFAT}I", data, 76)
        self._mini_fat: tuple[int, ...] = ()
        self._mini_stream = b""
        self.directory = self._chained(struct.unpack_from("<I", data, 48)[0])

    def streams(self) -> dict[str, bytes]:
        fat_sectors, mini_fat = struct.unpack_from("<I12xI", self._data, 44)
        if fat_sectors > _DIFAT:
            raise ValueError("compound files with DIFAT sectors are not read here")
        table = self._chained(mini_fat)
        self._mini_fat = struct.unpack(f"<{len(table) // 4}I", table)
        self._mini_stream = self._chained(struct.unpack_from("<I", self.directory, 116)[0])
        found: dict[str, bytes] = {}
        seen: set[int] = set()

        def visit(id: int, folder: str) -> None:
            if id == _FREE:
                return
            if id in seen:
                raise ValueError("damaged compound file: its directory runs in a circle")
            seen.add(id)
            name, length, kind, left, right, child, start, size = struct.unpack_from(
                "<64sHBx3I36xIQ", self.directory, id * _ENTRY
            )
            path = folder + name[: max(length - 2, 0)].decode("utf-16-le")
            visit(left, folder)
            if kind == _STREAM:
                found[path] = self._stream(start, size)
            visit(child, "" if kind == _ROOT else f"{path}/")
            visit(right, folder)

        visit(0, "")
        return found

    def _stream(self, start: int, size: int) -> bytes:
        if size >= _CUTOFF:
            return self._chained(start)[:size]
        chain = _followed(self._mini_fat.__getitem__, start) if size else ()
        return b"".join(self._mini_stream[i * _MINI : (i + 1) * _MINI] for i in chain)[:size]

    def _chained(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in _followed(self._after, start))

    def _after(self, sector: int) -> int:
        """The sector that follows in the chain; what only DIFAT sectors tell of ends it."""
        page, index = divmod(sector, self._size // 4)
        if page >= _DIFAT:
            return _END
        at = (self._fat[page] + 1) * self._size + index * 4
        following: int = struct.unpack_from("<I", self._data, at)[0]
        return following

    def _sector(self, number: int) -> bytes:
        found = self._data[(number + 1) * self._size : (number + 2) * self._size]
        if len(found) < self._size:
            raise ValueError("damaged compound file: it is cut off")
        return found


def _followed(after: Callable[[int], int], start: int) -> Iterator[int]:
    seen: set[int] = set()
    while start < _FIRST_MARK:
        if start in seen:
            raise ValueError("damaged compound file: a chain runs in a circle")
        seen.add(start)
        yield start
        start = after(start)
