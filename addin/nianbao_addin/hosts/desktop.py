"""Shows files to the person: in the folder's window, or in the program that belongs to them.

Nothing is shown where nobody could see it, on a computer without a screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def reveal(path: Path) -> None:
    """Open the folder of a file, the file selected where the system can do that."""
    if sys.platform == "win32":
        _start(f'explorer /select,"{path}"')  # explorer reads its command line in its own way
    elif sys.platform == "darwin":
        _start(["open", "-R", str(path)])
    elif _has_screen():
        _start(["xdg-open", str(path.parent)])


def show(path: Path) -> None:
    """Open a file as a double click would."""
    if sys.platform == "win32":
        with suppress(OSError):
            os.startfile(path)  # noqa: S606
    elif sys.platform == "darwin":
        _start(["open", str(path)])
    elif _has_screen():
        _start(["xdg-open", str(path)])


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _start(command: str | list[str]) -> None:
    """Without waiting for it; a desktop without such a program shows nothing."""
    quiet = subprocess.DEVNULL
    with suppress(OSError):
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
