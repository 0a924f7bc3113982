"""A damaged table: a figure is read as what it is, or is not read and told."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import damages
from damages import Damage, is_figure
from layouts import Cells, drawn, text_table, turned
from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.form import Layout
from nianbao.reading.document import Paragraph, TextDocument
from nianbao.reading.report import report_from
from nianbao.reading.tables.figures import ReadTables, read_tables
from nianbao.report import Agency, Report, build
from nianbao.rules import check

NAMES: tuple[tuple[str | None, ...], ...] = ((None,), ("行政检查",), ("行政检查", "行政确认"))
SHAPES = ("as it is", "ragged", "turned")


def distinct(rng: random.Random) -> Report:
    """A report in which every figure is another one, of four digits."""
    form = forms.load(rng.choice(forms.FORMATS))
    layout = Layout({row: rng.choice(NAMES) for _, row in form.repeats})
    cells = form.cells(layout)
    values = dict(zip(cells, rng.sample(range(1000, 10_000), len(cells)), strict=True))
    agency = Agency("某市商务局")
    return build(form.format, form.first_year, agency, values, repeats=layout.repeats)


def tables_of(
    report: Report, damage: Damage, rng: random.Random, *, turn: bool = False
) -> Iterator[Cells]:
    for id in report.form.tables:
        cells = damage(sorted(drawn(report, id), key=lambda c: (c.row, c.col)), rng)
        yield turned(cells, rng) if turn else cells


def given_to_others(report: Report, found: ReadTables) -> dict[str, object]:
    """Figures that are not those of their cells. A split row is known by its name."""
    out: dict[str, object] = {}
    for id, figure in found.figures.items():
        true = {report.values.get(id)}
        if "[" in id:  # of any of the rows: the name of one may be lost
            column = id.rpartition(".")[2]
            rows = [i for i in report.values if "[" in i and i.endswith(f".{column}")]
            true = {report.values[i] for i in rows}
        if figure.value is not None and figure.value not in true:
            out[id] = figure.value
    return out


def silent(cells: Cells, found: ReadTables) -> list[str]:
    """Figures of a table that were neither read nor told."""
    told = "".join(n.message for n in found.notes)
    if re.search(r"等 \d+ [格处]", told):
        return []  # told by number
    told += "".join(f.origin.text for f in found.figures.values() if f.value is None)
    read = {str(f.value) for f in found.figures.values()}
    read |= {str(v) for e in found.extra for v in e.values.values()}
    figures = [c.text.lstrip("+") for c in cells if is_figure(c)]
    return [text for text in figures if text not in read and text not in told]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("damage", damages.ALL, ids=lambda d: d.__name__)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_table_never_gives_a_figure_to_another_cell(
    damage: Damage, shape: str, seed: int
) -> None:
    rng = random.Random(seed)
    report = distinct(rng)
    for cells in tables_of(report, damage, rng, turn=shape == "turned"):
        found = read_tables([text_table(cells, ragged=shape == "ragged")], report.form)
        assert given_to_others(report, found) == {}
        assert silent(cells, found) == []


@pytest.mark.parametrize("damage", damages.HEADINGS_STAY, ids=lambda d: d.__name__)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nor_does_one_with_its_columns_in_another_order(damage: Damage, seed: int) -> None:
    rng = random.Random(seed)
    report = distinct(rng)
    for id in report.form.tables:
        cells = damage(drawn(report, id, rng), rng)
        found = read_tables([text_table(cells)], report.form)
        assert given_to_others(report, found) == {}
        assert silent(cells, found) == []


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_cell_that_is_spoken_of_is_one_of_the_form(shape: str, seed: int) -> None:
    rng = random.Random(seed)
    report = distinct(rng)
    blocks: list[object] = [Paragraph(report.title)]
    for cells in tables_of(report, rng.choice(damages.ALL), rng, turn=shape == "turned"):
        again = rng.choice(damages.BLIND)(cells, rng)
        blocks += [text_table(again, ragged=shape == "ragged"), Paragraph("正文。")]
    try:
        found = report_from(TextDocument("年报.docx", "docx", tuple(blocks)))  # type: ignore[arg-type]
    except UnusableInput:
        return  # too little is left of the tables: a sentence says so, and of no cell anything
    known = {*found.values, *(f"text.{id}" for id in found.text)}
    known |= {f"extra[{i}].{c}" for i, e in enumerate(found.extra) for c in e.values}
    assert set(found.trace.origins) <= known
    assert {c for note in found.trace.notes for c in note.cells} <= known
    assert {c for finding in check(found) for c in finding.cells if "." in c} <= known
