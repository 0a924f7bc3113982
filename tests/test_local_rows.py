"""Rows that a local form adds: what may stand in them, and that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from nianbao import actions, reading, rules
from nianbao.errors import UnusableInput
from nianbao.exports import html, json, word, xlsx
from nianbao.form import FORMATS, ExtraRow, load, local_cell, local_id
from nianbao.report import (
    Agency,
    Report,
    build,
    from_dict,
    schema,
    to_dict,
    unnameable,
    with_totals,
)
from nianbao.template import fill
from rules_data.reports import r19, r21
from strategies import zeros

WRITERS: dict[str, Callable[[Report], bytes]] = {
    "docx": word.write,
    "html": html.write,
    "xlsx": xlsx.write,
    "json": json.write,
    "workbook": lambda report: fill.fill(report).data,
}
NOUGHT = dict.fromkeys(leaf.id for leaf in load(2021).tables["requests"].blocks[0].column_leaves)
ZEROS = dict.fromkeys(NOUGHT, 0)


def local(label: str = "9.地方增设事由", after: str = "refused.inquiry", **values: Any) -> ExtraRow:
    return ExtraRow("requests", label, ZEROS | values, after)


def again(report: Report, kind: str) -> Report:
    suffix = "xlsx" if kind == "workbook" else kind
    return reading.open(WRITERS[kind](report), f"年报.{suffix}").report


def invalid(report: Report, **row: Any) -> list[str]:
    data = to_dict(report)
    data["extra"][0] |= row
    return schema.validate(data)


def test_the_id_of_a_figure_in_a_local_row_says_where_it_stands() -> None:
    assert local_cell(local_id(12, "total")) == (12, "total")
    assert local_cell("requests.received.total") is None
    assert local_cell("extra[²].total") is None


@pytest.mark.parametrize(
    ("written", "kept", "issue"),
    [
        (12, 12, None),
        ("12", 12, None),
        ("１２", 12, None),
        (Decimal("12.0"), 12, None),
        ("30件", 30, "V-06"),
        (1.5, "1.5", "V-01"),
        (-3, "-3", "V-01"),
        ("若干", "若干", "V-01"),
        ("约3", "约3", "V-06"),
        ("/", None, "V-02"),
        (" ", None, "V-02"),
        (None, None, None),
    ],
)
def test_a_local_row_is_read_as_an_official_one_or_keeps_its_words(
    written: Any, kept: Any, issue: str | None
) -> None:
    report = build(2021, 2023, Agency("某局"), zeros().values, extra=(local(other=written),))
    assert report.extra[0].values["other"] == kept
    origin = report.trace.origins.get(local_id(0, "other"))
    assert (origin.issue if origin else None) == issue
    told = [f for f in rules.check(report) if local_id(0, "other") in f.cells]
    assert (issue in {f.rule for f in told}) == (issue not in (None, "V-02"))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("written", ["12", 1.5, -3, "若干", "/", "30件"])
def test_whatever_stands_in_a_local_row_comes_back(kind: str, written: Any) -> None:
    report = with_totals(
        build(2021, 2023, Agency("某局"), zeros().values, extra=(local(other=written),))
    )
    assert again(report, kind) == report


@pytest.mark.parametrize("kind", WRITERS)
def test_a_row_without_a_name_gets_one_that_says_so(kind: str) -> None:
    report = build(2021, 2023, Agency("某局"), zeros().values, extra=(local(" "),))
    assert report.extra[0].label == "未命名的行"
    assert again(report, kind) == report


def test_a_row_in_table_four_or_in_a_column_of_another_block_is_refused() -> None:
    with pytest.raises(UnusableInput, match="表四只有一行数字，放不下另加的“附加”行"):
        r21(extra=(ExtraRow("disputes", "附加", {"reconsideration.total": 1}),))
    with pytest.raises(UnusableInput, match=r"表二另加的“附加”行.*“本年收费金额"):
        r21(extra=(ExtraRow("disclosure", "附加", {"amount": 1}, "licensing"),))
    kept = r21(extra=(ExtraRow("disclosure", "附加", {"amount": None}, "licensing"),))
    assert dict(kept.extra[0].values) == {"decisions": None}


def test_the_schema_refuses_what_no_writer_can_write_and_names_the_row() -> None:
    base = r21(extra=(local("附加"),))
    assert invalid(base) == []
    assert invalid(base, table="disputes")[0].endswith(
        '应为 "disclosure"、"requests" 之一，现为 "disputes"'
    )
    for value in (1.5, -3, True):
        (said,) = invalid(base, values={"other": value})
        assert said.startswith('表三附加行的“其他”（"附加"行）应为不小于 0 的整数或文字')
    (said,) = invalid(base, values={"amount": 1})
    assert said == '表三附加行的数据（"附加"行）里没有“amount”这一项'
    (said,) = invalid(base, label=" ")
    assert said == '附加行的名称（label）（第 1 行）应为不空的文字，现为 " "'
    for label in ("小计", "总 计", "（七）总计", "１２", "/", "1.重复申请"):
        (said,) = invalid(base, label=label)
        assert "与格式自有的名称分不开" in said
    money = r19(extra=(ExtraRow("disclosure", "附加", {"projects": 1}, "procurement"),))
    assert invalid(money, values={"amount": 1.5}) == []
    assert invalid(money, after="licensing") != []


@pytest.mark.parametrize("format", FORMATS)
def test_no_label_of_a_form_names_a_local_row(format: int) -> None:
    rows = [leaf for t in load(format).tables.values() for b in t.blocks for leaf in b.row_leaves]
    assert all(unnameable(format, row.label) for row in rows)
    for label in ("9.地方增设事由", "其中：网上申请情形", "一", "行政检查"):
        assert not unnameable(format, label)


def test_a_row_that_no_table_can_show_is_not_exported() -> None:
    report = r21(extra=(local("小计"),))
    for kind in actions.KINDS:
        with pytest.raises(UnusableInput, match="表三另加的“小计”行"):
            actions.render(report, kind)


def test_local_rows_come_in_the_order_of_the_form_with_their_figures_and_places() -> None:
    rows = (
        local("丙", "carried_out"),
        local("甲", other=1, total=1),
        ExtraRow("disclosure", "乙", {"made": 2}, "regulations"),
    )
    report = r21(extra=rows)
    assert [row.label for row in report.extra] == ["乙", "甲", "丙"]
    assert [report[local_id(i, c)] for i, c in ((0, "made"), (1, "other"), (2, "other"))] == [
        2,
        1,
        0,
    ]


def unplaced(label: str, wanting: int | None, **values: Any) -> Report:
    """A right report with a row of that name without a place, all totals of it raised."""
    ids = load(2021).cells()
    figures: dict[str, Any] = dict.fromkeys(ids, 0)
    for col, more in ({"other": wanting, "total": wanting}).items():
        figures[f"requests.received.{col}"] = figures[f"requests.total.{col}"] = more
    row = ExtraRow("requests", label, ZEROS | values)
    return build(2021, 2025, Agency("某某市某某局"), figures, extra=(row,))


@pytest.mark.parametrize(
    ("label", "wanting", "after"),
    [
        ("4.撤回申请", 1, "other_handling.other"),
        ("9．其他法定事由", 1, "refused.inquiry"),
        ("6、其他", 1, "not_processed.reissue"),
        ("申请人撤回", 1, "other_handling.other"),  # only so do the sums hold
        ("申请人撤回", 0, "carried_out"),
        ("4.撤回申请", 0, "carried_out"),
        ("4.撤回申请", 7, "other_handling.other"),  # wrong either way: its number decides
        ("4.撤回申请", None, "other_handling.other"),
        ("申请人撤回", None, "carried_out"),
    ],
)
def test_a_row_that_says_no_place_is_placed_by_the_sums_and_by_its_number(
    label: str, wanting: int | None, after: str
) -> None:
    report = unplaced(label, wanting, other=1, total=1)
    assert report.extra[0].after == after
    found = {f.rule for f in rules.check(report) if f.outcome == "fail"}
    assert ("T3-02" in found) == (wanting == 7)


def test_rows_that_go_on_with_one_number_after_the_other_stand_below_the_same_row() -> None:
    rows = tuple(
        ExtraRow("requests", label, NOUGHT) for label in ("4.撤回", "5.转办", "申请", "8.无")
    )
    report = build(2021, 2025, Agency("某某市某某局"), {}, extra=rows)
    assert [row.after for row in report.extra] == [
        "other_handling.other",
        "other_handling.other",
        "carried_out",
        "carried_out",
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_row_that_said_no_place_comes_back_as_it_was_placed(kind: str) -> None:
    report = unplaced("4.撤回申请", 1, other=1, total=1)
    assert again(report, kind).extra == report.extra
    data = to_dict(report)
    del data["extra"][0]["after"]
    assert schema.validate(data) == []
    assert from_dict(data) == report
