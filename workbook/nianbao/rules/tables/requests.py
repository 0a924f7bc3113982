"""T3-04 … T3-09: whether table 三 is likely, beyond its sums (those are in ``identities``)."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.rules.case import Case, Verdict, declare
from nianbao.words.agencies import is_township
from nianbao.words.figures import quoted

_TERM = "由申请的答复期限（20 个工作日，经批准可延长 20 个工作日）推算"
_JUDGEMENT = "按公开年报的一般情况判断，没有条文规定"
_OTHER = "requests.other_handling.other.total"
_DONE = "requests.total.total"


@declare(
    "T3-04",
    "上年结转的申请应在本年办结",
    "warning",
    basis=_TERM,
    hint="核对“上年结转”有没有填错栏；属实的，说明未办结的原因。",
    see_also=("T3-05", "Y-01"),
)
def old_requests(case: Case) -> Iterator[Verdict]:
    over: list[str] = []
    blank: list[str] = []
    for col in case.plan.applicants:
        carried, done = f"requests.carried_in.{col}", f"requests.total.{col}"
        if case[carried] is None or (case[done] is None and case[carried] > 0):
            blank += (carried, done)
        elif case[carried] > 0 and case[carried] > case[done]:
            over.append(col)
    if over:
        each = [
            f"{case.column(c)}结转 {case[f'requests.carried_in.{c}']} 件、"
            f"办结 {case[f'requests.total.{c}']} 件"
            for c in over
        ]
        yield Verdict(
            "fail",
            f"上年结转的件数多于本年办结的件数：{'；'.join(each)}。",
            tuple(f"requests.{row}.{c}" for row in ("carried_in", "total") for c in over),
        )
    yield from case.gap("上年结转是否已经办结", tuple(blank))


@declare(
    "T3-05",
    "结转下年度的件数不超过新收的两成",
    "warning",
    basis=_TERM + "；两成是按公开年报的一般情况定的",
    hint="核对“结转下年度继续办理”的件数；属实的，说明没有在期限内办结的原因。",
    see_also=("T3-04",),
)
def backlog(case: Case) -> Iterator[Verdict]:
    out, new = "requests.carried_out.total", "requests.received.total"
    if case[out] is None or (case[new] is None and case[out] > 5):
        yield from case.gap("结转下年度的件数是否过多", (out, new))
    elif case[out] > 5 and 5 * case[out] > case[new]:
        yield Verdict(
            "fail",
            f"结转下年度继续办理 {case[out]} 件，超过本年新收 {case[new]} 件的 20%。",
            (out, new),
            actual=case[out],
        )


@declare(
    "T3-06",
    "办理结果不应全部填在“其他”",
    "warning",
    basis=_JUDGEMENT,
    hint="按实际的答复内容改填到相应的办理结果，“其他”只放撤回、并案等情形。",
    formats=(2021,),
    see_also=("T3-07",),
)
def all_other(case: Case) -> Iterator[Verdict]:
    leaves = _leaves(case)
    rest = [case[c] for c in leaves if c != _OTHER]
    if any(rest):  # a figure that is neither blank nor zero
        return
    if case[_OTHER] is None or (case[_OTHER] >= 3 and None in rest):
        yield from case.gap("办理结果是否都填在“其他”", leaves)
    elif case[_OTHER] >= 3:
        yield Verdict(
            "fail",
            f"办理结果 {case[_OTHER]} 件全部填在“（六）其他处理”的“其他”，其余各行都是 0。",
            (_OTHER,),
            actual=case[_OTHER],
        )


def _leaves(case: Case) -> tuple[str, ...]:
    """The outcomes of requests, column 总计, local rows among them."""
    sums = (s.equation for s in case.sums["T3-02"])
    return next(e.expected for e in sums if e.key == case.plan.applicants[-1])


@declare(
    "T3-07",
    "“其他”处理的件数不超过办结的四分之一",
    "info",
    basis=_JUDGEMENT,
    hint="看看这些申请是怎样处理的，能归入前面各项的改填到相应的行。",
    formats=(2021,),
    see_also=("T3-06",),
)
def much_other(case: Case) -> Iterator[Verdict]:
    other, done = case[_OTHER], case[_DONE]
    if other is None or (done is None and other >= 5):
        yield from case.gap("“其他”处理的件数是否过多", (_OTHER, _DONE))
    elif other >= 5 and 4 * other > done:
        yield Verdict(
            "fail",
            f"“（六）其他处理”的“其他”有 {other} 件，超过办结 {done} 件的四分之一。",
            (_OTHER, _DONE),
            actual=other,
        )


@declare(
    "T3-08",
    "乡镇、街道一般没有属于国家秘密的不予公开",
    "info",
    basis=_JUDGEMENT,
    hint="核对不予公开的理由是不是属于国家秘密，有没有填错行。",
)
def secrets_of_townships(case: Case) -> Iterator[Verdict]:
    if not is_township(case.report.agency.name):
        yield Verdict("not_applicable", "从名称看不是乡镇、街道。")
        return
    row = tuple(f"requests.refused.state_secret.{c}" for c in case.plan.applicants)
    if some := tuple(c for c in row if case[c]):
        yield Verdict(
            "fail",
            f"{quoted(case.report.agency.name)}以属于国家秘密为由不予公开 {case[some[-1]]} 件。",
            some,
            actual=case[some[-1]],
        )
    else:
        yield from case.gap("有没有属于国家秘密的不予公开", row)


@declare(
    "T3-09",
    "有复议、诉讼而今年、去年都没有申请",
    "warning",
    basis="复议、诉讼一般由申请的答复引起；也可能因主动公开引起",
    hint="核对表四的案件是不是政府信息公开案件，表三有没有漏填申请。",
    see_also=("T4-04",),
)
def disputes_without_requests(case: Case) -> Iterator[Verdict]:
    disputed = tuple(c for c in case.plan.tables["disputes"] if case[c])
    requests = case.plan.tables["requests"]
    counted = (*requests, *(c for c in case.local if case.table_of(c) == "requests"))
    if not disputed or any(case[c] for c in counted):
        return
    if any(case[c] is None for c in requests):
        yield from case.gap("有没有申请", requests)
        return
    cells = (*disputed, "requests.received.total", "requests.carried_in.total")
    rows = ("received", "carried_in", "carried_out")
    before = [case.before.get(f"requests.{row}.total") for row in rows]
    if any(before):
        return
    now = f"表四有 {len(disputed)} 个数不是 0"
    if None in before:
        message = f"表三全部是 0，{now}；没有去年的件数，看不出是不是由去年的申请引起的。"
        yield Verdict("undecided", message, cells)
    else:
        yield Verdict("fail", f"表三今年、去年都没有申请，{now}。", cells)


CHECKS = (
    old_requests,
    backlog,
    all_other,
    much_other,
    secrets_of_townships,
    disputes_without_requests,
)
