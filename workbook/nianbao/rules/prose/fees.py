"""FE-01 … FE-06 and N-15: what a text says of 信息处理费.

The tariff is that of 国办函〔2020〕109号, which belongs to the form of 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.claims import BASIS
from nianbao.rules.prose.wording import on_text
from nianbao.rules.prose.year_and_form import NOTHING
from nianbao.words.figures import Value, show, squash
from nianbao.words.numbers import Number
from nianbao.words.sentences import Passage, Sentence

_TARIFF = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"
_PENNY = Decimal("0.5")  # 元
_LEVEL_HINT = (
    "核对收费通知的件数、应收和实收金额，写成“发出收费通知几件，总金额几元，实际收取几元”。"
)


_FEE = re.compile(
    r"信息处理费|信息公开(?:处理|收)?费|收费通知|处理费|收费情况|公开[^。；，]{0,6}费用"
)
_NIL = re.compile(
    r"(?:未|没有|无|不存在)(?:发出|产生|收取|发生|涉及|依申请|收到|向|有)?[^。；，\d]{0,24}(?:费|收费通知)|"
    r"(?:处理费|费用|费情况)(?:为|：)?(?:无|零|0元|0万元)"
)
_RECEIVED = re.compile(r"实际|实收|已收|已缴|到账|实缴")
_DUE = re.compile(r"总金额|金额|应收|应缴|应当|通知")
_TAKEN = re.compile(r"收取|缴纳|处理费|收费")
_NOTICES = re.compile(r"收费通知|发出|处理费|收费|收取")
_OTHER_YEAR = re.compile(r"上年|去年|往年|历年|累计|20\d\d年")
_OTHER_COST = re.compile(r"邮寄|邮费|复印|复制费|工本费")
_PART = re.compile(
    r"(?<![我本])(?:局|委|办|镇|乡|街道|厅|科|处|中心|所)(?=[^。；，]{0,12}(?:发出|收取|收费))"
)
_CLAUSE = re.compile(r"[，。；：（）]")


class Fees(NamedTuple):
    """What one sentence says of the year's fees; None where it says nothing, amounts in 元.

    ``nil``: that there were none; ``part``: a part of the agency is named; ``listed``: pairs of 件
    and 元 behind 其中.
    """

    section: str
    sentence: Sentence
    issued: int | None
    due: Decimal | None
    received: Decimal | None
    nil: bool
    part: bool
    listed: tuple[tuple[int, Decimal], ...]

    @property
    def quote(self) -> str:
        """The words around its first figure."""
        at = next((n.start for n in self.sentence.numbers if n.unit in ("件", "元")), 0)
        return self.sentence.quote(at, at + 1)


def fees_in(section: str, passage: Passage, year: int) -> Iterator[Fees]:
    """The sentences of a text on the fees of ``year``."""
    for sentence in passage.sentences:
        if not _FEE.search(sentence.text) or _OTHER_COST.search(sentence.text):
            continue
        years = {int(y) for y in re.findall(r"(20\d\d)年", sentence.text)}
        if years - {year} or _OTHER_YEAR.search(sentence.text.replace(f"{year}年", "")):
            continue
        yield _read(section, sentence)


def _read(section: str, sentence: Sentence) -> Fees:
    text = sentence.text
    begin = text.find("其中")
    begin = len(text) if begin < 0 else begin
    issued: int | None = None
    amounts: dict[str, Decimal] = {}
    for number in sentence.numbers:
        if number.start > begin or number.mark or number.step > 1:
            continue
        words = _words(sentence, number)
        if (
            number.unit == "件"
            and issued is None
            and _NOTICES.search(words + text[number.end :][:6])
        ):
            issued = int(number.value)
        if number.unit == "元":
            kind = (
                "received"
                if _RECEIVED.search(words)
                else "due"
                if _DUE.search(words)
                else "received"
                if _TAKEN.search(words)
                else ""
            )
            amounts.setdefault(kind, Decimal(number.value))
    nil = _NIL.search(text[:begin]) is not None and not any(amounts.values())
    listed = tuple(_pairs([n for n in sentence.numbers if n.start > begin]))
    part = _PART.search(text, 0, begin) is not None
    due, received = amounts.get("due"), amounts.get("received")
    return Fees(section, sentence, issued, due, received, nil, part, listed)


def _words(sentence: Sentence, number: Number) -> str:
    """The clause in front of a number."""
    marks = [m.end() for m in _CLAUSE.finditer(sentence.text, 0, number.start)]
    return sentence.text[marks[-1] if marks else 0 : number.start]


def _pairs(numbers: list[Number]) -> Iterator[tuple[int, Decimal]]:
    """件 with the 元 that follows."""
    count: int | None = None
    for number in numbers:
        if number.unit == "件":
            count = int(number.value)
        elif number.unit == "元" and count is not None and not number.mark:
            yield count, Decimal(number.value)
            count = None


def attainable(yuan: Decimal, requests: int = 1) -> bool:
    """Whether so many requests can cost so much: by number 100元 a step; by pages 10元 a page up to
    page 100, 20元 up to page 200, then 40元."""
    if yuan != int(yuan) or yuan % 10:
        return False
    n = int(yuan)
    by_pages = n <= 700 or (n <= 2700 and n % 20 == 0) or (n > 2700 and (n - 2700) % 40 == 0)
    return requests != 1 or n % 100 == 0 or by_pages


def stated(case: Case) -> tuple[Fees, ...]:
    """What sections 一 and 六 say of this year's fees."""
    return case.once(_stated)


