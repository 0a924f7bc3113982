"""One row a figure, for analysts: as CSV for Excel, or as Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import STATES
from nianbao.batch.sums.levels import CountedReport, Tree
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.form import Form
from nianbao.formats import files
from nianbao.report import Report
from nianbao.words.figures import show

COLUMNS = (
    *("year", "format", "unit", "code", "parent", "state", "counted", "cell", "table", "name"),
    *("kind", "total", "value"),
)
_AT_ONCE = 200  # units
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(
    review: Review,
    tree: Tree,
    csv: Path | None,
    parquet: Path | None,
    until: ExitStack,
    *,
    force: bool,
) -> None:
    """The table in the forms that are wanted. The files get their names when ``until`` is closed
    without an error: together with the workbook, or none of them. Raises CannotWrite."""
    for path, made in ((csv, _csv), (parquet, _parquet)):
        if path is not None:
            made(review, tree, until.enter_context(_replacing(path, force=force)))


def _csv(review: Review, tree: Tree, path: Path) -> None:
    """UTF-8 with a byte order mark, as Excel wants it. A blank figure is empty, zero is 0."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for rows in _units(review, tree):
            writer.writerows(tuple(map(_harmless, row)) for row in rows)


def _harmless(value: Any) -> Any:
    """Texts that a spreadsheet would take for a formula are marked as texts."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None or isinstance(value, bool):
        return value if value is None else int(value)
    return show(value)


def _parquet(review: Review, tree: Tree, path: Path) -> None:
    """With exact decimals. Raises UnusableInput where ``nianbao[parquet]`` is not installed."""
    arrow, parquet = _arrow()
    whole, text, yes = arrow.int32(), arrow.string(), arrow.bool_()
    kinds: dict[str, Any] = dict.fromkeys(COLUMNS, text)
    kinds |= {"year": whole, "format": whole, "counted": yes, "total": yes}
    kinds["value"] = arrow.decimal128(38, 15)
    schema = arrow.schema(list(kinds.items()))
    with parquet.ParquetWriter(str(path), schema) as writer:
        for rows in _batches(review, tree):
            columns = zip(*rows, strict=True)
            arrays = [
                arrow.array(_exact(name, values), kinds[name])
                for name, values in zip(COLUMNS, columns, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _exact(name: str, values: tuple[Any, ...]) -> list[Any]:
    from decimal import Decimal

    if name != "value":
        return list(values)
    return [None if value is None else Decimal(value) for value in values]


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise UnusableInput(
            "没有安装 pyarrow，不能写 Parquet；请先安装 nianbao[parquet]，或改用 --csv。"
        ) from error


def ready_for_parquet() -> None:
    """Raises UnusableInput before the work begins rather than after it."""
    _arrow()


def _batches(review: Review, tree: Tree) -> Iterator[list[tuple[Any, ...]]]:
    held: list[tuple[Any, ...]] = []
    for number, rows in enumerate(_units(review, tree), 1):
        held += rows
        if number % _AT_ONCE == 0:
            yield held
            held = []
    if held:
        yield held


def _units(review: Review, tree: Tree) -> Iterator[list[tuple[Any, ...]]]:
    for part in tree.parts:
        standing = part.standing
        if standing.file and standing.reported:
            above = review.stock.above(standing.unit)
            yield list(_rows(part, above, review.record(standing.file).report()))


def _rows(part: CountedReport, above: str | None, report: Report) -> Iterator[tuple[Any, ...]]:
    unit, form = part.standing.unit, report.form
    about = (
        *(report.year, report.format, unit.name, unit.code, above),
        *(STATES[part.standing.state][2:], part.why is None),
    )
    for id, cell in form.cells(report.layout).items():
        what = (id, form.tables[cell.table].name, cell.title, cell.kind, cell.total)
        yield (*about, *what, report.values[id])
    for id, value in report.local.items():
        table = report.extra[int(id.partition("]")[0].removeprefix("extra["))].table
        name = form.title_of(id, report.layout)
        number = None if isinstance(value, str) else value
        yield (*about, id, form.tables[table].name, name, "local", _sums(form, table, id), number)


def _sums(form: Form, table: str, id: str) -> bool:
    return id.partition(".")[2] in form.tables[table].summed_columns


@contextmanager
def _replacing(path: Path, *, force: bool) -> Iterator[Path]:
    """A temporary file beside ``path`` that takes its place when all is written."""
    files.refuse_existing(path, force=force)
    temporary = files.temporary_beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
    except OSError as error:
        raise CannotWrite(f"无法写入“{path}”：{files.reason(error)}。") from error
