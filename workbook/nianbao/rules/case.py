"""What every rule works with: the case before it, and the verdict it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar

from nianbao.form import Equation, ExtraRow, Form, Layout, Span, load, local_cell
from nianbao.form.model import picker
from nianbao.ledgers import Ledger, reckon
from nianbao.report import Report
from nianbao.report.findings import BasisKind, Level, Outcome, Rule
from nianbao.rules.prose.said_of import Spoken, spoken
from nianbao.words.agencies import clearly_differ
from nianbao.words.figures import Value, quoted, squash
from nianbao.words.sentences import Passage

Made = TypeVar("Made")
LISTED = 3  # how many cells a message names before it says 等


class Verdict(NamedTuple):
    """What a rule says of one thing it looked at; with the rule's record it becomes a finding.

    ``at`` is the cell that a person is led to (else the first of ``cells`` with a known place),
    ``place`` the same where there is no cell. ``section`` orders what has no cells. ``level`` is
    given where it is lower than the rule's own. ``apart``: whether how far ``expected`` and
    ``actual`` are apart says anything; of years and names of forms it does not.
    """

    outcome: Outcome
    message: str
    cells: tuple[str, ...] = ()
    expected: Value = None
    actual: Value = None
    at: str | None = None
    place: str | None = None
    section: str = ""
    level: Level | None = None
    subject: str = ""
    apart: bool = True


Evaluate = Callable[["Case"], Iterator[Verdict]]


class Check(NamedTuple):
    """A rule's record and the function that evaluates it.

    The function yields what it has to say; nothing at all means that the rule is kept.
    """

    rule: Rule
    evaluate: Evaluate


def declare(
    code: str,
    title: str,
    level: Level,
    *,
    basis: str,
    kind: BasisKind = "推断",
    hint: str,
    since: int | None = None,
    until: int | None = None,
    previous: Span | None = None,
    see_also: tuple[str, ...] = (),
) -> Callable[[Evaluate], Check]:
    """The decorator that binds a rule's record to the function below it.

    ``since``, ``until``: the first and the last form that it holds for; without them it holds for
    every form, also for those to come.
    """
    on = Span(since, until)
    rule = Rule(code, title, level, basis, kind, hint, on, previous, see_also)
    return lambda evaluate: Check(rule, evaluate)


class Sum(NamedTuple):
    """An equation made ready: ``terms`` fetches all its figures, ``left`` of them expected."""

    equation: Equation
    left: int
    terms: Callable[[Mapping[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from the form and the names of its split rows alone; made once, used often."""

    form: Form
    tables: Mapping[str, tuple[str, ...]]  # table id → its cells
    order: Mapping[str, int]  # cell id → its position in the form
    labels: Mapping[str, str]  # row id with its table, or group of table 四 → label
    sums: Mapping[str, tuple[Sum, ...]]  # rule code → its equations, without local rows
    applicants: tuple[str, ...]  # columns of 表三, 总计 last
    changing: tuple[str, ...]  # rows of items and their change (2019)
    deciding: tuple[str, ...]  # those of them with a number of decisions
    money: tuple[str, ...]


@lru_cache(maxsize=256)
def _plan(format: int, repeats: tuple[tuple[str, tuple[str | None, ...]], ...]) -> Plan:
    form = load(format)
    layout = Layout(dict(repeats))
    cells = form.cells(layout)
    changing = tuple(id.removesuffix(".change") for id, c in cells.items() if c.kind == "change")
    return Plan(
        form,
        {t: tuple(c.id for c in cells.values() if c.table == t) for t in form.tables},
        {id: i for i, id in enumerate(cells)},
        _labels(form, layout),
        ready(form.equations(layout)),
        tuple(leaf.node.id for leaf in form.tables["requests"].blocks[0].column_leaves),
        changing,
        tuple(row for row in changing if f"{row}.decisions" in cells),
        tuple(id for id, c in cells.items() if c.kind == "money"),
    )


