"""How a message lists things: short enough for a message box."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 8


def listed(items: Sequence[str], joint: str = "、") -> str:
    """The first ones, and how many there are in all."""
    more = f" 等 {len(items)} 处" if len(items) > _MOST else ""
    return joint.join(items[:_MOST]) + more
