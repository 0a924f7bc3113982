"""文字素材: facts that texts tell and no table holds, declared in ``material.toml``.

From the declaration come the sheet of the template, its names (``nb.facts.<key>``), reading and
validation, and what a sentence template may call them. They are kept apart from the report, whose
JSON shape is the contract's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from nianbao.errors import UnusableInput
from nianbao.form import Span
from nianbao.form.model import decoded
from nianbao.words.characters import printable
from nianbao.words.figures import as_money, parse, quoted, squash

ItemKind = Literal["count", "yuan", "line", "text", "choice"]
Value = int | Decimal | str

PREFIX = "facts."


class Item(Span, frozen=True, kw_only=True):
    """One fact. ``own_name``: what templates call it where not by its label; ``list``: the group
    it also belongs to, or ''."""

    key: str
    label: str
    kind: ItemKind
    prompt: str
    own_name: str = msgspec.field(default="", name="name")
    unit: str = ""
    list: str = ""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What templates call it."""
        return self.own_name or self.label

    @property
    def id(self) -> str:
        """As the cells of a report are called: ``facts.meetings``."""
        return PREFIX + self.key


class MaterialGroup(Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What a person has filled in: no more keys than that. ``notes``: sentences about the rest."""

    values: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


NOTHING = Material()


class MaterialFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``material.toml``."""

    groups: tuple[MaterialGroup, ...]


@lru_cache
def everything() -> tuple[MaterialGroup, ...]:
    """The items of all forms, in the order of the sheet."""
    data = files("nianbao").joinpath("report/material.toml").read_bytes()
    return decoded(data, "report/material.toml", MaterialFile).groups


@lru_cache
def groups(format: int) -> tuple[MaterialGroup, ...]:
    """The items of a form, in the order of the sheet."""
    found = (replace(g, items=tuple(i for i in g.items if format in i)) for g in everything())
    return tuple(group for group in found if group.items)


@lru_cache
def items(format: int) -> Mapping[str, Item]:
    """The same by key."""
    return MappingProxyType({i.key: i for group in groups(format) for i in group.items})


def material(raw: Mapping[str, Any], format: int) -> Material:
    """Facts from what stands in cells, or in a JSON object. A blank is no fact; 0 is one.

    What cannot be taken for the fact that is asked for is left out and told, with its label.
    """
    values: dict[str, Value] = {}
    notes: list[str] = []
    for key, item in items(format).items():
        content = raw.get(key)
        if content is None or not str(content).strip():
            continue
        value = _value(content, item)
        if value is None:
            what = _ASKED.get(item.kind, "文字")
            notes.append(f"“{item.label}”填的“{quoted(str(content))}”不是{what}，没有使用。")
        else:
            values[key] = value
    return Material(MappingProxyType(values), tuple(notes))


def from_json(data: Any, format: int) -> Material:
    """Facts from a JSON object ``{"meetings": 5, …}``. Raises UnusableInput for unknown keys."""
    if not isinstance(data, dict):
        raise UnusableInput('文字素材的 JSON 应是一个对象，例如 {"meetings": 5}。')
    known = {item.key for group in everything() for item in group.items}
    if unknown := sorted(set(data) - known):
        raise UnusableInput(f"文字素材里没有“{quoted(unknown[0])}”这一项，请核对名称。")
    if wrong := [key for key, value in data.items() if isinstance(value, dict | list)]:
        raise UnusableInput(f"文字素材的“{wrong[0]}”应是一个数或一段文字。")
    return material(data, format)


_ASKED: dict[ItemKind, str] = {"count": "整数", "yuan": "金额", "choice": "可选的一项"}


def _value(content: Any, item: Item) -> Value | None:
    kind = item.kind
    if kind == "choice":
        return words if (words := str(content).strip()) in item.choices else None
    if kind in ("line", "text"):
        # A line's end inside a cell is no blank between Chinese characters.
        words = "".join(line.strip() for line in str(content).splitlines())
        return printable(words).strip() or None
    if kind == "count":
        return parse(content, "count").value
    plain = squash(str(content)) if isinstance(content, str) else content
    if isinstance(plain, str) and plain.endswith("万元"):
        ten_thousands = parse(plain, "money").value
        return None if ten_thousands is None else as_money(Decimal(ten_thousands) * 10000)
    yuan = plain.removesuffix("元") if isinstance(plain, str) else plain
    return parse(yuan, "money").value
