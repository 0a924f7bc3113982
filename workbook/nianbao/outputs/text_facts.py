"""What a text comes to in a filled workbook: on its own sheet, on 报告, and on 说明."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from nianbao.outputs import formulas, page, styles, template_texts
from nianbao.outputs.slots import Content
from nianbao.outputs.template_report import TEXT_ROWS, capacity

UNWRITTEN = "未写"


@lru_cache(maxsize=64)
def text_facts(section: str, text: str, cells: int) -> Mapping[str, Content]:
    """All that a text comes to, on its own sheet and on 报告. Most are empty, or like others."""
    written = paragraphs(text, cells)
    per_row, rows = formulas.packed_rows(written, TEXT_ROWS[section])
    values = (
        *written,
        *(
            points(cell, template_texts.PIXELS, template_texts.SIZE) if cell else None
            for cell in written
        ),
        *formulas.counts(written, capacity(section)),
        *rows,
        *(points(row, page.WIDTH, page.BODY.size) if row else None for row in rows),
        per_row,
        _state([cell for cell in written if cell]),
    )
    return dict(zip(text_keys(section, cells), values, strict=True))


@lru_cache
def text_keys(section: str, cells: int) -> tuple[str, ...]:
    """The keys of what ``text_facts`` gives."""
    written, rows = range(cells), range(TEXT_ROWS[section])
    return (
        *(f"text.{section}[{i}]" for i in written),
        *(f"height.text.{section}[{i}]" for i in written),
        *(f"count.{section}[{i}]" for i in range(capacity(section))),
        *(f"report.{section}[{i}]" for i in rows),
        *(f"height.report.{section}[{i}]" for i in rows),
        f"per_row.{section}",
        f"state.{section}",
    )


def paragraphs(text: str, cells: int) -> list[str | None]:
    """A paragraph a cell; what is more than the cells stands in the last one, line by line."""
    lines: list[str] = text.splitlines()
    if len(lines) > cells:
        lines[cells - 1 :] = ["\n".join(lines[cells - 1 :])]
    return [*lines, *(None,) * (cells - len(lines))]


def points(text: str, pixels: float, size: float) -> int:
    """How high a row must be for a text: programs that draw no screen do not find out."""
    return min(int(styles.MAX_ROW), math.ceil(styles.height(text, pixels, size)))


def _state(paragraphs: Sequence[str]) -> str:
    """What 说明 says of a text."""
    if not paragraphs:
        return UNWRITTEN
    long = sum(len(p) > template_texts.LONG for p in paragraphs)
    if long:
        return f"有 {long} 段超过 {template_texts.LONG} 字，请分段"
    return f"√ 已写 {len(paragraphs)} 段"
