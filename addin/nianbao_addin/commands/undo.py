"""撤销上次填充: what stood in the cells before the last filling."""

from __future__ import annotations

from nianbao_addin.commands import Outcome, first_of
from nianbao_addin.hosts.host import Host
from nianbao_addin.open import changes
from nianbao_addin.open.changes import CellContents


def undo(host: Host) -> Outcome:
    """Restore the values from before the last filling; it can be done once."""
    kept = changes.kept(host)
    if kept is None:
        return Outcome("没有可以撤销的填充。")
    now = CellContents(host)
    touched = [c for c in kept.changes if not changes.same(now[c.place], c.new)]
    if touched:
        places = first_of([changes.where(c.place) for c in touched])
        question = f"填充之后又改过 {len(touched)} 格（{places}），也恢复成填充前的内容吗？"
        if not host.ask(question):
            return Outcome("没有撤销，什么都没有改动。")
    changes.undo(host, kept.changes)
    gone = f"；另有 {kept.gone} 格已被删除，无法恢复" if kept.gone else ""
    return Outcome(f"已撤销上次“{kept.label}”，恢复了 {len(kept.changes)} 格{gone}。")
