"""A template made into workbooks in large numbers: quickly, and just as it would be done slowly."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import reading
from nianbao.formats.xlsx.mould import Recent
from nianbao.report import Report
from nianbao.template import styles, values
from nianbao.template.build import compiled
from nianbao.template.fill import fill
from nianbao.template.shape import shape_for
from strategies import reports, zeros


@settings(max_examples=25)
@given(report=reports(), data=st.data())
def test_the_quick_way_to_render_a_sheet_gives_what_the_slow_one_gives(
    report: Report, data: st.DataObject
) -> None:
    shape = shape_for(report.format, report.year, report.layout)
    found = values.gather(report, None, shape)
    over = found.typed_over | set(data.draw(st.lists(st.sampled_from(sorted(found.values)))))
    for cast in compiled(shape).sheets:
        recent: Recent = {}
        for _ in range(2):  # the second time out of what is kept
            member = cast.render(found.values, over, recent)
            assert member.content() == cast.sheet.render(found.values, over)
            assert (member.crc, member.size) == (
                zlib.crc32(member.content()),
                len(member.content()),
            )


@given(st.text() | st.text("字ab，“·—…\u201a\u3000\uff61"))
def test_the_width_of_a_text_is_that_of_its_characters(text: str) -> None:
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in text)
    assert styles.ems(text) == pytest.approx(wide + 0.52 * (len(text) - wide))


@pytest.mark.parametrize("quick", [True, False])
def test_a_workbook_is_sound_whichever_library_compresses_it(
    quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if quick:
        pytest.importorskip("isal")
    else:
        monkeypatch.setattr("nianbao.formats.zip._isal", lambda: None)
    made = fill(zeros()).data
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
    assert reading.open(made, "a.xlsx").report.values == zeros().values
    assert made == fill(zeros()).data
