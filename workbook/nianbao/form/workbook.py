"""What a workbook of ours says besides the report: its sheets, the labels of its fields, its
checks, and the defined names of its cells. Writers put it there; readers know the workbook by it
and take none of it for the report."""

from __future__ import annotations

import re

from nianbao.form import Equation
from nianbao.form.model import Identity

BOOK_TITLE = "政府信息公开工作年度报告填报工作簿"
GUIDE, OVERVIEW, REST = "说明", "一、总体情况", "五、六"
MATERIAL, PREVIOUS_SHEET, REPORT_SHEET, RESULTS = "文字素材", "上年数据", "报告", "校验结果"
BESIDE = {MATERIAL, PREVIOUS_SHEET, REPORT_SHEET, RESULTS}
"""Sheets that hold tables and texts, but not those of the report."""

FIELDS = {
    "format": "适用格式",
    "year": "报告年度",
    "agency.name": "机关名称",
    "agency.code": "单位代码",
}
"""The labels on 说明 by the key of what stands beside them."""

ADVICE = {
    "opening": "写明依据和数据统计期限，排在第一部分之前。",
    "overview": "分主动公开、依申请公开、政府信息管理、政府信息公开平台建设、监督保障五个方面写。",
    "problems": "写本年存在的主要问题，以及上年问题的改进情况和下一步打算。",
    "other": "先写收取信息处理费的情况（没有收取也要说明），再写其他需要报告的事项。",
}
"""What stands between the heading of a text and its first paragraph."""

BACK, FORTH = "← 回到说明", "→ 看校验结果"
TO_FILL = "浅蓝格填写；"
HOLDS, DIFFERS, MISSING, NOTHING, NOT_A_NUMBER = "√", "差", "缺数", "—", "非数字"
"""What a check cell says, see ``template.formulas``."""

CARRIED_OVER = "Y-01　上年表三第四项＝本年第二项"

_CAPTION = re.compile(r"[A-Z]\d?-\d{2}　[^＝]+＝[^＝]+")
_VERDICT = re.compile(rf"{HOLDS}|{DIFFERS} [\d.]+|{MISSING}|{NOTHING}|{NOT_A_NUMBER}")


def caption(identity: Identity) -> str:
    """The label of the check cells of an identity: T3-01　第一、二项之和＝第三、四项之和."""
    return f"{identity.rule}　{identity.expected_name}＝{identity.actual_name}"


def is_caption(text: str) -> bool:
    """Whether a text is the label of check cells."""
    return _CAPTION.fullmatch(text) is not None


def is_verdict(text: str) -> bool:
    """Whether a text is what a check cell says."""
    return _VERDICT.fullmatch(text) is not None


def is_help(text: str) -> bool:
    """Whether a text is one that leads through the workbook: a link, how to fill in a table."""
    return text in (BACK, FORTH) or (text.startswith(TO_FILL[:-1]) and text.endswith("。"))


PREFIX = "nb."
"""The beginning of every defined name of ours; the rest is a cell id:
``requests.received.other`` ↔ ``nb.requests.received.other``; a bracketed index becomes a part of
its own, since Excel allows no brackets: ``disclosure.other_services[0].change`` ↔
``nb.disclosure.other_services.0.change``. Besides figures there are names for

- ``nb.format``, ``nb.year``, ``nb.agency.name``, ``nb.agency.code``;
- ``nb.text.<opening|overview|problems|other>``: a column of cells, one paragraph each;
- ``nb.disclosure.other_services.<n>.name``: label of a split row;
- ``nb.extra.<n>.label`` and ``nb.extra.<n>.<column>``: a local row, standing under the official row
  that it follows;
- ``nb.previous.<cell id>``: last year's figure on sheet 上年数据 (and ``nb.previous.year`` …);
- ``nb.facts.<key>``: what a person has filled in on 文字素材, see ``material``;
- ``nb.generated.<text>``: the fingerprint of a text as it was generated;
- ``nb.check.<rule>.<table>.<key>``: the live check cell of an identity, ``-`` written as ``_``;
- ``nb.ledger.<ledger>.<column>``: a column of a ledger, as the formulas count it;
  ``nb.ledger.rows.<ledger>`` how many entries it has;
  ``nb.ledger.list.<list>`` and ``nb.ledger.workdays`` are what its drop-downs and deadlines use;
- ``nb.results.<places|error|warning|info>``: lists on 校验结果, see ``template.results``.
"""

_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_PART = re.compile(r"\.([0-9]{1,9})(?=\.|$)")


def name_of(cell_id: str) -> str:
    """The defined name of a cell id."""
    return PREFIX + _INDEX.sub(r".\1", cell_id)


def id_of(name: str) -> str | None:
    """The cell id of a defined name, or None for a name that is not ours."""
    if not name.lower().startswith(PREFIX):
        return None
    return _PART.sub(r"[\1]", name[len(PREFIX) :])


def check_name(equation: Equation) -> str:
    """The defined name of an identity's check cell."""
    rule = equation.identity.rule.replace("-", "_")
    return name_of(f"check.{rule}.{equation.table}.{equation.key}")
