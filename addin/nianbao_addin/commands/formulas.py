"""填充公式: totals and checks that were typed over get their formulas back, blanks are linked to
the ledgers where these have entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.ledgers import figures
from nianbao.template import ledger_formulas, restore
from nianbao.template.restore import Spot
from nianbao_addin import buttons, changes, opened
from nianbao_addin.changes import Cells, Change
from nianbao_addin.commands import Outcome
from nianbao_addin.commands.words import listed
from nianbao_addin.hosts.host import Formula, Host, Place


def formulas(host: Host) -> Outcome:
    """Put back every total and check that is no formula any more, others only if wanted; link what
    is blank to the ledgers. What was typed is compared with them and stays."""
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
    links = _links(host, now, spots, format, year)
    changes.apply(host, buttons.button("formulas").label, chosen + links.changes)
    host.calculate()
    if not chosen:
        return Outcome(f"合计和核对公式都在，没有需要恢复的。{lost}{links.said}")
    was = listed([f"{changes.where(c.place)} 原为 {changes.shown(c.old)}" for c in chosen], "；")
    return Outcome(f"恢复 {len(chosen)} 处公式：{was}。{lost}{links.said}")


@dataclass(frozen=True)
class _Links:
    """Blank cells that a ledger can fill, and the sentences on them."""

    changes: list[Change]
    said: str


def _links(
    host: Host, now: Cells, spots: Mapping[str, Spot], format: int, year: int | None
) -> _Links:
    places = {id: _place(spot) for id, spot in spots.items()}
    ledger = opened.ledger_in(host, places) if year else None
    if ledger is None or year is None:
        return _Links([], "")
    counted = figures(ledger, format, year)
    wanted: list[Change] = []
    different: list[str] = []
    for id, formula in ledger_formulas.formulas(format).items():
        spot = spots.get(id)
        if id not in counted or spot is None:
            continue
        place = _place(spot)
        there = now[place]
        if changes.is_blank(there):
            wanted.append(Change(place, there, Formula(formula)))
        elif not isinstance(there, Formula) and not changes.same(there, counted[id]):
            where, typed = changes.where(place), changes.shown(there)
            different.append(f"{where} 填的是 {typed}，台账是 {counted[id]}")
    said = f"把 {len(wanted)} 个空格接到台账。" if wanted else ""
    if different:
        told = listed(different, "；")
        said += f"有 {len(different)} 格填的数与台账不一致，没有改动：{told}。"
    return _Links(wanted, said)


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
