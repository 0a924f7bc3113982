"""Texts of the corpora in ``tests/data``, each with the report that it stands in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from nianbao import form as forms
from nianbao.report import Agency, Report, build, with_totals
from rules_data.reports import TEXT

DATA = Path(__file__).parent / "data"


def figures(spec: dict[str, Any]) -> dict[str, Any]:
    """Cells from a table of the corpus: rows of 表三 as [自然人, 商业企业], others one by one."""
    form = forms.load(spec["format"])
    cells: dict[str, Any] = dict.fromkeys(form.cells(), 0)
    for row, (people, business) in spec["figures"]["requests"].items():
        both = {"natural_person": people, "business": business, "total": people + business}
        cells |= {f"requests.{row}.{column}": n for column, n in both.items()}
    for table in ("disputes", "disclosure"):
        cells |= {f"{table}.{id}": n for id, n in spec["figures"].get(table, {}).items()}
    return cells


def report(spec: dict[str, Any], text: dict[str, str]) -> Report:
    """The report of a spec with these texts."""
    made = build(spec["format"], spec["year"], Agency(spec["name"]), figures(spec), text=text)
    return with_totals(made)


@cache
def load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def right() -> Iterator[tuple[str, str, Report]]:
    """Figures' name, text, and the report with the text at the head of its section."""
    for name, spec in load("right-texts").items():
        for section, texts in spec["texts"].items():
            for text in texts:
                whole = f"{text}\n{TEXT[section]}" if section == "overview" else text
                yield name, text, report(spec, TEXT | {section: whole})
