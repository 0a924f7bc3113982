"""A kind of source is one line and one module: each has its reader, and a new one needs no more."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from conftest import SEED, Cli
from nianbao import actions, reading
from nianbao.formats import kinds
from nianbao.formats.kinds import KINDS, Kind
from nianbao.formats.open import Opened
from nianbao.reading.documents import txt

BOOKS = ("xlsx", "xls", "ods")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_the_reader_of_its_name(kind: Kind) -> None:
    if kind.name in BOOKS:
        return  # `nianbao.formats.open` opens them: read by other tests
    assert callable(import_module(f"nianbao.reading.documents.{kind.name}").read)


def test_every_suffix_belongs_to_one_kind() -> None:
    assert len(kinds.suffixes()) == sum(len(kind.suffixes) for kind in KINDS)
    assert kinds.is_one(Path("年报.XLSX"))
    assert not any(kinds.is_one(Path(name)) for name in ("~$年报.xlsx", ".年报.docx", "年报.exe"))


def test_a_new_kind_is_a_line_and_a_module(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("nianbao.reading.documents.shouted")
    module.read = lambda file, source: txt.read(  # type: ignore[attr-defined]
        Opened(file.data.removeprefix(b"SHOUTED\n"), "txt", None), source
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    kind = Kind("shouted", (".loud",), signature=b"SHOUTED")
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, kind))
    (tmp_path / "年报.loud").write_bytes(b"SHOUTED\n" + SEED.read_bytes())
    plain = reading.open(SEED.read_bytes(), "年报.txt").report
    assert actions.read(tmp_path / "年报.loud") == plain
    code, out, err = cli("check", tmp_path)
    assert (code, err) == (0, "")
    assert "年报.loud" in out
