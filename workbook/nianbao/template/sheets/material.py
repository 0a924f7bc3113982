"""文字素材: a line for each fact that texts tell and no table holds; all of them may stay blank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form.workbook import GUIDE, MATERIAL
from nianbao.formats.a1 import letters_of, reference
from nianbao.formats.xlsx.slots import CellValue
from nianbao.report import TEXTS, material
from nianbao.report.material import Item, Material
from nianbao.template import results, styles
from nianbao.template.draft import Draft
from nianbao.template.sheets.tables import link
from nianbao.template.sheets.texts import LONG
from nianbao.template.styles import Look

GENERATED = "generated."
"""Prefix of the keys of the fingerprints of generated texts, in a hidden column."""

_PIXELS = (56, 210, 400, 54)
_CONTENT, _HIDDEN = 3, 6
_LEAST = {"text": 38, "line": 26, "count": 24, "yuan": 24, "choice": 24}

_NOTE = Look(styles.KAI, 10.5, color=styles.GREY, across="left")
_LINK = Look(styles.SONG, 9, color=styles.BLUE)
_GROUP = Look(styles.HEI, 12, border="thin", fill=styles.HEAD, across="left", indent=1)
_LABEL = Look(styles.SONG, 11, border="thin", across="left", indent=1)
_UNIT = Look(styles.SONG, 10.5, border="thin", color=styles.GREY)
_NUMBER = Look(styles.SONG, 11, border="thin", fill=styles.TINT, unlocked=True)
_WORDS = Look(
    *(styles.FANG, 11),
    border="thin",
    fill=styles.TINT,
    across="left",
    format=styles.TEXT,
    unlocked=True,
)

_USE = (
    "这里填三张表里没有、文字里要写的事实，供“生成文字”用；"
    "空着的不写，填 0 表示确实没有。不用程序生成文字的，整张可不填。"
)


def build(draft: Draft) -> None:
    """The sheet of the facts of the year's form."""
    ws = draft.sheet(MATERIAL)
    styles.set_columns(ws, _PIXELS)
    draft.put(ws, 1, 2, MATERIAL, Look(styles.BIAO, 18))
    draft.merge(ws, 1, 2, 1, 4)
    ws.row_dimensions[1].height = 36
    draft.put(ws, 2, 2, _USE, _NOTE)
    draft.merge(ws, 2, 2, 2, 4)
    # With a line to spare: a font that is put in the place of another may be wider.
    room = styles.height(_USE, sum(_PIXELS[1:4]), _NOTE.size) + _NOTE.size
    ws.row_dimensions[2].height = max(34, room)
    link(draft.put(ws, 1, 1, "→ 校验结果", _LINK), results.SHEET)
    link(draft.put(ws, 2, 1, "← 说明", _LINK), GUIDE)
    row = 3
    for group in material.groups(draft.shape.format):
        draft.put(ws, row, 2, group.title, _GROUP)
        draft.merge(ws, row, 2, row, 4)
        ws.row_dimensions[row].height = 26
        for item in group.items:
            row += 1
            _line(draft, ws, row, item)
        row += 1
    _fingerprints(draft, ws)
    styles.paper(ws, f"A1:{reference(row - 1, len(_PIXELS))}")
    styles.protect(ws)
    ws.freeze_panes = "A3"


def _line(draft: Draft, ws: Worksheet, row: int, item: Item) -> None:
    wordy = item.kind in ("line", "text")
    draft.put(ws, row, 2, item.label, _LABEL)
    draft.put(ws, row, _CONTENT, None, _WORDS if wordy else _NUMBER)
    draft.put(ws, row, 4, item.unit or None, _UNIT)
    draft.slot(ws, row, _CONTENT, item.id)
    if wordy:
        draft.heights[ws.title][row] = f"height.{item.id}"
    else:
        ws.row_dimensions[row].height = _LEAST[item.kind]
    _validate(ws, reference(row, _CONTENT), item)


def _validate(ws: Worksheet, here: str, item: Item) -> None:
    limits: dict[str, dict[str, Any]] = {
        "count": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
        "yuan": {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
        "choice": {"type": "list", "formula1": f'"{",".join(item.choices)}"'},
        "line": {"type": "textLength", "operator": "lessThanOrEqual", "formula1": "100"},
        "text": {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(LONG)},
    }
    errors = {
        "count": "这里只能填不小于 0 的整数，不带单位和文字。",
        "yuan": "这里只能填不小于 0 的金额，以元为单位，不带单位。",
        "choice": f"请从{'、'.join(item.choices)}里选一项，或者空着。",
        "line": "最多 100 字。",
        "text": f"超过 {LONG} 字的一段在“报告”表里可能印不全，建议精简。",
    }
    rule = DataValidation(
        allow_blank=True,
        errorStyle="warning" if item.kind == "text" else "stop",
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=item.label[:32],
        prompt=item.prompt,
        errorTitle="请改一下",
        error=errors[item.kind],
        **limits[item.kind],
    )
    rule.add(here)
    ws.add_data_validation(rule)


def _fingerprints(draft: Draft, ws: Worksheet) -> None:
    """Where it is kept what texts were generated, so that a person's own are told from them."""
    for row, section in enumerate(TEXTS, 3):
        # Not locked: a button writes there without lifting the protection of the sheet.
        draft.put(ws, row, _HIDDEN, None, Look(format=styles.TEXT, unlocked=True))
        draft.slot(ws, row, _HIDDEN, GENERATED + section)
    ws.column_dimensions[letters_of(_HIDDEN)].hidden = True


def contents(
    form: int, facts: Material, generated: Mapping[str, str]
) -> Iterator[tuple[str, CellValue]]:
    """What stands in the cells of the sheet, by key; ``generated``: fingerprints by text id."""
    for key, item in material.items(form).items():
        value = facts.values.get(key)
        yield item.id, value
        if item.kind in ("line", "text"):
            needed = styles.height(str(value or ""), _PIXELS[_CONTENT - 1], _WORDS.size)
            yield f"height.{item.id}", min(int(styles.MAX_ROW), max(_LEAST[item.kind], int(needed)))
    for section in TEXTS:
        yield GENERATED + section, generated.get(section)
