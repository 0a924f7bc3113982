"""T4-02 … T4-05: reviews and suits of table 四, beyond its sums (those are in ``identities``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nianbao.ledgers import Ledger, figures
from nianbao.rules.case import Case, Verdict, declare
from nianbao.words.agencies import reviews_others

_REVIEWS = "disputes.reconsideration.total"
_DIRECT = "disputes.litigation_direct.total"
_AFTER = "disputes.litigation_after.total"
_REQUESTS = ("requests.received.total", "requests.carried_in.total")
_MENTION = re.compile("复议|诉讼|纠正|败诉")


@declare(
    "T4-02",
    "仅作为复议机关应诉的案件由原行为机关统计",
    "error",  # where a ledger shows it; without one nothing is decided
    basis="国办公开办函〔2016〕201号",
    kind="明文",
    hint="把仅作为复议机关成为共同被告的案件减去，这些案件由原行为机关统计。",
)
def as_review_authority(case: Case) -> Iterator[Verdict]:
    if case.ledger is not None and case.ledger.cases:
        yield from _by_ledger(case, case.ledger)
    elif not reviews_others(case.report.agency.name) or case[_AFTER] == 0:
        yield Verdict("not_applicable", "没有复议后起诉的案件，或者不是作复议决定的政府。")
    elif case[_AFTER] is None:
        yield from case.gap("有没有仅作为复议机关应诉的案件", (_AFTER,))
    else:
        yield Verdict(
            "undecided",
            f"复议后起诉 {case[_AFTER]} 件，其中有没有仅作为复议机关成为共同被告的，表内看不出来。",
            (_AFTER,),
            actual=case[_AFTER],
            level="info",  # nothing that the clerk could put right in the table
        )


def _by_ledger(case: Case, ledger: Ledger) -> Iterator[Verdict]:
    """Whether the suits that the ledger marks as another agency's are counted all the same."""
    ours = figures(ledger, case.report.format, case.report.year)[_AFTER]
    unmarked = replace(ledger, cases=tuple(replace(c, role=None) for c in ledger.cases))
    others = figures(unmarked, case.report.format, case.report.year)[_AFTER] - ours
    if others and case[_AFTER] == ours + others:
        yield Verdict(
            "fail",
            f"复议后起诉填了 {case[_AFTER]} 件，台账注明其中 {others} 件仅作为复议机关，"
            f"应为 {ours} 件。",
            (_AFTER,),
            expected=ours,
            actual=case[_AFTER],
        )


@declare(
    "T4-03",
    "复议后起诉的件数不多于今年、去年的行政复议",
    "warning",
    basis="复议后起诉以有复议决定为前提",
    hint="核对这些诉讼是不是经过复议，未经复议的改填到“未经复议直接起诉”。",
    see_also=("T4-04",),
)
def suits_after_review(case: Case) -> Iterator[Verdict]:
    suits, reviews = case[_AFTER], case[_REVIEWS]
    if suits is None or (reviews is None and suits > 0):
        yield from case.gap("复议后起诉的件数是否多于行政复议", (_AFTER, _REVIEWS))
        return
    if suits == 0 or suits <= reviews:
        return
    last = case.before.get(_REVIEWS)
    now = f"复议后起诉 {suits} 件，多于今年的行政复议 {reviews} 件"
    if last is None:
        message = f"{now}；没有去年的件数，看不出是不是由去年的复议而来。"
        yield Verdict("undecided", message, (_AFTER, _REVIEWS))
    elif suits > reviews + last:
        yield Verdict(
            "fail",
            f"复议后起诉 {suits} 件，多于今年、去年行政复议之和 {reviews + last} 件。",
            (_AFTER, _REVIEWS),
            expected=reviews + last,
            actual=suits,
        )


@declare(
    "T4-04",
    "复议和直接起诉的件数不多于申请",
    "info",
    basis="复议、诉讼一般由申请的答复引起；也可能因主动公开引起",
    hint="核对表四的案件是不是都属于政府信息公开案件。",
    see_also=("T3-09", "T4-03"),
)
def disputes_and_requests(case: Case) -> Iterator[Verdict]:
    cells = (_REVIEWS, _DIRECT, *_REQUESTS)
    if case[_REVIEWS] == 0 and case[_DIRECT] == 0:
        return
    if any(case[c] is None for c in cells):
        yield from case.gap("复议、诉讼是否多于申请", cells)
        return
    disputes = case[_REVIEWS] + case[_DIRECT]
    requests = case[_REQUESTS[0]] + case[_REQUESTS[1]]
    if disputes <= requests:
        return
    last = case.before.get("requests.total.total")
    now = f"行政复议和直接起诉共 {disputes} 件，多于今年新收和结转的申请 {requests} 件"
    if last is None:
        message = f"{now}；没有去年的件数，看不出是不是由去年的申请引起的。"
        yield Verdict("undecided", message, cells)
    elif disputes > requests + last:
        yield Verdict(
            "fail",
            f"{now}与去年办结的 {last} 件之和。",
            cells,
            expected=requests + last,
            actual=disputes,
        )


@declare(
    "T4-05",
    "有被纠正的案件，第五部分应当提到",
    "info",
    basis="被纠正的案件反映存在的问题；写不写没有条文规定",
    hint="在第五部分写明被纠正的原因和改进措施。",
    see_also=("F-08",),
)
def lessons(case: Case) -> Iterator[Verdict]:
    problems = case.report.text["problems"]
    if not problems:
        yield Verdict("not_applicable", "第五部分没有内容。")
        return
    if _MENTION.search(problems):
        return
    cells = tuple(c for c in case.plan.tables["disputes"] if c.endswith(".corrected"))
    known = [case[c] for c in cells if case[c]]
    if known:
        yield Verdict(
            "fail",
            f"表四“结果纠正”共 {sum(known)} 件，第五部分没有提到复议、诉讼。",
            tuple(c for c in cells if case[c]),
            actual=sum(known),
        )
    else:
        yield from case.gap("有没有被纠正的案件", cells)


CHECKS = (as_review_authority, suits_after_review, disputes_and_requests, lessons)
