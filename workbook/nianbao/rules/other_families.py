"""Phrases that state figures of 表四 and 表二: data only."""

from __future__ import annotations

import re

from nianbao.form import Form
from nianbao.rules.readings import DIFFERENCE, DISCLOSURE, DISPUTES, Family, Reading

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


def of_disputes() -> tuple[Family, ...]:
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
                    DISPUTES,
                    readings,
                    re.compile(
                        rf"^{others}(?:(?!行政复议.*行政诉讼|行政诉讼.*行政复议|复议、|诉讼、).)*?(?:{words}){result}"
                        r"(?:案件|申请|案|的|共|计|为|是|有|了|数量|：|结果|政府信息公开){0,4}$"
                    ),
                    None,
                    re.compile(unless),
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


def of_documents(form: Form) -> tuple[Family, ...]:
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
                    DISCLOSURE,
                    own,
                    re.compile(
                        rf"^(?!.*(?:{others}))(?:.*?)(?:{verb}){filler}{words}(?:共|计|为|有|数量|总数|：)*$"
                        rf"|^(?!.*(?:{others})){filler}{words}(?:共|的)?(?:{verb})(?:的|为|有|共|件数|：)*$"
                    ),
                    re.compile(rf"(?:行政)?{words}$"),
                    unless,
                    re.compile(rf"(?:{verb})(?:了|共)?$"),
                    frozenset("件部个份"),
                    "",
                    re.compile(rf"(?:并|同时)?(?:{verb})(?:的|共|为|有)*"),
                    words,
                    "规章" if row == "normative_documents" else "规范性文件",
                )
            )
    return tuple(made)


def of_decisions() -> tuple[Family, ...]:
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
                DISCLOSURE,
                (Reading("处理决定数量", ((1, f"{DISCLOSURE}.{row}.decisions"),), ""),),
                re.compile(
                    rf"^(?:(?!{others}).)*{words}(?:处理)?(?:决定|案件|措施)?(?:书)?(?:的|共|计|数量|为|是|有|了|：)*$"
                ),
                None,
                unless,
                units=frozenset("件宗起例"),
                needs="",
                wide=True,
            )
        )
    return tuple(made)
