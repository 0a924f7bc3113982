"""``nianbao batch``: jobs over many agencies."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from nianbao import actions
from nianbao.batch.options import running
from nianbao.batch.review_commands import check, collect
from nianbao.form import each
from nianbao.terminal import FORCE, JSON, PATH, STDIO, STOPPED, Group, common, emit, json_line, say

TOLD = 100  # sentences in a terminal


@click.group(cls=Group)
def batch() -> None:
    """许多单位一起办：建名单，批量生成、核查、汇总。"""


batch.add_command(check)
batch.add_command(collect)


@batch.command(name="roster")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="名单文件名。")
@FORCE
@JSON
@common
def roster_command(output: Path, force: bool, as_json: bool) -> None:
    """生成一份空白的单位名单，带下拉选项和填写说明。"""
    from nianbao.batch.blank_roster import blank_roster
    from nianbao.outputs import files

    if output == STDIO:
        emit(blank_roster())
        return
    files.write(output, blank_roster(), force=force)
    if as_json:
        json_line({"written": str(output), "notes": ()})
    else:
        say(f"已写好：{output}")


@batch.command()
@click.argument("roster", metavar="名单", type=PATH)
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2026。")
@click.option("--format", type=int, metavar="版本", help=f"{each(' 或 ')}；不写则按年度选用。")
@click.option(
    "-d", "--directory", type=PATH, required=True, metavar="文件夹", help="工作簿写到哪个文件夹。"
)
@click.option(
    "--data", type=PATH, metavar="文件夹", help="已有报告所在的文件夹，按机关名称对应到单位。"
)
@running
@FORCE
@JSON
@common
def fill(
    roster: Path,
    year: int,
    format: int | None,
    directory: Path,
    data: Path | None,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """给名单里的每个单位生成一份官方格式工作簿，填好已知的内容。

    中断后再运行一次就接着做；已经生成、没有变化的不再重写。
    """
    from nianbao.batch.filling import Options, fill_all, tally
    from nianbao.batch.progress import in_terminal
    from nianbao.batch.roster import read_roster
    from nianbao.batch.stopping import stoppable

    form = actions.form_for(year, format)
    given = actions.load_stream(sys.stdin.buffer) if roster == STDIO else actions.load_bytes(roster)
    units = read_roster(given, "标准输入" if roster == STDIO else roster.name, form.format)
    options = Options(year, form.format, directory, force)
    notes, found = list(units.notes), []
    with stoppable() as stop, in_terminal() as tell:
        running = fill_all(
            *(units, options),
            base=roster.parent,
            reports=data,
            jobs=jobs,
            dask=dask,
            stop=stop,
            tell=tell,
        )
        for one in running:
            if isinstance(one, str):
                notes.append(one)
            else:
                found.append(one)
    for note in notes:
        say(note)
    counts = tally(found) | {"left": len(units.units) - len(found)}
    if as_json:
        json_line(counts | {"notes": notes, "files": [_record(one) for one in found]})
    else:
        _tell(found)
        click.echo(_summary(counts, directory))
    return STOPPED if counts["left"] else exit_code(found)


def exit_code(found: Iterable[Any]) -> int:
    """3 where something could not be written, else 2 where something could not be used, else 0."""
    return max((one.code for one in found), default=0)


def _tell(found: Iterable[Any]) -> None:
    """What a person should know of single agencies; of very many only the first."""
    lines = [line for one in found for line in _sentences(one)]
    for line in lines[:TOLD]:
        say(line)
    if len(lines) > TOLD:
        say(f"另有 {len(lines) - TOLD} 条没有列出，加 --json 可看到全部。")


def _sentences(one: Any) -> list[str]:
    if one.value is None:
        return [one.problem]
    return [f"{one.item.unit.name}：{note}" for note in one.value.notes]


def _record(one: Any) -> dict[str, Any]:
    record = {"unit": one.item.unit.name, "code": one.item.unit.code, "file": one.item.file}
    if one.value is None:
        return record | {"problem": one.problem}
    return record | {"state": one.value.state, "notes": one.value.notes}


def _summary(counts: dict[str, int], directory: Path) -> str:
    parts = [f"生成 {counts['written']} 份"]
    if counts["kept"]:
        parts.append(f"原已生成、没有变化 {counts['kept']} 份")
    if counts["failed"]:
        parts.append(f"未成功 {counts['failed']} 份")
    if counts["left"]:
        parts.append(f"已停止，还剩 {counts['left']} 份，再运行一次接着做")
    return f"{'，'.join(parts)}：{directory}"
