"""Bounds for pdfplumber and pdfminer, which read PDF for us and themselves know none.

All that a PDF holds in streams, wherever it lies in the file, comes out of one parser; all that a
page draws goes through one interpreter and one device. Ours, which do the same and count it, are
handed to them. This module loads both libraries, which are an extra.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import (
    LITERALS_FLATE_DECODE,
    LITERALS_LZW_DECODE,
    LITERALS_RUNLENGTH_DECODE,
    PDFStream,
    stream_value,
)
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent
from pdfplumber.pdf import PDF

from nianbao.formats.zip import MAX_MEMBER, TOO_LARGE, Unreadable

MAX_DRAWN = 60_000
"""Characters and rules of a document; a report of ten pages has some ten thousand."""

MAX_EXECUTED = 2 * 2**20
"""Bytes of drawing instructions; a page may say the same ones many times over."""


class _Budget:
    """What is left of each for one file; ``spent`` once that was too little.

    pdfminer goes on after many an error, so that an exception alone does not end it.
    """

    def __init__(self) -> None:
        self.unpacked, self.drawn, self.executed = MAX_MEMBER, MAX_DRAWN, MAX_EXECUTED
        self.spent = False

    def take(self, what: str, amount: int) -> None:
        left = getattr(self, what) - amount
        setattr(self, what, left)
        if left < 0:
            self.spent = True
        if self.spent:
            raise Unreadable(TOO_LARGE)

    def refuse(self) -> None:
        self.spent = True
        raise Unreadable(TOO_LARGE)


@contextmanager
def bounded(data: bytes) -> Iterator[PDF]:
    """A PDF that takes no more than a bounded amount of memory and time.

    Raises Unreadable, if need be at the end, for one that would.
    """
    budget = _Budget()
    try:
        with _Bounded(data, budget) as pdf:
            yield pdf
    finally:
        if budget.spent:
            raise Unreadable(TOO_LARGE)


class _Bounded(PDF):
    """As pdfplumber's own, which makes its parser and its pages itself, and lets none be given."""

    def __init__(self, data: bytes, budget: _Budget) -> None:
        self.stream, self.stream_is_external, self.path = BytesIO(data), True, None
        self.pages_to_parse = self.laparams = self.password = self.unicode_norm = None
        self.raise_unicode_errors = True
        self.metadata: dict[str, Any] = {}
        self.budget = budget
        self.doc = PDFDocument(_CountingParser(self.stream, budget))
        self.rsrcmgr = PDFResourceManager()

    @property
    def pages(self) -> list[Page]:
        if not hasattr(self, "_pages"):
            self._pages: list[Page] = []
            top: Any = 0
            for number, found in enumerate(PDFPage.create_pages(self.doc), 1):
                self._pages.append(_Page(self, found, page_number=number, initial_doctop=top))
                top += self._pages[-1].height
        return self._pages


class _CountingParser(PDFParser):
    def __init__(self, stream: BytesIO, budget: _Budget) -> None:
        self.budget = budget
        super().__init__(stream)

    def push(self, *objs: Any) -> None:
        for place, found in objs:
            if type(found) is PDFStream:
                ours = _Stream(found.attrs, found.rawdata or b"", found.decipher)
                ours.budget = self.budget
                super().push((place, ours))
            else:
                super().push((place, found))


class _Stream(PDFStream):
    budget: _Budget

    def decode(self) -> None:
        """One filter after the other; what is unpacked here goes on to pdfminer as it would be
        without compression."""
        data = self.rawdata or b""
        if self.decipher and self.objid is not None and self.genno is not None:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        for name, options in self.get_filters():
            if name in LITERALS_LZW_DECODE or name in LITERALS_RUNLENGTH_DECODE:
                self.budget.refuse()  # of old programs, and slow enough to be an attack
            if name in LITERALS_FLATE_DECODE:
                data = zlib.compress(_unpacked(data, self.budget), 0)
            data = PDFStream({"Filter": name, "DecodeParms": options}, data).get_data()
        self.data, self.rawdata = data, None


class _Page(Page):
    pdf: _Bounded

    @property
    def layout(self) -> Any:
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=None)
            device.budget = self.pdf.budget
            _Interpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            self._layout = device.get_result()
        return self._layout


class _Device(PDFPageAggregatorWithMarkedContent):
    budget: _Budget

    def render_char(self, *args: Any, **kwargs: Any) -> Any:
        self.budget.take("drawn", 1)
        return super().render_char(*args, **kwargs)

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self.budget.take("drawn", 1)
        super().paint_path(*args, **kwargs)

    def render_image(self, *args: Any, **kwargs: Any) -> None:
        """Pictures hold no text that could be read."""


class _Interpreter(PDFPageInterpreter):
    device: _Device

    def execute(self, streams: Any) -> None:
        size = sum(len(stream_value(stream).get_data()) for stream in streams)
        self.device.budget.take("executed", size + 100)
        super().execute(streams)


def _unpacked(data: bytes, budget: _Budget) -> bytes:
    """What a stream gives; of a damaged one as much as there is."""
    try:
        return _inflated(data, budget, whole=True)
    except zlib.error:
        return _inflated(data, budget, whole=False)


def _inflated(data: bytes, budget: _Budget, *, whole: bool) -> bytes:
    """What a stream gives; of a damaged one as much as there is, but zlib.error if ``whole``."""
    limit = budget.unpacked + 1
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
    budget.take("unpacked", len(out))
    if whole and not stream.eof:
        raise zlib.error("incomplete")
    return bytes(out)
