"""The small JSON file that says what a foreign ledger calls what ours does not know.

``{"依申请台账": {"工作表": "2025年", "表头行": 3, "列": {"收到日期": "登记时间"},
"取值": {"办理结果": {"同意": "予以公开（提供）"}}}}``; every part may be left out. A column is
given by its heading or by its letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from nianbao.errors import UnusableInput
from nianbao.ledgers import model
from nianbao.ledgers.model import Declared
from nianbao.words.figures import quoted


@dataclass(frozen=True, slots=True)
class Names:
    """What one ledger is called: its sheet, the row of its headings from 0, column key → heading or
    letters, column key → spelling → code. Empty or None where it is found by itself."""

    sheet: str = ""
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Given = Mapping[str, Names]
"""By the name of the ledger: ``requests``, ``cases``, ``documents``."""


def mapping_from(data: bytes, name: str) -> Given:
    """The mapping in a file. Raises UnusableInput, naming the file and what in it is wrong."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UnusableInput(
            f"台账对应文件“{name}”不是 UTF-8 的 JSON，请检查引号和逗号。"
        ) from error
    if not isinstance(content, dict):
        raise UnusableInput(f"台账对应文件“{name}”应是一个 JSON 对象，以台账名称为键。")
    ledgers = {d.title: d for d in model.load().values()}
    found = {}
    for title, entry in content.items():
        if title not in ledgers or not isinstance(entry, dict):
            _wrong(name, title, "、".join(ledgers))
        found[ledgers[title].name] = _names(name, ledgers[title], entry)
    return found


def _names(name: str, ledger: Declared, entry: Mapping[str, Any]) -> Names:
    for part in entry:
        if part not in ("工作表", "表头行", "列", "取值"):
            _wrong(name, part, "工作表、表头行、列、取值")
    row = entry.get("表头行")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool) or row < 1):
        raise UnusableInput(f"台账对应文件“{name}”里的“表头行”应是从 1 数起的行号。")
    keys = {c.label: c.key for c in ledger.columns if c.type != "due"}
    columns = {}
    for label, heading in _object(name, entry, "列").items():
        if label not in keys or not isinstance(heading, str):
            _wrong(name, label, "、".join(keys))
        columns[keys[label]] = heading
    choices: dict[str, dict[str, str]] = {}
    for label, spellings in _object(name, entry, "取值").items():
        key = keys.get(label, "")
        known = ledger.column(key).choices if key else None
        if known is None or not isinstance(spellings, dict):
            _wrong(name, label, "、".join(c.label for c in ledger.columns if c.choices))
        for written, choice in spellings.items():
            code = known.codes.get(model.spelling(str(choice)))
            if code is None:
                _wrong(name, str(choice), "、".join(known.labels.values()))
            choices.setdefault(key, {})[model.spelling(written)] = code
    sheet = entry.get("工作表", "")
    if not isinstance(sheet, str):
        raise UnusableInput(f"台账对应文件“{name}”里的“工作表”应是表名。")
    return Names(sheet, None if row is None else row - 1, columns, choices)


def _object(name: str, entry: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    found = entry.get(part, {})
    if not isinstance(found, dict):
        raise UnusableInput(f"台账对应文件“{name}”里的“{part}”应是一个 JSON 对象。")
    return found


def _wrong(name: str, given: str, known: str) -> NoReturn:
    raise UnusableInput(f"台账对应文件“{name}”里的“{quoted(given)}”不认识，可以写的是：{known}。")
