"""V-01 … V-06: how figures are written.

The reader leaves a rule's code at every figure whose writing is odd; here it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from nianbao.report import Origin
from nianbao.report.findings import EVERY, Level
from nianbao.rules.case import Case, Verdict, declare, listed
from nianbao.words.figures import Value, parse, quoted, show

_COUNTS = "年度报告格式的各栏都是数量：件数、项数、个数"
_TEN_THOUSAND = 10_000
_NOTHING = Origin(None)


def _written(case: Case, code: str) -> Iterator[tuple[str, str]]:
    """The cells that the reader marked with ``code``, each with its text."""
    for cell, origin in case.report.trace.origins.items():
        if origin.issue == code and cell in case.figures:
            yield cell, quoted(origin.text)


def _odd(case: Case, cell: str, text: str, why: str, level: Level | None = None) -> Verdict:
    value = case[cell]
    message = f"{case.name(cell)}写作“{text}”，{why}"
    if value is None:
        message += "，没有读入。"
    else:
        message += f"，按 {show(value)} {'万元' if isinstance(value, Decimal) else ''}读入。"
    return Verdict("fail", message, (cell,), actual=value, level=level)


@declare(
    "V-01",
    "各栏件数填 0 或正整数",
    "error",
    basis=_COUNTS,
    kind="明文",
    hint="改成一个不带正负号、小数点和文字的整数，没有发生的填 0。",
    see_also=("V-02", "V-06"),
)
def counts(case: Case) -> Iterator[Verdict]:
    for cell, text in _written(case, "V-01"):
        yield _odd(case, cell, text, "不是 0 或正整数")
    for cell, value in case.report.values.items():
        if value is not None and value < 0 and not cell.endswith(".change"):
            yield Verdict(
                "fail", f"{case.name(cell)}是 {show(value)}，不能为负。", (cell,), actual=value
            )


@declare(
    "V-02",
    "每一栏都要填数，没有发生的填 0",
    "error",
    basis="年度报告格式的各栏都是数量，空白、“/”、“无”都不是数；公开发布的年报没有发生的填 0",
    kind="明文",
    hint="确实没有发生的填 0；有数而漏填的，补上实际数字。",
    see_also=("V-01",),
)
def blanks(case: Case) -> Iterator[Verdict]:
    values, origins = case.report.values, case.report.trace.origins
    if None not in values.values():
        return
    for table, cells in case.plan.tables.items():
        # What is written but cannot be read is told by the rule that it breaks.
        blank = [
            c
            for c in cells
            if values[c] is None and origins.get(c, _NOTHING).issue in (None, "V-02")
        ]
        if blank:
            yield _blank(case, table, blank)


def _blank(case: Case, table: str, cells: list[str]) -> Verdict:
    name = case.plan.form.tables[table].name
    origins = case.report.trace.origins
    texts = Counter(quoted(origins.get(c, _NOTHING).text) or "空白" for c in cells)
    marks = "、".join(f"“{t}”{n} 处" if t != "空白" else f"空白 {n} 处" for t, n in texts.items())
    written = f"（{marks}）" if set(texts) != {"空白"} else ""
    if table in case.empty_tables:
        message = f"{name}的 {len(cells)} 个数都没有填写{written}。"
    else:
        which = listed([case.name(c).removeprefix(name) for c in cells])
        message = f"{name}有 {len(cells)} 处没有填数{written}：{which}。"
    return Verdict("fail", message, tuple(cells), subject=table)


@declare(
    "V-03",
    "正负号只用在“本年增/减”，写法只有一个",
    "error",
    basis="2019年版表二栏名“本年增/减”；其余各栏都是数量",
    kind="明文",
    hint="“本年增/减”写成 1、+1 或 -1 这样带一个符号的整数，其他各栏不写正负号。",
    see_also=("V-01",),
)
def signs(case: Case) -> Iterator[Verdict]:
    for cell, text in _written(case, "V-03"):
        if cell.endswith(".change"):
            yield _odd(case, cell, text, "不是带一个正负号的整数")
        else:
            yield _odd(case, cell, text, "这一栏不带正负号")


@declare(
    "V-04",
    "金额以万元为单位，只填数字",
    "error",
    basis="2021年版表二栏名“本年收费金额（单位：万元）”",
    kind="明文",
    hint="换算成万元后只填数字，单位不写进格里，最多四位小数。",
    see_also=("V-05", "V-06"),
)
def money(case: Case) -> Iterator[Verdict]:
    told = set()
    for cell, text in _written(case, "V-04"):
        told.add(cell)
        if case[cell] is None:
            yield _odd(case, cell, text, "不是一个金额")
        elif not _too_fine(case[cell]):
            yield _odd(case, cell, text, "把单位写进了格里", "warning")
        else:
            yield _odd(case, cell, text, "超过四位小数", "warning")
    for cell in case.plan.money:
        value = case[cell]
        if cell not in told and value is not None and _too_fine(value):
            yield Verdict(
                "fail",
                f"{case.name(cell)}是 {show(value)} 万元，超过四位小数。",
                (cell,),
                actual=value,
                level="warning",
            )


def _too_fine(value: Value) -> bool:
    parsed = parse(value, "money")
    return parsed.value is not None and parsed.issue == "V-04"


@declare(
    "V-05",
    "金额与上年相差约一万倍，疑为元与万元混用",
    "warning",
    basis="与上年比较得出，没有条文规定",
    hint="核对金额的单位是不是万元，属实的保留并在备查材料中注明。",
    previous=EVERY,
    see_also=("V-04", "Y-07"),
)
def unit_of_money(case: Case) -> Iterator[Verdict]:
    for cell in case.plan.money:
        now, then = case[cell], case.before.get(cell)
        if not now or not then:  # blank or zero: no ratio
            continue
        for big, small in ((now, then), (then, now)):
            if abs(big - small * _TEN_THOUSAND) <= small * _TEN_THOUSAND * 2 / 100:
                yield Verdict(
                    "fail",
                    f"{case.name(cell)}本年 {show(now)} 万元，上年 {show(then)} 万元，"
                    "相差约一万倍。",
                    (cell,),
                    actual=now,
                )


@declare(
    "V-06",
    "数字不带千位分隔符、量词和约数",
    "error",
    basis=_COUNTS,
    kind="明文",
    hint="只填数字本身，去掉逗号、“件”“余”“约”“多”等字，备注写到表外。",
    see_also=("V-01", "V-04"),
)
def adornments(case: Case) -> Iterator[Verdict]:
    for cell, text in _written(case, "V-06"):
        if case[cell] is None:
            yield _odd(case, cell, text, "不是一个确定的数")
        else:
            yield _odd(case, cell, text, "数字以外还有分隔符、量词或备注")


CHECKS = (counts, blanks, signs, money, unit_of_money, adornments)
