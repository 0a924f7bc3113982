"""Who does the work of a run: this process, several on this computer, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, TypeVar

from nianbao.batch.running.runner import Crew
from nianbao.errors import UnusableInput

T = TypeVar("T")

WORTHWHILE = 500
"""So many items pay for starting other processes, which takes about a second."""


_PATIENCE = 5  # seconds that a scheduler has to answer


class Alone:
    """This process."""

    workers = 1
    alone = True

    def hire(self, *, anew: bool = False) -> Executor:
        return _AtOnce()


class _AtOnce(Executor):
    """Does what it is given before it returns."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args, **kwargs))
        return future


class Processes:
    """Several processes on this computer."""

    alone = False

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def hire(self, *, anew: bool = False) -> Executor:
        from multiprocessing import get_context

        if self._pool is not None and not anew:
            return self._pool  # they have got ready: it took them longer than many a job
        self.dismiss()
        # Not forked, on Linux either: threads of the parent do not survive that.
        self._pool = ProcessPoolExecutor(
            self.workers, get_context("spawn"), initializer=_follow_the_parent
        )
        return self._pool

    def dismiss(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _follow_the_parent() -> None:
    """Ctrl+C is for the parent, which ends the run in order; a dead parent ends its workers."""
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()


def _die_with(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)


class Cluster:
    """A Dask cluster. Its workers need this package, and the files under the same paths."""

    alone = False

    def __init__(self, client: Any) -> None:
        self._client = client
        self.workers = max(1, sum(client.nthreads().values()))

    def hire(self, *, anew: bool = False) -> Executor:
        if self._client.status != "running":
            raise UnusableInput(
                "与 Dask 集群的连接断了，已经做完的不会重做；集群恢复后请再运行一次。"
            )
        # Not pure: a second run over the same file must look at it again.
        executor: Executor = self._client.get_executor(pure=False)
        return executor


@contextmanager
def crew(jobs: int | None, dask: str | None, total: int) -> Iterator[Crew]:
    """The crew for a run over ``total`` items, sent home at the end.

    ``jobs``: how many processes; None for as many as are worthwhile. ``dask``: the address of a
    scheduler, ``tcp://…``. Raises UnusableInput where there is no such cluster.
    """
    if dask is not None:
        with _client(dask) as client:
            yield Cluster(client)
        return
    if jobs is None:
        jobs = (os.cpu_count() or 1) if total >= WORTHWHILE else 1
    if jobs <= 1:
        yield Alone()
        return
    processes = Processes(min(jobs, max(total, 1), 61))  # Windows waits for 61 at most
    try:
        yield processes
    finally:
        processes.dismiss()


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UnusableInput(
            "没有安装 Dask，不能使用 --dask；请先安装 nianbao[cluster]，或改用 --jobs。"
        ) from error
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UnusableInput(
            f"连不上 Dask 集群“{address}”，请检查地址，或改用 --jobs 在本机运行。"
        ) from error
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            client.close()
