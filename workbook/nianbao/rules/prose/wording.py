"""Q-01, Q-02, Q-03, Q-06, Q-08: what a text forgot, left open, brought along from elsewhere, or
should not say of a person (the finding repeats nothing of that)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.said_of import own_names
from nianbao.words.figures import show
from nianbao.words.sentences import Sentence

PRACTICE = "公开发布的年度报告中常见，没有条文规定"


def on_text(case: Case, section: str, message: str, subject: str = "", **more: Any) -> Verdict:
    """A failure of a text; ``subject`` tells those of one rule and text apart."""
    place = case.report.place(f"text.{section}")
    return Verdict(
        "fail",
        message,
        place=place,
        section=section,
        subject=f"{section}|{subject}",
        **more,
    )


_HEAD = r"^(?:[（(]?[一二三四五六][）)、.]?[^，。；\d]{0,16}[：:]?)?"
_YEAR = re.compile(rf"{_HEAD}(20\d{{2}})年度?(?=，|[我本]|全[市区县局])")
_FEES_OF = re.compile(
    r"(20\d{2})年度?，?(?:[我本][局委厅镇乡机单][关位]?)?(?:共|未|没有)?(?:收取|发出|产生)"
    r"[^，。；（）]{0,16}(?:处理费|收费通知)(?!管理)"
)
_COMPARING = re.compile(
    r"同比|[较比]|上年|去年|决算|预算|结转|年报|年度报告|考核|评估|测评|要点|通报|底|末|以来|期间|起，|截至|"
    r"下一步|将|计划|规划|印发|出台|上线|成立|挂牌|改革"
)


@declare(
    "Q-01",
    "总体情况写的是本年度，没有留下上年的年份",
    "warning",
    basis=PRACTICE,
    hint="把年份改为本年度，并核对这一句的数字是不是本年度的。",
    see_also=("F-04", "F-06"),
)
def wrong_year(case: Case) -> Iterator[Verdict]:
    yield from _fees_of_another_year(case)
    passage = case.passages.get("overview")
    year, seen = case.report.year, 0
    sentences = passage.sentences if passage else ()
    for i, sentence in enumerate(sentences):
        match = _YEAR.match(sentence.text)
        if match is None or not year - 5 <= (stated := int(match[1])) < year:
            continue
        # Both years named: the sentence, or the next, goes on to tell of this year.
        near = sentence.text + (sentences[i + 1].text if i + 1 < len(sentences) else "")
        if f"{year}年" in near or re.search(r"本年|今年", near):
            continue
        if _COMPARING.search(sentence.text) and i > 0:
            continue
        seen += 1
        yield on_text(
            case,
            "overview",
            f"“{TEXT_TITLES['overview']}”有一句以 {stated} 年开头（“{_start(sentence)}”），"
            f"报告年度是 {year} 年。",
            str(seen),
            expected=year,
            actual=stated,
            apart=False,
        )


def _fees_of_another_year(case: Case) -> Iterator[Verdict]:
    """A section on fees that names an earlier year alone."""
    passage, year = case.passages.get("other"), case.report.year
    if passage is None or re.search(rf"{year}年|[本今全]年|年内|报告期", passage.text):
        return
    for sentence in passage.sentences:
        match = _FEES_OF.match(sentence.text)
        if match and year - 5 <= (stated := int(match[1])) < year:
            yield on_text(
                case,
                "other",
                f"“{TEXT_TITLES['other']}”写“{_start(sentence)}”，报告年度是 {year} 年。",
                "fees",
                expected=year,
                actual=stated,
                apart=False,
            )
            return


def _start(sentence: Sentence) -> str:
    return sentence.quote(0, min(30, len(sentence.text)))


_COUNTED = re.compile(
    r"[ \t\u3000\u00a0_][^\S\n_]*_*余?(?:条|件|次|期|场|篇|个|份)(?=[，。；、,;）)\n]|$)"
)
_STOPS = re.compile(r"[。；！\n]")
_COUNTED_AFTER = (
    *("信息", "申请", "公开", "发布", "共", "收到", "办结", "答复", "召开", "举办"),
    *("开展", "培训", "会议", "文件", "解读", "推送", "报道"),
)
_SLOTS = (
    (re.compile(r"(?<![A-Za-z0-9./])X{2,}(?![A-Za-z0-9./])|[×]{2,}|[Ｘ]{2,}"), "没有填写"),
    (re.compile(r"[_＿]{2,}"), "没有填写"),
    (
        re.compile(
            r"(?:增长|增加|上升|提高|下降|减少|降低|占比?|达到?)(?:了|约|为)?[ \t\u3000\u00a0]+"
            r"(?:%|％|个百分点)(?=[，。；、,;）)\n]|$)"
        ),
        "百分号前面没有数字",
    ),
    (re.compile(r"（\s*）|\(\s*\)"), "括号里没有内容"),
    (re.compile(r"[（(【\[]待(?:补充|填写|填报|核实)[）)】\]]|【\s*】"), "没有填写"),
    (re.compile(r"\ufffd|[?？]{3,}|\?\?(?<=[\u4e00-\u9fff]\?\?)"), "有认不出的字"),
)


@declare(
    "Q-02",
    "文字里没有未填的空格、占位符和乱码",
    "warning",
    basis=PRACTICE,
    hint="补上这一处的内容，或者删去这一句。",
    see_also=("F-08",),
)
def slots(case: Case) -> Iterator[Verdict]:
    for section, text in case.report.text.items():
        for number, (match, what) in enumerate(_open(text)):
            around = _clause(text, match)
            words = " ".join("".join(c if c.isprintable() else " " for c in around).split())
            yield on_text(
                case,
                section,
                f"“{TEXT_TITLES[section]}”的“{words.replace('。', '；')}”{what}。",
                f"{what}|{number}",
            )


def _clause(text: str, match: re.Match[str]) -> str:
    """At most 15 characters on both sides, not beyond the sentence or the line."""
    before = _STOPS.split(text[max(0, match.start() - 15) : match.start()])[-1]
    after = _STOPS.split(text[match.end() : match.end() + 15])[0]
    return f"{before}{match[0]}{after}"


def _open(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Places that were left open, the first of each kind."""
    counted = (m for m in _COUNTED.finditer(text) if text.endswith(_COUNTED_AFTER, 0, m.start()))
    for unit in islice(counted, 1):
        yield unit, "量词前面没有数字"
    for pattern, what in _SLOTS:
        if match := pattern.search(text):
            yield match, what


