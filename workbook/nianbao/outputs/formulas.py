"""The formulas of the workbook, each beside what it gives, computed in Python.

A check cell says one of

- ``√`` the identity holds · ``差 3`` it fails by 3;
- ``缺数`` some of its cells are not filled in · ``—`` none of them is: not decided;
- ``非数字`` text or an error stands where a number belongs (in Excel also a truth value, which
  LibreOffice takes for 1 or 0): not decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

HOLDS, DIFFERS, MISSING, NOTHING, NOT_A_NUMBER = "√", "差", "缺数", "—", "非数字"
INDENT = "　　"

Number = int | Decimal
_NUMBERS = (int, Decimal)  # quicker to ask for than the union


def total(areas: Sequence[str]) -> str:
    """A sum that stays empty as long as nothing is filled in."""
    cells = ",".join(areas)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def add_up(values: Sequence[Any]) -> Number | None:
    """What ``total`` gives."""
    numbers = [v for v in values if is_number(v)]
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
    gap = f"SUM({','.join(expected)})-SUM({','.join(actual)})"
    left, right = _blanks(expected), _blanks(actual)
    not_numbers = f"{size}-COUNT({','.join(cells)})-{left}-{right}>0"
    if local:
        absent = "-".join(f"COUNTBLANK({cell})*{_is_blank(row)}" for cell, row in local)
        left = f"({left}-{absent})"
    # A single blank is no excuse where whatever may stand there, being 0 or more, is too much.
    hopeless = f"OR(AND({left}=1,{right}=0,{gap}>0),AND({left}=0,{right}=1,{gap}<0))"
    differs = f'"{DIFFERS} "&ABS({gap})'
    return (
        f'=IF({not_numbers},"{NOT_A_NUMBER}",'
        f'IF(COUNT({",".join(asked or cells)})=0,"{NOTHING}",'
        f'IF({left}+{right}>0,IF({hopeless},{differs},"{MISSING}"),'
        f'IF({gap}=0,"{HOLDS}",{differs}))))'
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
    return "(" + "+".join(f"COUNTBLANK({a})" for a in areas) + ")"


def _is_blank(areas: Sequence[str]) -> str:
    return "(" + _blanks(areas) + "=" + "+".join(f"ROWS({a})*COLUMNS({a})" for a in areas) + ")"


def blanks(areas: Sequence[str]) -> str:
    """How many cells are not filled in."""
    return "=" + _blanks(areas)[1:-1]


def says(areas: Sequence[str], *words: str) -> str:
    """How many check cells begin with one of these words."""
    if not areas:
        return "=0"
    return "=" + "+".join(f'COUNTIF({a},"{w}*")' for a in areas for w in words)


def shown(place: str) -> str:
    """The content of another cell, a blank one as blank and not as 0."""
    return f'=IF({place}="","",{place})'


# --- paragraphs of 报告 ----------------------------------------------------------------------


def ordinal(name: str, k: int, before: str) -> str:
    """The how-manieth paragraph stands in cell k of a column of paragraphs; blank for none.

    ``before`` are the cells with the ordinals of the cells before it.
    """
    count = f"COUNT({before})+1" if before else "1"
    return f'=IF({k}>ROWS({name}),"",IF(LEN(INDEX({name},{k}))=0,"",{count}))'


def ordinals(paragraphs: Sequence[str | None], size: int) -> list[int | None]:
    """What ``ordinal`` gives for cells 1 … size."""
    out: list[int | None] = []
    for k in range(size):
        full = k < len(paragraphs) and bool(paragraphs[k])
        out.append(1 + sum(n is not None for n in out) if full else None)
    return out


def packed_row(name: str, order: str, per_row: str, row: int, most: int) -> str:
    """Row ``row`` (from 0) of a text on 报告: ``per_row`` paragraphs, blank cells skipped.

    Written without TEXTJOIN and FILTER, which Excel before 2019 does not have.
    """

    def term(i: int) -> str:
        nth = f"{row}*{per_row}+{i + 1}"
        found = f'"{INDENT}"&INDEX({name},MATCH({nth},{order},0))'
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
