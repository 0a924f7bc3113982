"""Formulas moved to another sheet and back, so that they go on meaning the same cells."""

from __future__ import annotations

import re
from collections.abc import Callable

from nianbao_addin.hosts.host import quoted

_CELL, _COLUMN, _ROW = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}", r"\$?[A-Za-z]{1,3}", r"\$?[0-9]{1,7}"
_AREA = re.compile(rf"{_CELL}(?::{_CELL})?|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW}")
_NAME = re.compile(r"[^\W\d][\w.]*")


def abroad(formula: str, sheet: str) -> str | None:
    """A formula of a cell on ``sheet`` as it would have to be on another one; None where that
    cannot be told, as with columns of a table."""
    prefix = quoted(sheet) + "!"
    sure = True

    def moved(operand: str) -> str:
        nonlocal sure
        if _AREA.fullmatch(operand):
            return prefix + operand
        sure = sure and (("!" in operand and "[" not in operand) or bool(_NAME.fullmatch(operand)))
        return operand

    text = _with_operands(formula, moved)
    return text if sure else None


def at_home(formula: str, sheet: str) -> str:
    """The way back: what it says of ``sheet`` without that sheet's name."""
    prefixes = (quoted(sheet) + "!", sheet + "!")

    def moved(operand: str) -> str:
        for prefix in prefixes:
            if operand.startswith(prefix):
                return operand.removeprefix(prefix)
        return operand

    return _with_operands(formula, moved)


def _with_operands(formula: str, moved: Callable[[str], str]) -> str:
    from openpyxl.formula import Tokenizer

    tokens = Tokenizer(formula).items
    return "=" + "".join(moved(t.value) if t.subtype == "RANGE" else t.value for t in tokens)
