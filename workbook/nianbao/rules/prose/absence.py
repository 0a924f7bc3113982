"""N-10 … N-12: what a text says there was none of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.claims import BASIS, HINT
from nianbao.rules.prose.said_of import Spoken

_NO = r"(?<!是否)(?:未|没有|均?无(?!正当|理|法|关|条件))"
_THING = (
    r"[公民法人和或者其他组织社会众群提出交的任何形式各类政府信息务依申请开件事项办理处新：、“”"
    r"本机关单位局向过有发生]{0,40}"
)
_NO_REQUEST = re.compile(
    rf"{_NO}(?:新)?(?:收到|接到|受理|接收)(?P<both>和处理|及处理|、处理)?{_THING}"
    r"(?:依申请公开|公开申请|信息申请|申请公开|依申请|信息公开的申请)(?:件|事项|政府信息|信息|的)*(?=$|[，。；、（）])"
)
_NO_CARRY = re.compile(
    rf"{_NO}(?:上一?年度?|往年)(?:的)?结转(?![^，。；]{{0,12}}(?:复议|诉|案|建议|信访|投诉))"
)
_NO_CARRY_OUT = re.compile(
    rf"{_NO}(?:需要?|须)?(?:结转|转结|顺延)[至到入]?(?:下一?个?年度?|次年|明年)(?:继续)?(?:办理|答复|处理)?"
    r"(?:的)?(?:政府信息公开)?(?:申请|事项|件)?(?=$|[，。；、（）])"
)
_CASE = (
    r"(?:政府信息公开|信息公开|依申请公开|因|由|引发|引起|的|相关|有关|工作|而|任何|涉及|被|提起|产生|发生|导致|申请|"
    r"类|和|及|或|、|案件){0,8}"
)
_NO_DISPUTE = re.compile(
    rf"{_NO}(?:发生|收到|产生|出现|涉及|有)?{_CASE}"
    r"(?P<what>(?:行政)?(?:复议|诉讼)(?:案件|申请)?(?:(?:[和与及或、]|、?也未发生|，未发生|或者)(?:提起)?(?:行政)?(?:复议|诉讼))?)"
    r"(?:案件|情况|事项|案|问题|的|情形)*(?=$|[，。；（）])"
)
_NO_SUIT = re.compile(r"(?<!是否)未涉诉|零涉诉|无涉诉")
_ENDED = re.compile(r"(?<!未)(?:审结|办结|已结)")  # of these only, whatever is pending
_NO_REFUSAL = re.compile(
    rf"{_NO}作出(?:过)?不予公开(?:的)?(?:政府信息公开)?(?:决定|答复)?(?=$|[，。；、）])"
)
_NO_DEFEAT = re.compile(
    rf"(?P<all>(?:均|结果全部)(?:被|予以|获|获得|得到)*维持)|均胜诉|零败诉|{_NO}败诉|{_NO}被?(?:纠错|纠正)"
)
_ONLY_PART = re.compile(r"因收费|收费|举报|投诉|信访|非|以外|之外|外，")

_REVIEW = ("disputes.reconsideration",)
_SUITS = ("disputes.litigation_direct", "disputes.litigation_after")


def _fails(
    case: Case, one: Spoken, match: re.Match[str], cells: tuple[str, ...], key: str
) -> Iterator[Verdict]:
    """That some of ``cells``, of which the text says there are none, are not zero."""
    some = [c for c in cells if case.figures.get(c)]
    if not some:
        return
    figures = "、".join(f"{case.name(c)}是 {case[c]}" for c in some)
    quote = one.sentence.quote(*match.span())
    yield Verdict(
        "fail",
        f"“{TEXT_TITLES[one.section]}”写“{quote}”，{figures}。",
        tuple(some),
        expected=0 if len(some) == 1 else None,
        actual=case[some[0]] if len(some) == 1 else None,
        place=case.report.place(f"text.{one.section}"),
        section=one.section,
        subject=f"{one.section}|{key}",
    )


def _once(check: Callable[[Case], Iterator[Verdict]]) -> Callable[[Case], Iterator[Verdict]]:
    """What is said twice in a section is told once."""

    @wraps(check)
    def checked(case: Case) -> Iterator[Verdict]:
        return iter({v.subject: v for v in reversed([*check(case)])}.values())

    return checked


def _own(case: Case) -> Iterator[Spoken]:
    return (one for one in case.spoken if one.own and not _ONLY_PART.search(one.sentence.text))


def _refused(case: Case) -> tuple[str, ...]:
    """The totals of the reasons for 不予公开."""
    cells = case.plan.tables["requests"]
    return tuple(c for c in cells if c.startswith("requests.refused.") and c.endswith(".total"))


@declare(
    "N-10",
    "写未收到申请、无上年结转的，表三相应为 0",
    "warning",
    basis=BASIS,
    hint=HINT,
    see_also=("N-01", "N-04"),
)
@_once
def no_requests(case: Case) -> Iterator[Verdict]:
    for one in _own(case):
        if match := _NO_REQUEST.search(one.sentence.text):
            rows = ("received", "carried_in") if match["both"] else ("received",)
            cells = tuple(f"requests.{row}.total" for row in rows)
            yield from _fails(case, one, match, cells, "received")
        if match := _NO_CARRY.search(one.sentence.text):
            yield from _fails(case, one, match, ("requests.carried_in.total",), "carried_in")
        if one.asked and (match := _NO_REFUSAL.search(one.sentence.text)):
            yield from _fails(case, one, match, _refused(case), "refused")
        match = _NO_CARRY_OUT.search(one.sentence.text)
        if match and "除" not in one.sentence.text and (one.asked or "申请" in match[0]):
            yield from _fails(case, one, match, ("requests.carried_out.total",), "carried_out")


@declare(
    "N-11",
    "写未发生复议、诉讼的，表四相应为 0",
    "warning",
    basis=BASIS,
    hint=HINT,
    see_also=("N-08", "N-09"),
)
@_once
def no_disputes(case: Case) -> Iterator[Verdict]:
    for one in _own(case):
        text = one.sentence.text
        groups: tuple[str, ...] = _SUITS
        match = _NO_SUIT.search(text)
        if match is None and (match := _NO_DISPUTE.search(text)):
            what = match["what"]
            groups = (*(_REVIEW * ("复议" in what)), *(_SUITS * ("诉讼" in what)))
        if match is None:
            continue
        if one.asked or "信息公开" in text:
            cells = tuple(f"{group}.total" for group in groups)
            yield from _fails(case, one, match, cells, "disputes")


@declare(
    "N-12",
    "写均获维持、没有败诉的，表四相应为 0",
    "warning",
    basis=BASIS,
    hint=HINT,
    see_also=("N-08", "N-09"),
)
@_once
def no_defeats(case: Case) -> Iterator[Verdict]:
    for one in _own(case):
        text = one.sentence.text
        match = max(_NO_DEFEAT.finditer(text), key=lambda m: m["all"] is not None, default=None)
        if match is None or not (one.asked or "信息公开" in text):
            continue
        suits, review = "诉" in text, "复议" in text
        groups = (_REVIEW if review else ()) + (_SUITS if suits or not review else ())
        columns: tuple[str, ...] = ("corrected", "other") if match["all"] else ("corrected",)
        if match["all"] and not _ENDED.search(text):
            columns = (*columns, "pending")
        cells = tuple(f"{group}.{column}" for group in groups for column in columns)
        yield from _fails(case, one, match, cells, "defeats")


CHECKS: tuple[Check, ...] = (no_requests, no_disputes, no_defeats)
