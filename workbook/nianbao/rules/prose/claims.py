"""N-01 … N-06, N-08, N-09, N-13, N-14: numbers stated in prose beside the cells they speak of.

Which phrase speaks of what is data (`families`). A number passes when one honest reading gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.phrases import families
from nianbao.rules.prose.readings import REQUESTS, Family, Reading, official_cells
from nianbao.rules.prose.said_of import Statement
from nianbao.words.figures import Value, show

BASIS = "文字与表格出自同一份报告，同一件事的数字应当一致；文字的写法没有条文规定"
HINT = "核对文字与表格哪一处有误；统计口径不同的，在文字中写明口径。"


_CLAUSE = re.compile("[，；：]")
_ELSE = re.compile("复议|诉讼|信访|热线|投诉")
_OTHERS = re.compile("复议|诉讼|建议|提案")
_REQUEST = re.compile(
    r"[公民法人和或者其他组织社会众群提出交的各类政府信息务依公开项事正均已全部将、]{0,30}申请"
)
_GOES_ON = re.compile(
    r"[均已全都并将正未无仍尚按依转结顺延（“”外]|予以|其他|不予|部分|属于|由|来自|为|是|作"
)
_SHOWN = 3  # readings in a message


class Claim(NamedTuple):
    """A statement taken for one of a family, with the readings that can be worked out."""

    family: Family
    statement: Statement
    readings: tuple[tuple[Reading, int | None], ...]

    @property
    def agrees(self) -> bool | None:
        """None where it cannot be told: no reading agrees and one has a blank in it."""
        number = self.statement.what.number
        values = [value for _, value in self.readings]
        if any(v is not None and v >= 0 and number.agrees(v) for v in values):
            return True
        return None if None in values else False


def claims(case: Case) -> tuple[Claim, ...]:
    """All statements that can be compared, each with what it speaks of."""
    return case.once(_claims)


def _claims(case: Case) -> tuple[Claim, ...]:
    known = families(case.report.format, case.report.year)
    found = []
    for one in case.spoken:
        own = [s for s in one.statements if s.own and s.what.number.mark != "vague"]
        text = one.sentence.text
        near = [f for f in known if any(w in text for w in f.words)] if own else ()
        for statement in own:
            claims = [
                Claim(f, statement, _readings(case, f)) for f in near if _speaks(f, statement)
            ]
            if claims:  # a phrase that may belong to two families is right in either
                found.append(next((c for c in claims if c.agrees), claims[0]))
    return tuple(found)


def subject(case: Case, statement: Statement) -> Claim | None:
    """What a statement speaks of; None where that is not certain."""
    return next((c for c in claims(case) if c.statement is statement), None)


def _speaks(family: Family, statement: Statement) -> bool:
    count = statement.what
    if count.number.unit not in family.units or not _in_context(family, statement):
        return False
    before, after = count.before, count.after
    if not (
        family.before.search(before)
        or (
            family.after
            and family.after.match(after)
            and family.lead.search(before)
            and not _ELSE.search(_until(statement))
        )
        or (family.short and family.short.fullmatch(before) and _topic(family, statement))
    ):
        return False
    no_object = family.needs == "object" and "申请" not in before + after
    if no_object or (family.table == REQUESTS and not _is_of_requests(statement)):
        return False
    named_again = family.alone and statement.sentence.text.count(family.words[0]) > 1
    if named_again or (family.barred and family.barred.search(_until(statement))):
        return False
    if family.wide:
        before = _CLAUSE.split(_until(statement))[-1]
    return not family.unless.search(f"{before}|{after}")


def _in_context(family: Family, statement: Statement) -> bool:
    """Whether requests, or for disputes the disclosure of information, have been spoken of."""
    if family.needs == "dispute":
        return statement.asked or "信息公开" in statement.sentence.text
    return not family.needs or statement.request


def _is_of_requests(statement: Statement) -> bool:
    """Whether nothing but requests is counted: not 12件来信, not the suits named just before."""
    before, after = statement.what.before, statement.what.after
    if "申请" in before:
        return True
    if "申请" in after:
        return _REQUEST.match(after) is not None
    until = _until(statement)
    others = max((m.start() for m in _OTHERS.finditer(until)), default=-1)
    return others <= until.rfind("申请") and (not after or _GOES_ON.match(after) is not None)


def _topic(family: Family, statement: Statement) -> bool:
    """Whether a short phrase can only speak of the one thing that the sentence has named; in a
    bracket, of that named last."""
    until = _until(statement).rsplit("；", 1)[-1]
    named = [m.end() for m in re.finditer(family.topic, until)]
    if not named or not family.rival:
        return bool(named)
    behind = until[named[-1] :]
    inside = "（" in behind and "）" not in behind
    return not re.search(family.rival, behind if inside else until)


def _until(statement: Statement) -> str:
    return statement.sentence.text[: statement.what.number.start]


def _readings(case: Case, family: Family) -> tuple[tuple[Reading, int | None], ...]:
    return tuple((r, value_of(case, r, case.figures)) for r in family.readings)


def value_of(case: Case, reading: Reading, figures: Mapping[str, Any]) -> int | None:
    """The sum of a reading; None with a blank in it."""
    total = 0
    for sign, cell in cells_of(case, reading):
        value = figures.get(cell)
        if value is None or isinstance(value, str):
            return None
        total += sign * value
    return total


def cells_of(case: Case, reading: Reading) -> tuple[tuple[int, str], ...]:
    """The cells of a reading with their sign, local rows among them."""
    official = official_cells(case.report.format, reading)
    if not case.report.extra:
        return official
    columns = reading.column.split("+")
    local = [
        (sign, f"extra[{i}].{column}")
        for i, row in enumerate(case.report.extra)
        for sign, term in reading.terms
        for column in columns
        if column
        and f"{row.table}.{row.after}".startswith(f"{term}.")
        and f"extra[{i}].{column}" in case.local
    ]
    return (*official, *local)


def _wrong_claims(case: Case, code: str) -> Iterator[Verdict]:
    found = [c for c in claims(case) if c.family.code == code]
    seen: dict[str, int] = {}
    for claim in found:
        if claim.agrees is not False:
            continue
        key = claim.family.key
        # The text of a government may tell of its area and of its own departments in turn.
        rivals = [c for c in found if c.family.key == key]
        if any(c.statement.whole for c in rivals) and any(c.agrees for c in rivals):
            continue
        yield _verdict(case, claim, seen)


def _verdict(case: Case, claim: Claim, seen: dict[str, int]) -> Verdict:
    statement, number = claim.statement, claim.statement.what.number
    named: dict[int | None, str] = {}
    for reading, value in claim.readings:
        named.setdefault(value, _name(case, claim, reading, first=not named))
    said = "，".join(f"{name}是 {show(value)}" for value, name in [*named.items()][:_SHOWN])
    cells = [cell for reading, _ in claim.readings for _, cell in cells_of(case, reading)]
    words = f"{statement.section}|{claim.family.key}|{_without_digits(statement.what.before)}"
    seen[words] = seen.get(words, 0) + 1
    first: Value = claim.readings[0][1]
    return Verdict(
        "fail",
        f"“{TEXT_TITLES[statement.section]}”写“{statement.quote}”，{said}。",
        tuple(dict.fromkeys(cells)),
        expected=first,
        actual=number.value,
        place=case.report.place(f"text.{statement.section}"),
        section=statement.section,
        subject=f"{words}|{seen[words]}",
    )


def _name(case: Case, claim: Claim, reading: Reading, *, first: bool) -> str:
    """A single cell by its official name, a sum by that of the reading."""
    cells = cells_of(case, reading)
    if len(cells) == 1:
        return case.name(cells[0][1])
    table = case.plan.form.tables[claim.family.table].name
    return f"{table}的{reading.name}" if first else reading.name


def _without_digits(words: str) -> str:
    return "".join(c for c in words if not c.isdigit())


_TITLES = {
    "N-01": ("文字里收到的申请件数与表三一致", ("N-02", "N-10")),
    "N-02": ("文字里办理的申请件数与表三一致", ("N-01", "N-03")),
    "N-03": ("文字里办结、答复的申请件数与表三一致", ("N-02", "N-05")),
    "N-04": ("文字里结转的申请件数与表三一致", ("N-01", "Y-01")),
    "N-05": ("文字里各种办理结果的件数与表三一致", ("N-03",)),
    "N-06": ("文字里各类申请人的件数与表三一致", ("N-01",)),
    "N-08": ("文字里行政复议的件数与表四一致", ("N-09", "N-11")),
    "N-09": ("文字里行政诉讼的件数与表四一致", ("N-08", "N-11")),
    "N-13": ("文字里规章、规范性文件的件数与表二一致", ("N-14",)),
    "N-14": ("文字里行政许可、处罚、强制的件数与表二一致", ("N-13",)),
}


def _check(code: str) -> Check:
    title, see_also = _TITLES[code]
    rule = declare(code, title, "warning", basis=BASIS, hint=HINT, see_also=see_also)
    return rule(lambda case: _wrong_claims(case, code))


CHECKS = tuple(_check(code) for code in _TITLES)
"""One for each code; what they look for is in `families`."""
