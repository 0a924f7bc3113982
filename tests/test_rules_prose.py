"""Rules on texts and names: every honest wording is silent, what is wrong is told."""

from __future__ import annotations

import pytest

from conftest import SEED
from nianbao import rules
from nianbao.report import Origin
from nianbao.words.agencies import is_county_or_below, is_township, reviews_others
from rules_data.reports import r19, r21

RIGHT_PERIODS = (
    "本报告所列数据的统计期限为2023年1月1日至12月31日。",
    "本报告所列数据的统计期限为2023年1月1日至2023年12月31日。",
    "本报告中所列数据的统计期限自2023年1月1日起至2023年12月31日止。",
    "本报告中所列数据的统计期限自2023年1月1日起，至12月31日止。",
    "所列数据统计期限从2023年1月1日到12月31日。",
    "所列数据的统计期限自１月１日起至１２月３１日止。",
    "本报告所列数据的统计期限为2023 年 1 月 1 日 — 12 月 31 日。",
    "本报告所列数据统计期限：2023年1月1日～2023年12月31日。",
    "统计期限为2023.1.1-2023.12.31。",
    "统计期限为2023.01.01—12.31。",
    "统计期限为2023-01-01至2023-12-31。",
    "统计期限：2023/1/1-2023/12/31。",
    "本报告所列数据的统计期限为2023年1月至12月。",
    "本报告所列数据的统计期限为2023年1月1日至2023年12月底。",
    "本报告所列数据的统计期限为2023年1月1日至年底。",
    "本报告统计期限为1月1日至2023年12月31日。",
    "本年度报告所列数据的统计期限为本年1月1日至12月31日。",
    "本报告所列数据的统计期限为2023年1月1日起至同年12月31日止。",
    "本报告中所列数据的统计期限为2023年1月1日至2023年12月31日，上年结转的为2022年12月1日至2022年12月31日收到的。",
)
NO_PERIOD = (
    "",
    "本报告所列数据截至2023年12月31日。",
    "2023年1月1日至6月30日，网站改版。",
    "本报告所列数据为2023年度数据。",
    "统计期限为二〇二三年一月一日至十二月三十一日。",
    "据统计，2023年3月1日至2023年5月31日公开信息30条。",
    "统计期限为2023年全年。",
    "统计期限见13月40日至99月1日。",
    "统计期限为2022年1月1日至13月31日。",
    "统计期限为2022年13月1日至12月31日。",
)
WRONG_PERIODS = {
    "本报告所列数据的统计期限为2022年1月1日至12月31日。": "2022年1月1日至2022年12月31日",
    "本报告所列数据的统计期限自2023年1月1日起至11月30日止。": "2023年1月1日至2023年11月30日",
    "统计期限为2022.1.1-2022.12.31。": "2022年1月1日至2022年12月31日",
    "统计期限为2023年1月1日至1月31日。": "2023年1月1日至2023年1月31日",
    "所列数据的统计期限为2023年1月至11月。": "2023年1月1日至2023年11月30日",
    "所列数据的统计期限为2022年12月1日至2023年12月31日。": "2022年12月1日至2023年12月31日",
}


def told(code: str, **more: object) -> list[str]:
    return [f.message for f in rules.check(r21(**more)) if f.rule == code]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [*RIGHT_PERIODS, *NO_PERIOD])
@pytest.mark.parametrize("section", ["opening", "overview"])
def test_a_right_period_and_none_at_all_are_silent(section: str, text: str) -> None:
    assert told("F-06", text={section: text}) == []


@pytest.mark.parametrize(("text", "period"), WRONG_PERIODS.items())
def test_a_wrong_period_is_told_in_full(text: str, period: str) -> None:
    (message,) = told("F-06", text={"opening": text})
    assert f"是{period}，" in message
    assert "应为2023年1月1日至2023年12月31日" in message


def test_a_finding_on_a_text_leads_to_where_it_stands() -> None:
    origins = {"text.problems": Origin("五、六!A2")}
    report = r21(text={"problems": "无"}, origins=origins)
    (finding,) = rules.check(report)
    assert (finding.rule, finding.place) == ("F-08", "五、六!A2")


# --- numbering -------------------------------------------------------------------------------

NUMBERED = (
    "（一）甲。\n（二）乙。\n（三）丙。",
    "(一)甲。\n( 二 )乙。\n㈢丙。",
    "（一）甲。（二）乙。\n（三）丙。",
    "甲。\n一是乙；三是丙。",
    "（一）甲。\n1.乙。\n3.丙。\n（二）丁。",
    "依据第二十条第（五）项公开。",
    "\n".join(f"（{n}）" for n in "一二三四五六七八九十") + "\n（十一）\n（十二）",
)


@pytest.mark.parametrize("text", NUMBERED)
def test_complete_numbering_is_silent(text: str) -> None:
    assert told("F-07", text={"overview": text}) == []


def test_the_seed_lost_its_first_two_numbers() -> None:
    whole = SEED.read_text(encoding="utf-8")
    overview = whole[whole.index("一、总体情况") + 6 : whole.index("二、主动公开政府信息情况")]
    problems = whole[whole.index("五、存在的主要问题") : whole.index("六、其他需要")]
    report = r19(text={"overview": overview, "problems": problems})
    (finding,) = [f for f in rules.check(report) if f.rule.startswith("F")]
    assert finding.message == "“一、总体情况”里有（三）（四）（五），没有（一）（二）。"


