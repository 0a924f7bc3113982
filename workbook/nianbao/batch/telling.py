"""What a collection came to, in a sentence."""

from __future__ import annotations

from nianbao.batch.collecting import Collected
from nianbao.batch.stock import others


def summary(found: Collected) -> str:
    """``汇总 12 份报告：应报 14 个单位，未报 2，有错 1；与本级报告 3 格不等。``"""
    level = found.tree.all
    said = f"汇总 {level.total.count} 份报告：应报 {level.due} 个单位"
    said += f"，未报 {len(level.missing)}" if level.missing else ""
    said += f"，有错 {level.wrong}（已标出）" if level.wrong else ""
    if found.differences is not None:
        gap = found.differences
        said += f"；与本级报告{f' {gap} 格不等' if gap else '逐格相等'}"
    return f"{said}{others(found.stock)}。"
