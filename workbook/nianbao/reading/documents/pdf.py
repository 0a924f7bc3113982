"""PDF that a program wrote: its characters, put together to paragraphs, and the tables that its
rules draw. A scan has neither and is refused.

pdfplumber, which is slow but knows the many ways of drawing a table, finds characters and rules;
it is an extra, ``nianbao[pdf]``.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median_low
from typing import Any, NamedTuple

from nianbao.form import workbook
from nianbao.formats.open import Opened
from nianbao.formats.zip import DAMAGED, ENCRYPTED, TOO_LARGE, Unreadable
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.vocabulary.headings import section_of

MAX_PAGES = 100
_USE = "请改用 Word、Excel 或网页版的年报。"
_PAGE_NUMBER = re.compile(r"[-—–―·\s]*(?:第\s*)?\d{1,3}(?:\s*[/／]\s*\d{1,3})?(?:\s*页)?[-—–―·\s]*")
_LATIN = re.compile(r"[A-Za-z0-9]")
# Radicals that Unicode itself does not call the same as the character.
_ALONE = str.maketrans(
    "⺠⻅⻓⻔⻋⻉⻚⻛⻜⻝⻢⻥⻦⻩⻬⻮⻰⻳⺟⻄⻘⻆⻑⻤⻨⻁⻙⺩⻣⻐⺶⻌",
    "民见长门车贝页风飞食马鱼鸟黄齐齿龙龟母西青角長鬼麦虎韦王骨钅羊辶",
)
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")
_LOST = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")  # glyphs that no text is known of
_TOGETHER = 2.0  # points within which two rules of a table are one
_MOST_RULES = 10_000  # of a page: all across are compared with all down
_OTHER_SIZE = 0.2  # by so much another size of characters is another kind of text
_LEAST_CELLS = 4  # of a table; what has fewer is a frame around a text


Box = tuple[float, float, float, float]  # left, top, right, bottom


class _TextLine(NamedTuple):
    """A line of text; places in points from the upper left corner of its page."""

    page: int  # from 1
    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def size(self) -> float:
        return self.bottom - self.top


def read(file: Opened, source: str) -> TextDocument:
    """Paragraphs and tables of a PDF. Raises Unreadable; also where pdfplumber is not installed."""
    try:
        from nianbao.reading.documents.pdf_limits import bounded
    except ModuleNotFoundError as error:
        raise Unreadable(f"是 PDF 文件，本机没有装读 PDF 的组件（nianbao[pdf]），{_USE}") from error
    except ImportError as error:  # of an edition that has what we build on under other names
        raise Unreadable(
            "是 PDF 文件，读 PDF 的组件版本不合适，请重新安装 nianbao[pdf]。"
        ) from error
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it says much, and in English
    try:
        with bounded(file.data) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise Unreadable(f"有 {len(pdf.pages)} 页，不像年度报告，没有读取。")
            pages = [list(_items(page, n)) for n, page in enumerate(pdf.pages, 1)]
    except Unreadable:
        raise
    except Exception as error:  # whatever a file that is no sound PDF makes of the library
        encrypted = "Password" in repr(error) or "Encryption" in repr(error)
        raise Unreadable(ENCRYPTED if encrypted else DAMAGED) from error
    items = [item for page in pages for item in page]
    _refuse_illegible("".join(_texts(items)))
    _refuse_printed_workbook(items)
    return TextDocument(source, "pdf", tuple(_blocks(_without_margins(pages))))


def _texts(items: Iterable[_TextLine | TextTable]) -> Iterator[str]:
    for item in items:
        if isinstance(item, _TextLine):
            yield item.text
        else:
            yield from (cell.text for cell in item.cells)


def _refuse_illegible(text: str) -> None:
    if not text:
        raise Unreadable(f"是扫描或图片做成的 PDF，里面没有文字，{_USE}")
    if len(_LOST.findall(text)) * 10 > len(text):
        raise Unreadable(f"是 PDF 文件，其中的字体没有附带文字编码，读出来是乱码，{_USE}")


def _refuse_printed_workbook(items: Sequence[_TextLine | TextTable]) -> None:
    """All sheets printed: what leads through them would pass for the report."""
    first = [item.text for item in items[:5] if isinstance(item, _TextLine)]
    if any(workbook.BOOK_TITLE in text for text in first):
        raise Unreadable("是整本填报工作簿打印成的 PDF，请直接用工作簿，或者只打印“报告”表。")


def _items(page: Any, number: int) -> Iterator[_TextLine | TextTable]:
    """Lines and tables of a page from top to bottom."""
    page = page.dedupe_chars()  # some programs make bold by printing twice
    if len(page.edges) > _MOST_RULES:
        raise Unreadable(TOO_LARGE)
    framed = (_without_frames(t.cells, page.chars) for t in page.find_tables())
    tables = [boxes for boxes in framed if len(boxes) >= _LEAST_CELLS]
    areas = [_around(boxes) for boxes in tables]
    inside: list[list[Any]] = [[] for _ in tables]
    outside: list[Any] = []
    for char in page.chars:
        x, y = _middle(char)
        at = next((i for i, area in enumerate(areas) if _within(area, x, y)), None)
        (outside if at is None else inside[at]).append(char)
    found: list[tuple[float, _TextLine | TextTable]] = []
    found += ((line.top, line) for line in _lines(outside, number))
    for i, (boxes, chars) in enumerate(zip(tables, inside, strict=True), 1):
        place = f"第 {number} 页" + (f"第 {i} 个表格" if len(tables) > 1 else "表格")
        found.append((areas[i - 1][1], _table(boxes, chars, number, place)))
    yield from (item for _, item in sorted(found, key=lambda pair: pair[0]))
    page.close()


def _without_frames(boxes: Sequence[Box], chars: Sequence[Any]) -> list[Box]:
    """The cells of a table without those that a page's background or frame adds above and below it:
    as wide as the table, and not with one line of text as the headings of a table."""
    kept = sorted(boxes, key=lambda box: box[1])
    for end in (0, -1):
        while kept:
            left, top, right, bottom = box = kept[end]
            _, high, _, low = all_ = _around(kept)
            wide = left - all_[0] < _TOGETHER and all_[2] - right < _TOGETHER
            last = top - high < _TOGETHER if end == 0 else low - bottom < _TOGETHER
            if not (wide and last):
                break
            held = (c for c in chars if _within(box, *_middle(c)))
            if sum(1 for _ in _lines(held, 0)) == 1:
                break
            del kept[end]
    return kept


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _middle(char: Any) -> tuple[float, float]:
    return (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2


def _within(box: Sequence[float], x: float, y: float) -> bool:
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _lines(chars: Iterable[Any], page: int) -> Iterator[_TextLine]:
    """Characters as lines from top to bottom, those of one height being one line."""
    rows: list[list[Any]] = []
    for char in sorted(chars, key=lambda c: (c["top"] + c["bottom"], c["x0"])):
        last, high = rows[-1][-1] if rows else None, char["bottom"] - char["top"]
        if last is None or _middle(char)[1] - _middle(last)[1] > high / 2:
            rows.append([])
        rows[-1].append(char)
    for row in rows:
        row.sort(key=lambda c: c["x0"])
        text = _text(row)
        if text:
            seen = [c for c in row if c["text"].strip()]
            yield _TextLine(
                page,
                text,
                seen[0]["x0"],
                seen[-1]["x1"],
                min(c["top"] for c in seen),
                max(c["bottom"] for c in seen),
            )


def _text(row: Sequence[Any]) -> str:
    """The characters of a line. White space counts between Latin words only: programs leave some
    between Chinese and figures, and spread Chinese to fill a line."""
    text, end = "", None
    for char in row:
        if not char["text"].strip():
            continue
        apart = end is not None and char["x0"] - end > 0.2 * (char["bottom"] - char["top"])
        if apart and _LATIN.match(text[-1:]) and _LATIN.match(char["text"]):
            text += " "
        text += _RADICALS.sub(_ideograph, char["text"])
        end = char["x1"]
    return text


def _ideograph(match: re.Match[str]) -> str:
    """Some browsers write radicals for the characters that look like them: ⼀ for 一."""
    return unicodedata.normalize("NFKC", match[0]).translate(_ALONE)


def _table(boxes: Sequence[Box], chars: Iterable[Any], page: int, place: str) -> TextTable:
    """The cells that the rules draw, with their spans, and what stands in each."""
    xs = _edges(x for box in boxes for x in (box[0], box[2]))
    ys = _edges(y for box in boxes for y in (box[1], box[3]))
    spans: list[tuple[int, int, int, int]] = []
    owner: dict[tuple[int, int], int] = {}
    for i, (left, top, right, bottom) in enumerate(boxes):
        row, col, end, last = _at(ys, top), _at(xs, left), _at(ys, bottom), _at(xs, right)
        spans.append((row, col, max(1, end - row), max(1, last - col)))
        for y in range(row, max(end, row + 1)):
            owner |= {(y, x): i for x in range(col, max(last, col + 1))}
    held: list[list[Any]] = [[] for _ in boxes]
    for char in chars:
        across, down = _middle(char)
        at = owner.get((_at(ys, down), _at(xs, across)))
        if at is not None:
            held[at].append(char)
    cells = [
        TableCell(
            row,
            col,
            "".join(line.text for line in _lines(held[i], page)),
            rowspan,
            colspan,
            place=f"{place}第 {row + 1} 行第 {col + 1} 列",
        )
        for i, (row, col, rowspan, colspan) in enumerate(spans)
    ]
    return TextTable(tuple(sorted(cells, key=lambda c: (c.row, c.col))), place)


def _edges(places: Iterable[float]) -> list[float]:
    """Where rules stand; those that lie almost on each other are one."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _TOGETHER:
            edges.append(place)
    return edges


