"""Where each element of an XML part begins and ends, byte by byte, so that a part can be edited
without being rewritten: what is not cut out or put in stays as it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

from nianbao.errors import UnusableInput

_TAG = re.compile(rb"""<([^\s/>]+)(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.\-]+)["']""")
_ATTRIBUTE = rb"""\s%s\s*=\s*("[^"]*"|'[^']*')"""
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(slots=True)
class Element:
    """``data[start:end]`` is the element, ``data[inner:close]`` its content; ``text`` its own text.

    ``name`` is the local name, ``space`` its namespace; attributes in a namespace are
    ``"<namespace> <name>"``.
    """

    name: str
    space: str
    attrs: Mapping[str, str]
    parent: Element | None
    start: int
    inner: int = 0
    close: int = 0
    end: int = 0
    text: str = ""

    @property
    def is_empty_tag(self) -> bool:
        return self.close == self.end


def utf8(data: bytes) -> bytes:
    """The same part in UTF-8: Office writes nothing else, but XML allows it."""
    encoding = next((e for bom, e in _BOMS.items() if data.startswith(bom)), None)
    if encoding is None:
        match = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8))
        encoding = match[1].decode("ascii") if match else "utf-8"
        if encoding.lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
            return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise UnusableInput(f"目标工作簿用了无法识别的编码“{encoding}”，没有改动它。") from error
    return re.sub(r"^\ufeff?<\?xml[^>]*\?>", "", text).encode()


def scan(data: bytes) -> list[Element]:
    """All elements in document order. Raises UnusableInput for bad XML, or XML with a DTD."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[Element] = []
    stack: list[Element] = []

    def start(name: str, attrs: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            damaged()
        element = Element(local, space, attrs, stack[-1] if stack else None, at, tag.end())
        found.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        element = stack.pop()
        if data[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = parser.CurrentByteIndex
            element.end = data.index(b">", element.close) + 1

    def text(content: str) -> None:
        stack[-1].text += content

    def refuse(*_args: Any) -> NoReturn:
        raise UnusableInput("目标工作簿含有不安全的内容（DTD），没有改动它。")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        damaged()
    return found


def damaged() -> NoReturn:
    """Raises UnusableInput for XML that is not as it has to be."""
    raise UnusableInput("目标工作簿已损坏或不完整，没有改动它；请换一个完好的文件。")


def whole(text: str) -> int | None:
    """A row, an index as a workbook writes it, never more than ten digits; None for all else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def edit(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``data`` with each ``data[start:end]`` replaced. Edits do not overlap."""
    out: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda e: e[:2]):
        out += (data[at:start], new)
        at = end
    return b"".join((*out, data[at:]))


def with_attribute(data: bytes, element: Element, name: str, value: str) -> tuple[int, int, bytes]:
    """The edit that gives a start tag an attribute, new or changed."""
    tag = data[element.start : element.inner]
    found = re.search(_ATTRIBUTE % re.escape(name.encode()), tag)
    if found:
        at = element.start + found.start(1)
        return at, element.start + found.end(1), b'"%s"' % value.encode()
    at = element.start + 1 + len(qualified(data, element))
    return at, at, b' %s="%s"' % (name.encode(), value.encode())


def qualified(data: bytes, element: Element) -> bytes:
    """The tag name as written, with its prefix."""
    match = _TAG.match(data, element.start)
    if match is None:
        damaged()
    return match[1]
