"""How far a batch is, said in a terminal."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from nianbao.batch.running.runner import Progress, Tell


def sentence(p: Progress) -> str:
    """``正在生成：已完成 37/120 个，每秒 210 个，约剩 3 秒``, for a status bar too."""
    of = f"/{p.total}" if p.total is not None else ""
    parts = [f"正在{p.verb}：已完成 {p.done}{of} 个"]
    if p.problems:
        parts.append(f"{p.problems} 个未成功")
    if p.rate:
        parts.append(f"每秒 {p.rate:.1f} 个" if p.rate < 10 else f"每秒 {p.rate:.0f} 个")
    if p.left is not None and p.done != p.total:
        parts.append(f"约剩 {duration(p.left)}")
    return "，".join(parts)


def duration(seconds: float) -> str:
    """``1 分 5 秒``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分 {whole % 60} 秒"
    return f"{whole // 3600} 小时 {whole % 3600 // 60} 分"


@contextmanager
def in_terminal() -> Iterator[Tell | None]:
    """A bar on stderr where that is a terminal; None where it is not."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("正在准备", total=None)

        def tell(p: Progress) -> None:
            bar.update(task, completed=p.done, total=p.total, description=sentence(p))

        yield tell


# --- Ctrl+C and a polite kill: the run ends after what is being done, with a usable result --------


class Stop:
    """``stop()`` is true once somebody asked; ``stop.ask()`` asks."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        return self._asked

    def ask(self) -> None:
        self._asked = True


@contextmanager
def stoppable() -> Iterator[Stop]:
    """SIGINT and SIGTERM ask to stop; a second SIGINT interrupts, as it does elsewhere.

    Outside the main thread, where there are no signals, only ``ask`` does.
    """
    stop = Stop()

    def asked(number: int, _frame: FrameType | None) -> None:
        if stop() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.ask()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