def _stated(case: Case) -> tuple[Fees, ...]:
    return tuple(
        fees
        for section in ("overview", "other")
        if section in case.passages
        for fees in fees_in(section, case.passages[section], case.report.year)
    )


def _quote(fees: Fees) -> str:
    return f"“{TEXT_TITLES[fees.section]}”写“{fees.quote}”"


def _fail(case: Case, fees: Fees, message: str, subject: str, **more: Any) -> Verdict:
    return on_text(case, fees.section, message, subject, **more)


@declare(
    "N-15",
    "文字里信息处理费的件数、金额前后一致",
    "warning",
    basis=BASIS,
    hint=_LEVEL_HINT,
    since=2021,
    see_also=("FE-03", "FE-04"),
)
def same_fees(case: Case) -> Iterator[Verdict]:
    found = stated(case)
    for fees in found:
        if fees.due is not None and fees.received is not None and fees.received > fees.due:
            yield _fail(
                case,
                fees,
                f"{_quote(fees)}，实际收取 {show(fees.received)} 元多于"
                f"总金额 {show(fees.due)} 元。",
                "more",
                expected=fees.due,
                actual=fees.received,
            )
    for what, name in (("received", "实际收取"), ("issued", "收费通知"), ("due", "总金额")):
        values = [(f, _value(f, what)) for f in found if not f.part]
        known = [(f, v) for f, v in values if v is not None]
        if len({v for _, v in known}) > 1:
            (_, first), (other, last) = known[0], next(k for k in known if k[1] != known[0][1])
            unit = "件" if what == "issued" else "元"
            yield _fail(
                case,
                other,
                f"信息处理费的{name}一处是 {show(first)} {unit}，另一处是 {show(last)} {unit}。",
                what,
                expected=first,
                actual=last,
            )


def _value(fees: Fees, what: str) -> Value:
    value: Value = getattr(fees, what)
    return (0 if fees.nil and what == "received" else None) if value is None else value


@declare(
    "FE-01",
    "写明信息处理费的收取情况",
    "warning",
    basis="国办公开办函〔2021〕30号对第六部分的要求；写法没有条文规定",
    hint="在第六部分写明发出收费通知的件数、总金额和实际收取的金额，没有的写明没有收取。",
    since=2021,
    see_also=("FE-06",),
)
def fees_stated(case: Case) -> Iterator[Verdict]:
    text = "".join(line for lines in case.plain.values() for line in lines)
    if case.report.text["other"] and not re.search(
        r"处理费|收费|收取.{0,8}费|费用|按[件量]计收", text
    ):
        yield Verdict(
            "fail",
            f"“{TEXT_TITLES['other']}”没有写信息处理费的收取情况。",
            place=case.report.place("text.other"),
            section="other",
            subject="other",
        )


@declare(
    "FE-02",
    "信息处理费的金额符合收费标准",
    "warning",
    basis=f"{_TARIFF}的收费标准；每件按件或按量计收",
    hint="按收费标准重新计算这一金额。",
    since=2021,
    see_also=("FE-03",),
)
def tariff(case: Case) -> Iterator[Verdict]:
    for fees in stated(case):
        pairs = [*fees.listed]
        if fees.received is not None:
            pairs.insert(0, (fees.issued if fees.due is None and fees.issued else 0, fees.received))
        if fees.due is not None:
            pairs.insert(0, (fees.issued or 0, fees.due))
        for count, yuan in pairs:
            if yuan and not attainable(yuan, count):
                what = f"{count} 件" if count else ""
                yield _fail(
                    case,
                    fees,
                    f"{_quote(fees)}，{what} {show(yuan)} 元按收费标准得不出来。".replace(
                        "， ", "，"
                    ),
                    f"tariff|{count}",
                    actual=yuan,
                )
                break


