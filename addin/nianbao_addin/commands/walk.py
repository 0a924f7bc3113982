"""上一处, 下一处: from one listed place to the next. Nothing is written: undo still works."""

from __future__ import annotations

from nianbao.errors import UnusableInput
from nianbao.template.results import ANSWERED
from nianbao_addin import listed
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host, Place
from nianbao_addin.listed import Entry, Listed


def following(host: Host) -> Outcome:
    """To the next place, the first one when the selection is at none."""
    return _walk(host, 1)


def previous(host: Host) -> Outcome:
    """To the place before, the last one when the selection is at none."""
    return _walk(host, -1)


def _walk(host: Host, step: int) -> Outcome:
    sheet = listed.read(host)
    if sheet is None or sheet.empty:
        raise UnusableInput("“校验结果”是空的，请先点“校验”。")
    stops = _stops(sheet)
    if not stops:
        return Outcome("没有需要查看的问题。")
    places = list(stops)
    at = _here(host.current(), sheet, places)
    to = at + step if at is not None else 0 if step > 0 else len(places) - 1
    if not 0 <= to < len(places):
        return Outcome("后面没有问题了。" if step > 0 else "前面没有问题了。")
    place, entry = places[to], stops[places[to]]
    if place.sheet not in host.sheets():
        raise UnusableInput(f"没有工作表“{place.sheet}”了，请再点一次“校验”。")
    host.select(place)
    where = f"第 {to + 1}/{len(places)} 处"
    return Outcome(status=f"{where} {entry.level} {entry.rule} {entry.message}"[:200])


def _stops(sheet: Listed) -> dict[Place, Entry]:
    """Each place once, with the first finding there; what has been answered is passed over."""
    stops: dict[Place, Entry] = {}
    for entry in sheet.entries:
        place = listed.place_at(entry.place)
        if place and not entry.level.endswith(ANSWERED):
            stops.setdefault(place, entry)
    return stops


def _here(now: Place | None, sheet: Listed, places: list[Place]) -> int | None:
    """Which of the places the selection is at; on the list, that of its line."""
    if now is None:
        return None
    if now.sheet == sheet.sheet:
        line = next((entry for entry in sheet.entries if entry.row == now.row), None)
        place = listed.place_at(line.place) if line else None
    else:
        place = Place(now.sheet, now.row, now.column)
    return places.index(place) if place in places else None