def test_the_seeds_opening_states_no_period_and_cites_no_notice() -> None:
    opening = (
        "依据《中华人民共和国政府信息公开条例》(以下简称《政府信息公开条例》)第五十条规定，"
        "编制本报告。"
    )
    assert rules.check(r21(text={"opening": opening})) == ()


# --- texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["无", " 无。", "暂无", "／", "没有。"])
def test_a_text_that_says_nothing_is_told(text: str) -> None:
    assert len(told("F-08", text={"problems": text})) == 1


@pytest.mark.parametrize(
    "text", ["无其他问题，改进见下。", "无      其他突出问题。", "暂无新增问题"]
)
def test_a_text_that_says_something_is_silent(text: str) -> None:
    assert told("F-08", text={"problems": text}) == []


# --- names of agencies -----------------------------------------------------------------------

BELOW = (
    "北京市大兴区商务局",
    "大兴区商务局",
    "内蒙古自治区锡林郭勒盟苏尼特左旗人民政府办公室",
    "广西壮族自治区南宁市青秀区住房和城乡建设局",
    "河北省大厂回族自治县水利局",
    "鄂伦春自治旗公安局",
    "西藏自治区日喀则市桑珠孜区教育局",
    "湖南省湘西土家族苗族自治州凤凰县沱江镇人民政府",
    "北京市海淀区中关村街道办事处",
    "黄村镇人民政府",
)
NOT_CERTAINLY = (
    "商务部",
    "内蒙古自治区商务厅",
    "新疆维吾尔自治区人民政府",
    "湖南省湘西土家族苗族自治州人民政府",
    "甘孜藏族自治州康定市人民政府",
    "广东省广州市人民政府",
    "昆山市人民政府",
    "景德镇市人民政府",
    "新乡市人民政府",
    "镇江市乡村振兴局",
    "大兴安岭地区行政公署",
    "上海市浦东新区人民政府",
    "天津经济技术开发区管理委员会",
    "中国（上海）自由贸易试验区管理委员会",
    "苏州工业园区管理委员会",
    "某市社区建设办公室",
    "某市区划地名办公室",
    "某某省县域经济办公室",
    "某市老区建设促进会",
)


@pytest.mark.parametrize("name", BELOW)
def test_a_name_shows_the_county_level_or_below(name: str) -> None:
    assert is_county_or_below(name)


@pytest.mark.parametrize("name", NOT_CERTAINLY)
def test_a_name_that_may_be_of_a_higher_level_shows_nothing(name: str) -> None:
    assert not is_county_or_below(name)


def test_only_a_township_itself_is_one() -> None:
    assert is_township("某县某某乡人民政府")
    assert is_township("某区某某街道办事处")
    assert not is_township("某县乡村振兴局")
    assert not is_township("新乡市人民政府")
    assert not is_township("景德镇市人民政府")
    assert not is_township("某市城镇管理局")


def test_only_governments_that_decide_on_reviews_are_asked_about_their_suits() -> None:
    assert reviews_others("某某市人民政府")
    assert reviews_others("北京市大兴区人民政府办公室")
    assert not reviews_others("某县某某镇人民政府")
    assert not reviews_others("某市人民政府国有资产监督管理委员会")
    assert not reviews_others("北京市大兴区商务局")


@pytest.mark.parametrize(
    ("name", "none"),
    [
        ("某某市某某局", True),
        ("某某市城市管理局", True),
        ("某省住房和城乡建设厅", True),
        ("某某自治州发展和改革委员会", True),
        ("国家税务总局某某市税务局", True),
        ("某某市人民政府国有资产监督管理委员会", True),
        ("某县某某局", True),
        ("某某市人民政府", False),
        ("某某市人民政府办公室", False),
        ("某某市政府办公厅", False),
        ("国家市场监督管理总局", False),
        ("国家发展和改革委员会", False),
        ("住房和城乡建设部", False),
    ],
)
def test_departments_below_the_state_council_make_no_regulations(name: str, none: bool) -> None:
    values = {"disclosure.regulations.made": 1, "disclosure.regulations.in_force": 1}
    found = [f.rule for f in rules.check(r21(values, name=name)) if f.rule == "T2-06"]
    assert found == ["T2-06"] * none


def test_regulations_of_an_autonomous_region_are_silent() -> None:
    values = {"disclosure.regulations.made": 2, "disclosure.regulations.in_force": 9}
    assert rules.check(r21(values, name="宁夏回族自治区人民政府")) == ()


# --- titles and headings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "某市某某局2023年政府信息公开工作年度报告",
        "某市某某局\n2023年政府信息公开工作年度报告",
        "2023年某市某某局政府信息公开工作年度报告",
        "某市某某局政府信息公开工作年度报告（2023年）",
        "　某市某某局\n\n２０２３年政府信息公开工作\n年度报告 ",
        "某市某某局二○二三年政府信息公开工作年度报告",
    ],
)
def test_titles_as_agencies_print_them_are_silent(title: str) -> None:
    assert told("F-04", title=title) == []


def test_a_resort_of_that_name_does_not_double_the_year() -> None:
    name = "度假区管理委员会"
    title = f"2023年{name}政府信息公开工作年度报告"
    assert told("F-04", title=title, name=name) == []


def test_a_hostile_title_is_quoted_on_one_line() -> None:
    (*_, message) = told("F-04", title="\x1b[2J报告\r\n" + "长" * 10_000)
    assert message.isprintable()
    assert len(message) < 200