def _at(edges: Sequence[float], place: float) -> int:
    """Between which edges, or at which one, a place is."""
    return max(0, bisect_right(edges, place + _TOGETHER / 2) - 1)


def _joined(lines: Iterable[str]) -> str:
    """Lines of one text put together again, with a space only between Latin words."""
    text = ""
    for line in lines:
        latin = text and _LATIN.match(text[-1]) and _LATIN.match(line)
        text += f" {line}" if latin else line
    return text


def _without_margins(
    pages: Sequence[Sequence[_TextLine | TextTable]],
) -> list[_TextLine | TextTable]:
    """All in order, but for page numbers and lines that stand on most pages at the same height."""
    edges = [[i for i in page if isinstance(i, _TextLine)] for page in pages]
    ends = [line for lines in edges for line in dict.fromkeys((*lines[:1], *lines[-1:]))]
    often = Counter((line.text, round(line.top / 4)) for line in ends)
    most = max(2, len(pages) // 2 + 1)
    running = {key for key, n in often.items() if n >= most}
    dropped = {
        line
        for line in ends
        if _PAGE_NUMBER.fullmatch(line.text) or (line.text, round(line.top / 4)) in running
    }
    return [item for page in pages for item in page if item not in dropped]


def _blocks(items: Sequence[_TextLine | TextTable]) -> Iterator[Paragraph | TextTable]:
    lines = [item for item in items if isinstance(item, _TextLine)]
    body = _Body.of(lines)
    paragraph: list[_TextLine] = []
    for item in items:
        if isinstance(item, _TextLine) and paragraph and not body.begins(item, paragraph[-1]):
            paragraph.append(item)
            continue
        yield from _paragraph(paragraph)
        paragraph = [item] if isinstance(item, _TextLine) else []
        if isinstance(item, TextTable):
            yield item
    yield from _paragraph(paragraph)


def _paragraph(lines: Sequence[_TextLine]) -> Iterator[Paragraph]:
    if lines:
        yield Paragraph(_joined(line.text for line in lines), f"第 {lines[0].page} 页")


class _Body(NamedTuple):
    """The running text: its size, left and right, and how far its lines are from each other."""

    size: float
    left: float
    right: float
    gap: float

    @classmethod
    def of(cls, lines: Sequence[_TextLine]) -> _Body:
        """Size and place of most of the text; a title and notes are larger or smaller."""
        if not lines:
            return cls(0, 0, 0, 0)
        sizes = Counter[float]()
        for line in lines:
            sizes[round(line.size)] += len(line.text)
        size = sizes.most_common(1)[0][0]
        usual = [line for line in lines if abs(line.size - size) < _OTHER_SIZE * size]
        right = max(line.x1 for line in usual)
        full = [line for line in usual if right - line.x1 < 2.5 * size] or usual
        # The first line of a paragraph is set in: of two places as common the left one counts.
        places = Counter(round(line.x0) for line in full)
        left = min(place for place, n in places.items() if 2 * n >= max(places.values()))
        gaps = [b.top - a.bottom for a, b in pairwise(full) if a.page == b.page and b.top > a.top]
        return cls(size, left, right, median_low(gaps) if gaps else 0)

    def begins(self, line: _TextLine, before: _TextLine) -> bool:
        """Whether a paragraph begins: the line before is short, this one is set in or set apart.

        Lines of a title are one, however long each is.
        """
        if abs(line.size - before.size) > _OTHER_SIZE * before.size:
            return True
        if section_of(line.text) is not None:
            return True
        apart = line.top - before.bottom if line.page == before.page else None
        if line.size > (1 + _OTHER_SIZE) * self.size:
            return apart is None or apart > 1.5 * line.size
        if self.right - before.x1 > 2.5 * before.size or line.x0 - self.left > 1.2 * line.size:
            return True
        return apart is not None and apart > self.gap + 0.6 * line.size
