"""Plain text: a report as it comes out of a web page or Word by copying.

Tables stand in it in one of four ways: each cell on a line of its own that begins with a tab, rows
between empty lines; a row on a line with tabs between the cells; rows of Markdown; columns set
apart by spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nianbao.form import FORMATS
from nianbao.formats.detect import decode
from nianbao.formats.open import Opened
from nianbao.formats.zip import Unreadable
from nianbao.reading.document import Paragraph, TableCell, TextDocument, TextTable
from nianbao.reading.personal import heads_ledger, in_lines
from nianbao.reading.tables.cells import is_figure
from nianbao.reading.vocabulary.headings import section_of
from nianbao.reading.vocabulary.labels import lexicon

_LONGEST_CELL = 60  # a longer text is prose
_LONGEST_PIECE = 40  # of a cell that was broken over lines
_QUOTED_LINES = 20
_BLANK = " \u3000\u00a0"
_SPACE = _BLANK + "\t"
_RULE = re.compile(r"(?=.*?[-=_─]{3})[\s:|│+＋=_\-─┼├┤┬┴┌┐└┘]*")
_GAP = re.compile(r"[ \u3000\u00a0]{2,}")
_BAR = re.compile(r"[|│]")

Splitter = Callable[[str], list[str] | None]


def read(file: Opened, source: str) -> TextDocument:
    """Paragraphs and tables of a text file. Raises Unreadable if it is no text."""
    text = decode(file.data)
    if text is None:
        raise Unreadable("不是文本文件，或者已经损坏，请改用 Word、Excel 或网页版的年报。")
    lines = re.sub(r"\r\n?|\f|\v", "\n", text).split("\n")
    return TextDocument(source, "txt", tuple(_blocks(lines)))


@dataclass
class _Rows:
    """Rows of a table being read: cells with the line that each begins on."""

    rows: list[list[tuple[int, str]]] = field(default_factory=list)

    def table(self, *, ragged: bool) -> TextTable:
        cells = tuple(
            TableCell(y, x, text.strip(_SPACE + "\n"), place=_place(line))
            for y, row in enumerate(self.rows)
            for x, (line, text) in enumerate(row)
        )
        return TextTable(cells, cells[0].place, ragged)

    @property
    def known(self) -> bool:
        """Whether any cell holds an official label, or they are a ledger; else the lines are only
        indented prose."""
        cells = [(y, text) for y, row in enumerate(self.rows) for _, text in row]
        return in_lines(cells) or any(_is_label(text) for _, text in cells)

    @property
    def even(self) -> bool:
        """Whether the rows have equally many cells, as a copy from a spreadsheet has."""
        return len({len(row) for row in self.rows if len(row) > 1}) == 1


def _blocks(lines: Sequence[str]) -> Iterator[Paragraph | TextTable]:
    at = 0
    while at < len(lines):
        table, end = _table(lines, at) if lines[at].strip(_BLANK) else (None, at + 1)
        if table:
            yield table
        else:
            for line in range(at, end):
                if text := lines[line].strip():
                    yield Paragraph(text, _place(line))
        at = end


def _table(lines: Sequence[str], at: int) -> tuple[TextTable | None, int]:
    """The table that begins on a line, and the line after it; None if these lines are none."""
    end = at + 1
    if _cell_only(lines[at]):
        rows, end = _cells_by_line(lines, at)
        if rows.known:
            return rows.table(ragged=True), end
    for split in (_tabs, _bars, _gaps):
        if _begins(lines, at, split):
            rows, end = _rows_by_line(lines, at, split)
            if rows.known:
                return rows.table(ragged=split is _gaps or not rows.even), end
    return None, max(end, at + 1)


def _place(line: int) -> str:
    return f"第 {line + 1} 行"


def _is_label(text: str) -> bool:
    return any(lexicon(format).look_up(text) for format in FORMATS)


def _next_filled(lines: Sequence[str], at: int) -> int:
    """The first line from ``at`` that is not empty; a lone tab is an empty cell, so not empty."""
    while at < len(lines) and not lines[at].strip(_BLANK):
        at += 1
    return at


def _prose(text: str) -> bool:
    return len(text) > _LONGEST_CELL or "。" in text or section_of(text) is not None


def _cell_only(line: str) -> bool:
    return line.startswith("\t") and "\t" not in line[1:]


def _cells_by_line(lines: Sequence[str], at: int) -> tuple[_Rows, int]:
    out = _Rows()
    row: list[tuple[int, str]] = []
    while at < len(lines):
        line = lines[at]
        if _cell_only(line):
            if _prose(line.strip()):  # an indented paragraph
                break
            row.append((at, line[1:]))
            at += 1
            continue
        following = _next_filled(lines, at)
        if following < len(lines) and row and _goes_on(lines, at, following, row[-1][1]):
            start, text = row[-1]
            row[-1] = (start, f"{text}\n{lines[following]}")
            at = following + 1
        elif following > at and following < len(lines) and _cell_only(lines[following]):
            out.rows.append(row)
            row = []
            at = following
        else:
            break
    out.rows += [row] if row else []
    return out, at


def _goes_on(lines: Sequence[str], at: int, piece: int, cell: str) -> bool:
    """Whether a line is the next piece of a label that was broken, even over an empty line."""
    text = lines[piece].strip()
    if "\t" in lines[piece] or len(text) > _LONGEST_PIECE or _prose(text):
        return False
    if not cell.strip() or is_figure(TableCell(0, 0, cell), cell):
        return False
    return piece == at or _is_label(f"{cell}{text}")


def _tabs(line: str) -> list[str] | None:
    pieces = line.split("\t")
    return pieces if len(pieces) > 1 and not any(map(_prose, pieces)) else None


def _bars(line: str) -> list[str] | None:
    if len(_BAR.findall(line)) < 2:
        return None
    return _BAR.split(re.sub(r"^\s*[|│]|[|│]\s*$", "", line))


def _gaps(line: str) -> list[str] | None:
    pieces = _GAP.split(line.strip(_SPACE))
    if len(pieces) < 2 or any(_prose(p) for p in pieces):
        return None
    figures = sum(is_figure(TableCell(0, 0, p), p) for p in pieces)
    return pieces if figures or any(_is_label(p) for p in pieces) else None


def _begins(lines: Sequence[str], at: int, split: Splitter) -> bool:
    """Whether a row stands here: one of several cells, or a label above such a row."""
    if split(lines[at]) is not None:
        return True
    following = _next_filled(lines, at + 1)
    return following < len(lines) and split(lines[following]) is not None and _is_label(lines[at])


def _rows_by_line(lines: Sequence[str], at: int, split: Splitter) -> tuple[_Rows, int]:
    out = _Rows()
    end, private = at, False
    while at < len(lines):
        line, after = _unquoted(lines, at) if split is _tabs else (lines[at], at + 1)
        if split is not _tabs and _RULE.fullmatch(line):
            at = end = after
            continue
        if not _begins(lines, at, split) and not (_is_label(line) and out.rows):
            break
        row = [_plain(cell) for cell in split(line) or [line]]
        if heads_ledger(row):
            if out.rows:
                break
            private = True
        out.rows.append([(at, cell) for cell in row])
        end = after
        at = _next_filled(lines, after)
        if private and at > after:  # so that nothing below is lost with a ledger
            break
    return out, end


def _unquoted(lines: Sequence[str], at: int) -> tuple[str, int]:
    """A row with the following lines as long as a quoted cell, as spreadsheets copy it, is open."""
    line, after = lines[at], at + 1
    while line.count('"') % 2 and after < min(len(lines), at + _QUOTED_LINES):
        line, after = f"{line}\n{lines[after]}", after + 1
    return (line, after) if line.count('"') % 2 == 0 else (lines[at], at + 1)


def _plain(cell: str) -> str:
    text = cell.strip(_SPACE)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return cell
