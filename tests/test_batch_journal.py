"""The journal: what is in it comes back, whatever happened to the one who wrote it."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.batch.running.journal import fingerprint_of, open_journal
from nianbao.errors import CannotWrite

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def entries(path: Path, job: str = "fill", version: str = "1") -> dict[str, tuple[str, Any]]:
    with open_journal(path, job, version) as journal:
        keys = [k for k in KEYS if k in journal]
        return {k: tuple(journal.get(k) or ()) for k in keys}  # type: ignore[misc]


KEYS = ["a", "b", "某局.xlsx", "\n"]


@given(
    lines=st.lists(st.tuples(st.sampled_from(KEYS), st.text(max_size=5), VALUES), max_size=8),
    cut=st.integers(0, 400),
    junk=st.sampled_from([b"", b"\0\0\0", b"{", b'{"key": 1}\n', b"\xff\n", b"[]\n"]),
)
def test_a_journal_cut_off_anywhere_keeps_its_whole_lines_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, str, Any]],
    cut: int,
    junk: bytes,
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j.jsonl"
    with open_journal(path, "fill", "1") as journal:
        for line in lines:
            journal.add(*line)
    data = path.read_bytes()
    whole = data.splitlines(keepends=True)
    assert len(whole) == len(lines) + 1
    end = min(max(cut, len(whole[0])), len(data))
    path.write_bytes(data[:end] + junk)
    kept = data[:end].count(b"\n") - 1
    glued = data[end - 1 : end] != b"\n" and junk.endswith(b"\n")
    expected = {key: (source, value) for key, source, value in lines[:kept]}
    if not glued:
        assert entries(path) == expected
    with open_journal(path, "fill", "1") as journal:
        journal.add("b", "new", Decimal("1.10"))
    assert entries(path)["b"] == ("new", Decimal("1.10"))


@pytest.mark.parametrize(("job", "version"), [("check", "1"), ("fill", "2")])
def test_a_journal_of_another_job_or_version_is_begun_anew(
    tmp_path: Path, job: str, version: str
) -> None:
    path = tmp_path / "j.jsonl"
    with open_journal(path, "fill", "1") as journal:
        journal.add("a", "x", 1)
    assert entries(path, job, version) == {}
    assert entries(path) == {}


def test_two_runs_at_once_are_not_let_in(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "j.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from nianbao.batch.running.journal import open_journal\n"
        "with open_journal(Path(sys.argv[1]), 'fill', '1'): print('in', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with (
            pytest.raises(CannotWrite, match="正由另一个批量任务写入"),
            open_journal(path, "f", "1"),
        ):
            pass
        other.kill()
    assert entries(path) == {}


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CannotWrite, match="是文件，不是文件夹；请换一个文件夹名。"),
        open_journal(tmp_path / "file" / "j.jsonl", "fill", "1"),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_place_of_the_journal_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("原样", encoding="utf-8")
    (tmp_path / "j.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(CannotWrite), open_journal(tmp_path / "j.jsonl", "fill", "1"):
        pass
    assert (tmp_path / "other").read_text(encoding="utf-8") == "原样"


@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_fingerprints_are_equal_only_for_equal_parts(one: list[str], two: list[str]) -> None:
    assert (fingerprint_of(*one) == fingerprint_of(*two)) == (one == two)
