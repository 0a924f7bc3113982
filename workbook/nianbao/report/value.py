"""A report as a frozen value, and the trace of where it was read.

The JSON shape is the contract's (``schema.json``); in memory figures are kept flat, by cell id.
Whatever is in a ``Report`` is valid by the schema: a count is a whole number ≥ 0 or not filled in.
What stood in the source instead is in ``Report.reading``.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from nianbao import form as forms
from nianbao.figures import Value, as_money
from nianbao.form import ExtraRow, Form, Layout
from nianbao.texts import printable, tidy

TEXTS = ("opening", "overview", "problems", "other")
TEXT_TITLES = {
    "opening": "开头",
    "overview": "一、总体情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}


@dataclass(frozen=True, slots=True)
class Agency:
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure or text stood: ``place`` as ``表三!D5``, ``text`` as it was written there.

    ``issue`` is the code of the V-rule that its writing breaks, or None.
    """

    place: str | None
    text: str = ""
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader did or could not do. Rules judge it; nothing is done silently.

    kinds: ``nearest_label`` a misspelt label was taken for the official one · ``missing`` official
    rows or columns not found · ``extra`` a local row was kept · ``unplaced`` content that belongs
    nowhere · ``computed`` totals calculated because the file holds none · ``merged_row``
    （六）其他处理 as one row in a 2021 form · ``mixed_forms`` labels of both forms · ``duplicate``
    a figure or a table that stands twice with two values.
    """

    kind: str
    message: str
    place: str | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading as found: the section it was taken for and its own words."""

    section: str
    text: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a report was read. ``headings`` and ``title`` are None where the source has none to check
    (JSON, our own workbook)."""

    source: str = ""
    kind: str = ""
    title: str | None = None
    headings: tuple[Heading, ...] | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One agency's report of one year. Two are equal if they say the same, wherever read."""

    format: int
    year: int
    agency: Agency
    values: Mapping[str, Value]  # every official cell id, in the order of the form
    repeats: Mapping[str, tuple[str | None, ...]]
    text: Mapping[str, str]
    extra: tuple[ExtraRow, ...] = ()
    reading: Reading = field(default=Reading(), compare=False, repr=False)

    @property
    def form(self) -> Form:
        return forms.load(self.format)

    @property
    def title(self) -> str:
        """Agency, year and the official name, as most agencies print it on one line."""
        return f"{self.agency.name}{self.year}年政府信息公开工作年度报告"

    @property
    def layout(self) -> Layout:
        return Layout(self.repeats, self.extra)

    def __getitem__(self, cell_id: str) -> Any:
        """The figure of a cell, also of a local row (``extra[0].total``)."""
        if cell_id.startswith("extra["):
            index, _, col = cell_id[6:].partition("].")
            value = self.extra[int(index)].values.get(col)
            return None if isinstance(value, str) else value
        return self.values[cell_id]

    def place(self, cell_id: str) -> str | None:
        origin = self.reading.origins.get(cell_id)
        return origin.place if origin else None

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (
            self.format,
            self.year,
            self.agency,
            dict(self.values),
            dict(self.repeats),
            dict(self.text),
            self.extra,
            self.reading,
        )


def _rebuild(*args: Any) -> Report:
    format, year, agency, values, repeats, text, extra, reading = args
    return build(
        format, year, agency, values, repeats=repeats, text=text, extra=extra, reading=reading
    )


def build(
    format: int,
    year: int,
    agency: Agency,
    values: Mapping[str, Value],
    *,
    repeats: Mapping[str, tuple[str | None, ...]] | None = None,
    text: Mapping[str, str] | None = None,
    extra: tuple[ExtraRow, ...] = (),
    reading: Reading = Reading(),
) -> Report:
    """A report from what is known of it: absent figures are not filled in, absent texts empty."""
    form = forms.load(format)
    names = {
        row: tuple(_words(name) for name in (repeats or {}).get(row) or (None,))
        for _, row in form.repeats
    }
    cells = form.cells(Layout(names))
    unknown = values.keys() - cells.keys()
    if unknown:
        raise KeyError(f"not in the form of {format}: {sorted(unknown)[:3]}")
    return Report(
        format,
        year,
        Agency(_words(agency.name) or "", _words(agency.code)),
        MappingProxyType({id: _typed(values.get(id), cell.kind) for id, cell in cells.items()}),
        MappingProxyType(names),
        MappingProxyType({t: tidy((text or {}).get(t) or "") for t in TEXTS}),
        _settled(form, extra),
        reading,
    )


def _settled(form: Form, rows: tuple[ExtraRow, ...]) -> tuple[ExtraRow, ...]:
    """Local rows as they come back from a drawn table: in its order, with place and all columns.

    "At the end of the table" is below the last official row, a column left out is not filled in.
    """
    if not rows:
        return ()
    leaves = {
        t.id: [leaf.id for b in t.blocks for leaf in b.row_leaves] for t in form.tables.values()
    }
    last = {table: ids[-1] if ids else None for table, ids in leaves.items()}
    rank = {(table, id): n for table, ids in leaves.items() for n, id in enumerate(ids)}
    tables = list(form.tables)
    placed = [
        replace(
            e,
            label=_words(e.label) or "",
            after=e.after if e.after in leaves[e.table] else last[e.table],
        )
        for e in rows
    ]
    placed.sort(key=lambda e: (tables.index(e.table), rank.get((e.table, e.after or ""), 0)))
    complete = form.complete(Layout(extra=tuple(placed))).extra
    return tuple(
        replace(
            e,
            values={
                col: _words(v) if isinstance(v, str) else v
                for col, v in {**c.values, **e.values}.items()
            },
        )
        for e, c in zip(placed, complete, strict=True)
    )


def _words(text: str | None) -> str | None:
    return printable(text).strip() or None if text else None


def _typed(value: Value, kind: str) -> Value:
    if value is None or kind != "money":
        return value
    return as_money(Decimal(value))


def with_totals(report: Report, only: Container[str] | None = None) -> Report:
    """The same report with every total (``only``: these) not filled in but with parts added up.

    As the workbook does it: a total of a row or column with no figure at all stays empty; the total
    of a local row is added up like the others.
    """
    form = report.form
    figures: dict[str, Any] = dict(report.values)
    for i, row in enumerate(report.extra):
        figures |= {f"extra[{i}].{col}": value for col, value in row.values.items()}
    found: dict[str, Any] = {}
    for target, parts in form.sums(form.complete(report.layout)).items():
        known = [v for p in parts if not isinstance(v := figures.get(p), str | None)]
        if known and figures.get(target) is None:
            figures[target] = sum(known)
            if only is None or target in only:
                found[target] = figures[target]
    if not found:
        return report
    extra = tuple(
        replace(
            row,
            values={**row.values}
            | {id.partition("].")[2]: v for id, v in found.items() if id.startswith(f"extra[{i}]")},
        )
        for i, row in enumerate(report.extra)
    )
    official = {id: found.get(id, value) for id, value in report.values.items()}
    return replace(report, values=MappingProxyType(official), extra=extra)


# --- JSON ------------------------------------------------------------------------------------


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


def from_dict(data: Mapping[str, Any], reading: Reading = Reading()) -> Report:
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
