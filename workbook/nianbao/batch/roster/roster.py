"""单位名单: which agencies there are, and what is known of them beforehand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PureWindowsPath

from nianbao.batch.roster.columns import RosterFigure, column_of, figures_of
from nianbao.errors import UnusableInput
from nianbao.form import FORMATS
from nianbao.words.characters import printable
from nianbao.words.figures import Value, parse, quoted, show, squash

_MOST = 10  # oddities
_HEAD_ROWS = 10  # the headings stand in one of the first rows
_SEPARATORS = re.compile(r"[、，,;；\n]+")

Row = tuple[int, list[object]]  # its number in the file, from 1, and what stands in its cells


@dataclass(frozen=True)
class Unit:
    """An agency as the roster has it. ``row``: its row in the file, from 1.

    ``data``: figures by cell id. ``parent``: the agency above by one of its names, see
    ``Roster.parent``. Paths are as written, relative to the roster's folder. ``problems``: what is
    wrong with this row alone, for which nothing can be made of it.
    """

    name: str
    code: str | None = None
    parent: str | None = None
    contact: str = ""
    phone: str = ""
    aliases: tuple[str, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict)
    previous: Path | None = None
    ledger: Path | None = None
    row: int = 0
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def is_called(self, name: str) -> bool:
        """Whether an agency of this name may be the unit; of none it may."""
        return not name or squash(name) in map(squash, self.names)

    def may_have(self, code: str | None) -> bool:
        """Whether an agency of this code may be the unit, one of the two perhaps having none."""
        return not (code and self.code) or squash(code) == squash(self.code)


@dataclass(frozen=True)
class Roster:
    """``notes``: sentences about columns that were not used."""

    units: tuple[Unit, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def _above(self) -> Mapping[int, Unit]:
        by_name = {name: unit for unit in self.units for name in _names(unit)}
        return {u.row: by_name[squash(u.parent)] for u in self.units if u.parent}

    def parent(self, unit: Unit) -> Unit | None:
        """The agency above."""
        return self._above.get(unit.row)

    @cached_property
    def _below(self) -> Mapping[int, tuple[Unit, ...]]:
        below: dict[int, list[Unit]] = {}
        for unit in self.units:
            above = self.parent(unit)
            below.setdefault(above.row if above else 0, []).append(unit)
        return {row: tuple(units) for row, units in below.items()}

    def children(self, unit: Unit | None) -> tuple[Unit, ...]:
        """The agencies right below one; of None those that have none above."""
        return self._below.get(unit.row if unit else 0, ())


def read_roster(data: bytes, source: str, format: int | None = None) -> Roster:
    """The roster in a spreadsheet (xlsx, xls, ods) or CSV file (UTF-8, GB18030).

    ``format``: the form whose figures columns may name; None for either. What is wrong with single
    rows is told by their units. Raises UnusableInput, where the roster hangs together wrongly, with
    one sentence that names all the rows to mend.
    """
    head, rows = _table(data, source)
    columns, figures, notes = _headings(head, source, FORMATS if format is None else (format,))
    problems: list[str] = []
    odd: list[str] = []
    units = tuple(_units(rows, columns, figures, problems, odd))
    if not units and not problems:
        raise UnusableInput(f"“{source}”里没有单位，请在“名称”列下逐行填写。")
    by_name, doubles = _doubles(units)
    units = tuple(replace(u, problems=(*u.problems, *doubles.get(u.row, ()))) for u in units)
    units = tuple(_placed(units, by_name, problems))
    _without_circles(units, by_name, problems)
    if problems:
        raise _to_mend(source, [*problems, *_of_rows(units)])
    return Roster(units, (*notes, *_some(source, odd)))


def _some(source: str, odd: Sequence[str]) -> Iterator[str]:
    """Figures that are written otherwise than they should be: the first of them by name."""
    yield from (f"“{source}”{problem}。" for problem in odd[:_MOST])
    if len(odd) > _MOST:
        yield f"“{source}”另有 {len(odd) - _MOST} 个数的写法不规范，也已照此使用。"


def read_sound_roster(data: bytes, source: str) -> Roster:
    """A roster by which reports are told apart, so that no row of it may be wrong.

    Raises UnusableInput as ``read_roster``, also for what is wrong with single rows.
    """
    roster = read_roster(data, source)
    if problems := list(_of_rows(roster.units)):
        raise _to_mend(source, problems)
    return roster


def _of_rows(units: Iterable[Unit]) -> Iterator[str]:
    for unit in units:
        yield from (f"第 {unit.row} 行“{quoted(unit.name)}”{problem}" for problem in unit.problems)


def _to_mend(source: str, problems: Sequence[str]) -> UnusableInput:
    return UnusableInput(f"“{source}”有 {len(problems)} 处要改：{'；'.join(problems)}。")


def _table(data: bytes, source: str) -> tuple[list[object], list[Row]]:
    """The row of headings, and the rows below it."""
    for rows in _sheets(data, source):
        for at, (_, cells) in enumerate(rows[:_HEAD_ROWS]):
            if any(isinstance(c, str) and column_of(c) == "name" for c in cells):
                return cells, rows[at + 1 :]
    raise UnusableInput(
        f"“{source}”里找不到“名称”列，不像单位名单；可用 nianbao batch roster 生成一份空白的。"
    )


def _sheets(data: bytes, source: str) -> Iterator[list[Row]]:
    from nianbao.formats import detect
    from nianbao.formats.open import naming, open_book, open_file
    from nianbao.formats.zip import Unreadable

    with naming(source):
        file = open_file(data)
        book = open_book(file)
        if file.kind == "txt":
            yield _csv(detect.decode(data) or "", source)
        elif book is None:
            raise Unreadable("不是表格，单位名单应是 .xlsx 或 .csv 文件。")
        for i, sheet in enumerate(book.sheets if book else ()):
            if book and not sheet.hidden:
                yield _rows(book.cells(i))


def _rows(cells: Mapping[tuple[int, int], object]) -> list[Row]:
    rows: dict[int, dict[int, object]] = {}
    for (y, x), raw in cells.items():
        rows.setdefault(y, {})[x] = raw
    return [(y + 1, [r.get(x) for x in range(max(r) + 1)]) for y, r in sorted(rows.items())]


def _csv(text: str, source: str) -> list[Row]:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(reader.line_num, list[object](line)) for line in reader if any(line)]
    except csv.Error as error:
        raise UnusableInput(f"“{source}”第 {reader.line_num} 行不是完整的 CSV 行。") from error


def _headings(
    head: Sequence[object], source: str, formats: Iterable[int]
) -> tuple[dict[str, int], dict[int, tuple[str, RosterFigure]], tuple[str, ...]]:
    """Columns about the agency by key, columns of figures with their headings, and notes."""
    columns: dict[str, int] = {}
    figures: dict[int, tuple[str, RosterFigure]] = {}
    notes = []
    for x, raw in enumerate(head):
        heading = _text(raw)
        key = column_of(heading)
        found = {f.id: f for form in formats for f in figures_of(heading, form)}
        first = columns.get(key or "")
        if first is None:
            first = next((at for at, (_, f) in figures.items() if f.id in found), None)
        if first is not None:
            both = f"“{quoted(_text(head[first]))}”和“{quoted(heading)}”"
            raise UnusableInput(f"“{source}”的{both}两列说的是同一项，请只留一列。")
        if key:
            columns[key] = x
        elif len(found) == 1:
            figures[x] = heading, next(iter(found.values()))
        elif heading:
            why = "可能是几个数，请连行名和列名一起写" if found else "不是名单或报表里的一列"
            notes.append(f"“{source}”的“{quoted(heading)}”列没有使用：{why}。")
    return columns, figures, tuple(notes)


def _text(raw: object) -> str:
    from nianbao.formats.book import Formula, text_of

    if isinstance(raw, Formula) or not isinstance(raw, str | int | float | bool):
        return ""
    return printable(text_of(raw)).strip()


def _units(
    rows: Iterable[Row],
    columns: Mapping[str, int],
    figures: Mapping[int, tuple[str, RosterFigure]],
    problems: list[str],
    odd: list[str],
) -> Iterator[Unit]:
    for number, cells in rows:
        said = {k: _text(cells[x]) if x < len(cells) else "" for k, x in columns.items()}
        if not any(_text(c) for c in cells):
            continue
        if not said["name"]:
            problems.append(f"第 {number} 行没有名称")
            continue
        names = (a.strip() for a in _SEPARATORS.split(said.get("aliases", "")))
        wrong: list[str] = []
        where: list[str] = []
        data = dict(_data(cells, figures, wrong, where))
        odd += (f"第 {number} 行“{quoted(said['name'])}”的{problem}" for problem in where)
        yield Unit(
            said["name"],
            said.get("code") or None,
            said.get("parent") or None,
            said.get("contact", ""),
            said.get("phone", ""),
            tuple(a for a in names if a),
            data,
            _path(said.get("previous")),
            _path(said.get("ledger")),
            number,
            tuple(wrong),
        )


def _data(
    cells: Sequence[object],
    figures: Mapping[int, tuple[str, RosterFigure]],
    problems: list[str],
    odd: list[str],
) -> Iterator[tuple[str, Value]]:
    for x, (heading, figure) in figures.items():
        raw = cells[x] if x < len(cells) else None
        value, issue = parse(raw, figure.kind)
        if value is not None:
            if issue:
                odd.append(f"“{quoted(heading)}”填的“{quoted(_text(raw))}”按 {show(value)} 使用")
            yield figure.id, value
        elif issue != "V-02" and _text(raw):
            problems.append(f"“{quoted(heading)}”填的“{quoted(_text(raw))}”不是有效的数")


def _path(text: str | None) -> Path | None:
    """Written on Windows, perhaps, and read elsewhere."""
    return Path(PureWindowsPath(text).as_posix()) if text else None


def _names(unit: Unit) -> list[str]:
    """All that an agency may be called by."""
    return [squash(n) for n in (*unit.names, unit.code) if n]


def _doubles(units: Sequence[Unit]) -> tuple[dict[str, list[Unit]], dict[int, dict[str, None]]]:
    """Units by every name they have; and by row what is wrong with the later ones of one name,
    which must differ in their codes."""
    by_name: dict[str, list[Unit]] = {}
    problems: dict[int, dict[str, None]] = {}  # each once, in their order
    for unit in units:
        for name in dict.fromkeys(_names(unit)):
            by_name.setdefault(name, []).append(unit)
    for named in by_name.values():
        first = named[0]
        for unit in named[1:]:
            if unit.code and first.code and squash(unit.code) == squash(first.code):
                reason = "代码相同"
            elif squash(unit.name) != squash(first.name):
                reason = f"“{quoted(first.name)}”的名称或别名相同"
            elif not (unit.code and first.code):
                reason = "同名，请填写两者的代码"
            else:
                continue
            problems.setdefault(unit.row, {})[f"与第 {first.row} 行{reason}"] = None
    return by_name, problems


def _placed(
    units: Iterable[Unit], by_name: Mapping[str, Sequence[Unit]], problems: list[str]
) -> Iterator[Unit]:
    """The units, their parents looked up."""
    for unit in units:
        above = by_name.get(squash(unit.parent), ()) if unit.parent else ()
        if unit.parent and len(above) != 1:
            why = "有几个，请改填它的代码" if above else "不在名单里，请补上它或把这一格空着"
            problems.append(f"第 {unit.row} 行的上级“{quoted(unit.parent)}”{why}")
        yield replace(unit, parent=unit.parent if above else None)


def _without_circles(
    units: Iterable[Unit], by_name: Mapping[str, Sequence[Unit]], problems: list[str]
) -> None:
    safe: set[int] = set()
    for unit in units:
        path: dict[int, Unit] = {}
        at: Unit | None = unit
        while at is not None and at.row not in safe:
            if at.row in path:
                problems.append(f"第 {at.row} 行“{quoted(at.name)}”的上级绕了一圈又是它自己")
                break
            path[at.row] = at
            above = by_name[squash(at.parent)] if at.parent else []
            at = above[0] if len(above) == 1 else None
        safe |= path.keys()
