"""The published schema: fresh, valid, and true to the forms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from nianbao.exports.json import write
from nianbao.form import FORMATS, load
from nianbao.report import Report, schema, to_dict
from strategies import reports, zeros

PUBLISHED = Path(__file__).parent.parent / "schema.json"


def test_the_published_schema_is_fresh() -> None:
    fresh = PUBLISHED.read_bytes() == schema.dump()
    assert fresh, "schema.json is stale; refresh it: python -m nianbao.report.schema > schema.json"


def test_running_the_module_prints_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "nianbao.report.schema"], capture_output=True, check=True
    )
    assert printed.stdout == schema.dump()


def test_it_is_a_schema_of_2020_12() -> None:
    found = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"].startswith("urn:")


def figures(node: Any) -> list[dict[str, Any]]:
    """Every part of a schema that describes a figure."""
    if isinstance(node, list):
        return [f for item in node for f in figures(item)]
    if not isinstance(node, dict):
        return []
    if isinstance(node.get("type"), list) and "单位" in node.get("description", ""):
        return [node]
    return [f for item in node.values() for f in figures(item)]


@pytest.mark.parametrize("format", FORMATS)
def test_every_figure_has_its_title_and_kind(format: int) -> None:
    found = figures(schema.schema()["$defs"][f"tables{format}"])
    cells = load(format).cells()
    assert [f["title"] for f in found] == [c.title for c in cells.values()]
    for figure, cell in zip(found, cells.values(), strict=True):
        assert figure["type"] == ["number" if cell.kind == "money" else "integer", "null"]
        assert (figure["minimum"] == 0) == (cell.kind != "change")
        assert cell.unit in figure["description"]


@settings(max_examples=30, deadline=None)
@given(reports() | reports(wild=True))
def test_every_report_satisfies_it(report: Report) -> None:
    assert schema.validate(to_dict(report)) == []
    assert schema.validate(json.loads(write(report))) == []


@pytest.mark.parametrize("format", FORMATS)
def test_no_cell_takes_another_kind_of_value(format: int) -> None:
    base = zeros(format, 2020 if format == 2019 else 2023)
    for wrong in ("0", [], {}, True):
        data = to_dict(base)
        leaves = 0
        for node, key in cells_of(data["tables"]):
            node[key] = wrong
            leaves += 1
        assert len(schema.validate(data)) == leaves == len(base.values)


def cells_of(node: Any) -> list[tuple[Any, str]]:
    """Where each figure stands in the JSON of a report."""
    if isinstance(node, list):
        return [found for item in node for found in cells_of(item)]
    return [
        found
        for key, value in node.items()
        if key != "name"
        for found in (cells_of(value) if isinstance(value, dict | list) else [(node, key)])
    ]
