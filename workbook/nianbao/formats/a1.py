"""Letters of spreadsheet columns ↔ their numbers from 1."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def column_of(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27; capital Latin letters only."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """1 → ``A``, 27 → ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
