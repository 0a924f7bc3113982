"""``make bench``: what 校验 costs in a real LibreOffice, beside a loop that goes cell by cell."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

from button_books import having, seed_report
from nianbao import actions, rules
from nianbao.form.workbook import name_of
from nianbao.report import Report

ROOT = Path(__file__).parents[1]
ROUNDS = 5

# What a click does in a process of its own; only reaching LibreOffice is different from Excel.
CLICK = """
    import sys, time
    marks = [time.perf_counter()]
    import xlwings
    marks.append(time.perf_counter())
    import macros
    marks.append(time.perf_counter())
    from nianbao_addin.libreoffice import bridge, process
    from nianbao_addin.libreoffice.engine import engine, register
    register()
    local = bridge.uno().getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    context = resolver.resolve("uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    engine.apps.add(xl=process.Office(context, headless=True, pid=1))
    marks.append(time.perf_counter())
    macros.run("check")
    marks.append(time.perf_counter())
    print(*(b - a for a, b in zip(marks, marks[1:])))
    """
PARTS = ("import xlwings", "import macros", "reach LibreOffice", "校验")


def cold_clicks(app: Any) -> dict[str, float]:
    """Median seconds of the parts of a click, and of the whole process."""
    pipe = re.search(r"pipe,name=([^;]+);", " ".join(app.impl.office.process.args))
    code = textwrap.dedent(CLICK).format(pipe=pipe[1] if pipe else "")
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-B", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        whole = time.perf_counter() - start
        rounds.append([*map(float, done.stdout.split()), whole])
    medians = map(statistics.median, zip(*rounds, strict=True))
    return dict(zip((*PARTS, "whole process"), medians, strict=True))


def cell_by_cell(book: Any, report: Report) -> None:
    """How it is usually done: every figure asked for by its name, every finding cell by cell."""
    for id in report.values:
        book.names[name_of(id)].refers_to_range.value  # noqa: B018
    findings = rules.check(report)
    sheet = book.sheets.add("逐格")
    for row, finding in enumerate(findings, 1):
        for column, value in enumerate((finding.rule, finding.place, finding.message), 1):
            sheet.range((row, column)).value = value
    sheet.delete()


def measured(app: Any, name: str, job: Any) -> None:
    meter = app.impl.meter
    meter.reset()
    start = time.perf_counter()
    job()
    seconds = time.perf_counter() - start
    print(
        f"{name:32}{seconds * 1000:10.0f} ms"
        f"{meter.reads:8} reads{meter.writes:6} writes{meter.calls:8} calls"
    )


def main() -> None:
    if shutil.which("soffice") is None:
        print("no soffice here: nothing to measure")
        return
    import xlwings as xw

    from nianbao_addin.libreoffice.engine import register
    from uno_engine.attached import attach

    sys.path.insert(0, str(ROOT))
    import macros

    register()
    attach()
    start = time.perf_counter()
    app = xw.App(visible=False, add_book=False)
    print(f"{'start LibreOffice':32}{(time.perf_counter() - start) * 1000:10.0f} ms")
    broken = having(seed_report(), {id: n % 7 for n, id in enumerate(seed_report().values)})
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, report in (("seed", seed_report()), ("broken", broken)):
                path = Path(folder) / f"{name}.xlsx"
                path.write_bytes(actions.filled(report, None, None, path.name)[0])
                book = app.books.open(str(path))
                print(f"\n{name}: {len(rules.check(report))} findings")
                for part, seconds in cold_clicks(app).items():
                    print(f"{part:32}{seconds * 1000:10.0f} ms")
                measured(app, "校验, next click", lambda: macros.run("check"))
                measured(app, "校验, cell by cell", lambda b=book, r=report: cell_by_cell(b, r))
                book.close()
    finally:
        app.quit()


if __name__ == "__main__":
    main()
