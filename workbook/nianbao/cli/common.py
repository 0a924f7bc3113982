"""What several commands share: their options, where input comes from, how a file is told of."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nianbao import actions
from nianbao.errors import UnusableInput
from nianbao.ledgers import Ledger
from nianbao.report import Report
from nianbao.terminal import PATH, STDIO, json_line, say

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
    return actions.read_bytes(*content_of(path))


def content_of(path: Path) -> tuple[bytes, str]:
    """What a source holds, and the name it is told by."""
    if path == STDIO:
        return stdin(), STDIN
    return actions.load_bytes(path), path.name


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
