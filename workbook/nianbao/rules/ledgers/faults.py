"""What the rules on ledgers have in common: how the rows with a fault are told.

A message names the sheet, the row and the column, and never says what stands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from nianbao.formats.a1 import letters_of
from nianbao.ledgers import model
from nianbao.ledgers.values import Ledger, LedgerRow, Problem, Trouble
from nianbao.report.findings import Level
from nianbao.rules.case import LISTED, Case, Evaluate, Verdict
from nianbao.words.figures import squash

_APART = 20  # more rows than this with one fault are told together

Fault = tuple[LedgerRow, str]  # a row, and the rest of the sentence that begins with where it is


def with_ledger(
    look: Callable[[Case, Ledger], Iterator[Verdict]],
) -> Evaluate:
    """The decorator of a rule that only a ledger can break."""

    def evaluate(case: Case) -> Iterator[Verdict]:
        if case.ledger is None or case.ledger.empty:
            return iter((Verdict("not_applicable", "没有台账。"),))
        return look(case, case.ledger)

    return evaluate


def verdicts(
    ledger: Ledger, name: str, key: str, faults: Iterable[Fault], level: Level | None = None
) -> Iterator[Verdict]:
    """One verdict a row; of one fault in many rows a single one, at the first of them."""
    by_fault: dict[str, list[Fault]] = {}
    for row, fault in faults:
        by_fault.setdefault(fault.partition("#")[0], []).append((row, fault.replace("#", "")))
    for general, rows in by_fault.items():
        first = rows[0][0]
        if len(rows) > _APART:
            numbers = "、".join(str(row.row) for row, _ in rows[:LISTED])
            yield verdict(
                *(ledger, name, key, first),
                f"有 {len(rows)} 行{general}：第 {numbers} 行等。",
                level,
                general,
            )
            continue
        for row, fault in rows:
            said = f"第 {row.row} 行{fault}。"
            yield verdict(ledger, name, key, row, said, level, f"{general}|{_identity(row)}")


def verdict(
    ledger: Ledger,
    name: str,
    key: str,
    row: LedgerRow,
    said: str,
    level: Level | None,
    subject: str,
) -> Verdict:
    """That something is wrong at a row; ``subject`` tells it apart from the rule's others."""
    one = model.load()[name]
    return Verdict(
        "fail",
        f"{one.title}{said}",
        place=f"{row.sheet}!{letters_of(ledger.columns.get((row.sheet, key), 1))}{row.row}",
        section=one.table,
        level=level,
        subject=f"{name}|{key}|{subject}",
    )


def _identity(row: LedgerRow) -> str:
    """What tells a row from the others when rows are inserted above: its number, made unreadable;
    without one its place."""
    number = squash(getattr(row, "number", ""))
    return hashlib.sha256(f"{number or row.row}|{row.sheet}".encode()).hexdigest()


def label(name: str, key: str) -> str:
    """The heading of a column, as it is quoted."""
    return f"“{model.load()[name].column(key).label}”"


def lacking(ledger: Ledger, name: str, key: str, rows: Iterable[LedgerRow]) -> Iterator[Fault]:
    """Rows without a value in a column that must have one."""
    unread = places(ledger, name, ("date", "choice", "number"))
    for row in rows:
        if getattr(row, key) is None:
            bad = (row.sheet, row.row, key) in unread
            yield row, f"{label(name, key)}{'不是可用的内容' if bad else '没有填写'}"


def copies(ledger: Ledger, name: str) -> Iterator[Verdict]:
    """Rows that stand on two sheets and count once, told together for each two sheets."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for p in ledger.problems:
        if p.ledger == name and p.trouble == "copy":
            found.setdefault((p.sheet, p.other), []).append(p)
    for (sheet, other), rows in found.items():
        first = LedgerRow(sheet=sheet, row=rows[0].row)
        said = f"有 {len(rows)} 行在工作表“{sheet}”和“{other}”里都有，只计一次。"
        yield verdict(ledger, name, "number", first, said, "info", f"copies|{sheet}|{other}")


def places(
    ledger: Ledger, name: str, troubles: Sequence[Trouble]
) -> dict[tuple[str, int, str], Problem]:
    """The cells of a ledger with such troubles, by sheet, row and column key."""
    return {
        (p.sheet, p.row, p.key): p
        for p in ledger.problems
        if p.ledger == name and p.trouble in troubles
    }
