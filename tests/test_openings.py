"""Nothing is opened twice: how often each command opens a file, and reads a book in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from conftest import Cli
from narrated import everything, figures
from nianbao import actions, reading
from nianbao.exports import word
from nianbao.formats import zip
from nianbao.formats.xlsx import parts, read


class Openings:
    """How often each content was opened as a zip, read as a book, taken as one to fill."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: dict[str, Counter[bytes]] = {}
        self.opened: dict[int, bytes] = {}
        for kind, made in (
            ("zip", zip.Package),
            ("book", read.XlsxBook),
            ("target", parts.TargetBook),
        ):
            self._count(monkeypatch, kind, made)

    def _count(self, monkeypatch: pytest.MonkeyPatch, kind: str, made: type) -> None:
        was = made.__init__
        counts = self.counts[kind] = Counter()

        def counted(one: object, file: bytes | zip.Package, *rest: object) -> None:
            was(one, file, *rest)  # type: ignore[misc]
            data = file if isinstance(file, bytes) else self.opened[id(file)]
            self.opened[id(one)] = data
            counts[data] += 1

        monkeypatch.setattr(made, "__init__", counted)

    def of(self, path: Path) -> tuple[int, int]:
        """A file's content: as a zip, as a book."""
        data = path.read_bytes()
        return self.counts["zip"][data], self.counts["book"][data]

    def in_all(self) -> tuple[int, int]:
        return self.counts["zip"].total(), self.counts["book"].total()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    made = actions.filled(figures(), figures(2024), None, "a.xlsx", facts=everything())[0]
    (tmp_path / "a.xlsx").write_bytes(made)
    (tmp_path / "r.json").write_bytes(actions.render(figures(), "json")[0])
    (tmp_path / "r.docx").write_bytes(word.write(figures()))
    return tmp_path


# What is written is read back and compared: one opening each of the source and of the result.
@pytest.mark.parametrize(
    ("command", "source", "all_of_it"),
    [
        (("check", "a.xlsx"), (1, 1), (1, 1)),
        (("read", "a.xlsx"), (1, 1), (1, 1)),
        (("read", "r.docx"), (1, 0), (1, 0)),
        (("fill", "r.json", "-o", "b.xlsx"), (0, 0), (1, 1)),
        (("fill", "a.xlsx", "-o", "b.xlsx"), (1, 1), (2, 2)),
        (("narrate", "a.xlsx"), (1, 1), (1, 1)),
        (("narrate", "a.xlsx", "-o", "b.xlsx"), (1, 1), (2, 2)),
        (
            ("export", "a.xlsx", "-o", "b.xlsx"),
            (1, 1),
            (3, 2),
        ),  # one that openpyxl saved is repacked
    ],
    ids=lambda value: "-".join(map(str, value)),
)
def test_a_file_is_opened_once(
    command: tuple[str, ...],
    source: tuple[int, int],
    all_of_it: tuple[int, int],
    cli: Cli,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    openings = Openings(monkeypatch)
    code, _, err = cli(*command)
    assert code in (0, 1), err
    assert openings.of(files / command[1]) == source
    assert openings.in_all() == all_of_it


def test_a_workbook_filled_or_narrated_in_place_is_opened_once_and_once_read_back(
    cli: Cli,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    for command in (
        ("fill", "r.json", "-o", "a.xlsx", "--force"),
        ("narrate", "a.xlsx", "-o", "a.xlsx", "--force"),
    ):
        with monkeypatch.context() as patch:
            openings = Openings(patch)
            code, _, err = cli(*command)
            assert code == 0, err
            assert openings.in_all() == (2, 2), command
            assert openings.counts["target"].total() == 1


def test_each_part_of_a_source_is_worked_out_once(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = reading.open((files / "a.xlsx").read_bytes(), "a.xlsx")
    assert source.is_ours()
    for part in ("report", "previous", "ledger", "material", "generated", "result"):
        assert getattr(source, part) is getattr(source, part)
