"""xls and et (BIFF), read by xlrd: it gives merges and names, which other readers do not."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from nianbao.formats.book import MAX_CELLS, MAX_ROWS, TOO_MANY_CELLS, Raw, Sheet, SheetArea
from nianbao.formats.zip import DAMAGED, ENCRYPTED, TOO_LARGE, Unreadable

_BIFF3, _BIFF8 = 30, 80
MAX_BYTES = 32 * 2**20  # a record of four bytes can make an empty cell that takes far more memory


class XlsBook:
    """An xls file; see `nianbao.formats.book.Book`. xls keeps the result of every formula."""

    kind = "xls"
    keywords = ""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable if the file is encrypted, damaged or too large."""
        if len(data) > MAX_BYTES:
            raise Unreadable(TOO_LARGE)
        xlrd = _xlrd()
        try:
            self._book = xlrd.open_workbook(
                file_contents=data,
                formatting_info=True,  # for the merges
                ragged_rows=True,  # a cell far to the right makes no row of empty ones
                logfile=io.StringIO(),
            )
        except xlrd.XLRDError as error:
            encrypted = "encrypted" in str(error).lower()
            raise Unreadable(ENCRYPTED if encrypted else DAMAGED) from error
        # xlrd trusts the file: damage shows as whatever the code stumbles over.
        except Exception as error:
            raise Unreadable(DAMAGED) from error

        self._cells: dict[int, dict[tuple[int, int], Raw]] = {}

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(Sheet(s.name, s.visibility != 0) for s in self._book.sheets())

    @cached_property
    def names(self) -> Mapping[str, SheetArea | None]:
        """Names of the whole workbook; those of one sheet only where there is none of these."""
        names: dict[str, SheetArea | None] = {}
        local: dict[str, SheetArea | None] = {}
        for defined in self._book.name_obj_list:
            key = defined.name.lower()
            found = _area(defined)
            if defined.scope == -1:
                names[key] = found
            elif local.get(key) is None:
                local[key] = found
        return local | {k: v for k, v in names.items() if v is not None or local.get(k) is None}

    def cells(self, sheet: int) -> Mapping[tuple[int, int], Raw]:
        if sheet not in self._cells:
            self._cells[sheet] = self._read(sheet)
        return self._cells[sheet]

    def merges(self, sheet: int) -> tuple[SheetArea, ...]:
        return tuple(
            SheetArea(sheet, top, left, bottom - 1, right - 1)
            for top, bottom, left, right in self._book.sheet_by_index(sheet).merged_cells
            if top < bottom and left < right
        )

    def _read(self, sheet: int) -> dict[tuple[int, int], Raw]:
        page = self._book.sheet_by_index(sheet)
        found: dict[tuple[int, int], Raw] = {}
        for y in range(min(page.nrows, MAX_ROWS)):
            for x, kind in enumerate(page.row_types(y)):
                raw = self._value(kind, page.cell_value(y, x)) if kind else None
                if raw is not None and raw != "":
                    found[y, x] = raw
            if len(found) > MAX_CELLS:
                raise Unreadable(TOO_MANY_CELLS)
        return found

    def _value(self, kind: int, value: Any) -> Raw | None:
        import xlrd

        if kind == xlrd.XL_CELL_TEXT:
            return str(value)
        if kind == xlrd.XL_CELL_NUMBER:
            whole = value.is_integer() and abs(value) < 10**15
            return int(value) if whole else float(value)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(value, "#VALUE!"))
        if kind == xlrd.XL_CELL_DATE:
            return _date(value, self._book.datemode)
        return None


@cache
def _xlrd() -> Any:
    """xlrd with the one method mended that stumbles over good files."""
    import xlrd.sheet

    xlrd.sheet.Sheet.string_record_contents = _string
    return xlrd


def _string(sheet: Any, data: bytes) -> str:
    """The text that a formula gives, in the place of xlrd's own reader of it.

    A file (of Excel 97 on) counts UTF-16 units; xlrd 2.0 counts characters and stumbles over the
    rare ones that take two units, as in the names of some places.
    """
    import xlrd

    if sheet.biff_version < _BIFF8:
        begin = 2 if sheet.biff_version >= _BIFF3 else 1
        return data[begin:].decode(sheet.book.encoding or "gbk", "replace")
    size = 2 * int.from_bytes(data[:2], "little")
    units, rest = b"", data[2:]
    while True:
        wide, text = rest[:1] == b"\1", rest[1:]
        units += text if wide else text.decode("latin-1").encode("utf-16-le")
        if len(units) >= size:
            return units[:size].decode("utf-16-le", "replace")
        kind, _, rest = sheet.book.get_record_parts()
        if kind != xlrd.biffh.XL_CONTINUE:
            raise xlrd.XLRDError("string record without its end")


def _date(value: float, mode: int) -> str:
    import xlrd

    try:
        return str(xlrd.xldate_as_datetime(value, mode).date().isoformat())
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return str(value)


def _area(defined: Any) -> SheetArea | None:
    """The one area that a name stands for; None for #REF!, constants and anything computed."""
    try:
        (reference,) = defined.result.value
        first, after, top, bottom, left, right = reference.coords
    except (AttributeError, TypeError, ValueError):
        return None
    if after - first != 1 or not (0 <= top < bottom and 0 <= left < right) or first < 0:
        return None
    return SheetArea(first, top, left, bottom - 1, right - 1)
