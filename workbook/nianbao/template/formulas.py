"""The formulas of the workbook, each beside what it gives, computed in Python.

A check cell says one of

- ``√`` the identity holds · ``差 3`` it fails by 3;
- ``缺数`` some of its cells are not filled in · ``—`` none of them is: not decided;
- ``非数字`` text or an error stands where a number belongs (in Excel also a truth value, which
  LibreOffice takes for 1 or 0): not decided.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from nianbao.form.workbook import DIFFERS, HOLDS, MISSING, NOT_A_NUMBER, NOTHING

INDENT = "　　"

Number = int | Decimal
_NUMBERS = (int, Decimal)  # quicker to ask for than the union


def total(areas: Sequence[str]) -> str:
    """A sum that stays empty as long as nothing is filled in."""
    cells = ",".join(areas)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def add_up(values: Sequence[Any]) -> Number | None:
    """What ``total`` gives."""
    filled = [v for v in values if v is not None]
    try:
        return sum(filled) if filled else None
    except TypeError:  # a local row may hold words
        numbers = [v for v in filled if is_number(v)]
        return sum(numbers) if numbers else None


def is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def check(
    expected: Sequence[str],
    actual: Sequence[str],
    asked: Sequence[str] = (),
    local: Sequence[tuple[str, Sequence[str]]] = (),
) -> str:
    """Whether two sums are equal. Each argument is a list of areas.

    ``asked``: silent (``—``) while all of these are blank; without it, while all cells are.
    ``local``: those of the expected cells that stand in local rows, each with the areas of its
    row; no figure is missing in a row that is blank as a whole.
    """
    cells = [*expected, *actual]
    size = "+".join(f"ROWS({a})*COLUMNS({a})" if ":" in a else "1" for a in cells)
    gap = f"(SUM({','.join(expected)})-SUM({','.join(actual)}))"
    left, right = _blanks(expected), _blanks(actual)
    not_numbers = f"{size}-COUNT({','.join(cells)})-{left}-{right}>0"
    if local:
        absent = "-".join(f"COUNTBLANK({cell})*{_is_blank(row)}" for cell, row in local)
        left = f"({left}-{absent})"
    # A single blank is no excuse where whatever may stand there, being 0 or more, is too much.
    hopeless = f"AND({left}+{right}=1,({right}-{left})*{gap}<0)"
    return (
        f'=IF({not_numbers},"{NOT_A_NUMBER}",'
        f'IF(COUNT({",".join(asked or cells)})=0,"{NOTHING}",'
        f"IF(OR({left}+{right}=0,{hopeless}),"
        f'IF({gap}=0,"{HOLDS}","{DIFFERS} "&ABS({gap})),"{MISSING}")))'
    )


def verdict(expected: Sequence[Any], actual: Sequence[Any], asked: Sequence[Any] = ()) -> str:
    """What ``check`` gives for these values; None is a blank cell, none of a blank local row."""
    gap: Number = 0
    blank = [0, 0]
    for side, values in enumerate((expected, actual)):
        for value in values:
            if value is None:
                blank[side] += 1
            elif is_number(value):
                gap += -value if side else value
            else:
                return NOT_A_NUMBER
    left, right = blank
    nothing = all(v is None for v in asked) if asked else left + right == len((*expected, *actual))
    if nothing:
        return NOTHING
    hopeless = (left, right, gap > 0) == (1, 0, True) or (left, right, gap < 0) == (0, 1, True)
    if left + right and not hopeless:
        return MISSING
    return HOLDS if gap == 0 else f"{DIFFERS} {abs(gap)}"


def _blanks(areas: Sequence[str]) -> str:
    counts = "+".join(f"COUNTBLANK({a})" for a in areas)
    return f"({counts})" if len(areas) > 1 else counts


def _is_blank(areas: Sequence[str]) -> str:
    return "(" + _blanks(areas) + "=" + "+".join(f"ROWS({a})*COLUMNS({a})" for a in areas) + ")"


def blanks(areas: Sequence[str]) -> str:
    """How many cells are not filled in."""
    return "=" + _blanks(areas)


def says(areas: Sequence[str], *words: str) -> str:
    """How many check cells begin with one of these words."""
    if not areas:
        return "=0"
    return "=" + "+".join(f'COUNTIF({a},"{w}*")' for a in areas for w in words)


def shown(place: str) -> str:
    """The content of another cell, a blank one as blank and not as 0."""
    return f'=IF({place}="","",{place})'


def counted(name: str, k: int, before: str) -> str:
    """How many of the first k cells of a column of paragraphs are full; ``before``: of k - 1."""
    return f"={before or 0}+IFERROR(LEN(INDEX({name},{k}))>0,0)"


def counts(paragraphs: Sequence[str | None], size: int) -> list[int]:
    """What ``counted`` gives for cells 1 … size."""
    found = list(itertools.accumulate(int(bool(p)) for p in paragraphs[:size]))
    return found + found[-1:] * (size - len(found))


def packed_row(name: str, counts: str, per_row: str, row: int, most: int) -> str:
    """Row ``row`` (from 0) of a text on 报告: ``per_row`` paragraphs, blank cells skipped.

    The n-th paragraph stands in the first cell at which ``counts``, see ``counted``, is n. Written
    without TEXTJOIN and FILTER, which Excel before 2019 does not have.
    """

    def term(i: int) -> str:
        nth = f"{row}*{per_row}+{i + 1}"
        found = f'"{INDENT}"&INDEX({name},MATCH({nth},{counts},0))'
        if i == 0:
            return f'IFERROR({found},"")'
        return f'IF({i + 1}>{per_row},"",IFERROR(CHAR(10)&{found},""))'

    return "=" + "&".join(term(i) for i in range(most))


def packed_rows(paragraphs: Sequence[str | None], rows: int) -> tuple[int, list[str]]:
    """How many paragraphs go into a row, and the rows."""
    full = [p for p in paragraphs if p]
    per_row = max(1, -(-len(full) // rows))
    chunks = (full[i * per_row : (i + 1) * per_row] for i in range(rows))
    return per_row, ["\n".join(INDENT + p for p in chunk) for chunk in chunks]
