"""N-01 … N-16, Q-01 … Q-09, FE-01 … FE-06: rules on what the texts say."""

from __future__ import annotations

from typing import Any

from nianbao.report import Report
from rules_data.reports import (
    BLANK,
    CITY,
    WRITTEN,
    Examples,
    alone,
    documents,
    licensing,
    p21,
    r21,
    requests,
    reviews,
    suits,
)

# 12 new requests and one carried in, 12 closed, one carried out.
FIGURES: dict[str, Any] = (
    requests(
        received=12,
        carried_in=1,
        granted=5,
        partial=2,
        refused__internal=1,
        unavailable__not_held=3,
        not_processed__petition=1,
        total=12,
        carried_out=1,
    )
    | reviews(upheld=1, pending=1, total=2)
    | suits(upheld=1, total=1)
    | documents(made=3, repealed=1, in_force=20)
    | licensing(decisions=46)
)
ASPECTS = "（一）主动公开。（二）依申请公开。（三）信息管理。（四）平台。（五）监督保障。"
UNDATED = "没有一处能够判断的文字时不作判断"


def says(text: str, **more: Any) -> Report:
    """A report with these figures and this overview."""
    return r21(FIGURES | more.pop("values", {}), text={"overview": f"{text}\n{ASPECTS}"}, **more)


def fees(text: str, **values: Any) -> Report:
    cells = {f"disclosure.fees.{k}": v for k, v in values.items() if k == "amount"}
    cells |= requests(**{k: v for k, v in values.items() if k != "amount"})
    return r21(cells, text={"other": text})


def told(ok: tuple[str, ...], bad: tuple[str, ...], undecided: str = BLANK) -> Examples:
    """Overviews that keep a rule and that break it."""
    return Examples(alone(*map(says, ok)), alone(*map(says, bad)), undecided)


LONG = (
    "我们坚持把政务公开作为法治建设的重要内容，围绕企业和群众关心的事项，及时公布政策文件、办事流程和"
    "监督渠道，组织业务骨干逐项梳理公开目录，定期检查栏目更新情况。"
    "依托政务服务大厅设立公开专区，安排专人值守，为群众提供查询、打印和咨询服务，受到普遍好评。"
)
OTHER = (
    "坚持问题导向，针对网站栏目交叉重复、政策解读不够生动等情况，召开专题会议研究整改措施，明确责任科室和"
    "完成时限，逐项销号管理，推动各项工作落到实处，切实提高服务水平。"
)
FEE_NIL = "未发出收费通知，未收取信息处理费。"

