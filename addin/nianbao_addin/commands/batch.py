"""批量生成, 批量校验, 批量汇总: jobs over many agencies, beside the workbook that is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nianbao import actions
from nianbao import form as forms
from nianbao.batch.fill import Options, fill_all, tally
from nianbao.batch.review.review import Inbox
from nianbao.batch.review.stock import counted
from nianbao.batch.roster.roster import Roster, read_roster, read_sound_roster
from nianbao.batch.running.runner import Progress, sentence
from nianbao.errors import NianbaoError
from nianbao_addin.commands import Outcome, first_of
from nianbao_addin.hosts import notice
from nianbao_addin.hosts.host import Host
from nianbao_addin.open import workbook

_ROSTERS = ("*.xlsx", "*.xls", "*.ods", "*.csv")
_NOTHING = Outcome("没有选择，什么都没有做。")
_JULY = 7


def fill(host: Host) -> Outcome:
    """A workbook for every agency of a roster. Raises UnusableInput, CannotWrite."""
    path = host.choose_file("选择单位名单", _ROSTERS)
    folder = host.choose_folder("选择工作簿写到哪个文件夹") if path else None
    if path is None or folder is None:
        return _NOTHING
    year = _year(host)
    form = forms.for_year(year)
    roster = read_roster(actions.load_bytes(path), path.name, form.format)
    count = len(roster.units)
    if not host.ask(f"给 {count} 个单位各生成一份 {year} 年度的工作簿，写到“{folder}”，对吗？"):
        return _NOTHING
    options = Options(year, form.format, folder)
    made = fill_all(roster, options, base=path.parent, jobs=1, show=_progress_on(host))
    notes, done = list(roster.notes), []
    for one in made:
        if isinstance(one, str):
            notes.append(one)
        else:
            done.append(one)
    notes += [one.problem for one in done if one.problem]
    counts = tally(done)
    notice.open_file(folder)
    said = (
        f"生成 {counts['written']} 份，原已生成 {counts['kept']} 份，未成功 {counts['failed']} 份。"
    )
    return Outcome(said + first_of(notes, ""))


def check(host: Host) -> Outcome:
    """核查.xlsx of a folder, beside it. Raises UnusableInput, CannotWrite."""
    from nianbao.batch.review.check import check_all

    def do(inbox: Inbox, output: Path, **how: Any) -> str:
        found = check_all(inbox, output, **how)
        return f"{counted(found.stock)}；文字雷同 {found.alike} 处。{''.join(found.notes)}"

    return _review(host, "核查", do)


def collect(host: Host) -> Outcome:
    """汇总.xlsx of a folder, beside it. Raises UnusableInput, CannotWrite."""
    from nianbao.batch.sums.collect import collect_all, summary

    def do(inbox: Inbox, output: Path, **how: Any) -> str:
        found = collect_all(inbox, output, **how)
        return f"{summary(found)}{''.join(found.notes)}"

    return _review(host, "汇总", do)


def _review(host: Host, word: str, do: Callable[..., str]) -> Outcome:
    folder = host.choose_folder("选择各单位报告所在的文件夹")
    if folder is None:
        return _NOTHING
    path = None
    if host.ask("有单位名单吗？选“是”再选名单，可以看出谁没有报；选“否”只看收到的文件。"):
        path = host.choose_file("选择单位名单", _ROSTERS)
        if path is None:
            return _NOTHING
    output = folder.parent / f"{folder.name or '报告'}{word}.xlsx"
    if output.exists() and not host.ask(f"“{output}”已经存在，更新它吗？"):
        return _NOTHING
    ours = frozenset(p.resolve() for p in (path, output) if p)
    base = path.parent if path else Path()
    inbox = Inbox(folder, _roster(path), base, listed_in=path, leave=ours)
    said = do(inbox, output, force=True, jobs=1, show=_progress_on(host))
    notice.open_file(output)
    return Outcome(f"{said}已写好：{output}")


def _roster(path: Path | None) -> Roster | None:
    return read_sound_roster(actions.load_bytes(path), path.name) if path else None


def _progress_on(host: Host) -> Callable[[Progress], None]:
    return lambda progress: host.status(sentence(progress))


def _year(host: Host) -> int:
    """That of the workbook that is open, if it is one of ours; else the one to report on now."""
    try:
        return workbook.read(host).report.year
    except NianbaoError:
        today = dt.date.today()
        return today.year - (today.month < _JULY)
