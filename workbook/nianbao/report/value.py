"""The report itself. See the package for what it is."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from nianbao.form import ExtraRow, Form, Layout, load, local_cell, local_id
from nianbao.report.local import settled
from nianbao.report.trace import UNREAD, Note, Trace
from nianbao.words.characters import dropped, one_line, tidy
from nianbao.words.figures import Value, as_money

TITLE_WORDS = "年政府信息公开工作年度报告"
"""What follows agency and year in a title."""

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
class Report:
    """One agency's report of one year. Two are equal if they say the same, wherever read."""

    format: int
    year: int
    agency: Agency
    values: Mapping[str, Value]  # every official cell id, in the order of the form
    repeats: Mapping[str, tuple[str | None, ...]]
    text: Mapping[str, str]
    extra: tuple[ExtraRow, ...] = ()
    trace: Trace = field(default=UNREAD, compare=False, repr=False)

    @property
    def form(self) -> Form:
        return load(self.format)

    @property
    def title(self) -> str:
        """Agency, year and the official name, as most agencies print it on one line."""
        return title_of(self.agency.name, self.year)

    @property
    def layout(self) -> Layout:
        return Layout(self.repeats, self.extra)

    def copied(self) -> dict[str, Any]:
        """``values`` as a dict of one's own: by a view's own copy, twenty times faster."""
        found: dict[str, Any] = cast(dict[str, Any], self.values).copy()
        return found

    def stated(self, cell_id: str) -> Value | str:
        """The figure of a cell; of a local row also the words that stand in place of one."""
        local = local_cell(cell_id)
        return self.extra[local.row].values[local.col] if local else self.values[cell_id]

    def __getitem__(self, cell_id: str) -> Any:
        """The figure of a cell, also of a local row (``extra[0].total``)."""
        value = self.stated(cell_id)
        return None if isinstance(value, str) else value

    @property
    def local(self) -> Mapping[str, Value | str]:
        """The cells of local rows by id: a figure, None, or the words in place of one."""
        return {
            local_id(i, col): value
            for i, row in enumerate(self.extra)
            for col, value in row.values.items()
        }

    def place(self, cell_id: str) -> str | None:
        origin = self.trace.origins.get(cell_id)
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
            self.trace,
        )


def _rebuild(*args: Any) -> Report:
    format, year, agency, values, repeats, text, extra, trace = args
    return build(format, year, agency, values, repeats=repeats, text=text, extra=extra, trace=trace)


def title_of(agency: str, year: int | str) -> str:
    """The title of a report on one line."""
    return f"{agency}{year}{TITLE_WORDS}"


def build(
    format: int,
    year: int,
    agency: Agency,
    values: Mapping[str, Value],
    *,
    repeats: Mapping[str, tuple[str | None, ...]] | None = None,
    text: Mapping[str, str] | None = None,
    extra: tuple[ExtraRow, ...] = (),
    trace: Trace = UNREAD,
) -> Report:
    """A report from what is known of it: absent figures are not filled in, absent texts empty.

    Raises UnusableInput for a local row in 表四, and for a figure in a column that its row has not.
    """
    form = load(format)
    names = {
        row: tuple(one_line(name) for name in (repeats or {}).get(row) or (None,))
        for _, row in form.repeats
    }
    cells = form.cells(Layout(names))
    unknown = values.keys() - cells.keys()
    if unknown:
        raise KeyError(f"not in the form of {format}: {sorted(unknown)[:3]}")
    if lost := sum(map(dropped, (agency.name, *(text or {}).values(), *(e.label for e in extra)))):
        note = Note("characters", f"来源的文字里有 {lost} 个不能显示的控制字符，已略去。")
        trace = replace(trace, notes=(*trace.notes, note))
    local, oddities = settled(form, extra, values)
    if oddities:
        origins = {**oddities, **trace.origins}
        trace = replace(trace, origins=origins)
    return Report(
        format,
        year,
        Agency(one_line(agency.name) or "", one_line(agency.code)),
        MappingProxyType({id: _typed(values.get(id), cell.kind) for id, cell in cells.items()}),
        MappingProxyType(names),
        MappingProxyType({t: tidy((text or {}).get(t) or "") for t in TEXTS}),
        local,
        trace,
    )


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
    figures: dict[str, Any] = {**report.values, **report.local}
    found: dict[str, Any] = {}
    for target, parts in form.sums(report.layout).items():
        known = [v for p in parts if not isinstance(v := figures.get(p), str | None)]
        if known and figures.get(target) is None:
            figures[target] = sum(known)
            if only is None or target in only:
                found[target] = figures[target]
    if not found:
        return report
    extra = tuple(
        replace(row, values={c: found.get(local_id(i, c), v) for c, v in row.values.items()})
        for i, row in enumerate(report.extra)
    )
    official = {id: found.get(id, value) for id, value in report.values.items()}
    return replace(report, values=MappingProxyType(official), extra=extra)


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


def from_dict(data: Mapping[str, Any], trace: Trace = UNREAD) -> Report:
    """A report from a JSON object that satisfies ``schema.json``."""
    form = load(data["format"])
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
        trace=trace,
    )


def _find(node: Any, id: str) -> Value:
    for part in id.split("."):
        name, bracket, index = part.partition("[")
        node = (node or {}).get(name)
        if bracket:
            node = node[int(index[:-1])] if node else None
    return node  # type: ignore[no-any-return]
