"""``nianbao read``, ``check``, ``rules``: what is in a report, what is wrong with it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from nianbao import actions
from nianbao.cli.options import LEDGER, MAPPING, PREVIOUS, STDIN, ledger_of, report_of, stdin
from nianbao.cli.terminal import FORCE, JSON, PATH, STDIO, command, common, emit, json_line, say
from nianbao.errors import UnusableInput
from nianbao.ledgers import Ledger
from nianbao.report import Report


@command
@click.argument("source", metavar="来源", type=PATH)
@click.option("-o", "--output", type=PATH, metavar="文件", help="写到文件；不写则输出到屏幕。")
@FORCE
@JSON
@common
def read(source: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """读入一份报告，输出为 JSON；放不进表格的内容逐条列出。"""
    from nianbao.cli import listing
    from nianbao.exports import json
    from nianbao.formats import files

    if output is not None:
        actions.refuse_same(source, output)
        _refuse_no_json(output)
    report = report_of(source)
    notes = tuple(listing.notes_text(report))
    for line in notes:
        say(line)
    data = json.write(report)
    if output is None or output == STDIO:
        emit(data)
    else:
        files.write(output, data, force=force)
        if as_json:
            json_line({"written": str(output), "notes": notes})
        else:
            say(f"已写好：{output}")


def _refuse_no_json(path: Path) -> None:
    if path != STDIO and path.suffix.lower() != ".json":
        raise UnusableInput(
            f"read 写出的是 JSON，“{path}”的扩展名应为 .json；要写成其他形式请用 export。"
        )


@command
@click.argument("source", metavar="来源…", nargs=-1, required=True, type=PATH)
@PREVIOUS
@LEDGER
@MAPPING
@JSON
@common
def check(
    source: tuple[Path, ...],
    previous: Path | None,
    ledger: Path | None,
    ledger_mapping: Path | None,
    as_json: bool,
) -> int:
    """校验一份或多份报告，也可以给文件夹；有错误时退出码为 1。

    给出台账的，还核对台账各行，并与表二、表三、表四的数比较。
    """
    from nianbao.cli import listing
    from nianbao.report.findings import has_errors

    if ledger and (len(source) > 1 or source[0].is_dir()):
        raise UnusableInput("--ledger 只能与一份报告一起用：台账是一个机关的。")
    last_year = report_of(previous) if previous else None
    rows = ledger_of(ledger, ledger_mapping)
    records: list[dict[str, Any]] = []
    unreadable = wrong = False
    for item in _checked(source, last_year, rows):
        if item.problem is not None:
            unreadable = True
            say(item.problem)
            records.append(listing.unreadable_json(item.problem, item.source))
            continue
        wrong = wrong or has_errors(item.findings)
        if as_json:
            records += listing.findings_json(item.findings, item.source)
        else:
            click.echo(listing.findings_text(item.findings, item.source, item.report))
    if as_json:
        json_line(records)
    return 2 if unreadable else int(wrong)


def _checked(
    sources: tuple[Path, ...], previous: Report | None, ledger: Ledger | None
) -> Iterator[actions.Checked]:
    for path in sources:
        if path == STDIO:
            yield actions.checked(STDIN, STDIN, stdin, previous, ledger)
        else:
            yield from actions.check_files((path,), previous, ledger)


@command
@click.argument("code", metavar="[编号]", required=False)
@JSON
@common
def rules(code: str | None, as_json: bool) -> None:
    """列出全部校验规则；给出编号时解释这一条。"""
    from nianbao.cli import listing
    from nianbao.rules import registry

    chosen = (registry.rule(code),) if code else registry.all_rules()
    if as_json:
        json_line([listing.rule_dict(r) for r in chosen])
    elif code:
        click.echo(listing.rule_text(chosen[0]))
    else:
        click.echo(listing.rules_text(chosen))
