"""VBA projects ([MS-OVBA]): modules as source → ``vbaProject.bin``, and back.

Only source is stored, no compiled code: the program compiles it when it first opens the file, and
what a scanner reads is what runs.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nianbao.formats import cfb

_CHUNK = 4096
_TABLE = b"\xcc\x61\xff\xff\x00\x01\x00"  # _VBA_PROJECT without caches (2.3.4.1)
_OFFICE = (  # the library that declares IRibbonControl; found by its id, whatever the path
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
    r"C:\Program Files (x86)\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
    r"#Microsoft Office 16.0 Object Library"
)
_SEED = 0x58  # any will do; a fixed one gives the same bytes, this one needs no filling bytes


@dataclass(frozen=True)
class Module:
    """One module. ``source`` is ASCII with CRLF, attributes first."""

    name: str
    source: str
    document: bool = False
    """True for the workbook's and the sheets' own modules."""


def write(name: str, modules: Sequence[Module]) -> bytes:
    """A ``vbaProject.bin``. Raises UnicodeEncodeError for source that is not ASCII."""
    streams = {f"VBA/{module.name}": compress(module.source.encode("ascii")) for module in modules}
    return cfb.write(
        {
            "VBA/_VBA_PROJECT": _TABLE,
            "VBA/dir": compress(_directory(name, modules)),
            **streams,
            "PROJECT": _project(name, modules).encode("ascii"),
            "PROJECTwm": _names(modules),
        }
    )


def read(data: bytes) -> tuple[Module, ...]:
    """The modules of a ``vbaProject.bin``. Raises ValueError when it is none."""
    streams = cfb.read(data)
    modules: list[Module] = []
    name, stream, offset = "", "", 0
    try:
        for id, payload in _records(decompress(streams["VBA/dir"])):
            if id == 0x19:
                name = payload.decode("ascii")
            elif id == 0x1A:
                stream = payload.decode("ascii")
            elif id == 0x31:
                offset = int.from_bytes(payload, "little")
            elif id in (0x21, 0x22):  # standard module, any other module
                source = decompress(streams[f"VBA/{stream}"][offset:]).decode("ascii")
                modules.append(Module(name, source, document=id == 0x22))
    except (KeyError, UnicodeDecodeError, struct.error, IndexError) as error:
        raise ValueError("not a VBA project of ASCII modules") from error
    return tuple(modules)


def compress(data: bytes) -> bytes:
    """Compressed container (2.4.1).

    A last chunk of more than 3640 bytes in which nothing repeats can only be stored padded with
    zeros to 4096 bytes: so the format has it. Text always repeats.
    """
    chunks = (data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK))
    return b"\x01" + b"".join(map(_packed, chunks))


def decompress(data: bytes) -> bytes:
    """The content of a compressed container (2.4.1). Raises ValueError when it is none."""
    if data[:1] != b"\x01":
        raise ValueError("not a compressed container")
    out = bytearray()
    position = 1
    try:
        while position < len(data):
            (header,) = struct.unpack_from("<H", data, position)
            end = position + (header & 0xFFF) + 3
            body = data[position + 2 : end]
            out += _unpacked(body) if header & 0x8000 else body
            position = end
    except struct.error as error:
        raise ValueError("damaged compressed container") from error
    return bytes(out)


def _packed(chunk: bytes) -> bytes:
    tokens = b"".join(_groups(chunk))
    if len(tokens) > _CHUNK:
        return struct.pack("<H", 0x3FFF) + chunk.ljust(_CHUNK, b"\0")
    return struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens


def _groups(chunk: bytes) -> Iterator[bytes]:
    """Eight tokens at a time, behind the byte that tells copies from literals."""
    flags, body, count = 0, bytearray(), 0
    for copied, token in _tokens(chunk):
        flags |= copied << count
        body += token
        count += 1
        if count == 8:
            yield bytes([flags]) + body
            flags, body, count = 0, bytearray(), 0
    if count:
        yield bytes([flags]) + body


def _tokens(chunk: bytes) -> Iterator[tuple[bool, bytes]]:
    seen: dict[bytes, list[int]] = {}
    position = 0
    while position < len(chunk):
        length_bits = _length_bits(position)
        limit = min((1 << length_bits) + 2, len(chunk) - position)
        best, source = 0, 0
        for candidate in seen.get(chunk[position : position + 3], ()):
            length = _common(chunk, candidate, position, limit)
            if length > best:
                best, source = length, candidate
        step = best if best >= 3 else 1
        if step == 1:
            yield False, chunk[position : position + 1]
        else:
            token = (position - source - 1) << length_bits | (best - 3)
            yield True, struct.pack("<H", token)
        for passed in range(position, position + step):
            seen.setdefault(chunk[passed : passed + 3], []).append(passed)
        position += step


def _common(chunk: bytes, left: int, right: int, limit: int) -> int:
    length = 0
    while length < limit and chunk[left + length] == chunk[right + length]:
        length += 1
    return length


def _length_bits(position: int) -> int:
    """A copy's 16 bits: as many for the offset as the position needs, the rest for the length."""
    return 16 - max((position - 1).bit_length() if position else 0, 4)


