"""A report as the contract's JSON object, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nianbao import form as forms
from nianbao.form import ExtraRow, Layout
from nianbao.report.trace import UNREAD, Reading
from nianbao.report.value import Agency, Report, build
from nianbao.words.figures import Value


def to_dict(report: Report) -> dict[str, Any]:
    """The contract's JSON object. Money stays Decimal."""
    tables: dict[str, Any] = {t: {} for t in report.form.tables}
    for id, value in report.values.items():
        *path, last = id.split(".")
        node = tables
        for part in path:
            node = _step(node, part)
        node[last] = value
    for table, row in report.form.repeats:
        for item, name in zip(tables[table][row], report.repeats[row], strict=True):
            item["name"] = name
    for table, row in report.form.repeats:
        tables[table][row] = [{"name": item.pop("name"), **item} for item in tables[table][row]]
    return {
        "format": report.format,
        "year": report.year,
        "agency": {"name": report.agency.name, "code": report.agency.code},
        "tables": tables,
        "text": dict(report.text),
        "extra": [
            {"table": e.table, "label": e.label, "values": dict(e.values), "after": e.after}
            for e in report.extra
        ],
    }


def _step(node: dict[str, Any], part: str) -> dict[str, Any]:
    """One step down a cell id; ``other_services[0]`` is the first of a list."""
    name, bracket, index = part.partition("[")
    if not bracket:
        return node.setdefault(part, {})  # type: ignore[no-any-return]
    items = node.setdefault(name, [])
    if len(items) <= int(index[:-1]):
        items.append({})
    return items[-1]  # type: ignore[no-any-return]


def from_dict(data: Mapping[str, Any], reading: Reading = UNREAD) -> Report:
    """A report from a JSON object that satisfies ``schema.json``."""
    form = forms.load(data["format"])
    tables = data["tables"]
    repeats: dict[str, tuple[str | None, ...]] = {}
    for table, row in form.repeats:
        items = (tables.get(table) or {}).get(row) or []
        repeats[row] = tuple(item.get("name") or None for item in items) or (None,)
    values = {id: _find(tables, id) for id in form.cells(Layout(repeats))}
    return build(
        form.format,
        data["year"],
        Agency(data["agency"]["name"], data["agency"].get("code")),
        values,
        repeats=repeats,
        text=data.get("text") or {},
        extra=tuple(
            ExtraRow(e["table"], e["label"], dict(e["values"]), e.get("after"))
            for e in data.get("extra") or ()
        ),
        reading=reading,
    )


def _find(node: Any, id: str) -> Value:
    for part in id.split("."):
        name, bracket, index = part.partition("[")
        node = (node or {}).get(name)
        if bracket:
            node = node[int(index[:-1])] if node else None
    return node  # type: ignore[no-any-return]
