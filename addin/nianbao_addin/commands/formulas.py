"""填充公式: totals and checks that were typed over get their formulas back."""

from __future__ import annotations

from collections.abc import Mapping

from nianbao.outputs import restore
from nianbao.outputs.restore import Spot
from nianbao_addin import buttons, changes, opened
from nianbao_addin.changes import Cells, Change
from nianbao_addin.commands import Outcome
from nianbao_addin.commands.words import listed
from nianbao_addin.hosts.host import Formula, Host, Place


def formulas(host: Host) -> Outcome:
    """Put back every total and check that is no formula any more; others only if wanted."""
    host.calculate()
    spots = _spots(host)
    now = Cells(host)
    format, year = (_number(now, spots.get(id)) for id in ("format", "year"))
    if format is None:
        raise opened.not_ours(host)
    found = restore.restored(format, year, spots)
    wanted = [
        Change(_place(spot), now[_place(spot)], Formula(formula))
        for spot, formula in found.formulas.items()
    ]
    overwritten = [c for c in wanted if not isinstance(c.old, Formula)]
    others = [c for c in wanted if isinstance(c.old, Formula) and not changes.same(c.old, c.new)]
    lost = f"另有 {found.lost} 处的单元格已被删除或丢失名称，没有恢复。" if found.lost else ""
    if others and not _agreed(host, others):
        others = []
    chosen = overwritten + others
    if not chosen:
        return Outcome(f"合计和核对公式都在，没有需要恢复的。{lost}")
    changes.apply(host, buttons.button("formulas").label, chosen)
    host.calculate()
    was = listed([f"{changes.where(c.place)} 原为 {changes.shown(c.old)}" for c in chosen], "；")
    return Outcome(f"恢复 {len(chosen)} 处公式：{was}。{lost}")


def _agreed(host: Host, others: list[Change]) -> bool:
    """A formula of somebody's own may be meant: it goes only if that is said."""
    places = listed([f"{changes.where(c.place)} 为 {changes.shown(c.old)}" for c in others], "；")
    return host.ask(f"有 {len(others)} 处的公式与模板不同（{places}），也换成模板的公式吗？")


def _spots(host: Host) -> Mapping[str, Spot]:
    """Where the named cells are, by id in small letters."""
    return {
        id.lower(): Spot(*place[:3])
        for id, place in opened.named_cells(host).items()
        if place and (place.rows, place.columns) == (1, 1)
    }


def _place(spot: Spot) -> Place:
    return Place(*spot)


def _number(now: Cells, spot: Spot | None) -> int | None:
    content = now[_place(spot)] if spot else None
    return int(content) if isinstance(content, int | float) else None
