"""Phrases that state a figure of the tables, and every honest reading of them: data only.

A reading is a sum over rows in a column; a row with parts (``requests.refused``) stands for all of
them. A phrase is a pattern for the words before the number, up to it, or for those behind it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nianbao.form import Form, load
from nianbao.rules.prose.readings import (
    DIFFERENCE,
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    Family,
    Reading,
    requests,
)

_OUTCOMES = {
    "": (("总计", "+total"), ("总计减去尚未审结", "+total -pending")),
    r"维持": (("结果维持", "+upheld"),),
    r"纠正|撤销|败诉|确认违法": (("结果纠正", "+corrected"),),
    r"尚未审结|未审结|未结|正在审理": (("尚未审结", "+pending"),),
    r"(?<!未)(?:审结|办结)": (("总计减去尚未审结", "+total -pending"),),
}
_REVIEW = ("disputes.reconsideration",)
_SUITS = ("disputes.litigation_direct", "disputes.litigation_after")
_REVIEWED = "行政复议|被(?:申请|提起)?复议"
_RIVALS = {_REVIEWED: "诉讼|起诉", "行政诉讼": "复议|直接起诉"}
_PARTIES = {
    "reconsideration": (_REVIEWED, "N-08", (("", _REVIEW),)),
    "litigation": (
        r"行政诉讼",
        "N-09",
        (("两类诉讼", _SUITS), ("未经复议直接起诉", _SUITS[:1]), ("复议后起诉", _SUITS[1:])),
    ),
    "litigation_direct": (r"未经复议直接起诉|未经行政复议直接起诉", "N-09", (("", _SUITS[:1]),)),
    "litigation_after": (
        r"(?:行政)?复议后(?:再)?(?:起诉|提起(?:行政)?诉讼)",
        "N-09",
        (("", _SUITS[1:]),),
    ),
}


def _of_disputes() -> tuple[Family, ...]:
    """Reviews and suits, all of them or those with one outcome."""
    made = []
    said = "|".join(k for k in _OUTCOMES if k)
    more = r"驳回|终止|撤回|不予受理|其他结果|调解|和解|胜诉|应诉|决定书|出庭|共同被告|参与|参加"
    unless = rf"{DIFFERENCE}|率|{more}|办理行政|审理|代理|受理行政"
    for key, (words, code, groups) in _PARTIES.items():
        for outcome, columns in _OUTCOMES.items():
            readings = tuple(
                Reading(
                    "的".join(filter(None, (group, name))),
                    tuple(
                        (1 if c[0] == "+" else -1, f"{row}.{c[1:]}")
                        for c in column.split()
                        for row in rows
                    ),
                    "",
                )
                for group, rows in groups
                for name, column in columns
            )
            result = rf"(?:案件|中|的|结果|被|已|经|、|：)*(?:{outcome})" if outcome else ""
            others = rf"(?!.*(?:{words}).*(?:{said}))" if not outcome else ""
            made.append(
                Family(
                    code,
                    f"{key}.{columns[0][1]}",
                    ("复议", "诉讼", "起诉"),
                    readings,
                    re.compile(
                        rf"^{others}(?:(?!行政复议.*行政诉讼|行政诉讼.*行政复议|复议、|诉讼、).)*?(?:{words}){result}"
                        r"(?:案件|申请|案|的|共|计|为|是|有|了|数量|：|结果|政府信息公开){0,4}$"
                    ),
                    re.compile(unless),
                    table=DISPUTES,
                    units=frozenset("件起宗例"),
                    needs="dispute",
                    short=re.compile(rf"(?:其中|结果|已|被|经)*(?:{outcome})(?:的|结果|为|有)*")
                    if outcome
                    else None,
                    topic=words,
                    rival=_RIVALS.get(words, ""),
                )
            )
    return tuple(made)


def _of_documents(form: Form) -> tuple[Family, ...]:
    unless = re.compile(
        rf"{DIFFERENCE}|清理|审查|审核|解读|备案|修订|修改|失效|宣布|党内|联合|会同|会签|牵头|转发|代|拟|征求|起草|评估|率|涉及|含|县|市政府|区政府"
    )
    made = []
    for row, words in (
        ("normative_documents", "规范性文件"),
        ("regulations", "(?:政府|部门)?规章"),
    ):
        label = f"{DISCLOSURE}.{row}"
        if f"{label}.disclosed" in form.cells():
            columns = {"made": "制作", "disclosed": "公开", "total": "公开总数"}
            new = ("made", "disclosed", "total")
            forms_: dict[str, tuple[str, ...]] = {"制发|制定|制作|印发|出台|发布|公布|公开": new}
        else:
            columns = {"made": "制发", "repealed": "废止", "in_force": "现行有效"}
            forms_ = {
                "制发|制定|印发|出台|发布|公布": ("made", "in_force"),
                "废止": ("repealed",),
                "现行有效|有效|现有": ("in_force",),
            }
        for verb, cols in forms_.items():
            own = tuple(Reading(columns[c], ((1, f"{label}.{c}"),), "") for c in cols)
            filler = r"(?:的|了|行政|政府|部门|本?机关|及?|各类|共|计|有|新|：)*"
            others = "|".join(v for v in forms_ if v != verb) or "(?!)"
            made.append(
                Family(
                    "N-13",
                    f"{row}.{cols[0]}",
                    (words[-2:],),
                    own,
                    re.compile(
                        rf"^(?!.*(?:{others}))(?:.*?)(?:{verb}){filler}{words}(?:共|计|为|有|数量|总数|：)*$"
                        rf"|^(?!.*(?:{others})){filler}{words}(?:共|的)?(?:{verb})(?:的|为|有|共|件数|：)*$"
                    ),
                    unless,
                    table=DISCLOSURE,
                    after=re.compile(rf"(?:行政)?{words}$"),
                    lead=re.compile(rf"(?:{verb})(?:了|共)?$"),
                    units=frozenset("件部个份"),
                    needs="",
                    short=re.compile(rf"(?:并|同时)?(?:{verb})(?:的|共|为|有)*"),
                    topic=words,
                    rival="规章" if row == "normative_documents" else "规范性文件",
                )
            )
    return tuple(made)


def _of_decisions() -> tuple[Family, ...]:
    unless = re.compile(
        rf"{DIFFERENCE}|事项|项目|目录|清单|权力|信息|公开|公示|公布|归集|上传|录入|推送|率|听证|强制执行|许可申请|案卷|抽查|涉及|双公示|程序|简易|当场|撤销|首次|变更|延续|受理|收到|接收|新增|立案|移送"
    )
    made = []
    for row, words in (
        ("licensing", "行政许可"),
        ("penalties", "行政处罚"),
        ("coercion", "行政强制"),
    ):
        others = "|".join(w for w in ("行政许可", "行政处罚", "行政强制", "行政检查") if w != words)
        made.append(
            Family(
                "N-14",
                row,
                (words,),
                (Reading("处理决定数量", ((1, f"{DISCLOSURE}.{row}.decisions"),), ""),),
                re.compile(
                    rf"^(?:(?!{others}).)*{words}(?:处理)?(?:决定|案件|措施)?(?:书)?(?:的|共|计|数量|为|是|有|了|：)*$"
                ),
                unless,
                table=DISCLOSURE,
                units=frozenset("件宗起例"),
                needs="",
                wide=True,
            )
        )
    return tuple(made)


# Words of which "政府信息公开申请" and its like are made, and what joins them to a number.
_THING = (
    r"[公民法人和或者其他组织社会众群提出交的各类政府信息务依申请开件事项数量总共计合为了是达有新本年度"
    r"：“”、及与]{0,40}"
)
_JOIN = (
    r"(?:的|申请|答复|决定|处理|情形|情况|类|政府信息|信息|件数|数量|共|计|总计|合计|"
    r"为|是|有|了|：){0,4}"
)
_PART = (
    r"延期|延长|当场|逾期|超期|超时|书面|口头|提前|撤回|撤销|补正|涉及|关于|重复|疑难|未|没有|尚|待|"
    r"不得|每|凡|应当?|正在|约谈|举行|听证|按期|按时|如期|当年|[期时]限内"
)
_OTHER_THINGS = (
    r"信件|来信|来访|信访件|咨询|投诉件|举报件|建议|提案|留言|工单|案件|文件|材料|复议|诉讼"
)
# Requests of some people only; 公民、法人和其他组织 are all of them.
_ONE_SORT = r"^(?!.*公民.*组织).*(?:公民|法人|组织|群众|公众|个人|企业|律师)"
# What may stand before a result; 因涉及第三方不予公开 is only a part of what was refused.
_LEAD = (
    r"(?:、|：|其中|全年|本年度?|作出|依法|已|按|的|办理|答复|处理|结果|为|申请|属于?|决定|给予|分别|共|对|中|"
    r"在|全部|政府信息|信息|公开申请|件){0,8}"
)
_PER_APPLICANT = re.compile(r"(?:自然人|法人|企业|科研机构|公益组织|法律服务机构)[^；]*?其中")
_ASKS = r"新收到?|收到|接收|接到|收件"
_DOES = r"累计处理|共处理|办理|处理"
_ENDS = r"办结|答复|回复|办复"
_THIS_TO_NEXT = r"(?:至|到|入|于)?(?:下一?个?年度?|次年|明年|{next}年)"

_RECEIVED = requests("本年新收", "received")
_ALL = requests("本年新收加上年结转", "received + carried_in")
_TOTAL = requests("办理结果总计", "total")
_CARRIED_IN = requests("上年结转", "carried_in")
_CARRIED_OUT = requests("结转下年度", "carried_out")
_GROUPS = {
    "予以公开": "granted",
    "部分公开": "partial",
    "不予公开": "refused",
    "无法提供": "unavailable",
    "不予处理": "not_processed",
    "其他处理": "other_handling",
}
_ANY_GROUP = "|".join(_GROUPS)
_CORPORATE = ("business", "research", "nonprofit", "legal_service", "other")


@lru_cache(maxsize=8)
def families(format: int, year: int) -> tuple[Family, ...]:
    """All families of a form; ``year`` is the report's, for 结转至 and its year."""
    form = load(format)
    return (
        *_of_requests(form),
        *_of_requests_carried(year),
        *_of_results(form),
        *_of_applicants(form),
        *_of_disputes(),
        *_of_documents(form),
        *_of_decisions(),
    )


