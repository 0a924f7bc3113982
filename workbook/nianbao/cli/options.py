"""What several commands share: their options, where input comes from, how a file is told of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nianbao import actions
from nianbao.cli.terminal import PATH, STDIO, json_line, say
from nianbao.errors import UnusableInput
from nianbao.form import for_year
from nianbao.ledgers import Ledger
from nianbao.report import Report

if TYPE_CHECKING:
    from nianbao.reading import Source

PREVIOUS = click.option(
    "--previous", type=PATH, metavar="文件", help="上年报告（任何可读格式），用于跨年核对。"
)

LEDGER = click.option(
    "--ledger", type=PATH, metavar="台账", help="依申请、复议诉讼、规范性文件台账，用于核对和填数。"
)
MAPPING = click.option(
    "--ledger-mapping",
    type=PATH,
    metavar="对应文件",
    help="台账表头、取值与模板的对应（JSON），表头认不出时用；不写时用台账旁边的“台账名.对应.json”。",
)

STDIN = "标准输入"


def report_of(path: Path) -> Report:
    return source_of(path).report


def source_of(path: Path) -> Source:
    """What a file, or standard input, gives. Raises UnusableInput."""
    if path != STDIO:
        return actions.open_file(path)
    from nianbao import reading

    return reading.open(stdin(), STDIN)


def stdin() -> bytes:
    if sys.stdin is None:
        raise UnusableInput("标准输入没有打开，请给出文件名。")
    return actions.load_stream(sys.stdin.buffer)


def ledger_of(path: Path | None, mapping: Path | None) -> Ledger | None:
    if path is None and mapping is not None:
        raise UnusableInput("--ledger-mapping 要与 --ledger 一起用。")
    return None if path is None else actions.read_ledger(path, mapping)


def done(written: actions.Written, as_json: bool) -> None:
    if as_json:
        json_line({"written": str(written.path), "notes": written.notes})
        return
    for note in written.notes:
        say(note)
    say(f"已写好并核对：{written.path}")


# Options that all commands over many files have

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.argument("folder", metavar="文件夹", type=PATH)
ROSTER = click.option("--roster", type=PATH, metavar="名单", help="单位名单；不写则按收到的文件。")


def _known(_context: click.Context, _option: click.Parameter, year: int | None) -> int | None:
    if year is not None:
        for_year(year)  # raises UnusableInput for one that there is no form of
    return year


YEAR = click.option(
    "--year",
    type=int,
    callback=_known,
    metavar="年度",
    help="报告年度；不写则按多数文件。",
)
PREVIOUS_DIR = click.option(
    "--previous-dir", type=PATH, metavar="文件夹", help="上年报告所在的文件夹。"
)


def _positive(_context: click.Context, option: click.Parameter, number: int | None) -> int | None:
    if number is not None and number < 1:
        message = f"选项 {option.opts[-1]} 要写不小于 1 的整数，这里写的是 {number}。"
        raise UnusableInput(message)
    return number


def running(command: F) -> F:
    """Who does the work; on every command that goes over many files."""
    jobs = click.option(
        "--jobs",
        type=int,
        callback=_positive,
        metavar="个数",
        help="用几个进程；不写则按单位多少自动决定。",
    )
    dask = click.option(
        "--dask",
        metavar="地址",
        help="改用 Dask 集群，如 tcp://主机:8786；各机要能读写同一文件夹。",
    )
    return jobs(dask(command))
