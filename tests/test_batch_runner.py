"""The one mechanism behind all batches: order, stops, accidents, and who does the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.batch.running.runner import Progress, duration, run, sentence, stoppable
from nianbao.batch.running.workers import Alone, Processes, crew
from nianbao.errors import CannotWrite, UnusableInput


def double(n: int) -> int:
    if n % 10 == 3:
        raise UnusableInput(f"第 {n} 个不能用。")
    if n % 10 == 4:
        raise CannotWrite(f"第 {n} 个写不出。")
    if n % 10 == 5:
        raise ZeroDivisionError
    return 2 * n


def die_of_thirteen(n: int) -> int:
    if n == 13:
        os._exit(9)
    return n


def slow(n: int) -> int:
    time.sleep(0.02)
    return n


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with crew(2, None, 1000) as workers:
        assert isinstance(workers, Processes)
        yield workers


@given(st.lists(st.integers(0, 1000), max_size=30))
def test_every_item_has_its_turn_in_order_and_none_stops_the_others(numbers: list[int]) -> None:
    found = list(run(double, numbers, Alone()))
    assert [d.number for d in found] == list(range(len(numbers)))
    for done, n in zip(found, numbers, strict=True):
        problems = {3: f"第 {n} 个不能用。", 4: f"第 {n} 个写不出。"}
        problems[5] = f"处理“{n}”时程序内部出错（ZeroDivisionError），没有处理它。"
        assert done.item == n
        assert done.problem == problems.get(n % 10)
        assert done.code == {3: 2, 4: 3, 5: 2}.get(n % 10, 0)
        assert done.value == (None if done.problem else 2 * n)


def test_several_processes_give_what_one_gives(processes: Processes) -> None:
    numbers = range(3000)
    alone, several = run(double, numbers, Alone()), run(double, numbers, processes)
    assert list(several) == list(alone)


def pid(_n: int) -> int:
    return os.getpid()


def test_the_processes_of_a_crew_are_kept_from_one_run_to_the_next(processes: Processes) -> None:
    first = {d.value for d in run(pid, range(200), processes)}
    then = {d.value for d in run(pid, range(200), processes)}
    assert len(first | then) <= 2
    assert os.getpid() not in first


def test_an_item_that_kills_its_worker_is_named_and_the_others_are_done() -> None:
    with crew(2, None, 40) as workers:
        found = list(run(die_of_thirteen, range(40), workers, name="第{}个".format))
    problems = [(d.item, d.problem) for d in found if d.problem]
    assert problems == [(13, "处理“第13个”时程序意外终止，没有处理它。")]
    assert [d.value for d in found if not d.problem] == [n for n in range(40) if n != 13]


@pytest.mark.parametrize("jobs", [1, 2])
def test_after_a_stop_what_was_begun_is_finished_and_nothing_else(jobs: int) -> None:
    found = []
    with stoppable() as stop, crew(jobs, None, 500) as workers:
        for done in run(slow, range(500), workers, stop=stop):
            found.append(done.value)
            if len(found) == 3:
                os.kill(os.getpid(), signal.SIGINT)
    assert found == list(range(len(found)))
    assert 3 <= len(found) < 150


def test_a_second_interrupt_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    with stoppable() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_items_are_taken_only_a_few_chunks_ahead_of_the_results() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while True:
            yield taken
            taken += 1

    tracemalloc.start()
    for done in run(abs, items(), Alone()):
        assert taken - done.number <= 1
        if done.number == 50_000:
            break
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_progress_tells_count_problems_rate_and_time_left() -> None:
    told: list[Progress] = []
    list(run(double, range(20), Alone(), show=told.append, total=20))
    assert (told[-1].done, told[-1].total, told[-1].problems) == (20, 20, 6)
    text = sentence(Progress("生成", 30, 120, 2, 0.5))
    assert text == "正在生成：已完成 30/120 个，2 个未成功，每秒 60 个，约剩 2 秒"
    assert duration(3_725) == "1 小时 2 分"


ORPHAN = """
import os, sys, time
from test_batch_runner import slow
from nianbao.batch.running.workers import crew
from nianbao.batch.running.runner import run
if __name__ == "__main__":
    with crew(2, None, 1000) as workers:
        for done in run(slow, range(10_000), workers):
            if done.number == 20:
                print(*workers._pool._processes, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks into /proc")
def test_workers_do_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN, encoding="utf-8")
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as parent:
        assert parent.stdout is not None
        workers = parent.stdout.readline().split()
        parent.kill()
    assert len(workers) == 2
    end = time.monotonic() + 600
    while any(running(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in workers if running(pid)] == []


def running(pid: str) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
