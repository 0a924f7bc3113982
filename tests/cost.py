"""What a piece of work costs, in a unit that the machine stretches as it stretches the work.

Seconds say how busy and how fast a machine is. The processor time of the work over that of a fixed
piece of the same kind of work, measured just before and after it, says what the work itself asks.
"""

from __future__ import annotations

import gc
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TEXT = "全年新收政府信息公开申请12件，其中自然人10件，占83.33%；商业企业2件，占16.67%。" * 60


def unit() -> float:
    """Processor seconds of a fixed piece of work, some 10 ms: matches, strings, a dictionary."""
    start = time.process_time()
    for n in range(10):
        words = re.findall(r"[一-鿿]{2,4}|\d+(?:\.\d+)?", _TEXT[n:])
        counted = Counter(word + str(len(word)) for word in words)
        sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return time.process_time() - start


def cost(work: Callable[[], object], repeat: int = 1) -> float:
    """In units: the least of so many times."""
    return min(_once(work) for _ in range(repeat))


def _once(work: Callable[[], object]) -> float:
    before = unit()
    start = time.process_time()
    work()
    used = time.process_time() - start
    return used / max(before, unit())


@contextmanager
def costs_at_most(units: float) -> Iterator[None]:
    """Fails where what is done within costs more."""
    gc.collect()  # what others left is not at the charge of this
    before = unit()
    start = time.process_time()
    yield
    used = (time.process_time() - start) / max(before, unit())
    print(f"{used:.1f} of {units:g} units")
    assert used < units
