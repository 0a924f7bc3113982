"""Options that all commands over many files have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from nianbao.errors import UnusableInput
from nianbao.form import for_year
from nianbao.terminal import PATH

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
        told = f"选项 {option.opts[-1]} 要写不小于 1 的整数，这里写的是 {number}。"
        raise UnusableInput(told)
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
