"""F-01 … F-08."""

from nianbao.report import Heading, Note
from rules_data.reports import (
    DISTRICT,
    NAME,
    WRITTEN,
    Examples,
    alone,
    headings,
    noted,
    r19,
    r21,
    report,
)
from rules_data.written import LOCAL
from strategies import seed_figures

TITLE = f"{NAME}2023年政府信息公开工作年度报告"
SIX = headings().trace.headings or ()


EXAMPLES = {
    "F-01": Examples(
        alone(r21(), r19(), seed_figures(), report(2021, 2021), report(2021, 2030)),
        alone(
            report(2019, 2023),
            report(2021, 2020),
            report(2021, 1900),
            noted("mixed_forms", "表二里既有 2019年版的栏名，又有 2021年版的栏名。"),
        ),
        "格式和年度总是已知的",
    ),
    "F-02": Examples(
        alone(headings(), headings((4, "五 、存在的主要问题及改进情况 "))),
        alone(
            headings((5, None)),
            headings((4, "五、存在问题及改进情况")),
            headings((3, "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况")),
            r21(headings=(*SIX, Heading("other", "六、其他需要报告的事项"))),
            r21(headings=(SIX[1], SIX[0], *SIX[2:])),
            r21(headings=()),
        ),
        WRITTEN,
    ),
    "F-03": Examples(
        alone(
            r21(),
            r19(repeats={"other_services": ("行政检查", "行政确认")}),
            noted("computed", "合计由程序算出。"),
            r19(
                repeats={"other_services": ("行政检查",)},
                notes=(
                    Note("extra", "多出行政检查", None, ("disclosure.other_services[0].items",)),
                ),
            ),
        ),
        alone(
            noted("missing", "表三没有“四、结转下年度继续办理”一行。"),
            noted("duplicate", "表四出现两次，数字不同。"),
            noted("nearest_label", "“自然任”按最接近的“自然人”读取。"),
            noted("merged_row", "（六）其他处理只有一行。"),
            noted("unplaced", "“备注”不知道属于哪里。"),
            noted("extra", "表三多出一栏“备注”"),
            r21(extra=(LOCAL,)),
            r21(
                extra=(LOCAL,),
                notes=(Note("extra", f"多出“{LOCAL.label}”", "表三!A9", ("extra[0].total",)),),
            ),
        ),
        WRITTEN,
    ),
    "F-04": Examples(
        alone(
            r21(title=TITLE),
            r21(title=f"{NAME}\n2023年政府信息公开工作年度报告"),
            r21(title=f"2023年{NAME}政府信息公开工作年度报告"),
            r21(title=f"{NAME} ２０２３ 年政府信息公开工作年度报告"),
            r21(title=f"{NAME}二〇二三年政府信息公开工作年度报告"),
            r21(title="大兴区商务局2023年政府信息公开工作年度报告", name=DISTRICT),
            r21(title="某某市2023年政府信息公开工作年度报告", name="某某市人民政府"),
        ),
        alone(
            r21(title="某市某某局2022年政府信息公开工作年度报告"),
            r21(title="某市某某局政府信息公开工作年度报告"),
            r21(title="某市某某局2023年度政府信息公开工作年度报告"),
            r21(title="某市某某局2023年政府信息公开年报"),
            r21(title="局2023年政府信息公开工作年度报告"),
            r21(title="另市另局2023年政府信息公开工作年度报告"),
            r21(title="2023年政府信息公开工作年度报告"),
            r21(title=f"{NAME}政府信息公开工作2023年度报告"),
            r21(title="2023年政府信息公开工作年度报告", name=""),
            r21(name=""),
        ),
        WRITTEN,
    ),
    "F-05": Examples(
        alone(
            r21(),
            r21(text={"opening": "根据国办公开办函〔2021〕30号编制本报告。"}),
            r21(text={"opening": "根据国办公开办函〔2019〕61号开设专栏。"}),
        ),
        alone(
            r21(text={"opening": "根据国办公开办函〔2019〕60号编制本报告。"}),
            r21(text={"overview": "按照（国办公开办函 [2019] 60 号）的要求。"}),
            r21(text={"opening": "按照《关于政府信息公开工作年度报告有关事项的通知》编制。"}),
        ),
        WRITTEN,
    ),
    "F-06": Examples(
        alone(
            r21(),
            r21(text={"opening": "所列数据的统计期限为2023年1月1日至12月31日。"}),
        ),
        alone(
            r21(text={"opening": "所列数据的统计期限为2022年1月1日至12月31日。"}),
            r21(text={"overview": "本报告所列数据的统计期限自2023年1月1日起至11月30日止。"}),
        ),
        "没有写明统计期限，或者读不出，就不判断",
    ),
    "F-07": Examples(
        alone(r21(), r21(text={"overview": "一是做了。\n二是没做。"})),
        alone(
            r21(text={"overview": "主动公开。\n（三）平台。\n（四）监督。"}),
            r21(text={"problems": "(一)问题。\n(三)改进。"}),
        ),
        WRITTEN,
    ),
    "F-08": Examples(
        alone(r21(), r21(text={"other": "无"})),
        alone(
            r21(text={"overview": ""}),
            r21(text={"problems": "无。"}),
            r21(text={"other": ""}),
        ),
        WRITTEN,
    ),
}