def _of_requests(form: Form) -> tuple[Family, ...]:
    """Requests that came in, were handled, were closed."""
    apart = "requests.other_handling.other.total" in form.cells()
    withdrawn = "other_handling.other" if apart else "other_handling"
    unless = re.compile(rf"{DIFFERENCE}|结转|转结|顺延|率|{_OTHER_THINGS}|{_ANY_GROUP}|{_ONE_SORT}")
    part = r"(?<!未)(?<!延期)(?<!逾期)(?<!当场)"
    return (
        Family(
            "N-01",
            "accepted",
            ("受理",),
            (
                _RECEIVED,
                _ALL,
                requests("本年新收减去不予处理", "received - not_processed"),
            ),
            re.compile(rf"(?<![未每凡如若])受理{_THING}$"),
            unless,
        ),
        Family(
            "N-01",
            "received",
            ("收", "接"),
            (_RECEIVED, _ALL),
            re.compile(rf"(?<![未每凡如若])(?:{_ASKS}){_THING}$"),
            unless,
        ),
        Family("N-02", "in_hand", ("收办",), (_ALL, _TOTAL), re.compile(rf"收办{_THING}$"), unless),
        Family(
            "N-02",
            "handled",
            ("理",),
            (_ALL, _TOTAL, _RECEIVED),
            re.compile(rf"(?<![未正待])(?<!正在)(?<!继续)(?:{_DOES}){_THING}$"),
            re.compile(rf"{unless.pattern}|未|继续办理|不予|其他处理|办理结果"),
            needs="object",
        ),
        Family(
            "N-03",
            "closed",
            ("办结", "复"),
            (
                _TOTAL,
                requests("总计减去“其他”", f"total - {withdrawn}"),
                requests("总计减去其他处理", "total - other_handling"),
                requests("总计减去不予处理", "total - not_processed"),
                requests("总计减去上年结转", "total - carried_in"),
                requests("总计减去不予处理和其他处理", "total - not_processed - other_handling"),
            ),
            re.compile(rf"{part}(?:{_ENDS}){_THING}$"),
            re.compile(rf"{unless.pattern}|{_PART}|不予|复议|诉讼|其他(?!组织)"),
        ),
    )


