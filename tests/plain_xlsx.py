"""A workbook as plain cells, read without any of our own code, for comparing two of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class PlainCell(NamedTuple):
    """``value``: a number, a text (an error is its text), or None for an empty cell."""

    value: float | str | None
    formula: str | None


@lru_cache(maxsize=8)
def cells(data: bytes) -> Mapping[str, Mapping[str, PlainCell]]:
    """Sheet title → reference → cell. Empty text counts as no value."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if ".xml" in name}
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    relations = {
        r.get("Id"): str(r.get("Target"))
        for r in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    out = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = relations[next(v for k, v in sheet.items() if k.endswith("}id"))]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        out[str(sheet.get("name"))] = _sheet(parts[part], strings)
    return out


@lru_cache(maxsize=8)
def names(data: bytes) -> Mapping[str, tuple[str, str]]:
    """Defined name → (sheet title, reference without dollars)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    out = {}
    for name in book.iter(f"{MAIN}definedName"):
        title, _, where = (name.text or "").rpartition("!")
        out[str(name.get("name"))] = title.strip("'"), where.replace("$", "")
    return out


def _strings(data: bytes | None) -> list[str]:
    if data is None:
        return []
    return [_text(si) for si in ElementTree.fromstring(data).iter(f"{MAIN}si")]


def _text(element: ElementTree.Element) -> str:
    text = "".join(t.text or "" for t in element.iter(f"{MAIN}t"))
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)


def _sheet(data: bytes, strings: list[str]) -> dict[str, PlainCell]:
    out = {}
    for c in ElementTree.fromstring(data).iter(f"{MAIN}c"):
        kind, v, f = c.get("t", "n"), c.find(f"{MAIN}v"), c.find(f"{MAIN}f")
        raw = v.text if v is not None else None
        value: float | str | None
        if kind == "s":
            value = strings[int(raw or 0)]
        elif kind == "inlineStr":
            value = _text(c)
        elif kind in ("str", "e"):
            value = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), raw or "")
        else:
            value = float(raw) if raw else None
        out[str(c.get("r"))] = PlainCell(
            None if value == "" else value, f.text or "" if f is not None else None
        )
    return out
