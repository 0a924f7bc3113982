"""The declared forms against the facts of the official ones, cell for cell."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from conftest import DATA
from nianbao import actions, form
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Grid, Layout, workbook

OFFICIAL = json.loads((DATA / "official-grids.json").read_text(encoding="utf-8"))
SPLIT = Layout({"other_services": ("行政检查", "行政确认")})
EXTRA = Layout(
    extra=(
        ExtraRow("disclosure", "其他主动公开文件", {"made": 1}, after="normative_documents"),
        ExtraRow("requests", "9.其他情形", {"total": 2, "other": 2}, after="refused.inquiry"),
        ExtraRow("requests", "附注", {}, after=None),
    )
)


def tiles(grid: Grid) -> bool:
    squares = Counter(
        (cell.row + i, cell.col + j)
        for cell in grid.cells
        for i in range(cell.rowspan)
        for j in range(cell.colspan)
    )
    return squares == Counter((r, c) for r in range(grid.rows) for c in range(grid.cols))


def test_every_table_of_every_form_has_its_published_grid() -> None:
    tables = {f"{f}-{table}" for f in form.FORMATS for table in form.load(f).tables}
    assert tables <= OFFICIAL.keys()


@pytest.mark.parametrize("key", OFFICIAL)
def test_a_grid_is_the_official_one_cell_for_cell(key: str) -> None:
    year, table = key.split("-", maxsplit=1)
    layout = SPLIT if table.endswith("-split") else form.PLAIN
    grid = form.load(int(year)).grid(table.removesuffix("-split"), layout)
    found = [[c.row, c.col, c.rowspan, c.colspan, c.role, c.text] for c in grid.cells]
    assert found == sorted(OFFICIAL[key]["cells"])
    assert (grid.rows, grid.cols) == (OFFICIAL[key]["rows"], OFFICIAL[key]["cols"])


@pytest.mark.parametrize("year", form.FORMATS)
@pytest.mark.parametrize("layout", [form.PLAIN, SPLIT, EXTRA], ids=["plain", "split", "extra"])
def test_a_grid_tiles_its_rectangle_and_holds_every_figure_once(year: int, layout: Layout) -> None:
    loaded = form.load(year)
    ids = []
    for table in loaded.tables:
        grid = loaded.grid(table, layout)
        assert tiles(grid)
        ids += [c.id for c in grid.cells if c.role in ("input", "total")]
    official = [i for i in ids if i and not i.startswith("extra[")]
    assert official == list(loaded.cells(layout))
    assert len(ids) == len(set(ids))


def test_the_number_of_figures_and_checks_is_that_of_the_official_tables() -> None:
    def count(year: int, table: str) -> tuple[int, int]:
        cells = [c for c in form.load(year).cells().values() if c.table == table]
        return sum(not c.total for c in cells), sum(c.total for c in cells)

    assert count(2019, "requests") == (132, 29)
    assert count(2021, "requests") == (144, 31)
    assert count(2021, "disclosure") == (10, 0)
    assert count(2019, "disputes") == count(2021, "disputes") == (12, 3)
    rules = Counter(e.identity.rule for e in form.load(2021).equations())
    assert rules == {"T3-01": 7, "T3-02": 7, "T3-03": 25, "T4-01": 3}
    assert Counter(e.identity.rule for e in form.load(2019).equations())["T3-03"] == 23


def test_a_local_row_inside_a_sum_is_a_term_of_it_and_has_a_sum_of_its_own() -> None:
    equations = form.load(2021).equations(EXTRA)
    column = next(e for e in equations if (e.identity.rule, e.key) == ("T3-02", "other"))
    assert "extra[1].other" in column.expected
    assert [e.key for e in equations if e.key.startswith("extra")] == ["extra[1]"]
    first = next(e for e in equations if (e.identity.rule, e.key) == ("T3-01", "other"))
    assert not any("extra" in c for c in first.cells)


def test_a_local_row_stands_under_the_row_it_follows() -> None:
    grid = form.load(2021).grid("requests", EXTRA)
    rows = {c.text: c.row for c in grid.cells if c.text}
    assert rows["9.其他情形"] == rows["8.属于行政查询事项"] + 1
    group = next(c for c in grid.cells if c.text == "（三）不予公开")
    assert group.rowspan == 9
    assert rows["附注"] == grid.rows - 1


@pytest.mark.parametrize("year", form.FORMATS)
def test_a_defined_name_leads_back_to_its_cell(year: int) -> None:
    for id in form.load(year).cells(SPLIT):
        assert workbook.id_of(workbook.name_of(id)) == id
        assert "[" not in workbook.name_of(id)


def test_the_form_follows_from_the_year() -> None:
    assert [form.for_year(y).format for y in (2019, 2020, 2021, 2030)] == [2019, 2019, 2021, 2021]
    with pytest.raises(UnusableInput, match="2018"):
        form.for_year(2018)
    with pytest.raises(UnusableInput, match="2020"):
        form.load(2020)


# --- years --------------------------------------------------------------------------------------


def test_the_years_of_the_forms_follow_each_other_without_a_gap() -> None:
    assert form.years() == range(2019, form.LAST_YEAR + 1)
    for year in form.years():
        assert [f for f in form.FORMATS if form.load(f).holds_for(year)] == [
            form.for_year(year).format
        ]
    for year in (1900, 2018, form.LAST_YEAR + 1, 3000):
        assert not any(form.load(f).holds_for(year) for f in form.FORMATS)
        with pytest.raises(UnusableInput, match=rf"{year} 年.*2019.*2099"):
            form.for_year(year)


def test_a_template_of_a_year_without_a_form_is_refused() -> None:
    for format in (None, 2021):
        with pytest.raises(UnusableInput, match="3000"):
            actions.template(3000, format, None)


def test_what_is_kept_of_a_form_cannot_be_changed() -> None:
    for kept in (form.load(2021).cells(), form.load(2021).tables):
        with pytest.raises(TypeError):
            kept["requests"] = None  # type: ignore[index]
