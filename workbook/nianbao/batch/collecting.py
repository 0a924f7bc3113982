"""``batch collect``: the reports of a folder added up, by levels, and told in one workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nianbao import actions
from nianbao.batch import sum_book
from nianbao.batch.comparing import comparisons
from nianbao.batch.levels import Tree, add_up
from nianbao.batch.reviewing import Inbox, reviewed
from nianbao.batch.runner import Tell
from nianbao.batch.stock import Stock
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.outputs import files
from nianbao.report import Report

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Tables:
    """The long table, one row a figure, where it is wanted."""

    csv: Path | None = None
    parquet: Path | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """What was added up and written; ``differences``: cells in which a government's report is
    not the sum of those that make it up, None where none was there to compare."""

    stock: Stock
    tree: Tree
    total: Report
    left: int
    notes: tuple[str, ...]
    differences: int | None


def collect_all(
    inbox: Inbox,
    output: Path,
    *,
    parent: Path | None = None,
    tables: Tables | None = None,
    force: bool = False,
    jobs: int | None = None,
    dask: str | None = None,
    stop: Stop = lambda: False,
    tell: Tell | None = None,
) -> Collected:
    """Add up and write 汇总.xlsx. ``parent``: the report of the government that all belong to.

    Each agency counts once; reports with errors count as they are and are marked. Raises
    UnusableInput, CannotWrite.
    """
    tables = tables or Tables()
    for path in (output, tables.csv, tables.parquet):
        if path is not None:
            files.refuse_existing(path, force=force)
    if tables.parquet:
        from nianbao.batch import long_table

        long_table.ready_for_parquet()
    given = actions.read(parent) if parent else None
    with reviewed(inbox, output, jobs=jobs, dask=dask, stop=stop, tell=tell) as review:
        stock = review.stock
        if given is not None and given.year != stock.year:
            raise UnusableInput(
                f"本级报告是 {given.year} 年度的，汇总的是 {stock.year} 年度的，不能核对。"
            )
        tree = add_up(review, given)
        total = sum_book.total_of(tree, given)
        compared = comparisons(review, tree, given)
        data = sum_book.write(review, tree, total, compared)
        _read_back(data, output.name, total)
        if tables.csv or tables.parquet:
            from nianbao.batch import long_table

            if tables.csv:
                long_table.write_csv(review, tree, tables.csv, force=force)
            if tables.parquet:
                long_table.write_parquet(review, tree, tables.parquet, force=force)
        files.write(output, data, force=force)
        apart = [a != b for one in compared for _, a, b in one.cells()]
        return Collected(
            stock, tree, total, review.left, review.notes, sum(apart) if compared else None
        )


def _read_back(data: bytes, name: str, total: Report) -> None:
    """The workbook must say the sum when it is read as a report."""
    found = actions.read_bytes(data, name)
    if (found.values, found.extra) != (total.values, total.extra):
        raise CannotWrite(f"“{name}”写出后读回核对不一致，没有保存。")
