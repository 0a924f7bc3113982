"""A template made into workbooks in large numbers: quickly, and just as it would be done slowly."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import sources
from nianbao.outputs import facts, package
from nianbao.outputs.fill import fill
from nianbao.outputs.template import compiled, shape_for
from nianbao.report import Report
from strategies import reports, zeros


@settings(max_examples=25)
@given(report=reports(), data=st.data())
def test_the_quick_way_to_render_a_sheet_gives_what_the_slow_one_gives(
    report: Report, data: st.DataObject
) -> None:
    shape = shape_for(report.format, report.year, report.layout)
    found = facts.gather(report, None, shape)
    over = found.typed_over | set(data.draw(st.lists(st.sampled_from(sorted(found.values)))))
    for part in compiled(shape).sheets:
        sheet = part.sheet
        slow = [sheet.pieces[0]]
        for slot, piece in zip(sheet.slots, sheet.pieces[1:], strict=True):
            keep = slot.shows or slot.key not in over
            slow += (slot.render(found.values[slot.key], keep_formula=keep), piece)
        assert sheet.render(found.values, frozenset(over)) == b"".join(slow)


@pytest.mark.parametrize("quick", [True, False])
def test_a_workbook_is_sound_whichever_library_compresses_it(
    quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if quick:
        pytest.importorskip("isal")
    else:
        monkeypatch.setattr(package, "_isal", lambda: None)
    made = fill(zeros()).data
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
    assert sources.read(made, "a.xlsx").values == zeros().values
    assert made == fill(zeros()).data
