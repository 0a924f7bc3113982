"""Ledgers of requests and cases: they hold personal data, so they are told apart and left unread.

No text of theirs is searched for labels, kept, quoted or traced; all that is said of one is where
it is and how many rows it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from nianbao.reading.document import Paragraph, TextDocument, TextTable
from nianbao.report import Note
from nianbao.words.figures import squash

_NAMED = re.compile(r"台[账帐]|登记[表簿册]")
# Headings that stand above one request or case a row. No table of a report has two of them.
_OWN = re.compile(
    r"(?:登记|申请|受理|案件|关联登记)(?:编号|号码?|序号)|案号"
    r"|(?:收到|收件|申请|登记|受理|办结|答复|应答复|送达|收案|结案)(?:申请)?(?:日期|时间)"
    r"|被?申请人(?:姓名|名称|类[型别]|性质|信息|单位)?(?:或名称|及?联系(?:方式|电话))?|原告|被告"
    r"|申请(?:公开)?(?:的)?(?:信息)?(?:内容|事项|描述)|所需(?:政府)?信息(?:内容|描述|名称)?"
)
_CONTACT = re.compile(
    r"(?:联系|手机|移动)?(?:电话|手机|号码|方式|手机号码?)(?:号码)?"
    r"|(?:身份证|证件)(?:件)?(?:号码?|编号|名称)?|姓名|(?:联系|通[信讯]|邮寄|家庭)(?:地址|住址)|住址"
)
_ADDED = re.compile(r"\(.*\)|[*:]|^\d{1,2}[.、]?")  # （必填）, ＊, ：, a number in front
_LONGEST = 24
_Place = TypeVar("_Place")


def is_ledger_name(name: str) -> bool:
    """Whether a sheet of this name is a ledger."""
    return _NAMED.search(squash(name)) is not None


def heads_ledger(row: Iterable[str]) -> bool:
    """Whether these texts are the headings of a ledger: two, one of them of requests or cases."""
    found = {heading for text in row if (heading := _heading(text)) is not None}
    return len(found) > 1 and any(_OWN.fullmatch(heading) for heading in found)


def in_lines(texts: Iterable[tuple[_Place, str]]) -> bool:
    """Whether some line of a table (``place``: its number) is the headings of a ledger."""
    lines: dict[_Place, list[str]] = {}
    for place, text in texts:
        if _heading(text) is not None:
            lines.setdefault(place, []).append(text)
    return any(heads_ledger(line) for line in lines.values() if len(line) > 1)


def is_ledger(table: TextTable) -> bool:
    """Whether a table of a text has a ledger's headings, along a row or down a column."""
    texts = [(c.row, c.col, c.text) for c in table.cells if len(c.text) <= _LONGEST]
    down = not table.ragged and in_lines((x, text) for _, x, text in texts)
    return down or in_lines((y, text) for y, _, text in texts)


def without_ledgers(document: TextDocument) -> TextDocument:
    """The document with a note in place of each of its ledgers."""
    blocks: list[Paragraph | TextTable] = []
    notes = list(document.notes)
    for block in document.blocks:
        if isinstance(block, TextTable) and is_ledger(block):
            rows = len({cell.row for cell in block.cells if cell.text.strip()})
            notes.append(left_unread(block.place or "一个表格", rows, block.place))
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks), notes=tuple(notes))


def left_unread(name: str, rows: int, place: str | None) -> Note:
    """What is said of a ledger: which it is and how long."""
    return Note("ledger", f"“{name}”是台账，共 {rows} 行，可能含有个人信息，没有读取。", place)


def rows_in(cells: Mapping[tuple[int, int], object]) -> int:
    """The number of rows of a sheet that hold anything."""
    return len({y for y, _ in cells})


@lru_cache(maxsize=4096)
def _heading(text: str) -> str | None:
    """A ledger's heading without what is added to it; None for any other text."""
    plain = "".join(text.split()) if len(text) <= _LONGEST else ""
    if len(plain) < 2:
        return None
    plain = _ADDED.sub("", squash(plain))
    return plain if _OWN.fullmatch(plain) or _CONTACT.fullmatch(plain) else None
