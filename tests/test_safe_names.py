"""File names from agency names: any name at all, on any system, never outside the folder."""

from __future__ import annotations

import ntpath
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nianbao.batch.folder import folded, safe_name, safe_names

SUFFIX = "2025年年报.xlsx"
RESERVED = ("CON", "nul.txt", "COM1", "~$a")
CLIMBING = ("../../etc/passwd", "..", ".", "", " ", "a. .", "C:\\x", "/")
CLASHING = ("é", "e\u0301", "ABC", "abc", "ß", "SS", "a\u202exslx", "\ud800")
NASTY = st.sampled_from((*RESERVED, *CLIMBING, *CLASHING, "某局" * 200, "𠮷" * 100))
NAMES = st.text(max_size=30) | NASTY | st.tuples(NASTY, st.text(max_size=5)).map("".join)


@given(NAMES)
@example("CON.")
@example("aux .x")
def test_a_name_is_one_that_windows_and_linux_both_take(name: str) -> None:
    made = safe_name(name, SUFFIX)
    assert made.endswith(SUFFIX)
    assert not re.search(r'[/\\:*?"<>|\x00-\x1f]', made)
    assert len(made) <= 240
    assert len(made.encode()) <= 255
    assert len(made.encode("utf-16-le")) <= 2 * 255
    assert unicodedata.is_normalized("NFC", made)
    assert made[0] not in " ."
    assert not made.startswith("~$")
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\s*", made.partition(".")[0])
    assert ntpath.basename(made) == made == Path(made).name
    assert (Path("/out") / made).resolve().parent == Path("/out")


@given(st.lists(st.tuples(NAMES, st.none() | st.text(max_size=5)), max_size=12))
@example([("某局", "1"), ("某局", "1"), ("某局", None), ("某局（1）", None)])
@example([("CON", None), ("con", None)])
@example([("局" * 300, None), ("局" * 301, "x" * 300)])
def test_no_two_agencies_share_a_file_even_where_case_does_not_count(
    names: list[tuple[str, str | None]],
) -> None:
    made = safe_names(names, SUFFIX)
    assert len({folded(m) for m in made}) == len(names)
    assert all(len(m) <= 240 and len(m.encode()) <= 255 for m in made)
    assert made == safe_names(names, SUFFIX)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("北京市大兴区商务局", "北京市大兴区商务局2025年年报.xlsx"),
        ("某市A/B：“园区”管委会", "某市A_B：“园区”管委会2025年年报.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd2025年年报.xlsx"),
        ("  ...  ", "未命名2025年年报.xlsx"),
    ],
)
def test_a_name_stays_readable(name: str, expected: str) -> None:
    assert safe_name(name, SUFFIX) == expected


def test_agencies_of_one_name_all_show_their_codes_whatever_their_order() -> None:
    units = [("某局", "A1"), ("某局", "B2"), ("某局", None), ("A/B", "1"), ("A:B", "2")]
    expected = ["某局（A1）", "某局（B2）", "某局", "A_B（1）", "A_B（2）"]
    for shift in range(5):
        turned = units[shift:] + units[:shift]
        made = safe_names(turned, ".xlsx")
        assert made == [f"{name}.xlsx" for name in expected[shift:] + expected[:shift]]
