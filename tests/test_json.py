"""Reports as JSON: written for other programs, read strictly."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import reading
from nianbao.errors import UnusableInput
from nianbao.exports.json import write
from nianbao.form import ExtraRow
from nianbao.report import Agency, build, from_dict, to_dict
from strategies import having, reports, seed_figures, zeros
from workbooks import refusal


@settings(max_examples=60, deadline=None)
@given(reports())
def test_a_report_comes_back_equal(report: Any) -> None:
    data = write(report)
    assert reading.open(data, "r.json").report == report
    assert write(reading.open(data, "r.json").report) == data


def test_it_is_written_for_people_too() -> None:
    report = having(zeros(), {"disclosure.fees.amount": Decimal("1.50")})
    text = write(report).decode("utf-8")
    assert text.startswith('{\n  "format": 2021,\n  "year": 2023,\n  "agency": {\n')
    assert text.endswith("}\n")
    assert '"amount": 1.5\n' in text
    assert "某市某某局" in text


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.1", "0.1"), ("1.50", "1.5"), ("2", "2"), ("2.0", "2"), ("1e3", "1000"), ("0", "0")],
)
def test_money_is_exact(written: str, value: str) -> None:
    data = changed(lambda d: d["tables"]["disclosure"]["fees"].update(amount="MONEY"))
    found = reading.open(data.replace(b'"MONEY"', written.encode()), "r.json").report
    amount = found["disclosure.fees.amount"]
    assert (amount, str(amount)) == (Decimal(value), value)
    assert isinstance(amount, Decimal)


def test_where_nothing_was_filled_in_nothing_need_be_written() -> None:
    data = b'{"format": 2021, "year": 2025, "agency": {"name": "x"}, "tables": {"requests": {}}}'
    report = reading.open(data, "r.json").report
    assert report == build(2021, 2025, Agency("x"), {})
    assert (report.trace.kind, report.trace.source) == ("json", "r.json")
    assert (report.trace.title, report.trace.headings) == (None, None)


def test_local_rows_are_kept_with_words_and_blanks() -> None:
    extra = (ExtraRow("requests", "其中", {"business": 3, "other": "略"}, "granted"),)
    report = build(2021, 2025, Agency("x"), {}, extra=extra)
    assert reading.open(write(report), "r.json").report == report
    sparse = to_dict(report)
    sparse["extra"][0]["values"] = {"business": 3, "other": "略"}
    assert from_dict(sparse) == report


def changed(change: Callable[[dict[str, Any]], Any], report: Any = None) -> bytes:
    data = to_dict(report or zeros())
    change(data)
    return json.dumps(data, default=float).encode()


def refused(data: bytes) -> str:
    with pytest.raises(UnusableInput) as caught:
        _ = reading.open(data, "r.json").report
    sentence = str(caught.value)
    assert sentence.startswith("“r.json”")
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    return sentence


def test_what_breaks_the_schema_is_told_by_the_cells_name() -> None:
    data = changed(lambda d: d["tables"]["requests"]["received"].update(natural_person="abc"))
    assert refused(data) == (
        "“r.json”不符合格式：表三“一、本年新收政府信息公开申请数量”的“自然人”"
        '应为不小于 0 的整数，现为 "abc"。'
    )


def test_of_many_errors_three_are_told_and_the_rest_counted() -> None:
    def break_all(data: dict[str, Any]) -> None:
        for key in data["tables"]["disputes"]["reconsideration"]:
            data["tables"]["disputes"]["reconsideration"][key] = -1

    sentence = refused(changed(break_all))
    assert sentence.count("现为 -1") == 3
    assert sentence.endswith("等 5 处。")


LOCAL = {"table": "requests", "label": "其中", "values": {}}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"format": 2021, "format": 2021}', "“format”重复出现"),
        (b'{"format": 2021,}', "第 1 行第"),  # the column differs between versions of Python
        (b'{"format": NaN}', "NaN"),
        (b'{"format": -Infinity}', "-Infinity"),
        (b'{"format": 1e999999999}', "数字过长"),
        (b'{"format": 0.1e-999999999}', "数字过长"),
        (b'{"format": 1.' + b"1" * 40 + b"}", "数字过长"),
        (b'{"format": 0.1234567890123456}', "数字过长"),
        (b'{"format": ' + b"9" * 5000 + b"}", "数字过长"),
        (b"[" * 200_000, "嵌套"),
        (b'{"agency": "\\ud800"}', "UTF-8"),
        (b"[]", "应为对象"),
        (b"{}", "缺少“format”"),
        (changed(lambda d: d.update(year=1900)), "年度（year）应为 2019 到 2099 之间"),
        (changed(lambda d: d.update(year=2025.5)), "现为 2025.5"),
        (changed(lambda d: d.update(year=True)), "现为 true"),
        (changed(lambda d: d.update(format=2020)), "应为 2019、2021 之一，现为 2020"),
        (changed(lambda d: d["agency"].pop("name")), "机关（agency）缺少“name”"),
        (changed(lambda d: d.update(notes="x")), "没有“notes”这一项"),
        (changed(lambda d: d["text"].update(other=None)), "报告的事项”应为文字，现为 null"),
        (changed(lambda d: d["tables"].update(disputes=[])), "表四"),
        (changed(lambda d: d["tables"]["requests"].update(x={})), "没有“x”这一项"),
        (changed(lambda d: d["tables"]["requests"]["granted"].update(x=1)), "没有“x”这一项"),
        (changed(lambda d: d["tables"]["disclosure"]["fees"].update(amount=-0.5)), "不小于 0 的数"),
        (changed(lambda d: d.pop("tables")), "缺少“tables”"),
        (changed(lambda d: d["extra"].append({"table": "x"})), "附加行（第 1 行）缺少“label”"),
        (
            changed(lambda d: d["extra"].append(LOCAL | {"values": {"x": 1}})),
            "没有“x”这一项",
        ),
        (
            changed(lambda d: d["extra"].append(LOCAL | {"after": "x"})),
            '等之一，现为 "x"',
        ),
    ],
)
def test_bad_json_is_one_sentence_that_names_the_place(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_a_split_row_is_told_by_its_number() -> None:
    def spoil(data: dict[str, Any]) -> None:
        data["tables"]["disclosure"]["other_services"][1]["items"] = 1.5

    sentence = refused(changed(spoil, seed_figures()))
    assert "表二“其他对外管理服务事项”的“上一年项目数量”（第 2 行）" in sentence
    assert "现为 1.5" in sentence


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_other_unicode_encodings_are_read_too(encoding: str) -> None:
    data = write(zeros()).decode().encode(encoding)
    assert reading.open(data, "r.json").report == zeros()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_damaged_json_is_refused_or_read_but_never_fails(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(write(seed_figures()))
    for _ in range(rng.choice((1, 1, 5))):
        at = rng.randrange(len(data))
        data[at : at + rng.choice((0, 1, 30))] = rng.choice(
            (b"", b"9", b"-", b'"', b"null", b"\xff")
        )
    sentence = refusal(bytes(data), "坏.json")
    assert sentence is None or sentence.startswith("“坏.json”")
