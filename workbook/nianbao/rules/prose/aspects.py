"""Q-04, Q-05, Q-07: whether a text tells all that it has to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.wording import PRACTICE, on_text
from nianbao.words.agencies import reviews_others

_ASPECTS_BASIS = "国办公开办函〔2021〕30号对总体情况内容的要求；各方面的写法没有条文规定"
_ASPECTS = {
    "主动公开": re.compile(r"主动公开|信息发布|公开内容|政策解读|重点领域"),
    "依申请公开": re.compile(r"申请"),
    "政府信息管理": re.compile(
        r"信息管理|信息(?:审核|审查|清理|制作|保存|源头|资源)|规范性文件|保密审查|三审三校|动态调整|公开属性|"
        r"公开审查|审核|管理|制度|公文"
    ),
    "平台建设": re.compile(r"平台|网站|新媒体|公众号|专栏|门户|政务公开栏|专区|微博|公开栏"),
    "监督保障": re.compile(
        r"监督|保障|考核|评议|培训|责任追究|组织领导|督查|检查|领导小组|问责|评估|制度建设"
    ),
}
_ENOUGH = 60  # characters; a shorter overview is not an overview that leaves something out


@declare(
    "Q-04",
    "总体情况写到了五个方面",
    "warning",
    basis=_ASPECTS_BASIS,
    hint="补写缺少的方面，没有开展的如实说明。",
    since=2021,
    see_also=("F-08", "Q-05"),
)
def aspects(case: Case) -> Iterator[Verdict]:
    text = "".join(case.plain.get("overview", ()))
    if len(text) < _ENOUGH:
        return
    missing = [name for name, words in _ASPECTS.items() if not words.search(text)]
    if missing:
        yield on_text(
            case,
            "overview",
            f"“{TEXT_TITLES['overview']}”没有写到五个方面中的{'、'.join(missing)}。",
        )


_RESULTS = {
    "工作考核": re.compile(r"考核|考评|评估|绩效|测评"),
    "社会评议": re.compile(r"评议|评价|满意度|测评|社会监督|意见征集"),
    "责任追究": re.compile(r"追究|问责|追责|责任"),
}


@declare(
    "Q-05",
    "各级政府的报告写到工作考核、社会评议和责任追究",
    "warning",
    basis="《政府信息公开条例》第五十条和国办公开办函〔2021〕30号；写在哪里没有条文规定",
    hint="补写工作考核、社会评议和责任追究结果，没有的如实说明。",
    since=2021,
    see_also=("Q-04",),
)
def results(case: Case) -> Iterator[Verdict]:
    name = case.report.agency.name
    if not (reviews_others(name) and name.endswith("政府")):
        yield Verdict("not_applicable", "从名称看不出是县级以上的人民政府。")
        return
    text = "".join(line for lines in case.plain.values() for line in lines)
    if len(text) < _ENOUGH:
        return
    missing = [what for what, words in _RESULTS.items() if not words.search(text)]
    if missing:
        yield on_text(case, "overview", f"文字没有写到{'、'.join(missing)}。")


_PARTS = re.compile(
    r"(?:由|包括|包含|分为|分)(?P<items>[^。；]{4,160}?)(?P<etc>等)?(?:共)?"
    r"(?P<n>[二两三四五六七八九]|\d)(?:个|大)?部分(?=组成|构成|内容|[，。；]|$)"
)
_NUMERALS = dict(zip("二两三四五六七八九", (2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


@declare(
    "Q-07",
    "“由……六部分组成”列出的部分与数目相符",
    "info",
    basis=PRACTICE,
    hint="数一数列出的部分，改正数目或补上漏列的部分。",
    see_also=("F-02",),
)
def listed_parts(case: Case) -> Iterator[Verdict]:
    for section, passage in case.passages.items():
        for match in _PARTS.finditer(passage.text):
            stated = int(match["n"]) if match["n"].isdigit() else _NUMERALS[match["n"]]
            items = match["items"]
            plain = len([p for p in re.split(r"[、，]", items) if p])
            # 行政复议、行政诉讼情况 is one part; 和 and 及 may join two or stand inside a name.
            counts = (plain - items.count("复议、"), plain + len(re.findall("和|及", items)))
            if match["etc"] and min(counts) < stated:  # 等 stands for what is left out
                continue
            if stated in range(min(counts), max(counts) + 1) or min(counts) < 2:
                continue
            yield on_text(
                case,
                section,
                f"“{TEXT_TITLES[section]}”写“{match['n']}部分”，列出的是 {plain} 个。",
                expected=plain,
                actual=stated,
            )


CHECKS: tuple[Check, ...] = (aspects, results, listed_parts)
