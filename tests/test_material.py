"""文字素材: the sheet of facts, from the declaration to the workbook and back."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrated import everything, figures, materials
from nianbao import form as forms
from nianbao import reading
from nianbao.form.workbook import name_of
from nianbao.report import TEXTS, Report
from nianbao.report.material import NOTHING, Material, groups, items
from nianbao.template.build import template
from nianbao.template.fill import fill
from nianbao.template.sheets.material import GENERATED
from plain_xlsx import names
from strategies import zeros

FORMATS = pytest.mark.parametrize("format", forms.FORMATS)
YEARS = {2019: 2020, 2021: 2025}


def both(data: bytes, name: str) -> tuple[Material, Mapping[str, str]]:
    """What 文字素材 holds, and the fingerprints beside it."""
    source = reading.open(data, name)
    return source.material, source.generated


def report_of(format: int) -> Report:
    return zeros(format, YEARS[format])


@FORMATS
def test_every_fact_has_a_named_unlocked_and_validated_cell(format: int) -> None:
    data = template(format, YEARS[format])
    where = names(data)
    ws = openpyxl.load_workbook(io.BytesIO(data))["文字素材"]
    for item in items(format).values():
        title, ref = where[name_of(item.id)]
        assert title == "文字素材"
        assert not ws[ref].protection.locked
        (rule,) = (r for r in ws.data_validations.dataValidation if ref in r.sqref)
        assert len(str(rule.promptTitle)) <= 32
        assert rule.prompt == item.prompt
        assert ws.cell(ws[ref].row, 2).value == item.label
        assert (ws.cell(ws[ref].row, 4).value or "") == item.unit
    for text in TEXTS:
        title, ref = where[name_of(GENERATED + text)]
        assert ws.column_dimensions[re.sub(r"\d", "", ref)].hidden
        assert not ws[ref].protection.locked


@FORMATS
def test_what_templates_call_facts_are_names_that_they_can_use(format: int) -> None:
    found = [item.name for item in items(format).values()]
    assert len(set(found)) == len(found)
    assert all(name.isidentifier() for name in found)
    assert all(item.prompt.endswith("。") for item in items(format).values())
    assert [g.title for g in groups(format)] == list(dict.fromkeys(g.title for g in groups(format)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_facts_come_back_from_the_workbook_as_they_were_filled_in(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(forms.FORMATS))
    facts = data.draw(materials(format))
    prints = {t: "0123456789abcdef" for t in TEXTS if data.draw(st.booleans())}
    report = report_of(format)
    book = fill(report, None, None, material=facts, generated=prints).data
    assert both(book, "年报.xlsx") == (facts, prints)
    assert reading.open(book, "年报.xlsx").report == report


def test_a_workbook_that_is_filled_again_keeps_its_facts() -> None:
    book = fill(figures(), None, None, material=everything(), generated={"other": "a" * 16}).data
    again = fill(figures(requests__received__business=1), target=book).data
    assert both(again, "年报.xlsx") == (everything(), {"other": "a" * 16})
    third = fill(figures(), target=again, generated={"overview": "b" * 16}).data
    prints = reading.open(third, "年报.xlsx").generated
    assert prints == {"other": "a" * 16, "overview": "b" * 16}


def test_facts_are_no_part_of_the_report() -> None:
    book = fill(figures(), None, None, material=everything()).data
    report = reading.open(book, "年报.xlsx").report
    assert report == figures()
    assert report.trace.notes == ()
    assert not any("facts" in id or "generated" in id for id in report.trace.origins)


def test_any_other_file_holds_no_facts() -> None:
    for data in (b"# text", b'{"format": 2021}', _plain()):
        assert both(data, "x") == (NOTHING, {})


def _plain() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def test_what_a_person_types_is_taken_as_it_is_meant_or_told() -> None:
    loaded = openpyxl.load_workbook(io.BytesIO(template(2021, 2025)))
    typed = {
        "meetings": "５次",
        "visits": "约1万",
        "fee_due": "1,200元",
        "phone": "010-1\n2",
        "trainings": "=1+1",
    }
    for key, value in typed.items():
        ((sheet, ref),) = loaded.defined_names[name_of(f"facts.{key}")].destinations
        loaded[sheet][ref] = value
    stream = io.BytesIO()
    loaded.save(stream)
    found = reading.open(stream.getvalue(), "年报.xlsx").material
    assert dict(found.values) == {"meetings": 5, "fee_due": 1200, "phone": "010-12"}
    assert found.notes == (
        "“网站访问量”填的“约1万”不是整数，没有使用。",
        "“文字素材”有 1 格的公式没有保存结果，没有使用。",
    )


def test_an_older_workbook_without_the_sheet_is_read_and_filled_as_before() -> None:
    loaded = openpyxl.load_workbook(io.BytesIO(fill(figures()).data))
    for name in list(loaded.defined_names):
        if name.startswith(("nb.facts.", "nb.generated.")):
            del loaded.defined_names[name]
    del loaded["文字素材"]
    stream = io.BytesIO()
    loaded.save(stream)
    old = stream.getvalue()
    assert both(old, "年报.xlsx") == (NOTHING, {})
    text = replace(figures(), text={**figures().text, "other": "无其他需要报告的事项。"})
    filled = fill(text, target=old, generated={"other": "c" * 16}).data
    assert reading.open(filled, "年报.xlsx").report == text
    assert both(filled, "年报.xlsx") == (Material(), {})
