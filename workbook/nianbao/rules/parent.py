"""P-01 … P-07: a government's report beside those of the bodies that it adds up.

``check_parent`` looks at figures alone: the bodies' own reports are checked by ``rules.check``. A
difference of each cell is told by one rule, the one that explains it best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from nianbao.report import Report
from nianbao.report.findings import BasisKind, Finding, Level, Rule
from nianbao.rules.case import Case, Verdict, listed
from nianbao.rules.tables.structure import REPLACED
from nianbao.rules.verdicts import difference, tell
from nianbao.words.figures import Value, quoted, show

_TOLD_APART = 5  # more differences than this in one table are told together
_INDEX = re.compile(r"\[[0-9]+\]")
_SUITS = "disputes.litigation_"
_DOCUMENTS = ("disclosure.regulations.", "disclosure.normative_documents.")


def _rule(
    code: str, title: str, level: Level, basis: str, hint: str, kind: BasisKind = "推断"
) -> Rule:
    codes = (f"P-0{n}" for n in _SEE_ALSO.get(code, ()))
    return Rule(code, title, level, basis, kind, hint, see_also=tuple(codes))


_SEE_ALSO = {"P-01": (2, 3), "P-02": (1, 5, 6, 7), "P-03": (1, 2), "P-05": (2,), "P-07": (2,)}
_AREA = "政府公开的是本地区的汇总数字；没有条文规定必须相等"

RULES = {
    rule.code: rule
    for rule in (
        _rule(
            "P-01",
            "表三各格等于本级机关与所属各单位之和",
            "warning",
            _AREA,
            "核对汇总时有没有漏加、重复加某个单位，各单位的数字在汇总后有没有改动。",
        ),
        _rule(
            "P-02",
            "表二、表四各格等于本级机关与所属各单位之和",
            "warning",
            _AREA,
            "核对漏加和重复加的单位；垂直管理单位等不计入的，说明原因即可，不必凑成相等。",
        ),
        _rule(
            "P-03",
            "所属各单位都有本年度的报告",
            "info",
            "汇总以各单位都已报送为前提",
            "催报这些单位，或者从名单中去掉已经撤并的单位。",
        ),
        _rule(
            "P-04",
            "所属各单位的格式与本级相同",
            "error",
            REPLACED,
            "退回这些单位，改用本年度适用的格式重新填报。",
            "明文",
        ),
        _rule(
            "P-05",
            "同一案件有本地区两个被告的，汇总时只计一次",
            "warning",
            "由国办公开办函〔2016〕201号对共同被告案件由谁统计的规定推算",
            "差额是同一案件被两个单位各计一次的，保留本级的数字并注明；否则改正。",
        ),
        _rule(
            "P-06",
            "汇总的金额与各单位之和位数相同",
            "warning",
            "由各单位的金额推算，没有条文规定",
            "用各单位的原数相加，不要先四舍五入，金额最多四位小数。",
        ),
        _rule(
            "P-07",
            "几个单位联合制发的文件只由主办单位统计",
            "info",
            "同一件文件计入几个单位会使各单位之和偏大，没有条文规定",
            "差额是联合发文的，保留本级的数字；请各单位只统计自己主办的文件。",
        ),
    )
}


def check_parent(
    parent: Report, children: Sequence[Report], missing: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What the rules find in a parent's report when its bodies' reports are added up.

    ``children``: the reports that make up the parent's, the government's own office among them;
    ``missing``: the names of bodies that have handed in none. A report of another year counts as
    missing. The cells of findings are the parent's; figures of money are 万元. Findings come as
    those of ``check`` do. Nothing is found where there is nothing to add up.
    """
    case = Case(parent)
    return tell(case, ((RULES[code], verdict) for code, verdict in _say(case, children, missing)))


_Said = Iterator[tuple[str, Verdict]]


def _say(case: Case, children: Sequence[Report], missing: Sequence[str]) -> _Said:
    year, form = case.report.year, case.plan.form
    late = [c for c in children if c.year != year]
    lacking = [f"“{quoted(name)}”" for name in missing]
    lacking += [f"{_who(c)}（给的是 {c.year} 年度的）" for c in late]
    others = [c for c in children if c.year == year and c.format != form.format]
    why: list[str] = []
    if lacking:
        yield "P-03", _fail(f"有 {len(lacking)} 个单位没有 {year} 年度的报告：{listed(lacking)}。")
        why.append(f"有 {len(lacking)} 个单位没有报告")
    if others:
        who = listed([f"{_who(c)}用{c.form.name}" for c in others])
        yield (
            "P-04",
            _fail(f"有 {len(others)} 个单位的格式与本级的{form.name}不同：{who}。"),
        )
        why.append(f"有 {len(others)} 个单位的格式不同")
    if why:
        for code, tables in (("P-01", "表三"), ("P-02", "表二、表四")):
            message = f"{'，'.join(why)}，无法核对{tables}是不是等于各单位之和。"
            yield code, Verdict("undecided", message, subject="incomplete")
    elif children:
        for table in form.tables:
            yield from _table(case, table, _sums(case, table, children))