def _of_requests_carried(year: int) -> tuple[Family, ...]:
    """Requests taken over from the year before, and handed on to the next."""
    following = _THIS_TO_NEXT.format(next=year + 1)
    left = rf"(?:结转|转结|转|顺延|延至|延){following}" + r"(?:度)?"
    came = (
        rf"(?:上一?年度?|去年|上一?年末|{year - 1}年度?)的?(?:政府信息公开)?(?:申请)?(?:结转|转结)|"
        rf"结转(?:自|的)?上一?年度?|(?:结转|转结)[至到入](?:本年度?|今年|{year}年度?)"
    )
    return (
        Family(
            "N-04",
            "carried_in",
            ("转",),
            (_CARRIED_IN,),
            re.compile(rf"(?:{came})(?:本年度?|办理|继续|至|到|来|今年|{year}年){{0,3}}{_THING}$"),
            re.compile(rf"{DIFFERENCE}|办结|答复"),
            after=re.compile(rf"(?:申请)?(?:系|为|是|属|由)?(?:{came})"),
        ),
        Family(
            "N-04",
            "carried_out",
            ("转", "延", "办", "复"),
            (_CARRIED_OUT,),
            re.compile(
                rf"(?:{left}(?:继续|办理|答复|处理|审理)*|(?:尚未|未)(?:办结|答复)|正在办理){_THING}$"
            ),
            re.compile(rf"{DIFFERENCE}|(?:其中|含)?上年(?:度)?结转|率|复议|诉讼|案件|审结"),
            after=re.compile(
                rf"(?:申请)?(?:正在办理|尚在办理|尚未(?:办结|答复)|未到期)?(?:将)?(?:依法|按规定)?(?:{left})|"
                r"(?:申请)?(?:正在办理|尚在办理|尚未办结|尚未答复)中?$"
            ),
        ),
        Family(
            "N-04",
            "carried_out_to",
            ("转", "延"),
            (_CARRIED_OUT,),
            re.compile(r"(?!)"),
            re.compile(rf"{DIFFERENCE}|率|复议|诉讼|案件"),
            after=re.compile(rf"(?:申请)?{following}"),
            lead=re.compile(r"(?:结转|转结|顺延)$"),
        ),
    )


