"""Counts what a button asks of the program, so that a test can hold it to a number."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nianbao_addin.libreoffice.bridge import Observer


@dataclass
class Meter(Observer):
    """``reads`` and ``writes`` count operations on cells, however many cells each takes.

    A block's values, formulas, formats, notes, marks or names are one read or one write each; what
    the engine needs for itself on the way does not count. ``calls`` counts every question that
    reaches the engine, also those about structure (a sheet's name, the used range), which touch no
    cell. ``log`` has a line for each of the latest reads and writes.
    """

    reads: int = 0
    writes: int = 0
    calls: int = 0
    log: deque[str] = field(default_factory=lambda: deque(maxlen=2000))
    _depth: int = 0
    _counted: set[str] = field(default_factory=set)  # within the question at hand

    def reset(self) -> None:
        """Start from nothing."""
        self.reads = self.writes = self.calls = 0
        self.log.clear()

    def read(self, what: str) -> None:
        """One read from cells."""
        if "read" not in self._counted:
            self._counted.add("read")
            self.reads += 1
            self.log.append(f"read {what}")

    def write(self, what: str) -> None:
        """One write to cells."""
        super().write(what)
        if "write" not in self._counted:
            self._counted.add("write")
            self.writes += 1
            self.log.append(f"write {what}")

    @contextmanager
    def call(self) -> Iterator[None]:
        """One question to the engine; those that the engine asks itself within it do not count."""
        if not self._depth:
            self.calls += 1
            self._counted.clear()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
