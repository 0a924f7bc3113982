"""N-07: percentages and comparisons with last year, worked out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.claims import BASIS, Claim, cells_of, subject, value_of
from nianbao.rules.prose.said_of import Spoken, Statement
from nianbao.words.figures import show
from nianbao.words.numbers import Number

_SHARE = re.compile(r"(?:约?占|占比)(?!.*率)[^，。；\d]{0,16}(?:为|达到?|约|的|：)?$")
_CHANGE = re.compile(
    r"(?:同比|(?:与|较|比|同)(?:去年|上一?年度?|(?P<year>20\d{2})年度?)(?:同期)?(?:相比|比)?，?)[^。；]{0,20}?"
    r"(?P<way>增长|增加|上升|提高|增|多|上涨|下降|减少|降低|减|少|下滑|回落)(?:了|约|幅度?为|率为|幅达)?$"
)
_TOGETHER = re.compile(
    "分别|合计|共|两项|二者|[省市区县系].{0,4}申请总量|总和|一并|均|各|以上|率|全[省市区县州国系]"
)
# What a share or a change is of, when it is not what was counted last: 新收12件，其中自然人下降5%.
_ANOTHER = re.compile(
    r"其中|[，：、](?:自然人|公民|个人|法人|商业企业|企业|科研机构|社会|法律|予以公开|部分公开|不予|无法提供|其他|"
    r"网上|网络|线上|线下|信函|邮寄|当面|现场)"
)
_DIFFERENT = re.compile("增加|减少|多|少|增|减")
_LESS = frozenset(("下降", "减少", "降低", "减", "少", "下滑", "回落"))
# Comparisons in words, just behind the number or behind 数量.
_THING = r"^(?:政府信息公开)?(?:申请)?，?(?:数量|总数|总量|件数)?"
_LAST = r"(?:同比|[与和同较比](?:去年|上一?年度?)(?:同期)?(?:相比|比)?，?)"
_WORDED = re.compile(
    rf"{_THING}{_LAST}(?:(?P<level>持平)|翻一番|(?P<way>增长|增加|上升|下降|减少|降低)"
    r"(?:了|约|近)?(?P<tenths>[一二三四五六七八九])成(?!以))(?=$|[，。；])"
)
_THEN = re.compile(
    rf"{_THING}[较比](?:去年|上一?年度?)(?:同期)?的?(?P<then>\d+)件(?:有所|略有)?(?:增|上升|下降|减|降)"
)
_TENTH = Decimal(5)  # percentage points that 三成 may be off
_BRACKET = re.compile("（[^（）]*）")
_WHOLES = ("received", "carried_in", "total")
_GROUPS = ("refused", "unavailable", "not_processed", "other_handling")


class _Share(NamedTuple):
    """A percentage or a difference, with the statement just before it in its ；-segment."""

    number: Number
    of: Statement
    words: str


def _found(one: Spoken, pattern: re.Pattern[str]) -> Iterator[tuple[_Share, re.Match[str]]]:
    text = one.sentence.text
    for number in one.sentence.numbers:
        if number.unit not in ("%", "件") or number.mark:
            continue
        segment = text.rfind("；", 0, number.start) + 1
        closed = [m.span() for m in _BRACKET.finditer(text, segment, number.start)]
        before = [
            s
            for s in one.statements
            if segment <= s.what.number.start
            and s.what.number.end <= number.start
            and not _DIFFERENT.search(s.what.before)
            and not any(start < s.what.number.start < end for start, end in closed)
        ]
        if not before:
            continue
        words = _BRACKET.sub("", text[before[-1].what.number.end : number.start])
        if _TOGETHER.search(words) or _ANOTHER.search(words):
            continue
        if len(words) <= 30 and (match := pattern.search(words)):
            yield _Share(number, before[-1], words), match


def _gives(number: Number, part: int | Decimal, whole: int | Decimal) -> bool:
    """Whether a percentage may be written so: rounded, or cut off."""
    scale = 10**number.places
    cut, rest = divmod(100 * part * scale, whole)
    return number.value * scale in (cut, cut + (2 * rest >= whole))


def _claim(case: Case, statement: Statement) -> Claim | None:
    """What a number counts; None where that is not certain or it is wrong itself."""
    if not statement.own or statement.what.number.mark:
        return None
    claim = subject(case, statement)
    return claim if claim and claim.agrees else None


@declare(
    "N-07",
    "文字里的占比和同比与表格算得的一致",
    "warning",
    basis=BASIS,
    hint="重新计算占比或同比；以另外的数为基数的，在文字中写明。",
    see_also=("N-01", "N-05"),
)
def shares(case: Case) -> Iterator[Verdict]:
    seen: dict[str, int] = {}
    for one in case.spoken:
        for share, _ in _found(one, _SHARE):
            if share.number.unit == "%":
                yield from _share(case, one, share, seen)
        if case.previous is not None:
            for share, match in _found(one, _CHANGE):
                if match["year"] and int(match["year"]) != case.report.year - 1:
                    continue
                sign = -1 if match["way"] in _LESS else 1
                yield from _change(case, one, share, sign, seen)
            for statement in one.statements:
                yield from _worded(case, one, statement, seen)


def _share(case: Case, one: Spoken, share: _Share, seen: dict[str, int]) -> Iterator[Verdict]:
    claim = _claim(case, share.of)
    if claim is None or claim.family.table != "requests":
        return
    part = share.of.what.number.value
    received, carried, total = (case[f"requests.{row}.total"] for row in _WHOLES)
    if None in (received, carried, total):
        return
    wholes: list[int | Decimal] = [received, received + carried, total]
    # Anything the same paragraph counts may be the whole; so may a group of results.
    near = [
        s.what.number
        for other in case.spoken
        if other.section == one.section and other.sentence.paragraph == one.sentence.paragraph
        for s in other.statements
        if s.what.number.unit == "件"
    ]
    wholes += [n.value for n in near]
    wholes += [a.value + b.value for a, b in pairwise(near)]
    wholes += case.once(_groups)
    if any(whole and _gives(share.number, part, whole) for whole in wholes) or not total:
        return
    exact = (Decimal(100) * part / total).quantize(Decimal("0.01"))
    yield _verdict(
        case,
        one,
        share,
        seen,
        claim,
        f"{show(part)} 件占办理结果总计 {total} 件的 {exact}%，占新收 {received} 件的 "
        f"{(Decimal(100) * part / received).quantize(Decimal('0.01')) if received else 0}%",
        exact,
    )


def _groups(case: Case) -> tuple[int, ...]:
    """The totals of the groups of results, which may be the whole as well."""
    prefixes = tuple(f"requests.{group}." for group in _GROUPS)
    totals: dict[str, int] = {}
    for cell in case.plan.tables["requests"]:
        if cell.endswith(".total") and cell.startswith(prefixes):
            group = cell.split(".")[1]
            totals[group] = totals.get(group, 0) + (case[cell] or 0)
    return tuple(totals.values())


def _change(
    case: Case, one: Spoken, share: _Share, sign: int, seen: dict[str, int]
) -> Iterator[Verdict]:
    claim = _claim(case, share.of)
    if claim is None:
        return
    now, number = share.of.what.number.value, share.number
    pairs: list[tuple[str, int]] = []
    for reading, value in claim.readings:
        if value == now:
            then = value_of(case, reading, case.before)
            if then is None:
                return
            pairs.append((reading.name, then))
    for _, then in pairs:
        off = sign * (now - then)
        right = off == number.value if number.unit == "件" else then and _gives(number, off, then)
        if right:
            return
    if not pairs or (number.unit == "%" and not all(then for _, then in pairs)):
        return
    name, then = pairs[0]
    more = abs(Decimal(now) - then)
    exact = (100 * more / then).quantize(Decimal("0.01")) if then else None
    way = "增加" if now >= then else "减少"
    figures = (
        f"{name or share.of.what.before}上年 {then} 件，本年 {show(now)} 件，{way} {show(more)} 件"
    )
    share_of_last = f"（{exact}%）" if exact is not None else ""
    wanted = more if number.unit == "件" else exact
    yield _verdict(case, one, share, seen, claim, f"{figures}{share_of_last}", wanted)


def _worded(
    case: Case, one: Spoken, statement: Statement, seen: dict[str, int]
) -> Iterator[Verdict]:
    """与上年持平, 翻一番, 下降三成, 较上年18件有所下降."""
    text, number = one.sentence.text, statement.what.number
    behind = text[number.end : number.end + 40]
    match = _WORDED.search(behind) or _THEN.search(behind)
    claim = _claim(case, statement) if match else None
    if match is None or claim is None:
        return
    now = number.value
    right = [reading for reading, value in claim.readings if value == now]
    thens = [value_of(case, reading, case.before) for reading in right]
    if not thens or any(then is None or _agrees(match, now, then) for then in thens):
        return
    share = _Share(number._replace(end=number.end + match.end()), statement, behind)
    name = right[0].name or statement.what.before
    figures = f"{name}上年 {thens[0]} 件，本年 {show(now)} 件"
    yield _verdict(case, one, share, seen, claim, figures, None)


def _agrees(match: re.Match[str], now: int | Decimal, then: int) -> bool:
    """Whether the words may be said of this year's and last year's number."""
    named = match.groupdict()
    if "then" in named:
        return int(named["then"]) == then
    if named["level"]:
        return now == then
    if not named["tenths"]:
        return now == 2 * then
    percent = Decimal(100) * (Decimal(now) - then) / then if then else Decimal(0)
    sign = -1 if named["way"] in _LESS else 1
    tenths = "一二三四五六七八九".index(named["tenths"]) + 1
    return abs(sign * percent - 10 * tenths) < _TENTH


def _verdict(
    case: Case,
    one: Spoken,
    share: _Share,
    seen: dict[str, int],
    claim: Claim,
    figures: str,
    exact: Decimal | None,
) -> Verdict:
    words = f"{one.section}|{claim.family.key}|{'%' if share.number.unit == '%' else '件'}"
    seen[words] = seen.get(words, 0) + 1
    quote = one.sentence.quote(share.of.what.number.start, share.number.end)
    cells = [cell for reading, _ in claim.readings[:1] for _, cell in cells_of(case, reading)]
    return Verdict(
        "fail",
        f"“{TEXT_TITLES[one.section]}”写“{quote}”，{figures}。",
        tuple(cells),
        expected=exact,
        actual=Decimal(share.number.value),
        place=case.report.place(f"text.{one.section}"),
        section=one.section,
        subject=f"{words}|{seen[words]}",
    )


CHECKS: tuple[Check, ...] = (shares,)
