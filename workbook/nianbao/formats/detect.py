"""What a file is, found by looking into it; its name is only what it is told by."""

from __future__ import annotations

import re

from nianbao.formats import cfb, kinds
from nianbao.formats.zip import DAMAGED, ENCRYPTED, Package, Unreadable

_USE = "请改用 Word、Excel 或网页版的年报。"
_AS_XLSX = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
_AS_DOCX = "请用 Word 或 WPS 打开后另存为 .docx 再试。"

# What begins so is told from its first bytes alone.
_SIGNATURES = (
    (b"\x89PNG", f"是图片，不是表格或文档，{_USE}"),
    (b"\xff\xd8\xff", f"是图片，不是表格或文档，{_USE}"),
    (b"GIF8", f"是图片，不是表格或文档，{_USE}"),
    (b"II*\0", f"是图片，不是表格或文档，{_USE}"),
    (b"MM\0*", f"是图片，不是表格或文档，{_USE}"),
    (b"{\\rtf", f"是 RTF 文档，{_AS_DOCX}"),
    (b"Rar!", "是压缩包，请先解压，再给出其中的年报文件。"),
    (b"7z\xbc\xaf\x27\x1c", "是压缩包，请先解压，再给出其中的年报文件。"),
    (b"\x1f\x8b", "是压缩包，请先解压，再给出其中的年报文件。"),
    (b"PK\5\6", "是空的压缩包，里面没有文件；请确认发来的是年报本身。"),
)
# A member that only this kind of document has, and the kind or why it is not read.
_PARTS = {
    "xl/workbook.bin": f"是二进制的 .xlsb 工作簿，{_AS_XLSX}",
    "ppt/presentation.xml": f"是演示文稿，不是表格或文档，{_USE}",
    "ofd.xml": f"是 OFD 版式文件，数据无法可靠读取，{_USE}",
}
_STREAMS = {
    "encryptedpackage": ENCRYPTED,
    "worddocument": f"是旧版 .doc 文档，{_AS_DOCX}",
    "powerpoint document": f"是演示文稿，不是表格或文档，{_USE}",
}
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": f"是 .odt 文档，{_AS_DOCX}",
    "application/vnd.oasis.opendocument.presentation": f"是演示文稿，不是表格或文档，{_USE}",
}
_HTML = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|meta|title|style|body|table|div|span|p|h[1-6]|center|font)\b)",
    re.IGNORECASE,
)
_MHTML = re.compile(r"(?:^|\n)content-type:\s*(?:multipart/related|text/html)", re.IGNORECASE)
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd-\uffff]")
_HEAD = 65_536


def look_into(data: bytes) -> tuple[str, Package | None]:
    """The kind of a file, by its name in `nianbao.formats.kinds`, and its members if it is a zip.

    Raises Unreadable with what to do for one that is not read.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("是空文件，请确认文件已保存、已下载完整。")
    for kind in kinds.KINDS:
        if kind.signature and data.startswith(kind.signature):
            return kind.name, None
    for signature, reason in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable(reason)
    if data.startswith(b"PK\3\4"):
        package = Package(data)
        return _in_zip(package), package
    if data.startswith(cfb.SIGNATURE):
        return _in_ole(data), None
    if data[:1] == b"\x09" and data[1:2] in b"\x00\x02\x04\x08" and data[3:4] == b"\0":
        return "xls", None  # a bare BIFF stream, from before there was a container
    return _in_text(data), None


def is_container(data: bytes) -> bool:
    """Whether a file begins as a workbook of any kind does: as a zip or a compound file."""
    return data.startswith((b"PK\3\4", cfb.SIGNATURE[:4]))


def decode(data: bytes) -> str | None:
    """Text in the encodings that such files come in, or None if it is no text.

    A byte order mark decides; else UTF-8 if it is that, else GB18030, which covers GBK; else UTF-8
    with a few broken characters, as a cut makes them.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    for encoding in ("utf-8", "gb18030"):
        text = _decoded(data, encoding)
        if text is not None:
            return text
    return _decoded(data, "utf-8", "replace")


def _decoded(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        # A file saved over and over by some programs has one mark more than its encoding takes.
        text = data.decode(encoding, errors).lstrip("\ufeff")
    except UnicodeDecodeError:
        return None
    # Binary data that happens to decode still gives itself away.
    odd = len(_ODD.findall(text))
    return None if "\0" in text or odd * 100 > len(text) else text


def _in_zip(package: Package) -> str:
    if "mimetype" in package:
        mimetype = package.read("mimetype")[:100].decode("ascii", "replace").strip()
        for kind in kinds.KINDS:
            if kind.mimetype and mimetype.startswith(kind.mimetype):
                return kind.name
        if mimetype in _MIMETYPES:
            raise Unreadable(_MIMETYPES[mimetype])
    names = package.names()
    for part, reason in _PARTS.items():
        if part in package:
            raise Unreadable(reason)
    for kind in kinds.KINDS:
        if kind.member and any(re.fullmatch(kind.member, name) for name in names):
            return kind.name
    raise Unreadable("是压缩包，请先解压，再给出其中的年报文件。")


def _in_ole(data: bytes) -> str:
    try:
        streams = {name.lower() for name in cfb.names(data)}
    except ValueError as error:
        raise Unreadable(DAMAGED) from error
    for name, reason in _STREAMS.items():
        if name in streams:
            raise Unreadable(reason)
    for kind in kinds.KINDS:
        if streams & kind.streams:
            return kind.name
    raise Unreadable(f"不是能读的表格或文档，{_USE}")


def _in_text(data: bytes) -> str:
    text = decode(data)
    if text is None:
        raise Unreadable(f"不是能读的表格或文档，或者已经损坏，{_USE}")
    head = text[:_HEAD].lstrip()
    if head[:1] in ("{", "["):
        return "json"
    if re.match(r"(?:from|mime-version|subject|date|content-\w+):", head, re.IGNORECASE):
        if _MHTML.search(head):
            raise Unreadable(
                "是单个文件网页（.mht），请在浏览器或 Word 中另存为 .html 或 .docx 再试。"
            )
    elif head.startswith("<"):
        return _in_markup(head)
    return "txt"


def _in_markup(head: str) -> str:
    root = _root_name(head)
    if root in ("workbook", "ss:workbook"):
        raise Unreadable(f"是 XML 表格，{_AS_XLSX}")
    if root in ("office:document", "w:worddocument", "pkg:package"):
        raise Unreadable("是 XML 格式的文档，请另存为 .docx 或 .xlsx 再试。")
    if not _HTML.search(head):
        raise Unreadable(f"是 XML 文件，不是年度报告，{_USE}")
    return "html"


def _root_name(head: str) -> str:
    """The name of the first element, in lower case; a broken comment hides it."""
    at = head.find("<")
    while at >= 0:
        if head.startswith("<!--", at):
            at = head.find("-->", at)
        elif head[at + 1 : at + 2] not in ("?", "!"):
            name = re.match(r"[\w:.-]*", head[at + 1 : at + 100])
            return name[0].lower() if name else ""
        at = head.find("<", at + 1) if at >= 0 else -1
    return ""
