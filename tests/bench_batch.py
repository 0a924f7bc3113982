"""``make bench``, second part: many workbooks. What each reach of the design is measured by.

Everything in one run, interleaved rounds, medians; only the ratios hold. Memory is that of the
parent while it fills; files go to ``/dev/shm`` where there is one.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any

from bench import interleaved, openpyxl_fill, openpyxl_read, others
from conftest import SEED
from nianbao import actions, reading, rules
from nianbao.batch import folder
from nianbao.batch.fill import Options, WorkbookTask, make
from nianbao.batch.roster.roster import Unit
from nianbao.batch.running.runner import Crew, run
from nianbao.batch.running.workers import Alone, Cluster, crew
from nianbao.formats import zip as zips
from nianbao.formats.xlsx.mould import Recent
from nianbao.report import Agency, Report, build, with_totals
from nianbao.report.years import carried_over
from nianbao.template import fill
from nianbao.template.build import template
from returned import as_excel_saves
from strategies import zeros

ROUNDS = 9
AT_ONCE, DISK, MANY, FLAT = 10, 500, 6_000, (2_000, 20_000)


def main() -> None:
    report = with_totals(actions.read(SEED))
    with place("/dev/shm") as memory, place(None) as disk:
        filling(report, memory, disk)
        reading_speed(report, memory)
        spreading(memory)
        flat_memory(memory)
        reviewing(memory)


@contextmanager
def place(where: str | None) -> Iterator[Path]:
    """A folder on that file system, or on the usual one where there is none."""
    found = tempfile.mkdtemp(dir=where if where and Path(where).is_dir() else None)
    try:
        yield Path(found)
    finally:
        shutil.rmtree(found)


def show(what: str, ratio: float, wanted: str) -> None:
    print(f"{what:62}{ratio:8.2f}   wanted {wanted}")


# --- fill ----------------------------------------------------------------------------------------


def filling(report: Report, memory: Path, disk: Path) -> None:
    """Of workbooks that differ in every figure and text: what one has in common with the one
    before it is not made again, and here that is little."""
    blank = template(report.format, report.year, report.layout)
    reports = cycle(others(report, 30))
    recent: Recent = {}

    def ours(path: Path) -> None:
        for _ in range(AT_ONCE):
            folder.put(path, fill.fill(next(reports), recent=recent).data)

    def slowly() -> None:
        (memory / "o.xlsx").write_bytes(openpyxl_fill(blank, next(reports)))

    def without_isal() -> None:
        with plain_zlib():
            ours(memory / "z.xlsx")

    jobs: dict[str, Callable[[], object]] = {
        "openpyxl": slowly,
        "fast": lambda: ours(memory / "a.xlsx"),
        "zlib": without_isal,
    }
    times = interleaved(jobs, ROUNDS)
    times |= {name: times[name] / AT_ONCE for name in ("fast", "zlib")}
    for name, seconds in times.items():
        print(f"fill, {name:56}{seconds * 1000:8.2f} ms")
    if zips._isal():
        show("fill with isal, times openpyxl", times["openpyxl"] / times["fast"], "≥ 200")
    show("fill with zlib, times openpyxl", times["openpyxl"] / times["zlib"], "≥ 120")
    before = list(others(zeros(2021, 2024), DISK))
    sent_out = [
        (build(2021, 2025, b.agency, carried_over(zeros(2021, 2025), b)), b) for b in before
    ]
    on_disk("sent out, with last year's figures", sent_out, disk)
    on_disk("full, every figure and text its own", [(r, None) for r in others(report, DISK)], disk)


def on_disk(what: str, pairs: Sequence[tuple[Report, Report | None]], disk: Path) -> None:
    """Filling and writing into an empty folder, and only writing the same bytes, both as a batch
    does it: all that was written is brought to the disk at the end."""
    recent: Recent = {}
    files = [fill.fill(*pair).data for pair in pairs]
    jobs: dict[str, Callable[[int], bytes]] = {
        "bare": files.__getitem__,
        "filled": lambda n: fill.fill(*pairs[n], recent=recent).data,
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS // 2 + 1):
        for name, made in jobs.items():
            place_ = disk / name
            place_.mkdir()
            start = time.perf_counter()
            for n in range(len(pairs)):
                folder.put(place_ / f"{n}.xlsx", made(n))
            folder.settle()
            times[name].append(time.perf_counter() - start)
            shutil.rmtree(place_)
            folder.settle()
    filled, bare = (statistics.median(times[name]) for name in ("filled", "bare"))
    print(f"on disk, {what:53}{filled / len(pairs) * 1000:8.2f} ms")
    show("  times the bare write", filled / bare, "≤ 4")


@contextmanager
def plain_zlib() -> Iterator[None]:
    found = zips._isal
    zips._isal = lambda: None  # type: ignore[assignment]
    try:
        yield
    finally:
        zips._isal = found


# --- read ----------------------------------------------------------------------------------------


def reading_speed(report: Report, memory: Path) -> None:
    ours = fill.fill(report).data
    files = {"as Excel saves it": as_excel_saves(ours), "saved by LibreOffice": libreoffice(ours)}
    for name, data in files.items():
        if data is None:
            print(f"read {name}: not tried, there is no soffice here")
            continue
        assert reading.open(data, "a.xlsx").report.values == report.values
        path = memory / "r.xlsx"
        path.write_bytes(data)
        times = interleaved(
            {
                "openpyxl": partial(openpyxl_read, data),
                "read": partial(many_times, partial(read_report, path)),
                "check": partial(many_times, partial(check_file, path)),
            },
            ROUNDS,
        )
        times |= {name: times[name] / AT_ONCE for name in ("read", "check")}
        print(f"read, {name:56}{times['read'] * 1000:8.2f} ms")
        show(f"read, {name}, times openpyxl", times["openpyxl"] / times["read"], "≥ 60")
        show("  and all rules, times openpyxl's read", times["openpyxl"] / times["check"], "≥ 40")


def read_report(path: Path) -> Report:
    return actions.read(path)


def check_file(path: Path) -> None:
    rules.check(actions.read(path))


def many_times(job: Callable[[], object]) -> None:
    for _ in range(AT_ONCE):
        job()


def libreoffice(data: bytes) -> bytes | None:
    program = shutil.which("soffice")
    if program is None:
        return None
    with place(None) as here:
        (here / "a.xlsx").write_bytes(data)
        profile = f"-env:UserInstallation={(here / 'profile').as_uri()}"
        convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(here / "out")]
        command = [program, profile, *convert, str(here / "a.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return (here / "out" / "a.xlsx").read_bytes()


# --- many workers, many files --------------------------------------------------------------------


def tasks(count: int) -> Iterator[WorkbookTask]:
    for i in range(count):
        unit = Unit(f"某市第{i}局", f"C{i}", data={"requests.received.other": i}, row=i + 2)
        yield WorkbookTask(unit, f"{i}.xlsx", None, None)


def go_through(workers: Crew, where: Path, count: int) -> float:
    """Seconds that so many workbooks take, into an empty folder."""
    where.mkdir()
    start = time.perf_counter()
    work = partial(make, Options(2025, 2021, where), {})
    done = sum(d.problem is None for d in run(work, tasks(count), workers, total=count))
    seconds = time.perf_counter() - start
    assert done == count
    shutil.rmtree(where)
    return seconds


def spreading(memory: Path) -> None:
    """One process, two, and a cluster of two workers, once they have all started."""
    with crew(2, None, MANY) as two:
        times = in_turn({"one": Alone(), "two": two}, memory)
        print(f"batch fill, one process{'':38}{MANY / times['one']:8.0f} a second")
        show("two processes, times one", times["one"] / times["two"], "≥ 1.6")
        with cluster() as dask:  # which is never quite idle
            if dask is not None:
                times = in_turn({"dask": dask, "two": two}, memory)
                show(
                    "Dask, two workers, time / two processes",
                    times["dask"] / times["two"],
                    "≤ 1.25",
                )


def in_turn(crews: dict[str, Crew], memory: Path) -> dict[str, float]:
    """Median seconds of each crew; the round in which each compiles the template left out."""
    times: dict[str, list[float]] = {name: [] for name in crews}
    for i in range(6):
        for name, workers in crews.items():
            seconds = go_through(workers, memory / "many", MANY)
            times[name] += [seconds] if i else []
    return {name: statistics.median(found) for name, found in times.items()}


@contextmanager
def cluster() -> Iterator[Crew | None]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        print("Dask: not tried, it is not installed here")
        yield None
        return
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as local,
        distributed.Client(local) as client,
    ):
        yield Cluster(client)


MEASURED = """
import re, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from bench_batch import go_through
from nianbao.batch.running.workers import crew
if __name__ == "__main__":
    with crew(2, None, 10_000) as workers:
        go_through(workers, Path(sys.argv[1]) / "flat", int(sys.argv[2]))
    status = Path("/proc/self/status").read_text()  # getrusage would count what was before exec
    print(int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024)
