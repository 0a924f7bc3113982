"""``batch collect``: the reports of a folder added up, by levels, and told in one workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nianbao import actions, reading
from nianbao.batch.review.check import kept
from nianbao.batch.review.review import Inbox, reviewed
from nianbao.batch.review.stock import Stock, others
from nianbao.batch.running.runner import ShowProgress
from nianbao.batch.sums import book, long_table
from nianbao.batch.sums.levels import Tree, add_up, comparisons
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats import files
from nianbao.report import Report

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class LongTables:
    """The long table, one row a figure, where it is wanted."""

    csv: Path | None = None
    parquet: Path | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """What was added up and ``written``, as of ``Checked``; ``differences``: for every government
    whose report was there to be compared, in how many cells it is not the sum of those that make it
    up."""

    stock: Stock
    tree: Tree
    total: Report
    left: int
    notes: tuple[str, ...]
    differences: tuple[tuple[str, int], ...]
    written: bool = True


def collect_all(
    inbox: Inbox,
    output: Path,
    *,
    parent: Path | None = None,
    tables: LongTables | None = None,
    force: bool = False,
    jobs: int | None = None,
    dask: str | None = None,
    stop: Stop = lambda: False,
    show: ShowProgress | None = None,
) -> Collected:
    """Add up and write 汇总.xlsx. ``parent``: the report of the government that all belong to.

    Each agency counts once; reports with errors count as they are and are marked. Raises
    UnusableInput, CannotWrite.
    """
    tables = tables or LongTables()
    _refuse_outputs(inbox, parent, output, tables, force=force)
    given = actions.read(parent) if parent else None
    with reviewed(inbox, output, jobs=jobs, dask=dask, stop=stop, show=show) as review:
        stock = review.stock
        if given is not None and given.year != stock.year:
            raise UnusableInput(
                f"本级报告是 {given.year} 年度的，汇总的是 {stock.year} 年度的，不能核对。"
            )
        _refuse_nothing(stock)
        tree = add_up(review, given)
        total = book.total_of(tree, given)
        compared = comparisons(review, tree, given)
        notes, left = review.notes, review.left
        if left and output.exists():
            notes = (*notes, kept(output))
            return Collected(stock, tree, total, left, notes, (), written=False)
        data = book.write(review, tree, total, compared)
        _read_back(data, output.name, total)
        with ExitStack() as all_or_none:
            long_table.write(review, tree, tables.csv, tables.parquet, all_or_none, force=force)
            files.write(output, data, force=force)
        gaps = tuple((one.report.agency.name, one.gap) for one in compared)
        return Collected(stock, tree, total, left, notes, gaps)


def _refuse_outputs(
    inbox: Inbox, parent: Path | None, output: Path, tables: LongTables, *, force: bool
) -> None:
    """What cannot be written is told before the work, not after it."""
    actions.refuse_ending(output)
    paths = [path for path in (output, tables.csv, tables.parquet) if path is not None]
    for path in paths:
        files.refuse_existing(path, force=force)
        inbox.refuse_as_output(path, parent, inbox.listed_in)
    if len({path.resolve() for path in paths}) < len(paths):
        raise UnusableInput("汇总结果和长表写的是同一个文件，请各用一个文件名。")
    if tables.parquet:
        long_table.ready_for_parquet()


def _refuse_nothing(stock: Stock) -> None:
    """Raises UnusableInput where there is no report of the year."""
    if any(standing.reported for standing in stock.standings):
        return
    others = Counter(f.file.year for f in stock.fates if f.outcome == "年度不符")
    years = "、".join(f"{year} 年度 {n} 份" for year, n in sorted(others.items()))
    found = f"收到的是 {years}" if years else "没有一份能读的报告"
    raise UnusableInput(f"没有 {stock.year} 年度的报告可以汇总：{found}。")


def _read_back(data: bytes, name: str, total: Report) -> None:
    """The workbook must say the sum when it is read as a report."""
    found = reading.open(data, name).report
    if (found.values, found.extra) != (total.values, total.extra):
        raise CannotWrite(f"“{name}”写出后读回核对不一致，没有保存。")


# What a collection came to, in a sentence


def summary(found: Collected) -> str:
    """``汇总 12 份报告：应报 14 个单位，未报 2，有错 1；与“某区人民政府”的报告 3 格不等。``"""
    level = found.tree.all
    said = f"汇总 {level.total.count} 份报告"
    if found.stock.roster is not None:
        said += f"：应报 {level.due} 个单位"
        said += f"，未报 {len(level.missing)}" if level.missing else ""
    said += f"，有错 {level.wrong}（已标出）" if level.wrong else ""
    return f"{said}{_compared(found.differences)}{others(found.stock)}。"


def _compared(differences: Sequence[tuple[str, int]]) -> str:
    """The government that all belong to stands first; those of its parts are told together."""
    if not differences:
        return ""
    (name, gap), *rest = differences
    said = f"；与“{name}”的报告{f' {gap} 格不等' if gap else '逐格相等'}"
    if rest:
        gaps = sum(gap for _, gap in rest)
        said += f"，另外 {len(rest)} 份下级汇总报告"
        said += f"与所属单位之和共 {gaps} 格不等" if gaps else "也逐格相等"
    return said
