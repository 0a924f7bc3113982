"""Text generated from figures: what it says, what it does not, and where each figure comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from syrupy.assertion import SnapshotAssertion

from narrated import BEFORE, ORDINARY, SINGLE, cases, everything, figures
from nianbao import rules
from nianbao.errors import UnusableInput
from nianbao.narrative.facts import gather
from nianbao.narrative.functions import Saying
from nianbao.narrative.generate import GeneratedText, Narrative, Piece, fingerprint, generate
from nianbao.narrative.templates import guide, profiles
from nianbao.report import Report, with_totals
from nianbao.report.material import Material, from_json, items, material
from nianbao.words.characters import tidy
from strategies import having, seed_figures, zeros

Case = tuple[Report, Report | None, Material]
# What a text may hold besides facts: the days of a period, and numbers of articles in Chinese.
LITERAL = re.compile(r"1月1日至12月31日")
BROKEN = re.compile(
    r"None|nan|\{|\}|[，。；、：]{2,}|（）|（[，。；、]|[，。；、]）|\s\s|[\ufdd0-\ufdef]"
)
ZERO = re.compile(r"(?<![\d.])0(?:件|条|次|个|项|期|篇|场|人次|元|万元|%)")
SLOT = re.compile(r"[^\d\s]\s+(?:条|件|次|期)|XX|××|__|（\s*）|�|\?{2,}")


def whole(narrative: Narrative) -> str:
    return "\n".join(narrative.text.values())


def read_back(section: GeneratedText, piece: Piece) -> Decimal | str:
    text = section.text[piece.start : piece.end]
    return text if isinstance(piece.value, str) else Decimal(text)


# --- what holds for every report -------------------------------------------------------------


@settings(max_examples=80)
@given(cases())
def test_the_text_has_no_gap_no_doubled_sign_and_no_bare_zero(case: Case) -> None:
    report, previous, facts = case
    for profile in ("通用", "山东"):
        text = whole(generate(report, previous, facts, profile))
        for wrong in (BROKEN, ZERO, SLOT):
            found = wrong.search(text)
            assert found is None, text[max(0, found.start() - 20) : found.end() + 20]  # type: ignore[union-attr]
        for line in text.split("\n"):
            assert line.endswith("。") or re.fullmatch(r"（[一二三四五六七八九十]）\w+", line), line


@settings(max_examples=80)
@given(cases())
def test_every_figure_comes_from_cells_and_reads_back_as_their_value(case: Case) -> None:
    report, previous, facts = case
    for section in generate(report, previous, facts).sections.values():
        rest = list(section.text)
        at = 0
        for piece in section.pieces:
            assert at <= piece.start < piece.end
            at = piece.end
            assert piece.cells
            assert read_back(section, piece) == _plain(piece.value)
            assert all(_known(cell, report, previous, facts) for cell in piece.cells), piece
            rest[piece.start : piece.end] = " " * (piece.end - piece.start)
        assert not re.search(r"[0-9０-９]", LITERAL.sub("", "".join(rest)))
        assert section.text == tidy(section.text)


def _plain(value: int | Decimal | str) -> Decimal | str:
    if isinstance(value, str):
        return value.rstrip("。；;.，,、！! ")
    return Decimal(value)


def _known(cell: str, report: Report, previous: Report | None, facts: Material) -> bool:
    if cell.startswith("previous."):
        return previous is not None and _known(cell[9:], previous, None, facts)
    if cell.startswith("facts."):
        return cell[6:] in facts.values
    if cell.startswith("extra["):
        return int(cell[6 : cell.index("]")]) < len(report.extra)
    return cell in report.values or cell in ("year", "format", "agency.name")


@settings(max_examples=60)
@given(cases(right=True))
def test_a_changed_cell_changes_what_is_said_of_it(case: Case) -> None:
    report, previous, facts = case
    before = generate(report, previous, facts)
    single = {
        piece.cells[0]: id
        for id, section in before.sections.items()
        for piece in section.pieces
        if len(piece.cells) == 1 and piece.cells[0] in report.values
    }
    for cell, id in list(single.items())[:12]:
        values = {**report.values, cell: report.values[cell] + 1}
        changed = replace(report, values=MappingProxyType(values))
        after = generate(changed, previous, facts)
        assert after.sections[id].text != before.sections[id].text, cell


@settings(max_examples=40)
@given(cases())
def test_the_same_figures_give_the_same_text_whatever_was_written_before(case: Case) -> None:
    report, previous, facts = case
    once = generate(report, previous, facts)
    filled = replace(report, text={**report.text, **once.text})
    assert generate(filled, previous, facts) == once


@settings(max_examples=60)
@given(cases(right=True))
def test_the_rules_find_no_fault_with_generated_text(case: Case) -> None:
    report, previous, facts = case
    # What was charged is drawn at random; that it keeps to the tariff is not for the text to mend.
    values = {key: value for key, value in facts.values.items() if not key.startswith("fee_")}
    values |= {"cleaned": 3, "accounts": 2, "meetings": 5}  # something of every aspect
    facts = replace(facts, values=MappingProxyType(values))
    silent = replace(report, text=dict.fromkeys(report.text, "本部分见附件，共有两项内容。"))
    written = replace(report, text={**silent.text, **generate(report, previous, facts).text})
    known = {f.fingerprint for f in rules.check(silent, previous)}
    assert [f for f in rules.check(written, previous) if f.fingerprint not in known] == []


# --- what people read ------------------------------------------------------------------------

READABLE: dict[str, tuple[Report, Report | None, Material, str]] = {
    "zeros": (figures(), None, Material(), "通用"),
    "zeros of 2020": (figures(2020), None, Material(), "通用"),
    "one of each": (figures(**SINGLE), None, Material(), "通用"),
    "ordinary": (figures(**ORDINARY), None, everything(), "通用"),
    "with last year": (figures(**ORDINARY), figures(2024, **BEFORE), Material(), "通用"),
    "seed in Beijing": (
        having(
            with_totals(seed_figures()),
            {
                "disclosure.procurement.projects": 2,
                "disclosure.procurement.amount": Decimal("160.5"),
            },
        ),
        None,
        everything(2019),
        "北京",
    ),
    "Shandong": (figures(**ORDINARY), None, everything(), "山东"),
}


@pytest.mark.parametrize("name", READABLE)
def test_it_reads_as_an_official_would_write_it(name: str, snapshot: SnapshotAssertion) -> None:
    report, previous, facts, profile = READABLE[name]
    found = generate(report, previous, facts, profile)
    lines = [line for id, text in found.text.items() for line in (f"[{id}]", *text.split("\n"))]
    assert [*lines, "[notes]", *found.notes] == snapshot


def test_the_local_row_of_hubei_is_told() -> None:
    from nianbao.form import ExtraRow
    from nianbao.report import build

    blank = zeros(2019, 2020)
    row = ExtraRow(
        "disclosure",
        "其他主动公开文件",
        {"made": 4, "disclosed": 3, "total": 0},
        "normative_documents",
    )
    report = build(2019, 2020, blank.agency, blank.values, extra=(row,))
    said = "其他主动公开文件：本年新制作数量4件、本年新公开数量3件。"
    assert said in generate(report, profile="湖北").text["overview"]
    assert said not in generate(report).text["overview"]


# --- single sentences ------------------------------------------------------------------------


def overview(previous: Report | None = None, **cells: Any) -> str:
    return generate(figures(**cells), previous).text["overview"]


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (45, 40, "45件，同比增长12.5%"),
        (30, 40, "30件，同比下降25%"),
        (40, 40, "40件，与上年持平"),
        (3, 1, "3件，比上年增加2件"),
        (1, 9, "1件，比上年减少8件"),
        (5, 0, "5件，比上年增加5件"),
        (100_001, 100_000, "100001件，比上年增加1件"),
    ],
)
def test_last_year_is_compared_in_the_way_that_says_most(now: int, then: int, said: str) -> None:
    cell = "requests__received__natural_person"
    text = overview(figures(2024, **{cell: then}), **{cell: now})
    assert f"全年新收政府信息公开申请{said}。" in text
    assert f"全年新收政府信息公开申请{now}件。" in overview(**{cell: now})


def test_nothing_is_compared_with_zero_requests() -> None:
    text = overview(figures(2024, requests__received__business=4))
    assert "全年未收到政府信息公开申请，无上年结转申请。" in text
    assert "上年增加" not in text


def test_a_share_says_of_what_and_only_where_there_are_enough() -> None:
    many = overview(requests__received__natural_person=12, requests__received__business=4)
    assert "自然人申请12件，占新收申请总数的75%；法人或其他组织申请4件，占新收申请总数的25%" in many
    few = overview(requests__received__natural_person=2, requests__received__business=1)
    assert "占" not in few
    assert "新收申请均由自然人提出。" in overview(requests__received__natural_person=20)


def test_a_report_with_blanks_does_not_pretend_that_they_are_zero() -> None:
    blank = having(zeros(), {"requests.received.total": None, "requests.received.business": None})
    found = generate(replace(blank, values=MappingProxyType(dict(blank.values))))
    assert generate(having(zeros(), dict.fromkeys(zeros().values))).notes
    empty = generate(having(zeros(), dict.fromkeys(zeros().values)))
    assert "申请" not in empty.text["overview"]
    assert any("表三还有空格" in note for note in empty.notes)
    assert any("表四还有空格" in note for note in empty.notes)
    assert "信息处理费" not in empty.text.get("other", "")
    assert found.text["overview"]


def test_problems_are_never_made_up() -> None:
    half = material({"problem_1": "公开意识有待提升"}, 2021)
    for facts in (Material(), half):
        found = generate(figures(**ORDINARY), None, facts)
        assert "problems" not in found.text
        assert any(note.startswith("五、") for note in found.notes)
    one = material({"problem_1": "意识不强。", "measure_1": "加强培训。"}, 2021)
    text = generate(figures(), None, one).text["problems"]
    assert text == "存在的主要问题：意识不强。\n改进情况：加强培训。"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"fee_notices": 0}, "2025年本机关未发出收费通知，未收取信息处理费。"),
        (
            {"fee_notices": 2, "fee_due": 1200, "fee_received": "1,000.50元"},
            "2025年发出收费通知2件，总金额1200元，实际收取1000.5元。",
        ),
        (
            {"fee_notices": 2, "fee_due": 1200, "fee_received": 0},
            "2025年发出收费通知2件，总金额1200元，没有实际收取。",
        ),
    ],
)
def test_the_fee_sentence_says_what_is_known(facts: Mapping[str, Any], said: str) -> None:
    report = figures(**ORDINARY)
    text = generate(report, None, material(facts, 2021)).text["other"]
    assert text.startswith("依据《政府信息公开信息处理费管理办法》，" + said)
    unknown = generate(report)
    assert "other" not in unknown.text
    assert any("收费通知" in note for note in unknown.notes)


@pytest.mark.parametrize(
    "facts",
    [
        {"fee_notices": 2, "fee_due": 0, "fee_received": 300},
        {"fee_notices": 2, "fee_due": 100, "fee_received": 300},
        {"fee_notices": 0, "fee_due": 300},
    ],
)
def test_fees_that_contradict_each_other_are_told_and_not_written(facts: dict[str, int]) -> None:
    found = generate(figures(**ORDINARY), None, material(facts, 2021))
    assert "信息处理费" not in whole(found)
    assert any("收取信息处理费的情况" in n and "互相矛盾" in n for n in found.notes)


def test_what_was_filled_in_as_zero_is_said_not_to_have_been_done() -> None:
    facts = material({"meetings": 0, "trainings": 0, "assessments": 0, "evaluations": 0}, 2021)
    assert (
        "）监督保障\n全年未召开研究政府信息公开工作的会议。未举办业务培训。"
        "未开展政府信息公开工作考核。未组织社会评议。"
    ) in whole(generate(figures(), None, facts))


def test_a_problem_loses_the_number_that_a_person_gave_it() -> None:
    typed = ("一、培训少", "（2）公开慢。", "3.更新迟", "1.5万条信息未清理", "12345热线衔接不够")
    facts = {f"problem_{i}": text for i, text in enumerate(typed, 1)} | {"measure_1": "1、多培训"}
    text = generate(figures(), None, material(facts, 2021)).text["problems"]
    assert text == (
        "存在的主要问题：一是培训少；二是公开慢；三是更新迟；四是1.5万条信息未清理；"
        "五是12345热线衔接不够。\n改进情况：多培训。"
    )


def test_regulations_are_told_in_both_forms() -> None:
    new = figures(disclosure__regulations__in_force=7, disclosure__regulations__repealed=1)
    assert "到年底，现行有效的规章7件，本年废止1件。" in whole(generate(new))
    old = figures(
        2020,
        disclosure__regulations__made=2,
        disclosure__regulations__disclosed=2,
        disclosure__regulations__total=9,
    )
    assert "新制作规章2件，新公开2件。" in whole(generate(old))
    assert "到年底，对外公开的规章共9件。" in whole(generate(old))


def test_items_of_the_form_of_2019_and_their_change_are_told() -> None:
    report = figures(
        2020,
        disclosure__licensing__items=12,
        disclosure__licensing__change=-2,
        disclosure__penalties__change=3,
        disclosure__fees__items=4,
    )
    text = whole(generate(report))
    assert "上一年行政许可项目12项，本年减少2项。" in text
    assert "本年增加行政处罚项目3项。" in text
    assert "上一年行政事业性收费项目4项。" in text


def test_an_aspect_with_figures_of_the_tables_alone_is_told_to_lack_facts() -> None:
    found = generate(figures())
    assert "到年底没有现行有效的行政规范性文件。" in whole(found)
    assert any("没有写“政府信息管理的工作情况”" in note for note in found.notes)
    with_facts = generate(figures(), None, material({"cleaned": 0}, 2021))
    assert "全年未清理规范性文件。" in whole(with_facts)
    assert not any("政府信息管理" in note for note in with_facts.notes)


def test_requests_of_which_none_is_settled_go_on_next_year() -> None:
    text = whole(
        generate(
            figures(requests__received__natural_person=1, requests__carried_out__natural_person=1)
        )
    )
    assert "年内尚无办结，结转下年度继续办理1件。" in text


def test_percentages_of_a_text_have_the_same_number_of_decimals() -> None:
    report = figures(requests__received__natural_person=15, requests__received__business=1)
    assert "占新收申请总数的93.75%" in whole(generate(report))
    last = figures(2024, requests__received__natural_person=10)
    assert "同比增长60.00%" in whole(generate(report, last))


def test_parts_that_do_not_add_up_are_left_out_and_told() -> None:
    facts = material({"disclosed": 10, "by_website": 4, "by_wechat": 5}, 2021)
    found = generate(figures(), None, facts)
    assert "全年主动公开政府信息10条。" in found.text["overview"]
    assert any("各渠道的条数之和 9 与总数 10 不相等" in note for note in found.notes)
    odd = having(figures(**ORDINARY), {"requests.received.total": 99, "requests.total.total": 7})
    told = generate(odd, None, facts)
    assert "自然人申请" not in told.text["overview"]
    assert "办理结果" not in told.text["overview"]
    assert any("各种办理结果之和 42 与总数 7 不相等" in note for note in told.notes)
    without = material({"by_website": 4, "by_wechat": 5}, 2021)
    text = generate(figures(), None, without).text["overview"]
    assert "全年主动公开政府信息9条，其中政府网站4条、微信公众号5条。" in text


def test_figures_and_facts_of_the_seed_pass_every_check() -> None:
    facts = material(
        {"disclosed": 491, "accounts": 2, "meetings": 5}
        | {"problem_1": "公开意识有待提升", "problem_2": "平台建设有待加强"}
        | {"measure_1": "开展政务公开系列培训", "measure_2": "加强网站内容保障"},
        2019,
    )
    report = with_totals(seed_figures())
    written = replace(report, text=generate(report, None, facts).text)
    assert rules.check(written) == ()


def test_a_report_of_another_year_is_no_report_of_last_year() -> None:
    with pytest.raises(UnusableInput, match=r"2024 年度.*2023 年度"):
        generate(figures(2025), figures(2023))


# --- facts a person fills in -----------------------------------------------------------------


def test_what_is_no_number_is_left_out_and_told() -> None:
    found = material({"meetings": "约30", "visits": "12,345次", "trainings": " "}, 2021)
    assert dict(found.values) == {"visits": 12345}
    assert found.notes == ("“研究部署会议”填的“约30”不是整数，没有使用。",)


def test_money_is_in_yuan_whatever_it_was_written_in() -> None:
    for written in ("1200", "1,200.00元", "0.12万元", 1200.0, Decimal("1200.0")):
        assert material({"fee_due": written}, 2021).values["fee_due"] == 1200, written


def test_json_facts_are_checked() -> None:
    assert dict(from_json({"meetings": 5}, 2021).values) == {"meetings": 5}
    for bad, says in (([], "对象"), ({"nonsense": 1}, "nonsense"), ({"meetings": []}, "meetings")):
        with pytest.raises(UnusableInput, match=says):
            from_json(bad, 2021)


# --- templates that an office edits ----------------------------------------------------------


def with_template(name: str, text: str | bytes, **kwargs: Any) -> Narrative:
    data = text if isinstance(text, bytes) else text.encode()
    return generate(figures(**ORDINARY), templates={f"{name}.txt": data}, **kwargs)


def test_one_file_of_an_office_goes_before_that_of_the_profile() -> None:
    found = with_template("监督保障", "今年新收{{ 新收 }}件。", profile="山东")
    assert "（四）监督保障\n今年新收43件。" in found.text["overview"]
    assert "（一）主动公开" in found.text["overview"]


def test_templates_saved_by_any_chinese_editor_are_read() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        text = "全局召开会议。\r\n同一段。\r\n\r\n另一段。".encode(encoding)
        assert with_template("开头", text).text["opening"] == "全局召开会议。同一段。\n另一段。"


def test_an_empty_line_begins_a_paragraph_also_behind_a_tag() -> None:
    text = "{# 说明 #}\n{% if 新收 %}有。{% endif %}\n \n{% if 新收 %}\n已办\n结。\n{% endif %}\n\n"
    assert with_template("开头", text).text["opening"] == "有。\n已办结。"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("第一行\n{{ 新收件数 }}", "“开头.txt”第 2 行用了没有的名称“新收件数”"),
        ("{% if 新收 %}\n没有结束", "“开头.txt”第 2 行的标记写得不对"),
        ("{{ 新收.value }}", "“开头.txt”第 1 行用了没有的名称"),
        ("\n\n{{ 占(新收) }}", "“开头.txt”第 3 行算不出来"),
        ("{% include '没有.txt' %}", "找不到文字模板“没有.txt”"),
        ("{{ 'a' * 999999999 }}", "“开头.txt”第 1 行用了不允许的写法"),
        ("{{ 新收.__class__.__mro__ }}", "“开头.txt”第 1 行用了"),
        ("{{ ''.__class__ }}", "“开头.txt”第 1 行用了"),
        ("{% include '开头.txt' %}", "“开头.txt”第 1 行算不出来"),
        ("{{ 同比.__globals__ }}", "“开头.txt”第 1 行用了"),
        ("{% include '../../forms/2021.toml' %}", "找不到文字模板"),
    ],
)
def test_a_wrong_template_is_one_sentence_with_file_and_line(text: str, says: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        with_template("开头", text)
    assert says in str(caught.value)
    assert re.fullmatch(r"[^。]*。", str(caught.value))


def test_a_fact_that_nobody_filled_in_is_named_when_a_template_needs_it() -> None:
    found = with_template("开头", "全年召开会议{{ 研究部署会议 }}次。")
    assert "opening" not in found.text
    assert "开头：没有填写“研究部署会议”，没有生成这一部分。" in found.notes


def test_a_misspelt_file_name_is_told() -> None:
    found = with_template("监督保証", "没有人会读到。")
    assert found.notes[-1] == "没有用到文字模板“监督保証.txt”，请核对文件名。"


def test_the_profile_is_the_one_that_the_fact_sheet_names() -> None:
    (item,) = (i for i in items(2021).values() if i.kind == "choice")
    assert item.choices == profiles()
    facts = material({"profile": "山东", "fee_notices": 0}, 2021)
    assert "（一）收取信息处理费情况" in generate(figures(), None, facts).text["other"]
    assert "（一）" not in generate(figures(), None, facts, "通用").text["other"]


def test_the_page_for_editors_names_every_fact_and_function() -> None:
    page = guide()
    for year in (2020, 2025):
        for name in gather(figures(year)):
            assert f"| {name} |" in page or name == "使用的模板", name
    for name in Saying().functions():
        assert re.search(rf"\b{name}\(", page), name


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    assert profiles() == ("通用", "北京", "山东", "湖北")
    with pytest.raises(UnusableInput, match="通用、北京、山东、湖北"):
        generate(figures(), profile="火星")


def test_a_fingerprint_tells_a_text_from_any_other() -> None:
    assert fingerprint(" 一段。\n\n另一段。 ") == fingerprint("一段。\n另一段。")
    assert fingerprint("一段。") != fingerprint("一段")