@declare(
    "FE-03",
    "信息处理费分项的件数、金额之和等于总数",
    "warning",
    basis="分项与总数出自同一句话，没有条文规定",
    hint="核对总数和各分项的件数、金额。",
    since=2021,
    see_also=("FE-02", "N-16"),
)
def fee_sums(case: Case) -> Iterator[Verdict]:
    for fees in stated(case):
        if len(fees.listed) < 2 or re.search(r"等|主要|各", fees.sentence.text):
            continue
        count, yuan = (sum(x) for x in zip(*fees.listed, strict=True))
        if fees.issued is not None and count != fees.issued:
            yield _fail(
                case,
                fees,
                f"{_quote(fees)}，分项共 {count} 件，总数是 {fees.issued} 件。",
                "count",
                expected=fees.issued,
                actual=count,
            )
        wholes = [w for w in (fees.due, fees.received) if w is not None]
        if wholes and yuan not in wholes:
            yield _fail(
                case,
                fees,
                f"{_quote(fees)}，分项共 {show(Decimal(yuan))} 元，总数是 {show(wholes[0])} 元。",
                "yuan",
                expected=wholes[0],
                actual=Decimal(yuan),
            )


_AMOUNT = "disclosure.fees.amount"
_UNPAID = "requests.other_handling.no_payment.total"


@declare(
    "FE-04",
    "实际收取的信息处理费不多于表二的行政事业性收费",
    "warning",
    basis="信息处理费属于行政事业性收费；有的机关没有计入，没有条文规定",
    hint="核对表二的行政事业性收费是否包括信息处理费，注意表二以万元为单位。",
    since=2021,
    see_also=("V-04",),
)
def within_table(case: Case) -> Iterator[Verdict]:
    amount = case[_AMOUNT]
    for fees in stated(case):
        received = fees.received
        if amount is None or received is None or received <= amount * 10_000 + _PENNY:
            continue
        yield _fail(
            case,
            fees,
            f"{_quote(fees)}，实际收取 {show(received)} 元，"
            f"表二的行政事业性收费是 {show(amount)} 万元。",
            "table",
            cells=(_AMOUNT,),
            actual=received,
        )
        return


@declare(
    "FE-05",
    "收费通知不少于逾期未缴费而不再处理的申请",
    "warning",
    basis="未按收费通知缴费才会不再处理，由表三的行名推断",
    hint="核对收费通知的件数和表三“逾期未按收费通知要求缴纳费用”一行。",
    since=2021,
    see_also=("FE-04",),
)
def notices(case: Case) -> Iterator[Verdict]:
    unpaid = case[_UNPAID]
    if not unpaid:
        return
    for fees in stated(case):
        issued = fees.issued
        if issued is None and fees.nil and "通知" in fees.sentence.text:
            issued = 0
        if issued is not None and issued < unpaid and not fees.part:
            yield _fail(
                case,
                fees,
                f"{_quote(fees)}，收费通知 {issued} 件，表三逾期未缴费不再处理的是 {unpaid} 件。",
                "notices",
                cells=(_UNPAID,),
                expected=unpaid,
                actual=issued,
            )
            return


@declare(
    "FE-06",
    "表二有收费的，第六部分不只写“无”",
    "info",
    basis="表二的收费包括各种行政事业性收费，不一定有信息处理费，没有条文规定",
    hint="收费中有信息处理费的，在第六部分写明件数和金额。",
    since=2021,
    see_also=("FE-01",),
)
def only_nothing(case: Case) -> Iterator[Verdict]:
    text, amount = case.report.text["other"], case[_AMOUNT]
    if amount and text and squash(text).rstrip("。.") in NOTHING:
        yield Verdict(
            "fail",
            f"表二的行政事业性收费是 {show(amount)} 万元，“{TEXT_TITLES['other']}”只写了“无”。",
            (_AMOUNT,),
            actual=amount,
            place=case.report.place("text.other"),
            section="other",
            subject="other",
        )


CHECKS: tuple[Check, ...] = (
    same_fees,
    fees_stated,
    tariff,
    fee_sums,
    within_table,
    notices,
    only_nothing,
)
