"""Reports and facts for the tests of generated text."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from nianbao.report import Report, build, with_totals
from nianbao.report.material import Material, items, material
from strategies import reports, zeros

NOTES = (
    "落实审核制度，做到先审查、后公开。",
    "全年未出现泄密情况；制度执行良好。",
    "开展自查4次，发现的问题全部整改",
    "推行“一网通办”，方便群众办事！",
    "针对老年人开设绿色通道。同步提供线下服务。",
)
LINES = ("办公室", "某路１号", "010-12345678转8", "100000")


@st.composite
def materials(draw: st.DrawFn, format: int) -> Material:
    """Facts as a person fills them in: some, all, or none of them."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from((0.0, 0.3, 1.0)))
    top = draw(st.sampled_from((0, 1, 9, 500)))
    raw: dict[str, Any] = {}
    for key, item in items(format).items():
        if rng.random() >= share:
            continue
        raw[key] = {
            "count": rng.randint(0, top),
            "yuan": Decimal(rng.randint(0, top * 100)) / 100,
            "line": rng.choice(LINES),
            "text": rng.choice(NOTES),
            "choice": rng.choice(item.choices or ("",)),
        }[item.kind]
    if draw(st.booleans()):
        raw |= _that_add_up(raw, format)
    return material(raw, format)


def _that_add_up(raw: dict[str, Any], format: int) -> dict[str, Any]:
    parts = [raw.get(k, 0) for k, i in items(format).items() if i.list == "公开渠道"]
    return {"disclosed": sum(parts)} if "disclosed" in raw else {}


@st.composite
def cases(draw: st.DrawFn, right: bool | None = None) -> tuple[Report, Report | None, Material]:
    """A report, last year's or None, and facts."""
    report = draw(reports(right=right))
    previous = None
    if draw(st.booleans()):
        other = draw(reports(format=report.format, right=True, texts=False))
        previous = replace(other, year=report.year - 1)
    return report, previous, draw(materials(report.format))


def figures(year: int = 2025, **cells: int | Decimal) -> Report:
    """A report of zeros but for these (``requests__received__business=3``), totals added up."""
    blank = zeros(2019 if year < 2021 else 2021, year)
    totals = blank.form.sums()
    values: dict[str, Any] = {id: v for id, v in blank.values.items() if id not in totals}
    values |= {id.replace("__", "."): value for id, value in cells.items()}
    return with_totals(build(blank.format, year, blank.agency, values))


ORDINARY = {
    "requests__received__natural_person": 36,
    "requests__received__business": 5,
    "requests__received__other": 2,
    "requests__carried_in__natural_person": 4,
    "requests__granted__natural_person": 20,
    "requests__partial__business": 5,
    "requests__refused__state_secret__natural_person": 3,
    "requests__refused__inquiry__natural_person": 2,
    "requests__unavailable__not_held__natural_person": 10,
    "requests__other_handling__no_correction__other": 2,
    "requests__carried_out__natural_person": 5,
    "disputes__reconsideration__upheld": 3,
    "disputes__reconsideration__pending": 1,
    "disputes__litigation_direct__upheld": 2,
    "disputes__litigation_after__corrected": 1,
    "disclosure__normative_documents__made": 3,
    "disclosure__normative_documents__repealed": 2,
    "disclosure__normative_documents__in_force": 12,
    "disclosure__licensing__decisions": 46,
    "disclosure__penalties__decisions": 3,
    "disclosure__fees__amount": Decimal("12.5"),
}
SINGLE = {
    "requests__received__business": 1,
    "requests__refused__third_party__business": 1,
    "disputes__reconsideration__upheld": 1,
    "disputes__litigation_after__pending": 1,
    "disclosure__normative_documents__made": 1,
    "disclosure__normative_documents__in_force": 1,
}
BEFORE = ORDINARY | {
    "requests__received__natural_person": 30,
    "requests__received__business": 13,
    "requests__granted__natural_person": 25,
    "requests__carried_out__natural_person": 4,
    "disclosure__normative_documents__made": 1,
    "disclosure__fees__amount": Decimal("10"),
    "disputes__reconsideration__upheld": 0,
}


def everything(format: int = 2021) -> Material:
    """A fact sheet filled in by a diligent clerk."""
    raw = {
        "disclosed": 491,
        "by_website": 300,
        "by_wechat": 180,
        "by_other": 11,
        "on_overview": 40,
        "on_news": 351,
        "on_budget": 100,
        "readings": 6,
        "in_person": 3,
        "by_post": 10,
        "online": 30,
        "requests_note": "答复前逐件进行合法性审核",
        "reviewed": 491,
        "cleaned": 14,
        "management_note": "严格执行“三审三校”制度。",
        "accounts": 2,
        "columns": 5,
        "visits": 120345,
        "meetings": 5,
        "trainings": 2,
        "trainees": 60,
        "assessments": 1,
        "accountability": 0,
        "problem_1": "公开意识仍有待提升。",
        "problem_2": "行政复议、行政诉讼反映的答复质量问题仍待解决；",
        "measure_1": "开展政务公开系列培训",
        "measure_2": "建立答复文书会商机制。",
        "fee_notices": 1,
        "fee_due": 100,
        "fee_received": 100,
        "key_points": "上级年度政务公开工作要点确定的任务已全部完成",
        "proposals": 4,
        "innovation": "举办政务开放日活动。",
        "office": "办公室",
        "address": "某路1号",
        "postcode": "100000",
        "phone": "010-12345678",
    }
    return material(raw, format)
