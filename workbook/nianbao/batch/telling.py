"""What a collection came to, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.batch.collecting import Collected
from nianbao.batch.stock import others


def summary(found: Collected) -> str:
    """``汇总 12 份报告：应报 14 个单位，未报 2，有错 1；与“某区人民政府”的报告 3 格不等。``"""
    level = found.tree.all
    said = f"汇总 {level.total.count} 份报告"
    if found.stock.roster is not None:
        said += f"：应报 {level.due} 个单位"
        said += f"，未报 {len(level.missing)}" if level.missing else ""
    said += f"，有错 {level.wrong}（已标出）" if level.wrong else ""
    return f"{said}{_compared(found.differences)}{others(found.stock)}。"


def _compared(differences: Sequence[tuple[str, int]]) -> str:
    """The government that all belong to stands first; those of its parts are told together."""
    if not differences:
        return ""
    (name, gap), *rest = differences
    said = f"；与“{name}”的报告{f' {gap} 格不等' if gap else '逐格相等'}"
    if rest:
        gaps = sum(gap for _, gap in rest)
        said += f"，另外 {len(rest)} 份下级汇总报告"
        said += f"与所属单位之和共 {gaps} 格不等" if gaps else "也逐格相等"
    return said
