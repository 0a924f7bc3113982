"""Ctrl+C and a polite kill: the run ends after what is being done, with a usable result."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


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
