"""The texts of a report: written from its figures, put into a workbook beside what people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nianbao import actions, reading
from nianbao.actions import Written
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.formats import files
from nianbao.ledgers import Ledger, with_counted
from nianbao.narrative.generate import Narrative, fingerprint, generate
from nianbao.reading import Source
from nianbao.report import TEXT_TITLES, Report
from nianbao.report.material import NOTHING, Material, from_json
from nianbao.report.years import lay_over

_MAX_BYTES = 2**20  # of a template


@dataclass(frozen=True, slots=True)
class Basis:
    """What texts are generated from: a report and what stands beside it.

    ``generated``: fingerprints of texts that were generated before, by text id. ``ledger``: rows
    from which facts are counted that ``material`` does not tell.
    """

    report: Report
    previous: Report | None = None
    material: Material = NOTHING
    generated: Mapping[str, str] = field(default_factory=dict)
    ledger: Ledger | None = None


def basis_of(source: Source) -> Basis:
    """All that a file gives for it. Raises UnusableInput."""
    return Basis(source.report, source.previous, source.material, source.generated, source.ledger)


@dataclass(frozen=True, slots=True)
class Narrated(Written):
    """A workbook with generated texts; ``kept``: by text id, those that a person's own stand in
    the way of."""

    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Style:
    """How it is to be written: a profile (None: as 文字素材 says) and an office's own templates."""

    profile: str | None = None
    templates: Mapping[str, bytes] = field(default_factory=dict)


def read_material(path: Path, format: int) -> Material:
    """文字素材 from a workbook of ours or a JSON object. Raises UnusableInput."""
    import json

    data = actions.load_bytes(path)
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            return from_json(json.loads(data), format)
        except (ValueError, RecursionError) as error:
            raise UnusableInput(f"“{path.name}”不是完好的 JSON 文件，没有读取。") from error
    return reading.open(data, path.name).material


def folder(path: Path) -> dict[str, bytes]:
    """An office's own templates by file name. Raises UnusableInput when there are none."""
    if not path.is_dir():
        raise UnusableInput(f"找不到文字模板的文件夹“{path}”，请检查路径。")
    try:
        found = {
            p.name: p.read_bytes()
            for p in sorted(path.glob("*.txt"))
            if p.is_file() and p.stat().st_size <= _MAX_BYTES
        }
    except OSError as error:
        raise UnusableInput(f"打不开“{path}”里的文字模板，请检查访问权限。") from error
    if not found:
        raise UnusableInput(f"文件夹“{path}”里没有 .txt 的文字模板。")
    return found


def narrate(basis: Basis, style: Style = Style()) -> Narrative:
    """The texts that figures and facts are enough for."""
    report = basis.report
    material = with_counted(basis.material, basis.ledger, report.format, report.year)
    return generate(report, basis.previous, material, style.profile, style.templates)


def settle(basis: Basis, narrative: Narrative) -> tuple[dict[str, str], list[str]]:
    """Which generated texts may be put where: the text is empty, or as it was generated before.

    The other value: ids of texts that a person has written differently, which are kept.
    """
    taken: dict[str, str] = {}
    kept: list[str] = []
    for id, text in narrative.text.items():
        there = basis.report.text[id]
        if not there or there == text or fingerprint(there) == basis.generated.get(id):
            taken[id] = text
        else:
            kept.append(id)
    return taken, kept


def into_workbook(
    basis: Basis,
    path: Path,
    style: Style,
    *,
    force: bool,
    origin: tuple[Path, Source] | None = None,
) -> Narrated:
    """The workbook of the report with generated texts; one of ours at ``path`` is filled in place.

    ``origin``: the file that ``basis`` comes from, which may be ``path`` only if it is one of ours,
    and what it gave. Raises CannotWrite and UnusableInput as ``actions.fill``.
    """
    files.refuse_existing(path, force=force)
    held = _standing(path, origin[1] if origin else None)
    if held is None or path.suffix.lower() != ".xlsm":
        actions.refuse_ending(path)
    if held is None and origin is not None:
        actions.refuse_same(origin[0], path)
    only = held is not None and held.report == basis.report
    if held is not None:
        basis = _laid_over(basis_of(held), basis)
    data, notes, kept = written(basis, held, path.name, style, texts_only=only)
    files.write(path, data, force=force)
    return Narrated(path, notes, kept)


