"""The files that ``same_as.py`` compares two checkouts over, made by the tests' own modules.

Started with the older checkout's Python, ``-P`` and ``PYTHONPATH`` on its ``tests``:
``python -P same_corpus.py FOLDER``. A group whose modules are not found there is named on stderr,
never left out in silence. The same checkout makes the same files: no clock, no random seed.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

SUFFIXES = (".json", ".xlsx", ".docx", ".html")
_LONG_AGO = 1_700_000_000


def rule_examples(folder: Path) -> None:
    """What keeps, breaks or leaves undecided each rule, with last year's report."""
    from returned import put
    from rules_data import EXAMPLES

    seen: set[bytes] = set()
    for code, examples in EXAMPLES.items():
        tries = [one for kind in examples if not isinstance(kind, str) for one in kind]
        for n, (report, previous) in enumerate(tries):
            path = folder / f"{code}-{n}.json"
            put(path, report)
            before = folder.parent / "rule_examples_previous" / path.name
            if previous is not None:
                put(before, previous)
            whole = path.read_bytes() + (before.read_bytes() if previous is not None else b"")
            if whole in seen:
                path.unlink()
                before.unlink(missing_ok=True)
            seen.add(whole)
            if n == 1:
                put(path.with_suffix(SUFFIXES[len(seen) % 4]), report)


def prose(folder: Path) -> None:
    """The corpora of sentences, each in its report."""
    from prose_corpus import load, report, right
    from returned import put

    for n, (_, _, one) in enumerate(right()):
        if n % 2 == 0:
            put(folder / f"right-{n:03}.json", one)
    for name, spec in load("report-texts").items():
        for n, text in enumerate(spec["texts"]):
            one = report(spec, text)
            for suffix in (".json", SUFFIXES[1 + n % 3]):
                put(folder / f"{name}-{n}{suffix}", one)


def samples(folder: Path) -> None:
    """Hard to print: long, hostile, any characters at all; and reports drawn at random."""
    from returned import put
    from samples import full, hostile, odd_reports
    from strategies import reports, seed_figures, zeros

    known = {"full": full(), "hostile": hostile(), "seed": seed_figures(), "zeros": zeros()}
    for name, report in known.items():
        for suffix in SUFFIXES:
            put(folder / f"{name}{suffix}", report)
    for n, report in enumerate(drawn_from(odd_reports(), 24)):
        with_what_can_hold_it(put, folder / f"odd-{n:02}", report, SUFFIXES[n % 4])
    for n, report in enumerate(drawn_from(reports(), 30)):
        with_what_can_hold_it(put, folder / f"drawn-{n:02}", report, SUFFIXES[n % 4])


def layouts_and_damages(folder: Path) -> None:
    """Tables as people draw them, then with something wrong: as pages and as text."""
    import damages
    import layouts
    from strategies import seed_figures, zeros
    from test_real_files import numbered

    reports = {"2019": numbered(seed_figures()), "2021": numbered(zeros())}
    changes: dict[str, list[Any]] = {"as-it-is": []}
    for name in [
        "padded",
        "remarked",
        "unmerged",
        "repeated",
        "full_width",
        "broken",
        "turned",
        "without_empty",
    ]:
        changes[name] = [getattr(layouts, name)]
    changes["several"] = [layouts.padded, layouts.remarked, layouts.broken]
    wrong = {f"{d.__name__}-{n}": [by_place(d)] for d in damages.ALL for n in range(2)}
    for year, report in reports.items():
        for name, change in {**changes, **wrong}.items():
            rng = random.Random(f"{year} {name}")
            document = layouts.page(report, changes=change, rng=rng)
            put_document(folder / f"{year}-{name}.html", document)
            if name.endswith("-1"):
                continue
            ragged = layouts.page(report, changes=change, rng=rng, ragged=True)
            put_document(folder / f"{year}-{name}.txt", ragged)
        for way in ("columns", "split", "together"):
            document = layouts.page(report, rng=random.Random(way), **{way: True})
            put_document(folder / f"{year}-{way}.html", document)


