"""``nianbao batch check`` and ``nianbao batch collect``: what came back from many agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nianbao import actions
from nianbao.batch.options import FOLDER, PREVIOUS_DIR, ROSTER, YEAR, running
from nianbao.terminal import FORCE, JSON, PATH, STOPPED, Command, common, json_line, say


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
    from nianbao.batch.checking import check_all
    from nianbao.batch.progress import in_terminal
    from nianbao.batch.stock import counted
    from nianbao.batch.stopping import stoppable

    box = inbox(folder, roster, year, output, previous_dir, slips)
    with stoppable() as stop, in_terminal() as tell:
        found = check_all(
            *(box, output),
            slips_to=slips,
            force=force,
            jobs=jobs,
            dask=dask,
            stop=stop,
            tell=tell,
        )
    for note in found.notes:
        say(note)
    if as_json:
        json_line(_record(found, output))
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
    from nianbao.batch.reviewing import Inbox
    from nianbao.batch.roster import read_sound_roster

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


def _record(found: Any, output: Path) -> dict[str, Any]:
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
    from nianbao.batch.collecting import Tables, collect_all
    from nianbao.batch.progress import in_terminal
    from nianbao.batch.stopping import stoppable
    from nianbao.batch.telling import summary

    box = inbox(folder, roster, year, output, previous_dir, parent, csv, parquet)
    with stoppable() as stop, in_terminal() as tell:
        found = collect_all(
            *(box, output),
            parent=parent,
            tables=Tables(csv, parquet),
            force=force,
            jobs=jobs,
            dask=dask,
            stop=stop,
            tell=tell,
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