_DISCLOSED = re.compile(
    r"(?:全年|本年度?|年度|共|累计|总计|20\d{2}年)(?:，|、|我局|本机关|依法|通过各类?渠道)*(?:共|累计|总计)?主动公开(?:的)?(?:各类)?"
    r"(?:政府|政务)?信息(?:共|总计|合计|共计|达|总数|数量|为|有)*$"
)


@declare(
    "Q-03",
    "主动公开信息的条数前后一致",
    "warning",
    basis="同一份报告对同一件事应只有一个数；没有条文规定",
    hint="核对主动公开信息的总数，各处写同一个数，口径不同的写明口径。",
    see_also=("N-16",),
)
def two_values(case: Case) -> Iterator[Verdict]:
    found = [
        (one.section, s)
        for one in case.spoken
        for s in one.statements
        if s.own
        and not s.whole
        and s.what.number.unit == "条"
        and s.what.number.mark != "vague"
        and _DISCLOSED.search(s.what.before)
    ]
    for section, later in found[1:]:
        first, second = found[0][1].what.number, later.what.number
        if first.agrees(second.value) or second.agrees(first.value):
            continue
        if first.mark and second.mark:
            continue
        yield on_text(
            case,
            section,
            f"主动公开信息的条数先写“{found[0][1].quote}”，又写“{later.quote}”，"
            f"{show(first.value)} 与 {show(second.value)} 不一致。",
            "disclosed",
            expected=first.value,
            actual=second.value,
        )
        return


