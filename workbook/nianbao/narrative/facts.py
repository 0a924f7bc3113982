"""What a report says, as the facts that sentences are made of; each knows its cells.

``gather`` gives one flat mapping: name in Chinese, as the sentence templates call it → a `Fact`, or
a tuple of them where templates list parts. Results, applicants and disputes come from the labels of
the form; the names of single figures are those of `SINGLE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from nianbao.form import FORMATS, Form, Node
from nianbao.report import Report, with_totals
from nianbao.report.material import NOTHING, Material, items
from nianbao.report.years import refuse_other_year

PREVIOUS = "previous."

SINGLE = {
    "新收": "requests.received.total",
    "上年结转": "requests.carried_in.total",
    "办结": "requests.total.total",
    "结转下年": "requests.carried_out.total",
    "规章制发": "disclosure.regulations.made",
    "规章废止": "disclosure.regulations.repealed",
    "规章有效": "disclosure.regulations.in_force",
    "规章公开": "disclosure.regulations.disclosed",
    "规章总数": "disclosure.regulations.total",
    "规范性文件制发": "disclosure.normative_documents.made",
    "规范性文件废止": "disclosure.normative_documents.repealed",
    "规范性文件有效": "disclosure.normative_documents.in_force",
    "规范性文件公开": "disclosure.normative_documents.disclosed",
    "规范性文件总数": "disclosure.normative_documents.total",
    "行政许可": "disclosure.licensing.decisions",
    "行政处罚": "disclosure.penalties.decisions",
    "行政强制": "disclosure.coercion.decisions",
    "行政许可项目": "disclosure.licensing.items",
    "行政许可增减": "disclosure.licensing.change",
    "行政处罚项目": "disclosure.penalties.items",
    "行政处罚增减": "disclosure.penalties.change",
    "行政强制项目": "disclosure.coercion.items",
    "行政强制增减": "disclosure.coercion.change",
    "行政事业性收费项目": "disclosure.fees.items",
    "行政事业性收费增减": "disclosure.fees.change",
    "收费金额": "disclosure.fees.amount",
    "采购项目": "disclosure.procurement.projects",
    "采购金额": "disclosure.procurement.amount",
    "逾期不缴费": "requests.other_handling.no_payment.total",
}
"""Names of single figures. One that the form of the year lacks is a fact that is not known."""

_NUMBERING = re.compile(r"^(?:（[一二三四五六七八九十]+）|\d+[.．、]|其中[:：]?)+|（[^（）]*）$")


@dataclass(frozen=True, eq=False)
class Fact:
    """A figure or a piece of text. ``value`` None: not known; then it cannot be said.

    ``cells`` are the ids it was made of, last year's with ``previous.``; ``parts`` what it is the
    sum of; ``before`` the same fact of last year's report. Facts compare and add up like their
    values; one that is not known, or 0, or '', is false.
    """

    value: int | Decimal | str | None
    cells: tuple[str, ...] = ()
    name: str = ""
    unit: str = ""
    parts: tuple[Fact, ...] = field(default=(), repr=False)
    before: Fact | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        if self.value is None:
            return ""
        return format(self.value, "f") if isinstance(self.value, Decimal) else str(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return self.value == _value(other)

    def __lt__(self, other: object) -> bool:
        return _number(self) < _number(other)

    def __gt__(self, other: object) -> bool:
        return _number(self) > _number(other)

    def __le__(self, other: object) -> bool:
        return not self > other

    def __ge__(self, other: object) -> bool:
        return not self < other

    def __add__(self, other: object) -> Fact:
        return self._with(other, 1)

    def __sub__(self, other: object) -> Fact:
        return self._with(other, -1)

    def _with(self, other: object, sign: int) -> Fact:
        one, two = self.value, _value(other)
        known = isinstance(one, int | Decimal) and isinstance(two, int | Decimal)
        cells = self.cells + (other.cells if isinstance(other, Fact) else ())
        return Fact(one + sign * two if known else None, cells, self.name, self.unit)  # type: ignore[operator]


Facts = Mapping[str, Fact | tuple[Fact, ...]]


def _value(of: object) -> object:
    return of.value if isinstance(of, Fact) else of


def _number(of: object) -> int | Decimal:
    value = _value(of)
    return value if isinstance(value, int | Decimal) else 0


def total(facts: Iterable[Fact], name: str = "", unit: str = "") -> Fact:
    """The sum of facts; not known where one of them is not."""
    parts = tuple(facts)
    known = [p.value for p in parts if isinstance(p.value, int | Decimal)]
    cells = tuple(dict.fromkeys(c for p in parts for c in p.cells))
    value = sum(known) if len(known) == len(parts) else None
    return Fact(value, cells, name, unit, parts)


def gather(report: Report, previous: Report | None = None, material: Material = NOTHING) -> Facts:
    """All facts. Raises UnusableInput when ``previous`` is not of the year before."""
    refuse_other_year(report, previous)
    found = dict(_of_report(report))
    if previous is not None:
        then = {name: _aged(fact) for name, fact in _of_report(previous)}
        found = {name: _beside(fact, then.get(name)) for name, fact in found.items()}
    return MappingProxyType(found | dict(_of_material(material)))


def _of_report(report: Report) -> Iterator[tuple[str, Fact | tuple[Fact, ...]]]:
    report = with_totals(report)
    yield "年度", Fact(report.year, ("year",))
    yield "机关", Fact(report.agency.name or None, ("agency.name",))
    yield "格式", Fact(report.format, ("format",))
    yield "格式文号", Fact(report.form.notice, ("format",))
    for name, id in SINGLE.items():
        yield name, replace(_figure(report, id), name=name)
    yield "办理结果", tuple(_results(report))
    yield "申请人", tuple(_applicants(report))
    yield from _disputes(report)
    yield "其他服务", _services(report)
    yield "附加行", tuple(_local_rows(report))


def _figure(report: Report, id: str) -> Fact:
    cell = report.form.cells(report.layout).get(id)
    if cell is None:
        return Fact(None)
    return Fact(report.values[id], (id,), cell.title, cell.unit)


def _plain(node: Node) -> str:
    """A label without number and annotation; in the short form that people use."""
    return min(map(_unnumbered, (node.label, *node.aliases)), key=len)


def _unnumbered(label: str) -> str:
    return _NUMBERING.sub("", label) or label


def _results(report: Report) -> Iterator[Fact]:
    """（一）予以公开 … （六）其他处理, each with its rows as parts, local rows among them."""
    (block,) = report.form.tables["requests"].blocks
    (results,) = (node for node in block.rows if node.nodes)
    for node in results.nodes:
        if node.id == "total":
            continue
        rows = {f"{node.id}.{leaf.id}": _plain(leaf) for leaf in node.nodes}
        parts = [replace(_row(report, id), name=name) for id, name in rows.items()]
        local = [
            Fact(
                _count(row.values.get("total")),
                (f"extra[{i}].total",),
                _unnumbered(row.label),
                "件",
            )
            for i, row in enumerate(with_totals(report).extra)
            if row.table == "requests" and row.after in (rows or {node.id: ""})
        ]
        if rows:
            yield total([*parts, *local], _plain(node), "件")
        else:
            yield replace(_row(report, node.id), name=_plain(node))
            yield from local


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _row(report: Report, row: str) -> Fact:
    return _figure(report, f"requests.{row}.total")


def _applicants(report: Report) -> Iterator[Fact]:
    """Who asked: natural persons, and organisations with their kinds as parts."""
    (block,) = report.form.tables["requests"].blocks
    for node in block.columns[0].nodes:
        leaves = node.nodes or (node,)
        parts = [
            replace(_figure(report, f"requests.received.{leaf.id}"), name=leaf.label)
            for leaf in leaves
        ]
        if node.nodes:
            yield total(parts, node.label, "件")
        elif node.id not in report.form.tables["requests"].summed_columns:
            yield parts[0]


def _disputes(report: Report) -> Iterator[tuple[str, Fact]]:
    """行政复议 with its outcomes as parts; 行政诉讼 with its two kinds, and their outcomes."""
    (block,) = report.form.tables["disputes"].blocks
    for node in block.columns:
        kinds = [n for n in node.nodes if n.nodes]
        if not kinds:
            yield node.label, _dispute(report, node)
        else:
            yield node.label, total([_dispute(report, kind) for kind in kinds], node.label, "件")


def _dispute(report: Report, node: Node) -> Fact:
    outcomes = tuple(
        replace(_figure(report, f"disputes.{node.id}.{leaf.id}"), name=leaf.label)
        for leaf in node.nodes
    )
    whole = _figure(report, f"disputes.{node.id}.total")
    return replace(whole, name=node.label, parts=outcomes[:-1])


def _services(report: Report) -> Fact:
    """What other services decided, on the form of 2019; split rows as parts."""
    names = report.repeats.get("other_services", ())
    parts = (
        replace(_figure(report, f"disclosure.other_services[{i}].decisions"), name=name or "")
        for i, name in enumerate(names)
    )
    return total(parts, "其他服务", "件") if names else Fact(None, name="其他服务")


def _local_rows(report: Report) -> Iterator[Fact]:
    """Rows of the agency's own in 表二: the name of each, its figures as parts."""
    form: Form = report.form
    for i, row in enumerate(report.extra):
        if row.table != "disclosure":
            continue
        parts = tuple(
            Fact(_count(value), (f"extra[{i}].{col}",), form.column_label(row.table, col), "件")
            for col, value in row.values.items()
        )
        yield Fact(row.label, (f"extra[{i}].label",), row.label, parts=parts)


def _of_material(material: Material) -> Iterator[tuple[str, Fact | tuple[Fact, ...]]]:
    """Of every form: templates may ask for what this one does not have; it is not known."""
    lists: dict[str, list[Fact]] = {}
    for key, item in {
        key: item for format in FORMATS for key, item in items(format).items()
    }.items():
        fact = Fact(material.values.get(key), (item.id,), item.label, item.unit)
        yield item.name, fact
        if item.list:
            lists.setdefault(item.list, []).append(fact)
    yield from ((name, tuple(facts)) for name, facts in lists.items())


def _aged(fact: Fact | tuple[Fact, ...]) -> Fact | None:
    """Last year's fact, its cells named so."""
    if isinstance(fact, tuple):
        return None
    return replace(fact, cells=tuple(PREVIOUS + cell for cell in fact.cells), parts=())


def _beside(fact: Fact | tuple[Fact, ...], then: Fact | None) -> Fact | tuple[Fact, ...]:
    cells = tuple(PREVIOUS + c for c in fact.cells) if isinstance(fact, Fact) else ()
    same = then is not None and then.cells == cells
    return replace(fact, before=then) if same and isinstance(fact, Fact) else fact
