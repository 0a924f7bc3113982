"""Workbooks of ours whose defined names are gone, some or all: by another program, by a copy."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from nianbao import reading
from nianbao.actions import refuse_nameless
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow
from nianbao.report import Agency, Report, Trace, build, with_totals
from nianbao.rules.registry import check
from nianbao.template.fill import fill
from strategies import seed_figures, zeros

TEXT = {"opening": "编制本报告。", "overview": "一、总体情况\n（二）乙。", "problems": "一是。"}


def report() -> Report:
    return with_totals(build(2021, 2025, Agency("某市某局", "7"), zeros().values, text=TEXT))


def split() -> Report:
    """A report of 2020 with split rows."""
    seed = seed_figures()
    return with_totals(build(2019, 2020, seed.agency, seed.values, repeats=seed.repeats, text=TEXT))


def without(data: bytes, lost: Callable[[str], bool], *renamed: tuple[str, str]) -> bytes:
    """The workbook without the names that are lost, its other parts as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename == "xl/workbook.xml":
                text = part.decode()
                for name in re.findall(r'<definedName name="(nb\.[^"]+)"', text):
                    if lost(name):
                        text = re.sub(
                            rf'<definedName name="{re.escape(name)}".*?</definedName>', "", text
                        )
                for before, after in renamed:
                    assert f'name="{before}"' in text
                    text = text.replace(f'name="{before}"', f'name="{after}"')
                part = text.encode()
            new.writestr(item, part)
    return out.getvalue()


def told(found: Report) -> list[str]:
    return [note.message for note in found.trace.notes]


@pytest.mark.parametrize("full", [report(), split()], ids=["2021", "2019"])
def test_a_workbook_without_any_name_is_still_read_as_ours(full: Report) -> None:
    data = fill(full, zeros(full.format, full.year - 1)).data
    found = reading.open(without(data, lambda name: True), "x.xlsx").report
    assert found == full
    (message,) = told(found)
    count = len(full.values) + 8  # four fields, four texts
    assert message == f"有 {count} 个单元格的名称已丢失，其中 {count} 格按标签找到。"
    assert found.place("requests.received.natural_person") == "表三!D7"


@pytest.mark.parametrize(
    ("lost", "count"),
    [("nb.year", 1), ("nb.agency.", 2), ("nb.text.", 4), ("nb.format", 1), ("nb.requests.", 175)],
)
def test_names_that_are_left_are_used_and_the_others_found_by_labels(lost: str, count: int) -> None:
    data = fill(report(), zeros(2021, 2024)).data
    data = without(data, lambda name: name.startswith(lost))
    found = reading.open(data, "x.xlsx").report
    assert found == report()
    assert told(found) == [f"有 {count} 个单元格的名称已丢失，其中 {count} 格按标签找到。"]
    before = reading.open(data, "x.xlsx").previous
    assert before is not None
    assert before.year == 2024


def test_names_of_local_rows_alone_make_no_workbook_unreadable() -> None:
    row = ExtraRow("disclosure", "其他文件", {"made": 3}, "regulations")
    full = build(2021, 2025, Agency("某市某局"), zeros().values, extra=(row,))
    data = without(fill(full).data, lambda name: not name.startswith("nb.extra."))
    assert reading.open(data, "x.xlsx").report.extra == with_totals(full).extra


def test_lost_names_are_one_warning_and_nothing_more() -> None:
    data = without(fill(report()).data, lambda name: True)
    structural = [f for f in check(reading.open(data, "x.xlsx").report) if f.rule.startswith("F-0")]
    assert [(f.rule, f.level) for f in structural if f.rule == "F-03"] == [("F-03", "warning")]


def test_a_renamed_table_without_names_is_found_and_a_renamed_text_is_told_as_lost() -> None:
    renamed = ("表三", "申请表"), ("五、六", "文字")
    source = reading.open(without(fill(report()).data, lambda name: True, *renamed), "x.xlsx")
    found = source.report
    assert found.values == report().values
    assert (found.text["problems"], found.text["overview"]) == ("", report().text["overview"])
    assert told(found)[1:] == [
        "“五、存在的主要问题及改进情况”的名称已丢失，也没有找到它的标题，文字没有读入。",
        "“六、其他需要报告的事项”的名称已丢失，也没有找到它的标题，文字没有读入。",
    ]


def test_local_rows_of_a_table_without_names_are_kept() -> None:
    row = ExtraRow(
        "disclosure", "其他文件", {"made": 3, "repealed": 0, "in_force": 9}, "regulations"
    )
    zero = zeros(2021, 2025)
    full = with_totals(build(2021, 2025, zero.agency, zero.values, extra=(row,)))
    source = reading.open(
        without(fill(full).data, lambda name: name.startswith("nb.disclosure.")), "x.xlsx"
    )
    found = source.report
    assert found == full
    assert reading.open(without(fill(full).data, lambda name: True), "x.xlsx").report == full


@pytest.mark.parametrize(
    ("trace", "where"),
    [
        (Trace(kind="json"), "JSON 的机关名称（agency.name）处"),
        (Trace(kind="xlsx"), "“说明”表"),
        (Trace(kind="html", title="2025年政府信息公开工作年度报告"), "标题"),
    ],
)
def test_a_report_without_its_agency_is_told_where_to_name_it(trace: Trace, where: str) -> None:
    report = build(2021, 2025, Agency(""), zeros().values, trace=trace)
    with pytest.raises(UnusableInput, match=rf"^没有填写机关名称，请先在{where}填写再导出。$"):
        refuse_nameless(report)
    assert [f.message for f in check(report) if f.rule == "F-04"] == ["没有填写机关名称。"]