EXAMPLES = {
    "N-01": told(
        (
            "2023年，共收到政府信息公开申请12件。",
            "全年收到申请13件（含上年结转）。",
            "2022年收到申请8件。",
        ),
        ("2023年，共收到政府信息公开申请15件。", "新收依申请公开十五件。", "受理申请20件。"),
    ),
    "N-02": told(("收办申请13件。", "办理信息公开申请12件。"), ("收办政府信息公开申请16件。",)),
    "N-03": told(
        ("收到申请，办结12件。", "答复信息公开申请11件。"), ("办结政府信息公开申请15件。",)
    ),
    "N-04": told(
        ("申请上年结转1件。", "申请中有1件转结2024年办理。"),
        ("收到申请12件，上年结转2件。", "申请12件，结转至下年度3件。"),
    ),
    "N-05": told(
        ("申请办理结果：予以公开5件、不予公开1件。", "发文公开属性为不予公开20件。"),
        (
            "申请办理结果：予以公开6件。",
            "对申请作出答复，其中无法提供4件。",
            "申请中属于三类内部事务信息2件。",
        ),
    ),
    "N-06": told(
        ("收到申请12件，其中自然人12件。", "申请人为法人或其他组织的申请0件。"),
        ("收到申请12件，其中自然人申请9件。", "收到申请，法人或其他组织3件。"),
    ),
    "N-07": Examples(
        (
            (says("申请中予以公开5件，占41.67%。"), None),
            (says("收到申请12件，同比增长50%。"), p21(requests(received=8))),
            (says("收到申请12件，比上年增加4件。"), p21(requests(received=8))),
            (says("收到申请12件，办结率上升2个百分点。"), p21(requests(received=8))),
        ),
        (
            (says("申请中予以公开5件，占45.2%。"), None),
            (says("收到申请12件，同比增长40%。"), p21(requests(received=8))),
            (says("收到申请12件，同比下降50%。"), p21(requests(received=8))),
            (says("收到申请12件，比上年增加5件。"), p21(requests(received=8))),
        ),
        BLANK,
    ),
    "N-08": told(
        ("因信息公开被申请行政复议2件。", "申请公开引发行政复议已审结1件。"),
        ("因信息公开被申请行政复议3件。", "信息公开行政复议案件中维持2件。"),
    ),
    "N-09": told(
        ("政府信息公开行政诉讼1件。", "申请人复议后提起诉讼1件。"), ("政府信息公开行政诉讼4件。",)
    ),
    "N-10": Examples(
        alone(
            r21(text={"overview": f"未收到政府信息公开申请，无上年结转。\n{ASPECTS}"}),
            says("未收到要求减免费用的申请。"),
        ),
        alone(
            says("全年未收到政府信息公开申请。"),
            says("未收到和处理公民提出的依申请公开件。"),
            says("收到申请12件，无上年结转。"),
            says("收到申请12件，没有结转下年度的申请。"),
            says("收到申请12件，无结转下年申请。"),
        ),
        BLANK,
    ),
    "N-11": Examples(
        alone(
            r21(text={"overview": f"未发生信息公开行政复议、行政诉讼。\n{ASPECTS}"}),
            says("未因收取费用发生信息公开行政复议。"),
        ),
        alone(
            says("未发生因政府信息公开引发的行政复议、行政诉讼。"),
            says("依申请公开全年未涉诉。"),
        ),
        BLANK,
    ),
    "N-12": Examples(
        alone(
            says("政府信息公开行政诉讼1件，未发生败诉。"),
            says("信息公开诉讼均获维持。"),
        ),
        alone(
            says("信息公开行政复议均获维持。"),
            r21(
                reviews(corrected=1, total=1),
                text={"overview": f"信息公开行政复议无被纠正。\n{ASPECTS}"},
            ),
        ),
        BLANK,
    ),
    "N-13": told(
        ("制发行政规范性文件3件，废止1件。", "清理规范性文件35件。"),
        ("制发行政规范性文件5件。", "废止规范性文件2件。", "现行有效行政规范性文件19件。"),
    ),
    "N-14": told(
        ("作出行政许可决定46件。", "公示行政许可45件。"), ("办理行政许可45件。", "行政处罚3件。")
    ),
    "N-15": Examples(
        alone(
            fees("发出收费通知3件，总金额400元，实际收取300元。", amount=1),
            fees("未收取信息处理费。"),
        ),
        alone(
            fees("发出收费通知3件，总金额300元，实际收取400元。", amount=1),
            r21(
                {"disclosure.fees.amount": 1},
                text={
                    "overview": "收取信息处理费100元。",
                    "other": "实际收取信息处理费200元。",
                },
            ),
        ),
        UNDATED,
    ),
    "N-16": told(
        ("召开会议5次，其中甲2次，乙3次。", "公开信息512条，其中甲300条、乙100条等。"),
        (
            "召开会议5次，其中甲2次，乙2次，丙2次。",
            "公开信息600余条，其中甲350条、乙120条、丙29条。",
            "公开信息20条（甲12条、乙7条）。",
        ),
        UNDATED,
    ),
    "Q-01": told(
        ("2023年，我局做好公开。", "2022年，我局开展试点，2023年推开。"),
        ("2022年，我局做好公开工作。", "做好公开。2021年，我局召开会议。"),
        WRITTEN,
    ),
    "Q-02": told(
        ("公开信息 5 条。", "网址www.xxgk.gov.cn。"),
        (
            "主动公开信息　条。",
            "同比增长 %。",
            "召开会议XX次。",
            "参会人员（  ）。",
            "公开了????。",
        ),
        WRITTEN,
    ),
    "Q-03": told(
        ("全年主动公开信息512条。全年主动公开信息500余条。",),
        ("全年主动公开政府信息512条。全年共主动公开信息498条。",),
        UNDATED,
    ),
    "Q-04": Examples(
        alone(r21(), says("2023年认真做好公开工作。")),
        alone(
            r21(
                text={
                    "overview": "2023年，我局认真贯彻条例，主动公开政府信息512条，回应社会关切，"
                    "群众满意度不断提升，各项任务按期完成，没有发生舆情，取得了明显的成效，受到好评。"
                }
            )
        ),
        WRITTEN,
    ),
    "Q-05": Examples(
        alone(
            r21(name=CITY, text={"overview": f"{ASPECTS}开展考核、社会评议，未追究责任。" * 2}),
            r21(),
        ),
        alone(r21(name=CITY, text={"overview": f"{ASPECTS}开展考核。" * 3})),
        WRITTEN,
    ),
    "Q-06": Examples(
        alone(
            says("我局坚持公开为常态。"), says("我局坚持公开。", name="某县某某镇人民政府派出局")
        ),
        alone(says("我委坚持公开为常态。"), says("我镇始终坚持公开。")),
        WRITTEN,
    ),
    "Q-07": told(
        (
            "本报告由总体情况、主动公开、依申请公开三部分组成。",
            "报告包括总体情况、主动公开等六部分。",
        ),
        ("本报告由总体情况、主动公开、依申请公开、复议诉讼、问题六部分组成。",),
        WRITTEN,
    ),
    "Q-08": told(
        ("联系电话：010-12345678。", "编号110101199003070000。", "申请人李某申请公开。"),
        (
            "联系电话：13800138000。",
            "手机138-0013-8000。",
            "身份证号110101199003071234。",
            "申请人王小明提出申请。",
        ),
        WRITTEN,
    ),
    "Q-09": Examples(
        (
            (says(LONG), p21(text={"overview": f"{OTHER}\n{ASPECTS}"})),
            (r21(), p21()),
        ),
        (
            (says(LONG), p21(text={"overview": f"{LONG}\n{ASPECTS}"})),
            (
                r21(text={"problems": LONG + OTHER}),
                p21(text={"problems": LONG + OTHER[:60]}),
            ),
        ),
        UNDATED,
    ),
    "FE-01": Examples(alone(r21(), fees(FEE_NIL)), alone(fees("无其他需要报告的事项。")), WRITTEN),
    "FE-02": Examples(
        alone(
            fees("收取信息处理费40元（1件）。", amount=1),
            fees("发出收费通知1件，金额720元。", amount=1),
        ),
        alone(
            fees("发出收费通知1件，金额715元。", amount=1),
            fees("发出收费通知2件，总金额35元。", amount=1),
        ),
        UNDATED,
    ),
    "FE-03": Examples(
        alone(fees("发出收费通知3件，总金额400元，其中：甲局1件100元；乙局2件300元。", amount=1)),
        alone(
            fees("发出收费通知4件，总金额400元，其中：甲局1件100元；乙局2件300元。", amount=1),
            fees("发出收费通知3件，总金额500元，其中：甲局1件100元；乙局2件300元。", amount=1),
        ),
        UNDATED,
    ),
    "FE-04": Examples(
        alone(fees("实际收取信息处理费300元。", amount=1)),
        alone(fees("实际收取信息处理费300元。")),
        BLANK,
    ),
    "FE-05": Examples(
        alone(
            fees("发出收费通知3件，未实际收取信息处理费。", other_handling__no_payment=2, total=2)
        ),
        alone(
            fees(FEE_NIL, other_handling__no_payment=2, total=2),
            fees("发出收费通知1件，总金额100元。", other_handling__no_payment=2, amount=1),
        ),
        BLANK,
    ),
    "FE-06": Examples(
        alone(fees("无。"), fees(FEE_NIL, amount=3)), alone(fees("无。", amount=3)), BLANK
    ),
}