_SELF = re.compile(
    r"(?:^|(?<=[，。；：\n、]))我(局|委|厅|镇|乡|街道)(?=[^，。；]{0,6}(?:按照|坚持|始终|认真|积极|严格|共|收到|通过|公开|未|在|深入|不断|持续|高度))"
)
_SORTS = {"局": "局", "委": "委员会", "厅": "厅", "镇": "镇", "乡": "乡", "街道": "街道"}


@declare(
    "Q-06",
    "自称与机关的名称相符",
    "warning",
    basis="由机关名称推断，没有条文规定",
    hint="核对这一段是不是从别的机关的报告抄来的，改用本机关的称呼。",
    see_also=("F-04",),
)
def whose(case: Case) -> Iterator[Verdict]:
    name = case.report.agency.name
    own = {sort for sort, word in _SORTS.items() if word in name or sort in name[-4:]}
    if not own:
        yield Verdict("not_applicable", "从名称看不出怎样自称。")
        return
    told: set[tuple[str, str]] = set()
    for section, passage in case.passages.items():
        for match in _SELF.finditer(passage.text):
            sort = match[1]
            if sort in own or (section, sort) in told or not own_names(name):
                continue
            told.add((section, sort))
            around = passage.text[match.start() : match.start() + 20].split("\n")[0]
            words = "".join(c if c.isprintable() else " " for c in around.split("。")[0])
            yield on_text(
                case,
                section,
                f"“{TEXT_TITLES[section]}”写“{words}”，报告的机关是{name}。",
                sort,
            )


_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])([1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx])(?![\dA-Za-z])"
)
_LONG = re.compile(r"\d{11}|\d-\d{3,4}-\d|\d{3}-\d{4}")
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
# Office lines begin with 0, 400 or 800 or are short; with separators: 139-0731-1234, 139 0731 1234.
_MOBILE = re.compile(r"(?<![\d-])(?:\+?86-?)?1[3-9]\d(?:-?\d{4}-?\d{4}|\d{8})(?![\d次条件元人-])")
# An identity number with a wrong check digit is still one where it is called so.
_NAMED = re.compile(r"身份证|公民身份号码|证件号")
_OPENING = "opening"  # ends with the agency's own address and telephone
_APPLICANT = re.compile(
    r"申请人[王李张刘陈杨黄赵吴周徐孙朱胡郭林罗郑梁谢宋唐邓冯韩曹曾彭蔡潘袁蒋魏吕沈姚卢钟姜崔谭廖范汪陆贾韦夏邱侯邹"
    r"熊孟秦薛尹黎贺顾郝龚邵钱覃](?!某|姓|×|X|\*)[\u4e00-\u9fff]{1,2}(?=提出|提交|申请|不服|要求|因|[（，](?:男|女))"
)


@declare(
    "Q-08",
    "文字里没有身份证号、手机号和申请人姓名",
    "warning",
    basis="公开的报告不应带有申请人的个人信息；由号码的样式推断",
    hint="删去个人信息；本机关对外的联系电话写在开头，最好用固定电话。",
)
def personal_data(case: Case) -> Iterator[Verdict]:
    for section, passage in case.passages.items():
        text = passage.text
        if not _LONG.search(text) and "申请人" not in text:
            continue
        kinds = {
            "身份证号码": sum(
                _is_identity(m[1])
                or _NAMED.search(text, max(0, m.start() - 12), m.start()) is not None
                for m in _IDENTITY.finditer(text)
            ),
            "手机号码": (0 if section == _OPENING else sum(1 for _ in _MOBILE.finditer(text))),
            "申请人姓名": sum(1 for _ in _APPLICANT.finditer(text)),
        }
        if counts := "、".join(f"{kind} {n} 处" for kind, n in kinds.items() if n):
            yield on_text(case, section, f"“{TEXT_TITLES[section]}”里疑有{counts}。")


def _is_identity(number: str) -> bool:
    """Whether the check digit of an identity number is right (GB 11643)."""
    total = sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


CHECKS: tuple[Check, ...] = (wrong_year, slots, two_values, whose, personal_data)