def _unpacked(body: bytes) -> bytes:
    out = bytearray()
    position = 0
    while position < len(body):
        flags = body[position]
        position += 1
        for bit in range(8):
            if position >= len(body):
                break
            if not flags >> bit & 1:
                out.append(body[position])
                position += 1
                continue
            (token,) = struct.unpack_from("<H", body, position)
            position += 2
            length_bits = _length_bits(len(out))
            source = len(out) - (token >> length_bits) - 1
            if source < 0:
                raise ValueError("damaged compressed container")
            for _ in range((token & ((1 << length_bits) - 1)) + 3):
                out.append(out[source])
                source += 1
        if len(out) > _CHUNK:
            raise ValueError("damaged compressed container")
    return bytes(out)


def _record(id: int, payload: bytes = b"") -> bytes:
    return struct.pack("<HI", id, len(payload)) + payload


def _both(id: int, unicode_id: int, text: str) -> bytes:
    return _record(id, text.encode("ascii")) + _record(unicode_id, text.encode("utf-16-le"))


def _number(id: int, value: int, size: int = 4) -> bytes:
    return _record(id, value.to_bytes(size, "little"))


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream (2.3.4.2)."""
    library = _OFFICE.encode("ascii")
    registered = struct.pack("<I", len(library)) + library + bytes(6)
    records = [
        _number(0x01, 1),  # SYSKIND: Windows, as xlwings' own file has it for every system
        _number(0x02, 0x0409) + _number(0x14, 0x0409) + _number(0x03, 1252, 2),  # ASCII inside
        _record(0x04, name.encode("ascii")),
        _both(0x05, 0x40, "") + _record(0x06) + _record(0x3D),
        _number(0x07, 0) + _number(0x08, 0),
        struct.pack("<HIIH", 0x09, 4, 1, 1),  # version: its size leaves out the minor number
        _both(0x0C, 0x3C, ""),
        _both(0x16, 0x3E, "Office") + _record(0x0D, registered),
        _number(0x0F, len(modules), 2) + _number(0x13, 0xFFFF, 2),
    ]
    for module in modules:
        records += [
            _both(0x19, 0x47, module.name) + _both(0x1A, 0x32, module.name),
            _both(0x1C, 0x48, "") + _number(0x31, 0) + _number(0x1E, 0) + _number(0x2C, 0xFFFF, 2),
            _record(0x22 if module.document else 0x21) + _record(0x2B),
        ]
    return b"".join([*records, _record(0x10)])


def _records(directory: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(directory):
        id, size = struct.unpack_from("<HI", directory, position)
        size += 2 * (id == 0x09)
        position += 6
        yield id, directory[position : position + size]
        position += size


def _project(name: str, modules: Sequence[Module]) -> str:
    """The PROJECT stream (2.3.1)."""
    id = f"{{{uuid.uuid5(uuid.NAMESPACE_DNS, name)}}}".upper()
    lines = [
        f'ID="{id}"',
        *(
            f"Document={module.name}/&H00000000" if module.document else f"Module={module.name}"
            for module in modules
        ),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{encrypt(id, bytes(4))}"',  # not protected
        f'DPB="{encrypt(id, bytes(1))}"',  # no password
        f'GC="{encrypt(id, bytes([0xFF]))}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(lines)


def encrypt(project_id: str, data: bytes) -> str:
    """Data encryption of the PROJECT stream (2.4.3), in hexadecimal; it hides nothing."""
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [_SEED, _SEED ^ 2, _SEED ^ key]
    plain = key
    for byte in [*len(data).to_bytes(4, "little"), *data]:
        out.append(byte ^ (out[-2] + plain) & 0xFF)
        plain = byte
    return bytes(out).hex().upper()


def _names(modules: Sequence[Module]) -> bytes:
    """The PROJECTwm stream (2.3.3): each name twice."""
    pairs = (m.name.encode("ascii") + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(pairs) + b"\0\0"
