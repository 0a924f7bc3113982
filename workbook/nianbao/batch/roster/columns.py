"""Column headings of a roster: what they mean, in the words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nianbao import form as forms
from nianbao.form import Block, Kind, Leaf, Table
from nianbao.words.figures import squash
from nianbao.words.labels import normalise


class RosterColumn(NamedTuple):
    """A column about an agency; ``prompt`` is what a person is told about it."""

    key: str
    heading: str
    others: tuple[str, ...]
    prompt: str


COLUMNS = (
    RosterColumn(
        "name",
        "名称",
        ("单位名称", "机关名称", "单位", "机关"),
        "机关全称，必填，如：北京市大兴区商务局。",
    ),
    RosterColumn(
        "code",
        "代码",
        ("统一社会信用代码", "单位代码", "机关代码", "社会信用代码"),
        "统一社会信用代码或自己的编号；两个单位同名时必填。",
    ),
    RosterColumn(
        "parent",
        "上级",
        ("上级单位", "上级机关", "主管部门"),
        "汇总到哪个单位：从名单里选它的名称；没有就空着。",
    ),
    RosterColumn("contact", "联系人", (), "由谁填报，退回修改时用。"),
    RosterColumn("phone", "联系电话", ("电话", "手机"), "联系人的电话。"),
    RosterColumn(
        "aliases",
        "别名",
        ("简称", "曾用名", "其他名称"),
        "报告里可能写的其他名称，几个之间用顿号隔开。",
    ),
    RosterColumn(
        "previous",
        "上年报告",
        ("上年", "上年报告路径"),
        "上年报告的文件，如：上年/商务局.docx，从名单所在的文件夹算起。",
    ),
    RosterColumn(
        "ledger",
        "台账",
        ("台账路径",),
        "依申请公开等台账的文件，写法同上。",
    ),
)

_PUNCTUATION = re.compile(r"[^\w]|_")
_ORDINAL = re.compile(r"^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+[、.]|\d+\.)")


def column_of(heading: str) -> str | None:
    """The key of a column about the agency; None for any other heading."""
    plain = squash(heading)
    return next((c.key for c in COLUMNS if plain in (c.heading, *c.others)), None)


class RosterFigure(NamedTuple):
    id: str
    kind: Kind


def figures_of(heading: str, format: int) -> tuple[RosterFigure, ...]:
    """The figure that a heading means: a cell id, or row label and column label, the table's name
    before them or not. Several where it may mean several; none where it means none."""
    by_id, by_label = _figures(format)
    if found := by_id.get(heading.strip().removeprefix("nb.")):
        return (found,)
    return by_label.get(_plain(heading), ())


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", squash(text)).lower()


@lru_cache
def _figures(format: int) -> tuple[dict[str, RosterFigure], dict[str, tuple[RosterFigure, ...]]]:
    cells = forms.load(format).cells()
    by_id = {id: RosterFigure(id, cell.kind) for id, cell in cells.items()}
    by_label = {_plain(cell.title): {id: by_id[id]} for id, cell in cells.items()}
    for table in forms.load(format).tables.values():
        for block in table.blocks:
            for row in table.row_leaves(block) or (Leaf("", ()),):
                for col in block.column_leaves:
                    id = ".".join(p for p in (table.id, row.id, col.id) if p)
                    for words in _ways(table, block, row, col):
                        by_label.setdefault(_plain(words), {})[id] = by_id[id]
    return by_id, {words: tuple(found.values()) for words, found in by_label.items()}


def _ways(table: Table, block: Block, row: Leaf, col: Leaf) -> Iterator[str]:
    """How a person may call a figure: by all its labels, or by the last ones, ordinals or not."""
    rows = _paths(row) if row.path else [block.title]
    for above in ("", table.name, table.heading):
        for side in rows:
            for top in _paths(col):
                yield above + side + top


def _paths(leaf: Leaf) -> list[str]:
    """All labels, or only the last ones; as they are, without ordinals, without remarks."""
    labels = [node.label for node in leaf.path if node.label]
    plain = [normalise(label) for label in labels]
    bare = [_ORDINAL.sub("", squash(label)) for label in labels]
    naked = [_ORDINAL.sub("", label) for label in plain]
    ways = (labels, plain, bare, naked)
    return list(dict.fromkeys("".join(w[i:]) for w in ways for i in range(len(labels))))
