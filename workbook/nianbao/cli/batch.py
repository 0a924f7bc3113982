"""``nianbao batch``: jobs over many agencies."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from nianbao import actions
from nianbao.cli.options import FOLDER, PREVIOUS_DIR, ROSTER, YEAR, running
from nianbao.cli.terminal import (
    FORCE,
    JSON,
    PATH,
    STDIO,
    STOPPED,
    Command,
    CommandGroup,
    common,
    emit,
    json_line,
    say,
)
from nianbao.form import each

# ``nianbao batch check`` and ``nianbao batch collect``: what came back from many agencies


@click.command(cls=Command)
@FOLDER
@ROSTER
@YEAR
@PREVIOUS_DIR
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="核查结果 .xlsx。")
@click.option("--slips", type=PATH, metavar="文件夹", help="给要改正的单位各写一份退回修改单。")
@running
@FORCE
@JSON
@common
def check(
    folder: Path,
    roster: Path | None,
    year: int | None,
    previous_dir: Path | None,
    output: Path,
    slips: Path | None,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """核查文件夹里的全部报告：谁没报，谁有错，哪里雷同。

    结果文件已有时加 --force 更新它，其中的“处理情况”和“说明”保留；没有变化的文件不重新读。
    """
    from nianbao.batch.review.check import check_all
    from nianbao.batch.review.stock import counted
    from nianbao.batch.running.runner import in_terminal, stoppable

    box = inbox(folder, roster, year, output, previous_dir, slips)
    with stoppable() as stop, in_terminal() as show:
        found = check_all(
            *(box, output),
            slips_to=slips,
            force=force,
            jobs=jobs,
            dask=dask,
            stop=stop,
            show=show,
        )
    for note in found.notes:
        say(note)
    if as_json:
        json_line(_review_record(found, output))
    else:
        click.echo(f"{counted(found.stock)}；文字雷同 {found.alike} 处。")
        if slips:
            click.echo(f"退回修改单 {found.slips} 份：{slips}")
        if found.slips_done:
            click.echo(f"另有 {found.slips_done} 份已不需要，移到了其中的“已不需要”文件夹。")
        if found.written:
            click.echo(f"已写好：{output}")
    if found.left:
        say(f"已停止，还剩 {found.left} 个文件，再运行一次接着做。")
        return STOPPED
    return 2 if found.stock.unread() else int(found.stock.tally()["wrong"] > 0)


def inbox(
    folder: Path,
    roster: Path | None,
    year: int | None,
    output: Path,
    previous: Path | None = None,
    *ours: Path | None,
) -> Any:
    """What to look at: all that is in the folder but what the call itself names."""
    from nianbao.batch.review.review import Inbox
    from nianbao.batch.roster.roster import read_sound_roster

    units = read_sound_roster(actions.load_bytes(roster), roster.name) if roster else None
    named = (roster, output, previous, *ours)
    return Inbox(
        folder,
        units,
        roster.parent if roster else Path(),
        previous,
        year,
        roster,
        frozenset(path.resolve() for path in named if path),
    )


def _review_record(found: Any, output: Path) -> dict[str, Any]:
    units = [
        {
            "unit": s.unit.name,
            "code": s.unit.code,
            "state": s.state,
            "listed": s.listed,
            "file": s.file.key if s.file else None,
            "counts": s.tally() if s.reported else None,
            "reason": s.reason,
        }
        for s in found.stock.standings
    ]
    files = [
        {"file": f.file.key, "unit": f.unit, "outcome": f.outcome, "reason": f.reason}
        for f in found.stock.fates
    ]
    return {
        "written": str(output),
        "year": found.stock.year,
        "left": found.left,
        "alike": found.alike,
        "slips": found.slips,
        "slips_done": found.slips_done,
        "notes": found.notes,
        "units": units,
        "files": files,
    }


@click.command(cls=Command)
@FOLDER
@ROSTER
@YEAR
@PREVIOUS_DIR
@click.option("--parent", type=PATH, metavar="文件", help="本级政府的报告，与各单位之和逐格核对。")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="汇总结果 .xlsx。")
@click.option("--csv", type=PATH, metavar="文件", help="另写一份长表（一行一个数），CSV。")
@click.option("--parquet", type=PATH, metavar="文件", help="另写一份长表，Parquet。")
@running
@FORCE
@JSON
@common
def collect(
    folder: Path,
    roster: Path | None,
    year: int | None,
    previous_dir: Path | None,
    parent: Path | None,
    output: Path,
    csv: Path | None,
    parquet: Path | None,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """把文件夹里各单位的三张表加起来，按上级分级，并与本级报告核对。

    重复的只计一份；有错的照报送的数计入并标出；空格按 0 计并标出。
    """
    from nianbao.batch.running.runner import in_terminal, stoppable
    from nianbao.batch.sums.collect import LongTables, collect_all, summary

    box = inbox(folder, roster, year, output, previous_dir, parent, csv, parquet)
    with stoppable() as stop, in_terminal() as show:
        found = collect_all(
            *(box, output),
            parent=parent,
            tables=LongTables(csv, parquet),
            force=force,
            jobs=jobs,
            dask=dask,
            stop=stop,
            show=show,
        )
    for note in found.notes:
        say(note)
    if as_json:
        json_line(_sums(found, output))
    elif found.written:
        click.echo(summary(found))
        click.echo(f"已写好并核对：{output}")
    if found.left:
        say(f"已停止，还剩 {found.left} 个文件没有计入，再运行一次接着做。")
        return STOPPED
    return 2 if found.stock.unread() else int(found.tree.all.wrong > 0)


def _sums(found: Any, output: Path) -> dict[str, Any]:
    from nianbao.report import to_dict

    units = [
        {
            "unit": part.standing.unit.name,
            "code": part.standing.unit.code,
            "state": part.standing.state,
            "counted": part.why is None,
            "blank": part.gaps.blank,
            "why": part.why,
        }
        for part in found.tree.parts
    ]
    return {
        "written": str(output),
        "year": found.stock.year,
        "left": found.left,
        "notes": found.notes,
        "counted": found.tree.all.total.count,
        "due": found.tree.all.due,
        "missing": found.tree.all.missing,
        "differences": dict(found.differences),
        "units": units,
        "report": to_dict(found.total),
    }


TOLD = 100  # sentences in a terminal


@click.group(cls=CommandGroup)
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
    from nianbao.batch.roster.blank import blank_roster
    from nianbao.formats import files

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
    from nianbao.batch.fill import Options, fill_all, tally
    from nianbao.batch.roster.roster import read_roster
    from nianbao.batch.running.runner import in_terminal, stoppable

    form = actions.form_for(year, format)
    given = actions.load_stream(sys.stdin.buffer) if roster == STDIO else actions.load_bytes(roster)
    units = read_roster(given, "标准输入" if roster == STDIO else roster.name, form.format)
    options = Options(year, form.format, directory, force)
    notes, found = list(units.notes), []
    with stoppable() as stop, in_terminal() as show:
        running = fill_all(
            *(units, options),
            base=roster.parent,
            reports=data,
            jobs=jobs,
            dask=dask,
            stop=stop,
            show=show,
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
        _print_results(found)
        click.echo(_summary(counts, directory))
    return STOPPED if counts["left"] else exit_code(found)


def exit_code(found: Iterable[Any]) -> int:
    """3 where something could not be written, else 2 where something could not be used, else 0."""
    return max((one.code for one in found), default=0)


def _print_results(found: Iterable[Any]) -> None:
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