def copied(folder: Path) -> None:
    """Reports pasted as text in all ways, in the code pages of this trade; old .xls; Word."""
    import test_real_files as real
    from strategies import seed_figures, zeros
    from test_read_text import pasted

    for year, report in (("2019", seed_figures()), ("2021", real.numbered(zeros()))):
        for style in ("cells", "word", "excel", "markdown", "spaces"):
            (folder / f"{year}-{style}.txt").write_text(pasted(report, style), "utf-8")
        for encoding in ("utf-8-sig", "utf-16", "gb18030"):
            text = pasted(report, "word").replace("\n", "\r\n")
            (folder / f"{year}-{encoding}.txt").write_bytes(text.encode(encoding))
        (folder / f"{year}-markdown.md").write_text(pasted(report, "markdown"), "utf-8")
        page = f"<html><body>{real.in_html(report)}</body></html>"
        (folder / f"{year}.html").write_text(page, "utf-8")
        (folder / f"{year}-page.xls").write_bytes(page.encode("gb18030"))
        (folder / f"{year}.xls").write_bytes(real.biff(report))
        for cells in (real.plain, real.revised):
            body = real.in_word(report, cells)
            data = real.word(body, h="heading 1", b="Body Text", Compact="Compact")
            (folder / f"{year}-{cells.__name__}.docx").write_bytes(data)


def workbooks_(folder: Path) -> None:
    """Our names on plain sheets, last year's figures, formulas, odd cells; as Excel saves them."""
    from returned import as_excel_saves, put
    from strategies import seed_figures, zeros
    from test_real_files import numbered
    from workbooks import ours

    old, new = numbered(seed_figures()), numbered(zeros())
    some = list(new.values)
    odd = zip(
        some[::17], ("三件半", "/", "无", "１２", "3.0", -1, "#REF!", "=1+1", True), strict=False
    )
    (folder / "named-2019.xlsx").write_bytes(ours(old))
    (folder / "named-2021.xlsx").write_bytes(ours(new, previous=old))
    (folder / "formulas.xlsx").write_bytes(ours(new, formulas=True))
    (folder / "odd.xlsx").write_bytes(ours(new, edits=odd))
    put(folder / "filled-2019.xlsx", old)
    put(folder / "filled-2021.xlsx", new, numbered(zeros(2021, new.year - 1)))
    for name in ("filled-2019", "filled-2021"):
        data = (folder / f"{name}.xlsx").read_bytes()
        (folder / f"{name}-as-excel.xlsx").write_bytes(as_excel_saves(data))
        (folder / f"{name}.xlsm").write_bytes(data)


def ledgers(folder: Path) -> None:
    """Ledgers of their own, foreign ones, and rows typed into a filled workbook."""
    import ledger_books
    from returned import put
    from strategies import zeros

    made = list(drawn_from(ledger_books.ledgers(), 16))[4:]
    book = folder / "blank.xlsx"
    put(book, zeros(2021, ledger_books.YEAR))
    for n, ledger in enumerate(made):
        (folder / f"own-{n:02}.xlsx").write_bytes(ledger_books.own(ledger))
        typed = ledger_books.put(book.read_bytes(), ledger, 5)
        (folder / f"typed-{n:02}.xlsx").write_bytes(typed)
    headings = ("编号", "收到日期", "申请人", "申请人类别", "内容", "答复日期", "结果")
    rows = [
        ("1", "2025-03-03", "某人", "自然人", "某文件", "2025-03-10", "予以公开"),
        ("2", "2025年4月1日", "某公司", "商业企业", "某文件", None, None),
        ("3", "4月31日", "某人", "不明", "某文件", "2025-05-01", "看不懂"),
    ]
    (folder / "foreign.xlsx").write_bytes(ledger_books.foreign(headings, rows))


def narrated(folder: Path) -> None:
    """A year, the one before it and its 文字素材, for generated text."""
    import narrated as told
    from returned import put

    trios: list[tuple[Any, Any, Any]] = [
        (told.figures(**told.ORDINARY), told.figures(2024, **told.BEFORE), told.everything()),
        (told.figures(**told.SINGLE), None, told.everything()),
        (told.figures(), told.figures(2024), told.material({}, 2021)),
        *list(drawn_from(told.cases(), 12))[4:],
    ]
    for n, (report, previous, facts) in enumerate(trios):
        put(folder / f"{n:02}.json", report)
        if previous is not None:
            put(folder.parent / "narrated_previous" / f"{n:02}.json", previous)
        stem = folder.parent / "narrated_facts" / f"{n:02}.json"
        stem.parent.mkdir(exist_ok=True)
        stem.write_text(json.dumps(dict(facts.values), default=float, ensure_ascii=False), "utf-8")


