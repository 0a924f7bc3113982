"""``make bench``: how long the jobs take, and what openpyxl takes for the same, in the same run.

Interleaved rounds, medians. Absolute times are this machine's; the ratios are what to compare.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import openpyxl

from conftest import SEED
from nianbao import actions, reading, rules
from nianbao.exports import html, word, xlsx
from nianbao.exports import json as json_output
from nianbao.form import workbook
from nianbao.formats.xlsx.mould import Recent
from nianbao.report import Agency, Report, with_totals
from nianbao.template import fill
from nianbao.template.build import template

ROUNDS = 15


def openpyxl_fill(blank: bytes, report: Report) -> bytes:
    """What a user would write instead: load the template, set the cells, save."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for id, value in report.values.items():
        for sheet, cell in book.defined_names[workbook.name_of(id)].destinations:
            if not str(book[sheet][cell].value).startswith("="):
                book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def openpyxl_read(data: bytes) -> dict[str, object]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        name: book[sheet][cell.replace("$", "")].value
        for name, defined in book.defined_names.items()
        if name.startswith("nb.requests") or name.startswith("nb.dis")
        for sheet, cell in defined.destinations
    }


def others(report: Report, count: int) -> Iterator[Report]:
    """Reports like this one in which every figure and text, and the name, is another."""
    cells = report.form.cells(report.layout)
    for n in range(1, count + 1):
        figures = {id: None if cells[id].total else (v or 0) + n for id, v in report.values.items()}
        texts = {id: f"{text}第{n}份。" if text else "" for id, text in report.text.items()}
        agency = Agency(f"{report.agency.name}{n}")
        changed = replace(report, agency=agency, values=figures, text=texts)
        yield with_totals(changed)


def interleaved(jobs: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each job, one of each per round."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(t) for name, t in times.items()}


def cold_start(path: Path) -> float:
    """Seconds of ``nianbao check`` on one workbook, process start included."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "nianbao", "check", str(path)], capture_output=True, check=False
        )
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    report = with_totals(actions.read(SEED))
    filled = fill.fill(report).data
    blank = template(report.format, report.year, report.layout)
    page, document, text = html.write(report), word.write(report), SEED.read_bytes()
    recent: Recent = {}
    reports = cycle(others(report, ROUNDS))
    times = interleaved(
        {
            "openpyxl: load + set + save": lambda: openpyxl_fill(blank, next(reports)),
            "openpyxl: load + read by name": lambda: openpyxl_read(filled),
            "fill": lambda: fill.fill(next(reports), recent=recent),
            "fill an existing workbook": lambda: fill.fill(report, None, filled),
            "read our workbook": lambda: reading.open(filled, "a.xlsx").report,
            "read Word": lambda: reading.open(document, "a.docx").report,
            "read HTML": lambda: reading.open(page, "a.html").report,
            "read text": lambda: reading.open(text, "a.txt").report,
            "check": lambda: rules.check(report),
            "export xlsx": lambda: xlsx.write(report),
            "export docx": lambda: word.write(report),
            "export html": lambda: html.write(report),
            "export json": lambda: json_output.write(report),
        }
    )
    for name, seconds in times.items():
        print(f"{name:32}{seconds * 1000:10.2f} ms")
    saving, loading = times["openpyxl: load + set + save"], times["openpyxl: load + read by name"]
    print(f"\nfill: {saving / times['fill']:.0f} × openpyxl load + set + save")
    print(f"read: {loading / times['read our workbook']:.0f} × openpyxl load")
    both = times["read our workbook"] + times["check"]
    print(f"read + check: {loading / both:.0f} × openpyxl load alone")
    path = Path("bench-年报.xlsx")
    try:
        path.write_bytes(filled)
        print(f"cold start of `nianbao check` on one workbook: {cold_start(path):.2f} s")
    finally:
        path.unlink()


if __name__ == "__main__":
    main()
