"""The published contract of a report as JSON Schema 2020-12, derived from the official forms.

``schema.json`` at the root of the project is what this prints::

    python -m nianbao.report.schema > schema.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from nianbao.form import FORMATS, Block, Form, Layout, Table, load, years
from nianbao.report import TEXT_TITLES, unnameable
from nianbao.words.figures import DIGITS

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

ID = "urn:nianbao:report"
_LIMIT = 10**DIGITS - 1
MOST = 200
"""Breaches that are looked for: who gets more must start anew, and each takes its time to find."""
_SHOWN = 4  # options named in an error
_FIGURES: dict[str, dict[str, Any]] = {
    "count": {"type": ["integer", "null"], "minimum": 0, "maximum": _LIMIT},
    "change": {"type": ["integer", "null"], "minimum": -_LIMIT, "maximum": _LIMIT},
    "money": {"type": ["number", "null"], "minimum": 0, "maximum": _LIMIT},
}


@lru_cache
def schema() -> dict[str, Any]:
    """The schema as a JSON object; not to be changed by the caller."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "政府信息公开工作年度报告",
        "description": "null：未填写；0：填写为零。money 单位为万元。",
        **_object(
            {
                "format": {"title": "格式（format）", "enum": list(FORMATS)},
                "year": {
                    "title": "年度（year）",
                    "type": "integer",
                    "minimum": years()[0],
                    "maximum": years()[-1],
                },
                "agency": {
                    "title": "机关（agency）",
                    **_object(
                        {
                            "name": {"title": "机关名称（agency.name）", "type": "string"},
                            "code": {
                                "title": "机关代码（agency.code）",
                                "type": ["string", "null"],
                            },
                        },
                        required=("name",),
                    ),
                },
                "tables": {"title": "三张表（tables）", "type": "object"},
                "text": {
                    "title": "文字（text）",
                    **_object(
                        {
                            id: {"title": f"文字“{title}”", "type": "string"}
                            for id, title in TEXT_TITLES.items()
                        }
                    ),
                },
                "extra": {"title": "附加行（extra）", "type": "array"},
            },
            required=("format", "year", "agency", "tables"),
        ),
        "allOf": [_for_format(load(format)) for format in FORMATS],
        "$defs": {
            f"{kind}{form.format}": definition
            for form in map(load, FORMATS)
            for kind, definition in (("tables", _tables(form)), ("extra", _extra(form)))
        },
    }


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return closed | ({"required": list(required)} if required else {})


def _for_format(form: Form) -> dict[str, Any]:
    """Which tables hold depends on the form alone, so that errors speak of one form only."""
    n = form.format
    return {
        "if": {"properties": {"format": {"const": n}}, "required": ["format"]},
        "then": {
            "properties": {
                "tables": {"$ref": f"#/$defs/tables{n}"},
                "extra": {"items": {"$ref": f"#/$defs/extra{n}"}},
            }
        },
    }


def _tables(form: Form) -> dict[str, Any]:
    """The tables of a form: objects nested as the cell ids are, a repeatable row an array."""
    root: dict[str, Any] = _object({})
    names = {t.id: f"{t.name} {t.heading.partition('、')[2]}" for t in form.tables.values()}
    for id, cell in form.cells(Layout()).items():
        node = root
        *path, last = id.split(".")
        for part in path:
            node = _child(node, part.partition("[")[0], array="[" in part)
        node["properties"][last] = {
            "title": cell.title,
            "description": f"单位：{cell.unit}" + ("；合计" if cell.total else ""),
            **_FIGURES[cell.kind],
        }
    for table, title in names.items():
        root["properties"][table]["title"] = title
    return {"title": f"{form.name}（{form.notice}）", **root}


def _child(node: dict[str, Any], name: str, *, array: bool) -> dict[str, Any]:
    if name not in node["properties"]:
        item = _object({})
        if array:
            item["properties"]["name"] = {"title": "名称（name）", "type": ["string", "null"]}
            node["properties"][name] = {"type": "array", "items": item}
        else:
            node["properties"][name] = item
    found: dict[str, Any] = node["properties"][name]
    return found["items"] if array else found


def _extra(form: Form) -> dict[str, Any]:
    """A local row: in a table that has rows, with the columns of the block that it stands in."""
    tables = [t for t in form.tables.values() if t.label_columns]
    return {
        "title": "附加行",
        **_object(
            {
                "table": {"title": "附加行所在的表（table）", "enum": [t.id for t in tables]},
                "label": {"title": "附加行的名称（label）", "type": "string", "pattern": r"\S"},
                "values": {"title": "附加行的数据（values）", "type": "object"},
                "after": {
                    "title": "附加行接在哪一行之后（after）",
                    "description": "可以不写：按行名的编号和合计数推定是不是计入合计，"
                    "推定不了的放在表末、不计入。",
                },
            },
            required=("table", "label", "values"),
        ),
        "allOf": [
            {
                "if": {"properties": {"table": {"const": table.id}}, "required": ["table"]},
                "then": {"properties": _after(table)},
            }
            for table in tables
        ]
        + [_columns(table, block) for table in tables for block in table.blocks],
    }


