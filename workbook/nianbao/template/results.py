"""The sheet 校验结果: what stands where. The template draws it, the add-in fills it.

From row `FIRST` on there is a row for each finding. To its right, in hidden columns, are the
fingerprint of the finding, the cells that are marked, one list for each level, the answers of a
person to findings that are not there at present, and the places of all named cells.

Cells are marked by conditional formats that the template has once and for all: each looks for its
own cell's key (``表三!$D$5``, the sheet as the template calls it) in the list of a level.
"""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.form.workbook import RESULTS
from nianbao.report.findings import Level

SHEET = RESULTS
TITLES, FIRST = 4, 5
ROWS = 3000
"""Rows from `FIRST` on that show a finding."""

MARKABLE = 1000
"""Rows of a list of marked cells: more than a workbook has named cells."""

PLACES = "results.places"
"""Key of the range with all named cells: the sheet's name in the template; the ids, with blanks
between; a formula whose arguments are their cells, in this order. A formula follows its cells
wherever they go, and one look at it costs less than asking for 300 names."""

STATE, NOTHING = "results.state", "还没有校验，或标记已经清除。"
ZERO = "results.zero"
"""Keys of what the formulas of the sheet give in a workbook that has not been checked."""

MARKS: dict[Level, str] = {level: f"results.{level}" for level in ("error", "warning", "info")}
"""Keys of the ranges that hold the keys of marked cells."""

SIGNS = {"error": "✘", "warning": "!", "info": "i", "undecided": "？", "pass": "√"}
SIGNS |= {"not_applicable": "-"}
"""The sign of a level, and of an outcome other than fail."""

COUNTED: dict[str, str] = {
    "error": "错误",
    "warning": "提醒",
    "info": "供参考",
    "undecided": "缺数无法判断",
}
"""What a sentence says that there are so many of: 3 处……"""

_WORDS = COUNTED | {"info": "参考", "undecided": "缺数", "pass": "通过"}
LEVELS: dict[str, str] = {key: f"{SIGNS[key]} {word}" for key, word in _WORDS.items()}
"""How a level is written in its cell: a sign and a word, to be told apart without colours."""

ANSWERED = "（已说明）"
"""Behind the level of a warning that a person has given a reason for."""

HANDLINGS = ("待处理", "已改正", "情况属实")


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """``width`` in characters; 0: hidden."""

    key: str
    title: str
    width: float


COLUMNS: tuple[ResultColumn, ...] = (
    ResultColumn("number", "序号", 5),
    ResultColumn("level", "级别", 9),
    ResultColumn("rule", "规则", 7),
    ResultColumn("place", "位置", 16),
    ResultColumn("actual", "填报值", 9),
    ResultColumn("expected", "应为", 9),
    ResultColumn("difference", "相差", 8),
    ResultColumn("message", "问题", 46),
    ResultColumn("hint", "建议", 36),
    ResultColumn("basis", "依据", 26),
    ResultColumn("handling", "处理情况", 11),
    ResultColumn("reason", "说明", 28),
    ResultColumn("fingerprint", "指纹", 0),
    ResultColumn("error", "错误格", 0),
    ResultColumn("warning", "提醒格", 0),
    ResultColumn("info", "参考格", 0),
    ResultColumn("kept_fingerprint", "留存指纹", 0),
    ResultColumn("kept_handling", "留存处理情况", 0),
    ResultColumn("kept_reason", "留存说明", 0),
)

VISIBLE = sum(column.width > 0 for column in COLUMNS)
MAP = len(COLUMNS) + 1
"""First of the three columns of `PLACES`."""

INDEX = {column.key: i for i, column in enumerate(COLUMNS)}
"""Key of a column → its number from 0."""
