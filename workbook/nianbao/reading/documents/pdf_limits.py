"""Bounds for pdfplumber and pdfminer, which read PDF for us and themselves know none.

All that a PDF unpacks goes through four functions of one module of pdfminer, whatever the file says
of it and wherever in the file it lies; all that it draws, through two classes of pdfplumber. Ours,
which do the same and count it, stand in their place.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from nianbao.formats.zip import MAX_MEMBER, TOO_LARGE, Unreadable

MAX_DRAWN = 60_000
"""Characters and rules of a document; a report of ten pages has some ten thousand."""

MAX_EXECUTED = 2 * 2**20
"""Bytes of drawing instructions; a page may say the same ones many times over."""


class _Budget(threading.local):
    """What is left of each for the file that this thread reads; ``spent`` once that was too little.

    pdfminer goes on after many an error, so that an exception alone does not end it.
    """

    unpacked, drawn, executed = MAX_MEMBER, MAX_DRAWN, MAX_EXECUTED
    spent = False

    def take(self, what: str, amount: int) -> None:
        left = getattr(self, what) - amount
        setattr(self, what, left)
        if left < 0:
            self.spent = True
        if self.spent:
            raise Unreadable(TOO_LARGE)


_budget = _Budget()


@contextmanager
def bounded() -> Iterator[None]:
    """Within it no file takes more than a bounded amount of memory and time.

    Raises Unreadable for one that would.
    """
    _install()
    _budget.__dict__.clear()
    try:
        yield
    finally:
        spent = _budget.spent
        _budget.__dict__.clear()
        if spent:
            raise Unreadable(TOO_LARGE)


@cache
def _install() -> None:
    """Once; another edition of the libraries, whose ways are not known, is not used."""
    import pdfplumber.page
    from pdfminer import pdftypes

    pages: Any = pdfplumber.page
    types: Any = pdftypes
    ours = {
        (types, "zlib"): _Zlib(),
        (types, "decompress_corrupted"): lambda data: _inflated(data, whole=False),
        (types, "lzwdecode"): _refused,  # of old programs, and slow enough to be an attack
        (types, "rldecode"): _refused,
        (pages, "PDFPageAggregatorWithMarkedContent"): None,
        (pages, "PDFPageInterpreter"): None,
    }
    if not all(hasattr(module, name) for module, name in ours):
        raise Unreadable("是 PDF 文件，读 PDF 的组件版本不合适，请重新安装 nianbao[pdf]。")
    ours[pages, "PDFPageAggregatorWithMarkedContent"] = _drawing(
        pages.PDFPageAggregatorWithMarkedContent
    )
    ours[pages, "PDFPageInterpreter"] = _executing(pages.PDFPageInterpreter)
    for (module, name), one in ours.items():
        setattr(module, name, one)


def _drawing(base: Any) -> Any:
    class Drawing(base):  # type: ignore[misc]
        def render_char(self, *args: Any, **kwargs: Any) -> Any:
            _budget.take("drawn", 1)
            return super().render_char(*args, **kwargs)

        def paint_path(self, *args: Any, **kwargs: Any) -> None:
            _budget.take("drawn", 1)
            super().paint_path(*args, **kwargs)

        def render_image(self, *args: Any, **kwargs: Any) -> None:
            """Pictures hold no text that could be read."""

    return Drawing


def _executing(base: Any) -> Any:
    class Executing(base):  # type: ignore[misc]
        def execute(self, streams: Any) -> None:
            from pdfminer.pdftypes import stream_value

            size = sum(len(stream_value(stream).get_data()) for stream in streams)
            _budget.take("executed", size + 100)
            super().execute(streams)

    return Executing


class _Zlib:
    """What pdfminer uses of the module."""

    error = zlib.error

    def decompress(self, data: bytes) -> bytes:
        return _inflated(data, whole=True)


def _inflated(data: bytes, *, whole: bool) -> bytes:
    """What a stream gives; of a damaged one as much as there is, but zlib.error if ``whole``."""
    limit = _budget.unpacked + 1
    stream, out = zlib.decompressobj(), bytearray()
    try:
        if whole:
            out += stream.decompress(data, limit)
        else:
            for at in range(0, len(data), 64):
                out += stream.decompress(data[at : at + 64], limit)
                if len(out) >= limit:
                    break
    except zlib.error:
        if whole:
            raise
    _budget.take("unpacked", len(out))
    if whole and not stream.eof:
        raise zlib.error("incomplete")
    return bytes(out)


def _refused(_data: bytes) -> bytes:
    _budget.spent = True
    raise Unreadable(TOO_LARGE)