def _fail(message: str) -> Verdict:
    return Verdict("fail", message)


def _who(report: Report) -> str:
    return f"“{quoted(report.agency.name)}”"


class _Sum(NamedTuple):
    """A cell of the parent (of a split row: the cells of all its parts) beside the bodies'."""

    cells: tuple[str, ...]
    title: str
    stated: Value
    parts: tuple[Value, ...]
    bodies: tuple[Report, ...]

    @property
    def total(self) -> Value:
        return _add(self.parts)

    @property
    def several(self) -> bool:
        """Whether more than one body has something to count here."""
        return sum(bool(part) for part in self.parts) > 1


def _add(values: Sequence[Value]) -> Value:
    known = [v for v in values if v is not None]
    return sum(known) if len(known) == len(values) else None


def _folded(report: Report) -> dict[str, tuple[str, ...]]:
    """Cells by id without the number of a split row: bodies split their rows each in its way."""
    cells: dict[str, tuple[str, ...]] = {}
    for id in report.values:
        key = _INDEX.sub("", id)
        cells[key] = (*cells.get(key, ()), id)
    return cells


def _sums(case: Case, table: str, children: Sequence[Report]) -> Iterator[_Sum]:
    folded = [_folded(child) for child in children]
    for key, cells in _folded(case.report).items():
        if not key.startswith(f"{table}."):
            continue
        parts = tuple(
            _add([child.values[id] for id in ids[key]])
            for child, ids in zip(children, folded, strict=True)
        )
        title = case.name(cells[0]) if len(cells) == 1 else _title(case, table, key)
        stated = _add([case[c] for c in cells])
        yield _Sum(cells, title, stated, parts, tuple(children))


def _title(case: Case, table: str, key: str) -> str:
    row, _, col = key.rpartition(".")
    form = case.plan.form
    column = next(
        leaf.label
        for block in form.tables[table].blocks
        if any(f"{table}.{r.id}" == row for r in block.row_leaves)
        for leaf in block.column_leaves
        if leaf.id == col
    )
    return f"{form.tables[table].name}“{case.plan.labels[row]}”合计的“{column}”"


def _table(case: Case, table: str, sums: Iterator[_Sum]) -> _Said:
    apart: dict[str, list[_Sum]] = {}
    blank: list[_Sum] = []
    for one in sums:
        stated, total = one.stated, one.total
        if stated is None or total is None:
            blank.append(one)
        elif stated != total:
            apart.setdefault(_best(one, stated, total), []).append(one)
    for code, found in apart.items():
        if len(found) <= _TOLD_APART:
            yield from ((code, _unequal(one)) for one in found)
        else:
            yield code, _together(case, table, found)
    if blank:
        yield _general(table), _undecided(case, table, blank)


def _general(table: str) -> str:
    return "P-01" if table == "requests" else "P-02"


def _best(one: _Sum, stated: int | Decimal, total: int | Decimal) -> str:
    """The rule that explains a difference."""
    if isinstance(total, Decimal) and _rounded(Decimal(stated), total):
        return "P-06"
    if stated < total and one.several:
        if one.cells[0].startswith(_SUITS):
            return "P-05"
        if one.cells[0].startswith(_DOCUMENTS):
            return "P-07"
    return _general(one.cells[0].partition(".")[0])


def _rounded(stated: Decimal, total: Decimal) -> bool:
    """Whether a sum was stated with fewer decimals, rounded or cut off."""
    places = _places(stated)
    unit = Decimal(1).scaleb(-places)
    return places < _places(total) and (0 < total - stated < unit or stated - total <= unit / 2)


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _unequal(one: _Sum) -> Verdict:
    return Verdict(
        "fail",
        f"{one.title}：本级报告 {show(one.stated)}，{len(one.bodies)} 个单位之和 "
        f"{show(one.total)}，相差 {show(difference(one.total, one.stated))}。",
        one.cells,
        expected=one.total,
        actual=one.stated,
    )


def _together(case: Case, table: str, found: list[_Sum]) -> Verdict:
    name = case.plan.form.tables[table].name
    which = [
        f"{one.title.removeprefix(name)}本级 {show(one.stated)}、各单位之和 {show(one.total)}"
        for one in found
    ]
    return Verdict(
        "fail",
        f"{name}有 {len(found)} 个数与 {len(found[0].bodies)} 个单位之和不等：{listed(which)}。",
        tuple(c for one in found for c in one.cells),
        subject=table,
    )


def _undecided(case: Case, table: str, blank: list[_Sum]) -> Verdict:
    name = case.plan.form.tables[table].name
    who = ["本级报告"] if any(one.stated is None for one in blank) else []
    who += dict.fromkeys(
        _who(body)
        for one in blank
        for body, part in zip(one.bodies, one.parts, strict=True)
        if part is None
    )
    message = f"{listed(who)}没有填全，{name}有 {len(blank)} 个数无法与各单位之和核对。"
    cells = tuple(c for one in blank for c in one.cells)
    return Verdict("undecided", message, cells, subject=table)
