"""Two reports that are hard to print: a full one, and one with hostile texts."""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import strategies as st

from nianbao import form as forms
from nianbao.form import ExtraRow
from nianbao.report import Agency, Report, build, with_totals

HOSTILE = "<script>alert('1')</script> & ]]> --> \"引号\" &amp; 😀 𠮷"
LONG = (
    "全市各级行政机关围绕企业和群众关切，持续加强政府信息公开、政策解读和平台建设，着力提升公开实效。"
    * 60
)
BROKEN = ("\x00", "\x1b[0m", "\ufffe", "\ud800", "\t")
FRAGMENTS = (*BROKEN, "（一）", "。", "：", "</p>", "&#0;", HOSTILE)


@st.composite
def odd_reports(draw: st.DrawFn) -> Report:
    """Reports whose every text is any characters at all, forbidden ones among them."""
    text = st.text(max_size=20) | st.lists(st.sampled_from(FRAGMENTS), max_size=4).map("".join)
    return build(
        2019,
        2020,
        Agency(draw(text), draw(text | st.none())),
        {},
        repeats={"other_services": (draw(text), draw(text))},
        text={"opening": draw(text), "overview": draw(text) * 20, "problems": draw(text)},
        extra=(ExtraRow("requests", draw(text), {"total": draw(text)}, "received"),),
    )


def full() -> Report:
    """2021 form: a long name, six figures in every cell, local rows, long texts, a blank."""
    rng = random.Random(7)
    form = forms.load(2021)
    values: dict[str, int | Decimal | None] = {
        id: Decimal("1234567.2449") if cell.kind == "money" else rng.randrange(100_000, 180_000)
        for id, cell in form.cells().items()
        if not cell.total
    }
    values["requests.not_processed.petition.research"] = None
    aspects = ("主动公开", "依申请公开", "政府信息管理", "政府信息公开平台建设", "监督保障")
    report = build(
        2021,
        2025,
        Agency("内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗人民政府办公室", "150722"),
        values,
        text={
            "opening": "根据《中华人民共和国政府信息公开条例》规定，编制本报告。",
            "overview": "\n".join(
                f"（{n}）{aspect}\n{LONG}" for n, aspect in zip("一二三四五", aspects, strict=True)
            ),
            "problems": f"（一）问题。{LONG}\n（二）改进情况：已改进。",
            "other": "无其他需要报告的事项。",
        },
        extra=(
            ExtraRow(
                "disclosure",
                "其他主动公开文件",
                {"made": 3, "repealed": "/", "in_force": "见附件<1>"},
                "normative_documents",
            ),
            ExtraRow("requests", "9.其他情形", {"business": 2, "total": 2}, "refused.inquiry"),
        ),
    )
    return with_totals(report)


def hostile() -> Report:
    """2019 form: markup, control characters and line breaks wherever there is text."""
    rows = ("检查\x00<b>", "确\u2028认&")
    values = dict.fromkeys(forms.load(2019).cells(), 1)
    del values["disclosure.other_services[0].items"]
    return build(
        2019,
        2019,
        Agency('某"局"<i>&\x1f', 'a"b<&\x07'),
        {k: v for k, v in values.items() if "other_services" not in k},
        repeats={"other_services": rows},
        text={
            "opening": HOSTILE,
            "overview": f"{LONG}\n\x01前\x08后\x7f\ufffe\ufdd0末",
            "problems": "  \n" + HOSTILE * 2,
            "other": "=cmd|'/C calc'!A0",
        },
        extra=(ExtraRow("disclosure", "加\x02行\n<td>", {"made": "<b>1</b>\x03"}, "regulations"),),
    )