def _of_results(form: Form) -> tuple[Family, ...]:
    """The six groups of results, two of them together, and each row within a group."""
    unless = re.compile(rf"{DIFFERENCE}|率|主动公开|维持|纠正|撤销|及时")
    made = []
    for label, row in _GROUPS.items():
        others = "|".join(g for g in _GROUPS if g != label)
        made.append(
            Family(
                "N-05",
                row,
                (label,),
                (requests(label, row),),
                re.compile(rf"^{_LEAD}{label}{_JOIN}$"),
                unless,
                after=re.compile(
                    rf"(?:申请)?(?:依法|已|均|作出|属于?|为|按|因)?{label}(?!率)(?!.*(?:{others}))"
                ),
                barred=_PER_APPLICANT,
                alone=True,
            )
        )
    both = r"(?:予以公开(?:或者?|及|和|与|、)部分公开|(?:全部|予以)(?:或|、|及|和)部分公开)"
    made.append(
        Family(
            "N-05",
            "granted_and_partial",
            ("部分公开",),
            (requests("予以公开加部分公开", "granted + partial"),),
            re.compile(rf"{both}{_JOIN}$"),
            unless,
        )
    )
    for leaf in form.tables[REQUESTS].blocks[0].row_leaves:
        # 重复申请 may as well be repeated requests that were answered.
        if len(leaf.path) > 2 and len(_words(leaf.label)) > 4:
            words = re.escape(_words(leaf.label))
            made.append(
                Family(
                    "N-05",
                    leaf.id,
                    (_words(leaf.label),),
                    (requests(_words(leaf.label), leaf.id),),
                    re.compile(rf"{words}{_JOIN}$"),
                    unless,
                )
            )
    return tuple(made)


def _of_applicants(form: Form) -> tuple[Family, ...]:
    """自然人 and 法人或其他组织, of the requests received, in hand, or closed."""
    made = []
    columns = {c.id: c.label for c in form.tables[REQUESTS].blocks[0].column_leaves}
    people = {
        "自然人|公民个人|公民": ("natural_person",),
        "法人(?:或|和|及|、)其他组织": _CORPORATE,
    }
    people |= {columns[c]: (c,) for c in _CORPORATE if c != "other"}
    unless = re.compile(rf"{DIFFERENCE}|结转|率|办结|答复|公开\d|{_ANY_GROUP}")
    for words, cols in people.items():
        readings = tuple(
            Reading(name, tuple((1, f"{REQUESTS}.{r}") for r in rows), "+".join(cols))
            for name, rows in (
                ("本年新收", ("received",)),
                ("本年新收加上年结转", ("received", "carried_in")),
                ("办理结果总计", ("total",)),
            )
        )
        made.append(
            Family(
                "N-06",
                "+".join(cols),
                ("法人",) if len(cols) > 1 else tuple(words.split("|")),
                readings,
                re.compile(
                    rf"^、?(?:其中|包括|按申请人(?:类型|性质)?分|从申请人(?:类型|构成)?看|申请人(?:中|为|是)?|来自|由|为|属于|系|：|，)*(?:{words})"
                    rf"(?:提出|提交|申请|的|人|政府信息公开|公开|共|计|有|为|是|：)*$"
                ),
                unless,
                after=re.compile(
                    rf"(?:申请)?(?:申请人)?(?:来自|由|为|是|属于?|系)(?:{words})(?!、|和|与|及|或)"
                ),
                barred=re.compile(_ANY_GROUP),
                alone=len(cols) == 1,
            )
        )
    return tuple(made)


def _words(label: str) -> str:
    """A row's label without its number: 1.属于国家秘密 → 属于国家秘密."""
    return re.sub(r"^(?:\d+[.、]|（.）|[一二三四]、)|（.*）$", "", label)