def returned(folder: Path) -> None:
    """An inbox of forty good reports and thirty odd files, last year's, and their roster."""
    from returned import hostile, put, report, roster, wrong

    hostile(folder / "inbox", 36)
    for n, suffix in enumerate((".docx", ".html", ".json", ".xlsx", ".docx", ".xlsx")):
        one = report(f"某县第{n}局", f"C{n}", business=n)
        put(folder / "inbox" / f"某县第{n}局{suffix}", wrong(one) if n % 2 else one)
    for n in range(20):
        put(folder / "last-year" / f"{n}.xlsx", report(f"某市第{n}局", year=2024, business=n + 1))
    put(folder / "parent.json", report("某市人民政府", business=60))
    rows = [f"某市第{n}局,,{'某市人民政府' if n % 3 else ''},市{n}局,010-{n}" for n in range(30)]
    rows += [f"某县第{n}局,C{n},某县人民政府,," for n in range(6)]
    rows += ["某市人民政府,,,,", "某县人民政府,,,,", "某市没报局,,,,", "某市网页局,,,,"]
    roster(folder / "roster.csv", *rows)


GROUPS: tuple[Callable[[Path], None], ...] = (
    rule_examples,
    prose,
    samples,
    layouts_and_damages,
    copied,
    workbooks_,
    ledgers,
    narrated,
    returned,
)


def drawn_from(strategy: Any, count: int) -> Iterator[Any]:
    """The same values from a strategy each time."""
    from hypothesis import HealthCheck, Phase, given, settings

    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return iter(found[:count])


def with_what_can_hold_it(put: Callable[..., Path], path: Path, report: Any, suffix: str) -> None:
    """The file in this kind, and as JSON; a kind that refuses the text of a report is left out."""
    for ending in dict.fromkeys((".json", suffix)):
        try:
            put(path.with_suffix(ending), report)
        except ValueError:  # lone surrogates are no text
            path.with_suffix(ending).unlink(missing_ok=True)


def by_place(damage: Any) -> Any:
    """A damage done to cells in the order of rows, which is what they ask for."""
    return lambda cells, rng: damage(sorted(cells, key=lambda c: (c.row, c.col)), rng)


def put_document(path: Path, document: Any) -> None:
    """A document of paragraphs and tables as a page, or as lines with tabs."""
    as_page = path.suffix == ".html"
    out: list[str] = []
    for block in document.blocks:
        if not hasattr(block, "cells"):
            out.append(f"<p>{escape(block.text)}</p>" if as_page else block.text)
            continue
        rows: dict[int, list[Any]] = {c.row: [] for c in sorted(block.cells, key=lambda c: c.row)}
        for cell in block.cells:
            rows[cell.row].append(cell)
        lines = [sorted(row, key=lambda c: c.col) for row in rows.values()]
        out += page_table(lines) if as_page else ["\t".join(map(one_line, row)) for row in lines]
    text = "\n".join(out)
    path.write_text(f"<html><body>{text}</body></html>" if as_page else text, "utf-8")


def one_line(cell: Any) -> str:
    return str(cell.text).replace("\n", "")


def page_table(lines: Iterable[Iterable[Any]]) -> list[str]:
    rows = (
        "".join(f"<td rowspan={c.rowspan} colspan={c.colspan}>{escape(c.text)}</td>" for c in row)
        for row in lines
    )
    return ["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"]


def main() -> None:
    root = Path(sys.argv[1])
    for group in GROUPS:
        folder = root / group.__name__.rstrip("_")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            group(folder)
        except (ImportError, AttributeError, TypeError) as error:
            print(f"NOT MADE, other tests than expected: {folder.name}: {error!r}", file=sys.stderr)
    for path in root.rglob("*"):  # which of two files is the newer one decides in a batch
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime < 2_000_000_000:
            os.utime(path, (_LONG_AGO, _LONG_AGO))


if __name__ == "__main__":
    main()
