"""One mechanism for all batch jobs: items in, results out in the same order, whoever does the work.

Items go to the workers in chunks of about half a second, a few chunks ahead of the results,
so that memory does not grow with the number of items and a stop is felt at once. An item that
cannot be done gives its sentence; it never ends the run, not even by killing a worker. Ctrl+C and a
polite kill end it after what is being done, with a usable result.

What goes there and back is pickled, so that it has no ``slots``: dataclasses with them take several
times as long.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from types import FrameType
from typing import Generic, NamedTuple, Protocol, TypeVar

from nianbao.errors import NianbaoError

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")

CHUNK_SECONDS = 0.5
MAX_CHUNK = 2000
_SHOW_EVERY = 0.1  # seconds


class Crew(Protocol):
    """Who does the work; see `nianbao.batch.running.workers`."""

    workers: int
    alone: bool  # everything happens in this process, one item after the other

    def hire(self, *, anew: bool = False) -> Executor:
        """The executor, the same for one run after the other; ``anew`` when it broke down."""


@dataclass(frozen=True, slots=True)
class Done(Generic[I, R]):
    """An item that had its turn: ``value`` is the result, or ``problem`` the sentence why not.

    ``code`` is the exit code that the problem stands for (2 unusable, 3 not written), else 0.
    """

    number: int  # place in the input, from 0
    item: I
    value: R | None = None
    problem: str | None = None
    code: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, for a terminal or a status bar. ``verb``: what it does, in Chinese."""

    verb: str
    done: int
    total: int | None
    problems: int
    seconds: float

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take; None while that is not known."""
        if self.total is None or not self.rate:
            return None
        return (self.total - self.done) / self.rate


ShowProgress = Callable[[Progress], None]


class _Answer(NamedTuple, Generic[R]):
    value: R | None
    problem: str | None
    code: int


class _Answers(NamedTuple, Generic[R]):
    answers: list[_Answer[R]]
    seconds: float


@dataclass(frozen=True)
class _Bundle(Generic[I]):
    """Items on their way to a worker: Dask would look into each element of a plain list."""

    items: tuple[I, ...]


class _Chunk(NamedTuple, Generic[I, R]):
    items: Sequence[tuple[int, I]]
    future: Future[_Answers[R]]


def run(
    work: Callable[[I], R],
    items: Iterable[I],
    crew: Crew,
    *,
    name: Callable[[I], str] = str,
    stop: Callable[[], bool] = lambda: False,
    show: ShowProgress | None = None,
    verb: str = "处理",
    total: int | None = None,
) -> Iterator[Done[I, R]]:
    """``work(item)`` for every item; what came of it, in the order of the items.

    ``work`` must be importable by its name where the crew are other processes, and raise
    NianbaoError with the sentence for the user; of any other exception only the kind is told, with
    the ``name`` of the item. Once ``stop()`` is true nothing new is begun; what was begun is given.
    """
    run = _Run(work, crew, name)
    start = shown = time.monotonic()
    problems = 0
    for count, done in enumerate(run.over(items, stop, total), 1):
        problems += done.problem is not None
        now = time.monotonic()
        if show and (now - shown >= _SHOW_EVERY or count == total):
            shown = now
            show(Progress(verb, count, total, problems, now - start))
        yield done


class _Run(Generic[I, R]):
    def __init__(self, work: Callable[[I], R], crew: Crew, name: Callable[[I], str]) -> None:
        self.work, self.crew, self.name = work, crew, name
        self.executor = crew.hire()
        self.size = 1
        self.waiting: deque[_Chunk[I, R]] = deque()

    def over(
        self, items: Iterable[I], stop: Callable[[], bool], total: int | None
    ) -> Iterator[Done[I, R]]:
        source = enumerate(items)
        ahead = 1 if self.crew.alone else 3 * self.crew.workers
        try:
            while True:
                while len(self.waiting) < ahead and not stop():
                    chunk = list(islice(source, self._next_size(total)))
                    if not chunk:
                        break
                    self._begin(chunk)
                if not self.waiting:
                    return
                chunk_ = self.waiting.popleft()
                if not (stop() and chunk_.future.cancel()):
                    yield from self._results(chunk_)
        finally:
            for chunk_ in self.waiting:
                chunk_.future.cancel()

    def _next_size(self, total: int | None) -> int:
        if self.crew.alone:
            return 1
        if total is None:
            return self.size
        # Towards the end all workers should finish together.
        return max(1, min(self.size, total // (4 * self.crew.workers)))

    def _begin(self, items: Sequence[tuple[int, I]]) -> None:
        try:
            future = self._submit(items)
        except BrokenExecutor as error:  # found out before the results are asked for
            future = Future()
            future.set_exception(error)
        self.waiting.append(_Chunk(items, future))

    def _submit(self, items: Sequence[tuple[int, I]]) -> Future[_Answers[R]]:
        bundle = _Bundle(tuple(item for _, item in items))
        return self.executor.submit(work_through, self.work, bundle)

    def _results(self, chunk: _Chunk[I, R]) -> Iterator[Done[I, R]]:
        try:
            found = chunk.future.result()
        except Exception:  # whatever work raises is in the answers: this is a worker's end
            yield from self._one_by_one(chunk.items)
            return
        grown = len(chunk.items) * CHUNK_SECONDS / max(found.seconds, 1e-6)
        self.size = max(1, min(int(grown), 8 * self.size, MAX_CHUNK))
        for (number, item), answer in zip(chunk.items, found.answers, strict=True):
            yield self._done(number, item, answer)

    def _done(self, number: int, item: I, answer: _Answer[R]) -> Done[I, R]:
        problem = answer.problem
        if answer.code < 0:
            problem = f"处理“{self.name(item)}”时程序内部出错（{problem}），没有处理它。"
        return Done(number, item, answer.value, problem, abs(answer.code))

    def _one_by_one(self, items: Sequence[tuple[int, I]]) -> Iterator[Done[I, R]]:
        """A worker died over these, or beside them: each gets a second try by itself."""
        for number, item in items:
            answer = self._alone(number, item) or self._alone(number, item)
            sentence = f"处理“{self.name(item)}”时程序意外终止，没有处理它。"
            yield self._done(number, item, answer or _Answer(None, sentence, 2))

    def _alone(self, number: int, item: I) -> _Answer[R] | None:
        """The answer for one item by itself; None, and new workers, if that ends its worker."""
        try:
            return self._submit([(number, item)]).result().answers[0]
        except Exception:
            self.executor = self.crew.hire(anew=True)
            return None


def work_through(work: Callable[[I], R], bundle: _Bundle[I]) -> _Answers[R]:
    """What a worker does with a chunk. A code below 0 marks an error of ours."""
    start = time.perf_counter()
    answers: list[_Answer[R]] = []
    for item in bundle.items:
        try:
            answers.append(_Answer(work(item), None, 0))
        except NianbaoError as error:
            answers.append(_Answer(None, str(error), error.exit_code))
        except Exception as error:  # one item never stops the others
            answers.append(_Answer(None, type(error).__name__, -2))
    return _Answers(answers, time.perf_counter() - start)


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
def in_terminal() -> Iterator[ShowProgress | None]:
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

        def show(p: Progress) -> None:
            bar.update(task, completed=p.done, total=p.total, description=sentence(p))

        yield show


# Ctrl+C and a polite kill: the run ends after what is being done, with a usable result


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
