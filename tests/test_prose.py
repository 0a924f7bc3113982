"""Rules on prose: silent on texts that are right in unusual ways, telling on those that are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prose_corpus
import prose_recall
from conftest import SEED
from cost import cost
from nianbao import actions, rules
from nianbao.report import Report
from nianbao.report.findings import Finding
from rules_data.reports import p21, r21, requests
from rules_data.texts import FIGURES, says
from strategies import having

RIGHT = [pytest.param(r, id=f"{name}-{text[:20]}") for name, text, r in prose_corpus.right()]


@pytest.mark.parametrize("report", RIGHT)
def test_a_right_text_is_silent(report: Report) -> None:
    assert [f.message for f in rules.check(report) if f.rule in rules.TEXT_RULES] == []


def test_the_corpus_of_right_texts_is_large() -> None:
    assert len(RIGHT) >= 150


def test_the_seeds_own_text_has_lost_two_numbers_and_nothing_else() -> None:
    seed = actions.read(SEED)
    assert [f.rule for f in rules.check(seed)] == ["F-07"]


# --- wrong numbers ----------------------------------------------------------------------------

WHOLE = list(prose_recall.texts())
# Of numbers changed by one, this share is noticed at least, in percent. Less than all, because a
# number may be wrong by one and right in another reading: 收到 without or with what came over.
FLOORS = {
    "FE": 75,
    "N-01": 90,
    "N-02": 75,
    "N-03": 85,
    "N-04": 100,
    "N-05": 100,
    "N-06": 85,
    "N-07": 80,
    "N-08": 95,
    "N-09": 70,
    "N-13": 95,
    "N-14": 95,
    "N-16": 88,
}


def test_there_are_whole_texts_of_both_forms() -> None:
    assert len(WHOLE) >= 30
    assert {report.format for _, report, _ in WHOLE} == {2019, 2021}


@pytest.mark.parametrize(("report", "previous"), [pair[1:] for pair in WHOLE])
def test_a_whole_right_text_is_silent(report: Report, previous: Report | None) -> None:
    told = rules.check(report, previous)
    assert [f.message for f in told if f.rule in rules.TEXT_RULES] == []


def test_most_numbers_changed_by_one_are_noticed_in_every_family() -> None:
    shares, missed = prose_recall.measure()
    low = {
        code: f"{noticed} of {all_}"
        for code, (noticed, all_) in shares.items()
        if noticed * 100 < all_ * FLOORS.get(code, 0)
    }
    assert low == {}, missed
    assert set(FLOORS) <= set(shares)


@pytest.mark.parametrize(
    ("text", "rules_"),
    [
        ("收到申请12件.办结15件.", {"N-03"}),
        ("办结14件，结转下年度继续办理1件。", {"N-03"}),
        ("上年结转3件，本年新收12件。", {"N-04"}),
        ("予以公开6件，部分公开2件，不予公开1件，无法提供3件，不予处理1件。", {"N-05"}),
        ("申请中予以公开5件，占申请总量的60%。", {"N-07"}),
        ("因信息公开被复议3件。", {"N-08"}),
        ("收到申请12件，未作出不予公开决定。", {"N-10"}),
        ("信息公开行政复议2件、行政诉讼1件，均胜诉，结果全部维持。", {"N-12"}),
    ],
)
def test_a_wrong_text_is_told_without_headings(text: str, rules_: set[str]) -> None:
    assert {f.rule for f in prose(says(text))} == rules_


# --- beside last year's figures ---------------------------------------------------------------

LAST = p21(requests(received=16, carried_out=1))  # this year 12


@pytest.mark.parametrize(
    "text",
    [
        "新收申请12件，同比下降25%，其中自然人申请下降33.3%。",
        "新收申请12件，同比下降25%，其中网上申请下降10%。",
        "新收申请12件，办结率与上年持平。",
        "新收申请12件，与上年基本持平。",
        "新收申请12件，较上年16件有所下降。",
        "新收申请12件，同比下降两成多。",
        "新收申请12件，较2021年翻一番。",
    ],
)
def test_what_is_right_beside_last_years_figures_is_silent(text: str) -> None:
    assert [f.message for f in prose(says(text), LAST)] == []


@pytest.mark.parametrize(
    "text",
    [
        "新收申请12件，与上年持平。",
        "新收申请12件，较上年18件有所下降。",
        "新收申请12件，较去年下降三成。",
        "新收申请12件，同比增长三成。",
        "新收申请12件，同比翻一番。",
    ],
)
def test_a_wrong_comparison_in_words_is_told_with_both_years(text: str) -> None:
    (finding,) = prose(says(text), LAST)
    assert finding.rule == "N-07"
    assert "上年 16 件，本年 12 件" in finding.message


# --- what a person reads ----------------------------------------------------------------------

SENTENCES = sorted(
    {
        sentence
        for _, report, _ in WHOLE
        for text in report.text.values()
        for sentence in re.split(r"(?<=[。；，、\n])", text)
    }
)
odd = st.sampled_from(SENTENCES) | st.text(max_size=8) | st.integers(0, 99).map(lambda n: f"{n}件")


def prose(report: Report, previous: Report | None = None) -> Iterator[Finding]:
    return (f for f in rules.check(report, previous) if f.rule in rules.TEXT_RULES)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(odd, max_size=12).map("".join),
    st.lists(odd, max_size=6).map("".join),
    st.sets(st.sampled_from(sorted(r21().values)), max_size=60),
)
def test_whatever_is_written_each_finding_is_one_sentence_with_cells_of_the_report(
    overview: str, other: str, blank: set[str]
) -> None:
    report = having(r21(FIGURES, text={"overview": overview, "other": other}), {})
    report = having(report, dict.fromkeys(blank))
    told = list(prose(report, p21(text={"overview": overview, "other": other})))
    assert len({f.fingerprint for f in told}) == len(told)
    for finding in told:
        assert re.fullmatch(r"[^。]*。", finding.message), finding.message
        assert finding.message.isprintable()
        assert "None" not in finding.message or "None" in overview + other
        assert set(finding.cells) <= set(report.values)
        if finding.rule.startswith("N") and finding.cells:
            assert not blank.intersection(finding.cells) or finding.rule in ("N-10", "N-11", "N-12")


def test_a_finding_leads_to_the_text_and_names_the_cell_and_its_figure() -> None:
    text = "（二）依申请公开。\n2023年，共收到政府信息公开申请15件，均已登记。"
    (finding,) = prose(says(text))
    assert finding.message == (
        "“一、总体情况”写“2023年，共收到政府信息公开申请15件，均已登记”，"
        "表三“一、本年新收政府信息公开申请数量”的“总计”是 12，本年新收加上年结转是 13。"
    )
    assert (finding.expected, finding.actual, finding.difference) == (12, 15, 3)
    assert finding.cells == ("requests.received.total", "requests.carried_in.total")
    assert (finding.level, finding.basis_kind) == ("warning", "推断")


def test_a_finding_is_known_again_when_its_numbers_change() -> None:
    first, second = (
        [f.fingerprint for f in prose(says(f"收到申请{n}件，办结{m}件。"))]
        for n, m in ((15, 20), (25, 30))
    )
    assert first == second
    assert len(set(first)) == 2


def test_a_long_sentence_is_quoted_around_its_number() -> None:
    text = (
        "，".join(["坚持公开为常态"] * 30)
        + "，收到政府信息公开申请15件，"
        + "，".join(["依法办理"] * 30)
    )
    (finding,) = prose(says(f"{text}。"))
    quote = re.search("写“(.*?)”", finding.message)
    assert quote is not None
    assert "收到政府信息公开申请15件" in quote[1]
    assert len(quote[1]) <= 62
    assert quote[1][0] == quote[1][-1] == "…"


def test_the_passages_that_repeat_last_years_are_quoted() -> None:
    told = (
        "坚持问题导向，逐项梳理公开目录，定期检查栏目更新情况，及时回应社会关切，不断提升服务水平。"
    )
    mine = f"{told}{told.replace('定期', '按季')}改进情况：已组织培训，制定了计划，落实了责任。"
    report, last = r21(text={"problems": mine}), p21(text={"problems": mine[:-8]})
    (finding,) = (f for f in prose(report, last) if f.rule == "Q-09")
    assert "坚持问题导向" in finding.message
    assert re.search(r"相似度 \d+%", finding.message)


@pytest.mark.parametrize(
    ("section", "text", "told"),
    [
        ("problems", "一是培训不足，人员少；改进情况：已组织培训，充实了力量。", True),
        ("problems", "培训不足；已组织培训。", False),
        (
            "other",
            "依据有关办法，本机关未发出收费通知，未收取信息处理费。无其他需要报告的事项。",
            False,
        ),
        ("overview", "2023年未收到政府信息公开申请。未发生政府信息公开行政复议、行政诉讼。", False),
    ],
)
def test_a_short_text_that_is_last_years_is_told_when_it_is_no_formula(
    section: str, text: str, told: bool
) -> None:
    report, last = (make(text={section: text}) for make in (r21, p21))
    assert [f.rule for f in prose(report, last) if f.rule == "Q-09"] == ["Q-09"] * told


def test_fees_of_an_earlier_year_alone_are_told() -> None:
    (finding,) = prose(r21(text={"other": "2022年收取信息处理费0元。"}))
    assert (finding.rule, finding.expected, finding.actual) == ("Q-01", 2023, 2022)


def test_what_is_denied_twice_is_told_once() -> None:
    (finding,) = prose(says("申请中无结转下年度申请。无结转下年度申请。"))
    assert finding.rule == "N-10"


def test_a_sign_that_cannot_be_printed_is_not_quoted() -> None:
    (finding,) = prose(r21(text={"problems": "我委主动公开信息条，\U00018cd6"}))
    assert finding.rule == "Q-06"
    assert finding.message.isprintable()


def test_what_was_left_open_is_quoted_without_the_sentences_around_it() -> None:
    (finding,) = prose(says("公开信息。\n召开会议XX次。\n办理建议。"))
    assert "“召开会议XX次”" in finding.message


def test_personal_data_is_not_repeated_in_the_finding() -> None:
    (finding,) = prose(says("经办人电话见台账。身份证号11010519491231002X，答复王小明。"))
    assert finding.rule == "Q-08"
    assert "1101" not in finding.message


@pytest.mark.parametrize(
    ("section", "text", "count"),
    [
        ("opening", "联系电话：13907311234。", 0),
        ("other", "联系电话：0731-12345678，传真：010-12345678-8012，热线400-123-4567。", 0),
        ("overview", "统一社会信用代码113301085714872183，阅读量13912345678次。", 0),
        ("other", "联系人手机13907311234。", 1),
        ("problems", "联系电话：139 0731 1234。", 1),
        ("overview", "张三（手机１３９-0731-1234）。", 1),
        ("overview", "身份证号110101199003071234。", 1),
    ],
)
def test_mobile_numbers_and_identity_numbers_are_told_outside_the_opening(
    section: str, text: str, count: int
) -> None:
    told = [f.message for f in prose(r21(text={section: text})) if f.rule == "Q-08"]
    assert len(told) == count
    assert not any(re.search(r"\d{3}", message) for message in told)


def test_checking_a_report_with_long_texts_costs_little() -> None:
    report = max((r for _, r, _ in WHOLE), key=lambda r: len("".join(r.text.values())))
    rules.check(report)
    units = cost(lambda: [rules.check(report) for _ in range(10)], repeat=7) / 10
    print(f"check with texts: {units:.2f} units")
    assert units < 2
