"""What a sentence speaks of: this agency, this year, requests as a whole; or something else.

A number is only compared with a table when nothing hints that it counts something else. Whoever
was named last is spoken of, until the paragraph ends; so is the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nianbao.words.figures import squash
from nianbao.words.sentences import Count, Passage, Sentence

# What names another body, or some bodies of which this one may be one.
_WHOLE = r"全(?:省|市|区|县|州|盟|旗|镇|乡|街道)(?:各级)?(?:行政机关|政府|机关)?"
_OTHERS = (
    r"各(?:级|地|区|县|市|镇|乡|街道|科室|处室|股室|单位|部门|站所|成员|委办局)|"
    r"本级|[下所局直委]属|系统内|全系统|上级|其他(?:单位|部门|机关)|"
    r"[省市区县州旗镇乡](?:委|政府|人大|政协|直部门)|政府办|人民政府|"
    r"(?:街道|镇|乡|局|委|办(?![结理法公复])|厅|公司|集团|法院|中心|支队|大队|学校|医院|办公室|办事处)"
    r"(?=[^，。；]{0,6}(?:收到|新收|受理|接收|接到|收办|办理|办结|答复|制发|制定|发生|作出|被申请))"
)
_OWN = (
    r"[我本](?:省|市|区|县|州|盟|旗|镇|乡|局|委|办|厅|院|街道|街|机关|单位|部门|中心|会|所|处)|"
    r"全[局委办厅]"
)
_AREA = re.compile(r"人民政府(?:办公[室厅])?$|办事处$")
_TOWN = re.compile(r"(?:镇|乡)人民政府$|街道办事处$")
_REGION = re.compile(r"^.{1,8}?(?:省|自治区|市|自治州|州|盟|地区|区|县|旗)")
_KIND = re.compile(
    r"(?:人民政府(?:办公[室厅])?|政府|办事处|(?:管理)?委员会|办公[室厅]|党政办公室)$"
)

# Years that only tell what a number is compared with, what was carried over, what a paper is named.
_PASSING = re.compile(
    r"《[^》]*》|〔\d{4}〕|\[\d{4}\]|"
    r"[较比同与和](?:上一?年|去年|20\d{2}年)(?:度|同期|全年)?(?:相比|比)?|"
    r"(?:上一?年度?|去年|往年|20\d{2}年度?)的?(?:政府信息公开)?(?:申请)?(?:结转|转结)|"
    r"(?:结转|转结|转|顺延|延)[至到入]?(?:20\d{2}年|下一?年)|"
    r"(?:20\d{2}年)?1月1日起?，?[至到~～—–-]+(?:20\d{2}年)?12月31日止?|"
    r"(?:截至|截止|至|到)?(?:20\d{2}年)?(?:12月31日|12月底|年底|年末)"
)
_TIME = re.compile(
    r"20\d{2}年?(?:度)?[至到、—–~～-]+20\d{2}年|(20\d{2})年|(全年|本年|今年|年内|年度内|报告期)|"
    r"上一?年|去年|往年|历年|近年|近[两二三四五几]年|以来|上半年|下半年|季度|\d{1,2}月|截至|截止|"
    r"十[一二三四五六]五"
)
_BRACKET = re.compile(r"（[^（）]*）")
_CHANNEL = re.compile(
    r"网上|网络|在线|线上|互联网|网站|平台|信函|信件|邮寄|邮政|邮件|邮箱|来信|来函|当面|现场|窗口|"
    r"传真|电话|政务服务网|一网通办|大厅|小程序|线下|纸质|微信|系统|书面|口头"
)
_ALL_CHANNELS = re.compile(
    r"等(?:多种|各种|多个)?(?:方式|渠道|途径|形式)|[各多]种(?:方式|渠道|途径|形式)"
)
# Counts in the same words that are no requests: proposals of delegates, documents by attribute.
_NOT_REQUESTS = re.compile(
    r"建议|提案|(?<!复)议案|属性|公文|发文|拟文|源头|信访局|投诉举报平台|咨询|热线|工单|留言|许可申请|申请材料|"
    r"低保|补贴|救助|仲裁|调解|法律援助|行政确认"
)
# Sentences in which nothing can be compared need not be looked at.
_TOPICS = re.compile(r"申请|诉|复议|规范性文件|规章|行政处罚|行政强制|行政许可")
_DISPUTE = re.compile("复议|诉讼")
_APPLICATION = re.compile("申请")
_REQUEST = re.compile(
    r"(?:^|[，、。；：（“”\d件条年人]|公开|信息|收到?|受理|接到|办|结|答复|处理|提出|提交|组织|企业|"
    r"机构|的|类|共|依|转|度|主动|其中|[个各已均对将按从]|公民|群众|市民|重复|反复|补正|撤回|在线|网络|"
    r"网上|信函|当面|书面|新增|有效)$"
)
# What nobody counts but requests, in a paragraph that begins without naming them.
_RESULT = r"(?:予以公开|部分公开|不予公开|无法提供|不予处理)(?:的|共)?\d+件"
_OF_REQUESTS = re.compile(
    rf"(?:{_RESULT}.*){{3}}|办结\d+件，结转至?下年度继续办理\d+件|上年度?结转\d+件，(?:本年)?新收\d+件"
)
_OTHER_TOPIC = re.compile(r"复议|诉|案|信访|文件|处罚|许可|热线|来信|事项")
_HEADING = 40  # characters


class Statement(NamedTuple):
    """A count in its sentence, with what is known of whom and what it counts.

    ``own``: this agency, this year, all channels; ``whole``: the whole area was named. ``asked``:
    requests, or disputes about them, have been spoken of in this paragraph; ``request``: requests
    were the last 申请 spoken of, and not some other kind of applications.
    """

    section: str
    sentence: Sentence
    what: Count
    own: bool
    whole: bool
    asked: bool
    request: bool

    @property
    def quote(self) -> str:
        return self.sentence.quote(self.what.number.start, self.what.number.end)


class Spoken(NamedTuple):
    """A sentence of a text; ``own`` while neither another body nor another time is named in it or
    carried into it; ``asked`` as for `Statement`."""

    section: str
    sentence: Sentence
    own: bool
    asked: bool
    statements: tuple[Statement, ...]


class _Named(NamedTuple):
    """Somebody or something named at ``at``; it holds as far as ``until`` (a bracket's end)."""

    at: int
    until: int
    what: str


class _Carried(NamedTuple):
    """What holds when a sentence begins: who and when were spoken of last, whether requests."""

    who: str = "own"
    when: str = "own"
    request: bool = False
    asked: bool = False


class _Mentions(NamedTuple):
    """What a sentence names: bodies, times, applications of any kind."""

    who: list[_Named]
    when: list[_Named]
    applications: list[_Named]
    requests: bool

    def at(self, position: int, carried: _Carried) -> _Carried:
        """What holds at a place of the sentence."""
        first = self.applications[0].what == "request" if self.applications else False
        application = _last(self.applications, position)
        return _Carried(
            _last(self.who, position) or carried.who,
            _last(self.when, position) or carried.when,
            application == "request" if application else carried.request or first,
            carried.asked,
        )

    def is_own(self, there: _Carried) -> bool:
        return self.requests and there.who != "others" and there.when == "own"


def spoken(section: str, passage: Passage, name: str, year: int) -> Iterator[Spoken]:
    """The sentences of a text that say something comparable, with whom and when they speak of."""
    bodies, paragraph, before, carried = _bodies(name), -1, "", _Carried()
    for sentence in passage.sentences:
        if sentence.paragraph != paragraph:
            headed = carried.asked and len(before) < _HEADING and "公开" in before
            asked = headed or _is_of_requests(sentence.text)
            paragraph, carried = sentence.paragraph, _Carried(request=asked, asked=asked)
        before = sentence.text
        topical = _TOPICS.search(before) is not None
        if not (topical or sentence.counts or carried.who == "others" or carried.when != "own"):
            continue
        mentions = _mentions(before, bodies, year)
        if topical and not carried.asked:
            carried = carried._replace(asked=_asks(before, mentions))
        statements = tuple(
            _statement(section, sentence, count, mentions, carried) for count in sentence.counts
        )
        end = mentions.at(len(before), carried)
        yield Spoken(section, sentence, mentions.is_own(end), carried.asked, statements)
        # Without a count, somebody else was only mentioned.
        who = end.who if sentence.counts or carried.who == "others" else "own"
        when = end.when if sentence.counts or carried.when != "own" else "own"
        carried = end._replace(who=who, when=when, request=_last_is_request(mentions, carried))


def _is_of_requests(text: str) -> bool:
    """Whether the first sentence of a paragraph can only count requests."""
    return _OF_REQUESTS.search(text) is not None and not _OTHER_TOPIC.search(text)


def _mentions(text: str, bodies: re.Pattern[str], year: int) -> _Mentions:
    masked = _PASSING.sub(lambda m: "□" * len(m[0]), text)
    brackets = [m.span() for m in _BRACKET.finditer(masked)] if "（" in masked else []
    return _Mentions(
        [_named(m.start(), _whose(masked, m), brackets) for m in bodies.finditer(masked)],
        [_named(m.start(), _which(m, year), brackets) for m in _TIME.finditer(masked)],
        [
            _named(m.start(), "request" if _is_request(text, m) else "other", [])
            for m in _APPLICATION.finditer(text)
        ],
        not _NOT_REQUESTS.search(text),
    )


def _asks(text: str, mentions: _Mentions) -> bool:
    """Whether a sentence speaks of requests, or of disputes about them."""
    disputed = "信息公开" in text and _DISPUTE.search(text) is not None
    return disputed or any(one.what == "request" for one in mentions.applications)


def _last_is_request(mentions: _Mentions, carried: _Carried) -> bool:
    return mentions.applications[-1].what == "request" if mentions.applications else carried.request


def _statement(
    section: str, sentence: Sentence, count: Count, mentions: _Mentions, carried: _Carried
) -> Statement:
    there = mentions.at(count.number.start, carried)
    segment = sentence.text[count.at : count.number.start]
    split = _CHANNEL.search(segment) is not None and not _ALL_CHANNELS.search(segment)
    own = mentions.is_own(there) and not split
    return Statement(
        section, sentence, count, own, there.who == "whole", carried.asked, there.request
    )


def _is_request(text: str, application: re.Match[str]) -> bool:
    """Whether 申请 is one for information; 公租房申请 is not."""
    start, end = application.span()
    return (
        text[end : end + 1] == "人" or _REQUEST.search(text, max(0, start - 4), start) is not None
    )


def _named(at: int, what: str, brackets: list[tuple[int, int]]) -> _Named:
    until = next((end for start, end in brackets if start < at < end), 10**9)
    return _Named(at, until, what)


def _last(named: list[_Named], at: int) -> str | None:
    """What was named last before ``at`` and still holds there."""
    found = None
    for one in named:
        if one.at < at <= one.until:
            found = one.what
    return found


def _whose(text: str, match: re.Match[str]) -> str:
    """own, whole or others; 市商务局 is not 商务局."""
    if match.lastgroup == "name" and text[match.start() - 1 : match.start()] in set("省市区县州旗"):
        return "others"
    return "own" if match.lastgroup == "name" else str(match.lastgroup)


def _which(match: re.Match[str], year: int) -> str:
    same = int(match[1]) == year if match[1] else match[2] is not None
    return "own" if same else "other"


@lru_cache(maxsize=64)
def _bodies(name: str) -> re.Pattern[str]:
    """Who may be named, the agency's own names first."""
    own = own_names(name)
    if _TOWN.search(squash(name)):
        own = (*own, "镇政府", "乡政府", "街道办事处", "街道办")
    names = "|".join(map(re.escape, own)) or "(?!)"
    whole = "whole" if _AREA.search(squash(name)) else "others"
    others = _OTHERS if whole == "whole" else f"{_WHOLE}|{_OTHERS}"
    area = _WHOLE if whole == "whole" else "(?!)"
    return re.compile(rf"(?P<name>{names})|(?P<own>{_OWN})|(?P<whole>{area})|(?P<others>{others})")


@lru_cache(maxsize=64)
def own_names(name: str) -> tuple[str, ...]:
    """How an agency may call itself: without its province and city, without 人民政府; longest
    first."""
    names, rest = set(), squash(name)
    while rest:
        names |= {rest, _KIND.sub("", rest)}
        shorter = _REGION.sub("", rest, count=1)
        rest = shorter if shorter != rest and len(shorter) > 2 else ""
    return tuple(sorted((n for n in names if len(n) > 2), key=len, reverse=True))
