"""A program that does not answer, or does not want to: waited for, and told in one sentence.

While a cell is being edited Excel refuses every call, and xlwings asks again for ever.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from nianbao.errors import CannotWrite, NianbaoError, UnusableInput

PATIENCE = 6.0
"""Seconds that Excel may be busy before we give up."""

ATTEMPTS = 5_000
"""How often xlwings may repeat a call that is refused later on: some seconds."""

BUSY = "Excel 正在编辑单元格，请按回车或 Esc 后再点一次。"

_REJECTED = {-2147418111, -2146777998}  # RPC_E_CALL_REJECTED; VBA_E_IGNORE

P = ParamSpec("P")
T = TypeVar("T")


def is_busy(error: BaseException) -> bool:
    """Whether Excel, or xlwings for it, says that it cannot answer now."""
    codes = {getattr(error, "hresult", None)}
    details = getattr(error, "excepinfo", None)
    codes |= {details[-1]} if details else set()
    return bool(codes & _REJECTED) or type(error).__name__ == "ExcelBusyError"


def waiting(probe: Callable[[], T], patience: float = PATIENCE) -> T:
    """What ``probe`` gives as soon as the program answers. Raises UnusableInput."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return probe()
        except Exception as error:
            if not is_busy(error):
                raise
            if time.monotonic() > deadline:
                raise UnusableInput(BUSY) from error
        time.sleep(0.1)


@contextmanager
def bounded() -> Iterator[None]:
    """xlwings repeats a refused call for ever (its N_COM_ATTEMPTS, on Windows): here not at all,
    and afterwards not longer than some seconds."""
    windows: Any = sys.modules.get("xlwings._xlwindows")
    if windows is None or not hasattr(windows, "N_COM_ATTEMPTS"):
        yield
        return
    windows.N_COM_ATTEMPTS = 1
    try:
        yield
    finally:
        windows.N_COM_ATTEMPTS = ATTEMPTS


def refuses_when_busy(method: Callable[P, T]) -> Callable[P, T]:
    """A program that becomes busy in the middle is told as such."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            if is_busy(error):
                raise UnusableInput(BUSY) from error
            raise

    return call


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What the program refuses to do within, each in its own way, is a CannotWrite."""
    try:
        yield
    except NianbaoError:
        raise
    except Exception as error:
        if is_busy(error):
            raise
        raise CannotWrite(sentence) from error