"""


def flat_memory(memory: Path) -> None:
    """MiB of the parent for few and for many workbooks."""
    if not Path("/proc/self/status").exists():
        print("memory: not measured, there is no /proc here")
        return
    script = memory / "measured.py"
    script.write_text(MEASURED, encoding="utf-8")
    for count in FLAT:
        command = [sys.executable, str(script), str(memory), str(count), str(Path(__file__).parent)]
        found = subprocess.run(
            command, check=True, capture_output=True, text=True, env=dict(os.environ)
        )
        show(f"MiB of the parent over {count:,} workbooks", float(found.stdout), "≤ 300")


REVIEWED = """
import re, sys, time
from pathlib import Path
from nianbao.batch import checking, collecting
from nianbao.batch.review.review import Inbox

if __name__ == "__main__":
    box, out = Inbox(Path(sys.argv[1])), Path(sys.argv[2])
    start = time.perf_counter()
    checking.check_all(box, out / "c.xlsx", force=True)
    checked = time.perf_counter()
    collecting.collect_all(box, out / "s.xlsx", force=True)
    added = time.perf_counter()
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024
    print(checked - start, added - checked, peak)
"""


def reviewing(memory: Path) -> None:
    """Seconds to check and to add up few and many returned workbooks, and MiB of the parent."""
    if not Path("/proc/self/status").exists():
        print("check and collect: not measured, there is no /proc here")
        return
    for count in FLAT:
        with place(str(memory)) as here:
            review(count, here)


def review(count: int, here: Path) -> None:
    box, script = here / "returned", here / "reviewed.py"
    script.write_text(REVIEWED, encoding="utf-8")
    box.mkdir()
    rng = random.Random(count)
    for n in range(count):
        values = {"requests.received.business": n % 9, "requests.granted.business": n % 9}
        texts = {text: prose(rng) for text in ("overview", "problems")}
        one = with_totals(build(2021, 2025, Agency(f"某市第{n}局"), values, text=texts))
        (box / f"{n}.xlsx").write_bytes(fill.fill(one).data)
    command = [sys.executable, str(script), str(box), str(here)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    checked, added, peak = map(float, found.stdout.split())
    print(f"check {count:6,} workbooks, {'':48}{checked:8.1f} s")
    print(f"collect them, already read, {'':41}{added:8.1f} s")
    show("MiB of the parent over check and collect", peak, "≤ 300")


def prose(rng: random.Random) -> str:
    """A text that is no other agency's."""
    words = "全市各级行政机关围绕企业群众关切持续加强政府信息公开政策解读平台建设着力提升实效"
    return "。\n".join("".join(rng.choices(words, k=60)) for _ in range(8)) + "。"


if __name__ == "__main__":
    main()
