"""``nianbao batch check`` and ``nianbao batch collect``: what came back from many agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nianbao import actions
from nianbao.batch.options import FOLDER, ROSTER, YEAR, running
from nianbao.terminal import FORCE, JSON, PATH, STOPPED, Command, common, json_line, say


@click.command(cls=Command)
@FOLDER
@ROSTER
@YEAR
@click.option("--previous-dir", type=PATH, metavar="文件夹", help="上年报告所在的文件夹。")
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
    counts = found.stock.tally()
    for note in found.notes:
        say(note)
    if as_json:
        json_line(_record(found, output))
    else:
        click.echo(f"{counted(counts)}；文字雷同 {found.alike} 处。")
        if slips:
            click.echo(f"退回修改单 {found.slips} 份：{slips}")
        click.echo(f"已写好：{output}")
    if found.left:
        say(f"已停止，还剩 {found.left} 个文件，再运行一次接着做。")
        return STOPPED
    return 2 if counts["unreadable"] else int(counts["wrong"] > 0)


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
    from nianbao.batch.roster import read_roster

    units = read_roster(actions.load_bytes(roster), roster.name) if roster else None
    named = (roster, output, previous, *ours)
    return Inbox(
        folder,
        units,
        roster.parent if roster else Path(),
        previous,
        year,
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
        "notes": found.notes,
        "units": units,
        "files": files,
    }
