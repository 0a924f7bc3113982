"""Bounds for pdfplumber and pdfminer, which read PDF for us and themselves know none.

All that a PDF unpacks goes through four functions of one module of pdfminer, whatever the file says
of it and wherever in the file it lies; all that it draws, through two classes of pdfplumber. None
of them can be handed over: both take what they use by names of their modules. So ours, which do the
same and count it, stand under these names while a file is read, one file at a time, and at no other
time: whoever else uses the libraries in this process has them as they are.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from nianbao.formats.zip import MAX_MEMBER, TOO_LARGE, Unreadable

MAX_DRAWN = 60_000
"""Characters and rules of a document; a report of ten pages has some ten thousand."""

MAX_EXECUTED = 2 * 2**20
"""Bytes of drawing instructions; a page may say the same ones many times over."""

_one_at_a_time = threading.Lock()


@dataclass
class _Budget:
    """What is left of each for a file; ``spent`` once that was too little.

    pdfminer goes on after many an error, so that an exception alone does not end it.
    """

    unpacked: int = MAX_MEMBER
    drawn: int = MAX_DRAWN
    executed: int = MAX_EXECUTED
    spent: bool = False

    def take(self, what: str, amount: int) -> None:
        left = getattr(self, what) - amount
        setattr(self, what, left)
        if left < 0:
            self.spent = True
        if self.spent:
            raise Unreadable(TOO_LARGE)

    def refuse(self, _data: bytes) -> bytes:
        self.spent = True
        raise Unreadable(TOO_LARGE)

    def inflated(self, data: bytes, *, whole: bool) -> bytes:
        """What a stream gives; of a damaged one what there is, but zlib.error if ``whole``."""
        limit = self.unpacked + 1
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
        self.take("unpacked", len(out))
        if whole and not stream.eof:
            raise zlib.error("incomplete")
        return bytes(out)


@contextmanager
def bounded() -> Iterator[None]:
    """Within it no file takes more than a bounded amount of memory and time.

    Raises Unreadable for one that would, and where the libraries are of an edition whose ways are
    not known.
    """
    budget = _Budget()
    with _one_at_a_time, ExitStack() as stack:
        for (module, name), one in _counting(budget).items():
            stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, one)
        try:
            yield
        finally:
            if budget.spent:
                raise Unreadable(TOO_LARGE)


def _counting(budget: _Budget) -> dict[tuple[Any, str], Any]:
    """What stands under which name of which module while a file is read."""
    import pdfplumber.page
    from pdfminer import pdftypes

    pages: Any = pdfplumber.page
    types: Any = pdftypes
    unpacking = ("zlib", "decompress_corrupted", "lzwdecode", "rldecode")
    drawing, executing = "PDFPageAggregatorWithMarkedContent", "PDFPageInterpreter"
    known = all(hasattr(types, name) for name in unpacking)
    if not (known and hasattr(pages, drawing) and hasattr(pages, executing)):
        raise Unreadable("是 PDF 文件，读 PDF 的组件版本不合适，请重新安装 nianbao[pdf]。")
    return {
        (types, "zlib"): _Zlib(budget),
        (types, "decompress_corrupted"): lambda data: budget.inflated(data, whole=False),
        (types, "lzwdecode"): budget.refuse,  # of old programs, and slow enough to be an attack
        (types, "rldecode"): budget.refuse,
        (pages, drawing): _drawing(getattr(pages, drawing), budget),
        (pages, executing): _executing(getattr(pages, executing), budget),
    }


def _drawing(base: Any, budget: _Budget) -> Any:
    class Drawing(base):  # type: ignore[misc]
        def render_char(self, *args: Any, **kwargs: Any) -> Any:
            budget.take("drawn", 1)
            return super().render_char(*args, **kwargs)

        def paint_path(self, *args: Any, **kwargs: Any) -> None:
            budget.take("drawn", 1)
            super().paint_path(*args, **kwargs)

        def render_image(self, *args: Any, **kwargs: Any) -> None:
            """Pictures hold no text that could be read."""

    return Drawing


def _executing(base: Any, budget: _Budget) -> Any:
    class Executing(base):  # type: ignore[misc]
        def execute(self, streams: Any) -> None:
            from pdfminer.pdftypes import stream_value

            size = sum(len(stream_value(stream).get_data()) for stream in streams)
            budget.take("executed", size + 100)
            super().execute(streams)

    return Executing


class _Zlib:
    """What pdfminer uses of the module."""

    error = zlib.error

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget

    def decompress(self, data: bytes) -> bytes:
        return self._budget.inflated(data, whole=True)