def _standing(path: Path, opened: Source | None) -> Source | None:
    """The workbook of ours at a path; None for anything else. ``opened`` may be that very file."""
    if not path.exists():
        return None
    data = actions.load_bytes(path)
    if opened is not None and opened.data == data and opened.name == path.name:
        return opened if opened.is_ours() else None
    return reading.open_ours(data, path.name)


def _laid_over(held: Basis, basis: Basis) -> Basis:
    """What the workbook holds, under what the basis says; its own material goes first."""
    now, then = basis.report, held.report
    if (now.format, now.year) != (then.format, then.year):
        return basis  # filling will tell
    report = lay_over(held.report, basis.report)
    generated = {
        id: (basis if basis.report.text[id] else held).generated.get(id, "") for id in report.text
    }
    values = MappingProxyType({**basis.material.values, **held.material.values})
    notes = tuple(dict.fromkeys((*held.material.notes, *basis.material.notes)))
    previous, ledger = basis.previous or held.previous, basis.ledger or held.ledger
    return Basis(report, previous, Material(values, notes), generated, ledger)


def written(
    basis: Basis,
    target: Source | None,
    name: str,
    style: Style,
    *,
    texts_only: bool = False,
) -> tuple[bytes, tuple[str, ...], dict[str, str]]:
    """The workbook as bytes, read back and compared, with notes for the user, and by text id what
    was generated for texts that a person has written.

    ``texts_only``: ``target`` holds the figures already, nothing but texts is written.
    """
    narrative = narrate(basis, style)
    taken, kept = settle(basis, narrative)
    report = replace(basis.report, text=MappingProxyType({**basis.report.text, **taken}))
    data, notes = actions.filled(
        report,
        None if texts_only else basis.previous,
        target,
        name,
        facts=basis.material,
        generated={id: fingerprint(text) for id, text in taken.items()},
        texts_only=texts_only,
    )
    own = (f"“{TEXT_TITLES[id]}”已有自己写的文字，没有改动；生成的文字与它不同。" for id in kept)
    return data, (*narrative.notes, *own, *notes), {id: narrative.text[id] for id in kept}


def text_of(texts: Mapping[str, str]) -> str:
    """For the screen: each part, by its id, under its heading."""
    parts = (f"{TEXT_TITLES[id]}\n{text}" for id, text in texts.items())
    return "\n\n".join(parts)


def to_dict(narrative: Narrative) -> dict[str, Any]:
    """For machines: the texts, and of each fact its place in them, its value and its cells."""
    return {
        "text": narrative.text,
        "facts": [
            {
                "section": id,
                "start": piece.start,
                "end": piece.end,
                "value": piece.value,
                "cells": list(piece.cells),
            }
            for id, section in narrative.sections.items()
            for piece in section.pieces
        ],
        "notes": list(narrative.notes),
    }


def save_templates(directory: Path, profile: str | None, *, force: bool) -> list[Path]:
    """A copy of the templates to edit, with a page that explains them. Raises CannotWrite."""

    from nianbao.narrative.templates import COMMON, GUIDE, guide, packaged, profiles

    chosen = profile or COMMON
    if chosen not in profiles():
        raise UnusableInput(f"没有“{chosen}”这套文字模板，可用的有{'、'.join(profiles())}。")
    texts = {**packaged(chosen), GUIDE: guide()}
    paths = [directory / name for name in texts]
    there = [path.name for path in paths if path.exists()]
    if there and not force:
        raise CannotWrite(
            f"“{directory}”里已有“{there[0]}”，没有改动它；确要替换请加 --force，或换一个文件夹。"
        )
    for path, text in zip(paths, texts.values(), strict=True):
        # Notepad of older Windows takes a file without this mark for GBK.
        files.write(path, text.encode("utf-8-sig"), force=force)
    return paths
