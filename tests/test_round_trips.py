"""What is exported as Word, web page or JSON is read back as the same report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings

from nianbao import actions
from nianbao import reading as sources
from nianbao.errors import NianbaoError
from nianbao.exports import html, json, word, xlsx
from nianbao.report import TEXTS, Agency, Report, owner, with_totals
from nianbao.template import fill
from samples import full
from strategies import AGENCIES, reports, seed_figures, zeros

Write = Callable[[Report], bytes]
WRITERS = {"docx": word.write, "html": html.write, "json": json.write, "xlsx": xlsx.write}
kinds = pytest.mark.parametrize("kind", WRITERS)


def again(report: Report, kind: str) -> Report:
    return sources.open(WRITERS[kind](report), f"年报.{kind}").report


def sample() -> Report:
    data = files("nianbao").joinpath("data/sample-2020.json").read_bytes()
    return sources.open(data, "sample-2020.json").report


@kinds
@pytest.mark.parametrize("make", [sample, full, seed_figures])
def test_a_report_comes_back_equal(make: Callable[[], Report], kind: str) -> None:
    report = make()
    assert again(report, kind) == report


@kinds
@settings(max_examples=30, deadline=None)
@given(report=reports())
def test_any_report_comes_back_equal(report: Report, kind: str) -> None:
    assert again(report, kind) == report


@settings(max_examples=30, deadline=None)
@given(report=reports(wild=True, few_shapes=True))
def test_what_goes_by_names_and_not_by_words_keeps_any_name_label_and_text(report: Report) -> None:
    assert again(report, "json") == report
    report = with_totals(report)
    assert sources.open(fill.fill(report).data, "年报.xlsx").report == report


@pytest.mark.parametrize("kind", ["docx", "html", "xlsx"])
@settings(max_examples=15, deadline=None)
@given(report=reports(wild=True))
def test_whatever_names_and_texts_say_an_export_comes_back_equal_or_is_refused(
    report: Report, kind: actions.Kind
) -> None:
    try:
        data, notes = actions.render(report, kind)
    except NianbaoError as error:
        data, notes = b"", (str(error),)
    if not data:
        assert notes[0].endswith("。")
        return
    found = sources.open(data, f"年报.{kind}").report
    assert replace(found, text=report.text) == report
    told = {"characters" in {note.kind for note in report.trace.notes}, found.text != report.text}
    assert bool(notes) == (True in told)


@kinds
@pytest.mark.parametrize("name", AGENCIES)
def test_any_agency_name_comes_back_equal(name: str, kind: str) -> None:
    report = replace(seed_figures(), agency=Agency(name, "11-01"))
    assert again(report, kind) == report


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    "name", ["局", "关于某局", "公开某局印发", "2019年办公室", "甲，乙；丙%20"]
)
def test_an_odd_name_or_code_comes_back_equal(name: str, kind: str) -> None:
    report = replace(seed_figures(), agency=Agency(name, "11;01, 甲 %2C"))
    assert again(report, kind) == report


@pytest.mark.parametrize("kind", WRITERS)
def test_a_name_of_one_letter_above_a_short_opening_comes_back_equal(kind: str) -> None:
    report = replace(
        seed_figures(), agency=Agency("局"), text=dict.fromkeys(TEXTS, "") | {"opening": "某市"}
    )
    assert again(report, kind) == report


def test_the_keywords_of_a_name_that_is_too_long_tell_the_code_alone() -> None:
    assert owner.keywords(Agency("局" * 300, "11-01")) == "agency-code:11-01"


@kinds
def test_texts_that_look_like_headings_or_rows_stay_where_they_are(kind: str) -> None:
    text = {
        "opening": "本报告共六部分。",
        "overview": "（一）主动公开\n1.规章\n其中：\n——未收到申请。",
        "problems": "一、问题\n二、措施\n第二十条第（一）项信息已全部公开。",
        "other": "附件：无",
    }
    report = replace(seed_figures(), text=text)
    assert again(report, kind) == report


@kinds
@pytest.mark.parametrize("make", [sample, seed_figures, zeros])
def test_reading_an_export_leaves_nothing_to_remark_on(
    make: Callable[[], Report], kind: str
) -> None:
    trace = again(make(), kind).trace
    assert trace.notes == ()
    assert not [o for o in trace.origins.values() if o.issue]


@pytest.mark.libreoffice
def test_a_word_report_saved_again_by_libreoffice_comes_back_equal(soffice, tmp_path) -> None:  # type: ignore[no-untyped-def]
    source = tmp_path / "年报.docx"
    source.write_bytes(word.write(sample()))
    saved = soffice(source, "docx", tmp_path / "saved")
    assert sources.open(saved.read_bytes(), saved.name).report == sample()