def _after(table: Table) -> dict[str, Any]:
    rows = [leaf.id for block in table.blocks for leaf in block.row_leaves]
    return {"after": {"title": f"{table.name}附加行的位置（after）", "enum": [*rows, None]}}


def _columns(table: Table, block: Block) -> dict[str, Any]:
    """What holds for local rows of a block: those below a row of it, and of the last block all
    that say no place."""
    last = block is table.blocks[-1]
    rows = [leaf.id for leaf in block.row_leaves]
    values = {
        leaf.id: {
            "title": f"{table.name}附加行的“{leaf.label}”",
            **_FIGURES[leaf.node.kind],
            "type": [_FIGURES[leaf.node.kind]["type"][0], "string", "null"],
        }
        for leaf in block.column_leaves
    }
    return {
        "if": {
            "properties": {
                "table": {"const": table.id},
                "after": {"enum": [*rows, None] if last else rows},
            },
            "required": ["table"] if last else ["table", "after"],
        },
        "then": {
            "properties": {"values": {"title": f"{table.name}附加行的数据", **_object(values)}}
        },
    }


@lru_cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema())


def validate(data: Any) -> list[str]:
    """What in a JSON value breaks the schema, each as a Chinese clause naming the cell.

    Numbers with a point may be Decimal. Empty if the value is a report; of a value that is far
    from one no more than the first `MOST`.
    """
    errors = sorted(
        islice(_validator().iter_errors(data), MOST),
        key=lambda e: (len(e.absolute_path), list(map(str, e.absolute_path))),
    )
    said = [sentence for error in errors for sentence in _say(error, data)]
    return list(islice(dict.fromkeys(said or _names(data)), MOST))


def _names(data: Any) -> Iterator[str]:
    """Local rows of a name that no schema forbids and no table can show."""
    for row in data.get("extra") or ():
        if unnameable(data["format"], row["label"]):
            yield f"附加行的名称（label）不能是{_shown(row['label'])}，它与格式自有的名称分不开"


def _say(error: ValidationError, data: Any) -> Iterator[str]:
    where = _where(error, data)
    limit: Any = error.validator_value
    found: Any = error.instance
    rule, schema = error.validator, cast(Mapping[str, Any], error.schema)
    if rule == "required":
        yield from (f"{where}缺少“{key}”" for key in limit if key not in found)
    elif rule == "additionalProperties":
        yield from (
            f"{where}里没有“{key}”这一项" for key in found if key not in schema["properties"]
        )
    elif rule in ("enum", "const"):
        yield f"{where}应为 {_listed(limit)}，现为 {_shown(found)}"
    else:
        yield f"{where}应为{_wanted(schema)}，现为 {_shown(found)}"


def _where(error: ValidationError, data: Any) -> str:
    """What a person calls the place: the title of the cell, or of what it stands in."""
    title = cast(Mapping[str, Any], error.schema).get("title", "")
    path = list(error.absolute_path)
    row = next((p for p in path if isinstance(p, int)), None)
    counted = f"（第 {row + 1} 行）" if row is not None else ""
    in_row = path[:1] == ["extra"] and len(path) > 2
    label = data["extra"][row].get("label") if in_row else None
    if isinstance(label, str) and label.strip():
        counted = f"（{_shown(label)}行）"
    if title:
        return f"{title}{counted}"
    return f"“{'.'.join(map(str, path))}”" if path else "最外层"


def _wanted(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    first = kind[0] if isinstance(kind, list) else kind
    or_words = "或文字" if isinstance(kind, list) and "string" in kind[1:-1] else ""
    low, high = schema.get("minimum"), schema.get("maximum")
    if first == "integer":
        if low == 0:
            return "不小于 0 的整数" + or_words
        return "整数" + or_words if high == _LIMIT else f" {low} 到 {high} 之间的整数"
    if first == "number":
        return "不小于 0 的数" + or_words
    if "pattern" in schema:
        return "不空的文字"
    return {"string": "文字", "object": "对象", "array": "列表"}.get(str(first), "别的内容")


def _listed(options: list[Any]) -> str:
    shown = "、".join(_shown(o) for o in options[:_SHOWN])
    return f"{shown} 等之一" if len(options) > _SHOWN else f"{shown} 之一"


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)[:40]
    if isinstance(value, dict | list):
        return "一个对象" if isinstance(value, dict) else "一个列表"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}…"


def dump() -> bytes:
    """The text of ``schema.json``."""
    return (json.dumps(schema(), ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(dump())