def _labels(form: Form, layout: Layout) -> dict[str, str]:
    rows = [e for e in form.equations(layout) if e.identity.per == "row"]
    labels = {f"{e.table}.{e.key}": e.subject for e in rows}
    for table in form.tables.values():
        for block in table.blocks:
            leaves = (*block.row_leaves, *table.row_leaves(block, layout))
            labels |= {f"{table.id}.{leaf.id}": leaf.label for leaf in leaves}
    return labels


def ready(equations: tuple[Equation, ...]) -> dict[str, tuple[Sum, ...]]:
    """Equations by the code of their rule, made ready to be evaluated."""
    sums: dict[str, tuple[Sum, ...]] = {}
    for e in equations:
        one = Sum(e, len(e.expected), picker(e.cells))
        sums[e.identity.rule] = (*sums.get(e.identity.rule, ()), one)
    return sums


class Case:
    """A report made ready for the rules, with last year's where there is one that can be used.

    ``case[cell]`` is a figure or None; ``before[cell]`` last year's. ``figures`` holds the cells of
    local rows too. ``unusable`` says why a previous report that was given is not used; ``ledger``
    holds the ledgers where there are any.
    """

    def __init__(
        self, report: Report, previous: Report | None = None, ledger: Ledger | None = None
    ) -> None:
        self.report, self.ledger = report, ledger
        self.plan = _plan(report.format, tuple(report.repeats.items()))
        self.unusable = _unusable(report, previous)
        self.previous = None if self.unusable else previous
        self.before: Mapping[str, Any] = self.previous.values if self.previous else {}
        self.sums = self.plan.sums
        self.repeats_before = self.previous.repeats if self.previous else report.repeats
        self.figures: Mapping[str, Value] = report.values
        self.local: Mapping[str, Any] = {}  # cells of local rows: a figure, None or a text
        if report.extra:
            self.local = report.local
            self.figures = {**report.values, **{id: report[id] for id in self.local}}
            self.sums = ready(self._with_local_rows())
        self.empty_tables = self._empty_tables()
        self._made: dict[Any, Any] = {}

    def __getitem__(self, cell: str) -> Any:
        return self.figures[cell]

    @cached_property
    def from_ledger(self) -> Mapping[str, int]:
        """What the ledgers come to for certain, by cell; nothing for tables whose ledger has no row
        of the year."""
        if self.ledger is None:
            return {}
        return reckon(self.ledger, self.report.format, self.report.year).figures

    @cached_property
    def plain(self) -> dict[str, list[str]]:
        """The texts that are not empty, each as its paragraphs without width and white space."""
        texts = self.report.text.items()
        return {id: [squash(line) for line in text.splitlines()] for id, text in texts if text}

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """The texts that are not empty, taken apart."""
        return {id: Passage(text) for id, text in self.report.text.items() if text}

    @cached_property
    def spoken(self) -> tuple[Spoken, ...]:
        """The sentences that say something comparable, with whom and when they speak of."""
        name, year = self.report.agency.name, self.report.year
        return tuple(
            one for id, text in self.passages.items() for one in spoken(id, text, name, year)
        )

    def once(self, make: Callable[[Case], Made]) -> Made:
        """What ``make`` gives for this case, worked out once for all rules."""
        if make not in self._made:
            self._made[make] = make(self)
        found: Made = self._made[make]
        return found

    def extra_row(self, cell: str) -> ExtraRow | None:
        """The local row that a cell ``extra[0].total`` stands in, None for an official one."""
        local = local_cell(cell)
        return self.report.extra[local.row] if local else None

    def _with_local_rows(self) -> tuple[Equation, ...]:
        """All equations without the cells of local rows in which nothing stands."""
        absent = {c for c in self.local if (row := self.extra_row(c)) and row.blank}
        trimmed = (
            replace(e, expected=tuple(c for c in e.expected if c not in absent))
            for e in self.report.form.equations(self.report.layout)
        )
        return tuple(e for e in trimmed if not absent.issuperset(e.cells))

    def _empty_tables(self) -> frozenset[str]:
        """Tables without a single figure, in local rows neither."""
        values = self.report.values
        if None not in values.values():
            return frozenset()
        filled = {row.table for row in self.report.extra if not row.blank}
        return frozenset(
            t
            for t, ids in self.plan.tables.items()
            if t not in filled and all(values[i] is None for i in ids)
        )

    def words(self, cell: str) -> str | None:
        """What is written in a cell in place of a figure; None if it is blank or has one."""
        value = self.local.get(cell)
        if isinstance(value, str):
            return value
        origin = self.report.trace.origins.get(cell)
        if self.figures[cell] is None and origin and origin.issue not in (None, "V-02"):
            return origin.text
        return None

    def unknown_before(self, table: str) -> bool:
        """Whether last year's report holds no figure of a table."""
        return all(v is None for c, v in self.before.items() if self.table_of(c) == table)

    def table_of(self, cell: str) -> str:
        """The table that a figure stands in, also one of a local row."""
        row = self.extra_row(cell)
        return row.table if row else cell[: cell.index(".")]

    def name(self, cell: str) -> str:
        """How a person names a figure."""
        return self.plan.form.title_of(cell, self.report.layout)

    def names(self, cells: tuple[str, ...] | list[str]) -> str:
        """The first few of some figures, named."""
        return listed([self.name(c) for c in cells])

    def column(self, col: str) -> str:
        """The label of a column of 表三."""
        return self.plan.form.column_label("requests", col)

    def gap(
        self, what: str, cells: tuple[str, ...], *, before: tuple[str, ...] = ()
    ) -> Iterator[Verdict]:
        """That ``what`` cannot be told, if one of these figures is not filled in.

        ``before`` are figures of last year's report. Nothing is said of a table that is blank as a
        whole: V-02 has told it of this year's, and of last year's it is no fault.
        """
        blank = tuple(c for c in cells if self.figures.get(c) is None)
        lost = [c for c in before if self.before.get(c) is None]
        if not blank and not lost:
            return
        empty = blank and self.table_of(blank[0]) in self.empty_tables
        if empty or (lost and self.unknown_before(self.table_of(lost[0]))):
            yield Verdict("not_applicable", "这张表没有填写。")
            return
        who = [self.names(blank)] if blank else []
        if lost and self.previous:
            title = self.previous.form.title_of(lost[0], self.previous.layout)
            who.append(f"上年报告的{title}" + ("等" if len(lost) > 1 else ""))
        yield Verdict(
            "undecided",
            f"{'、'.join(who)}没有填写，无法判断{what}。",
            (*blank, *(c for c in cells if c not in blank)),
        )


def listed(items: list[str], limit: int = LISTED) -> str:
    """``甲、乙、丙等 5 处`` of five items; all of them where there are few."""
    if len(items) <= limit:
        return "、".join(items)
    words = "、".join(items[:limit])
    return f"{words}{' ' if words[-1] in '0123456789' else ''}等 {len(items)} 处"


def _unusable(report: Report, previous: Report | None) -> str | None:
    """Why last year's report, if one was given, says nothing about this one."""
    if previous is None:
        return None
    wanted = report.year - 1
    if previous.year != wanted:
        return (
            f"给出的上年报告是 {previous.year} 年度的，核对 {report.year} 年度的报告要用 "
            f"{wanted} 年度的，没有据以核对。"
        )
    if not previous.form.holds_for(previous.year):
        return (
            f"给出的上年报告（{previous.year} 年度）用的是{previous.form.name}格式，"
            "与年度不符，没有据以核对。"
        )
    then, now = previous.agency.name, report.agency.name
    if clearly_differ(then, now):
        return f"给出的上年报告是“{quoted(then)}”的，本报告是“{quoted(now)}”的，没有据以核对。"
    return None
