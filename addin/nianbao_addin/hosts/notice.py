"""What a person is shown without a spreadsheet program: messages, questions, files.

A message is for when the program is not there, or does not answer. Files are shown in the folder's
window, or in the program that belongs to them; nothing where nobody could see it, on a computer
without a screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from nianbao_addin.ribbon.buttons import TAB_LABEL

_WARNING, _IN_FRONT = 0x30, 0x10000  # MB_ICONWARNING, MB_SETFOREGROUND
_QUESTION, _YES = 0x24, 6  # MB_ICONQUESTION and MB_YESNO; IDYES


def tell(text: str) -> None:
    """A message box of the system on Windows and macOS, else a line on the error output."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, TAB_LABEL, _WARNING | _IN_FRONT)
    elif sys.platform == "darwin":
        # The text is an argument, not part of the script, so that nothing in it is understood.
        script = "on run {t, h}\ndisplay alert h message t as warning\nend run"
        with suppress(OSError):
            subprocess.run(["osascript", "-e", script, text, TAB_LABEL], check=False)
    else:
        sys.stderr.write(f"{text}\n")


def ask(question: str) -> bool:
    """Whether the answer is yes; on Windows only, elsewhere nobody is asked and it is no."""
    if sys.platform != "win32":
        return False
    import ctypes

    answer = ctypes.windll.user32.MessageBoxW(None, question, TAB_LABEL, _QUESTION | _IN_FRONT)
    return bool(answer == _YES)


def reveal(path: Path) -> None:
    """Open the folder of a file, the file selected where the system can do that."""
    if sys.platform == "win32":
        _start(f'explorer /select,"{path}"')  # explorer reads its command line in its own way
    elif sys.platform == "darwin":
        _start(["open", "-R", str(path)])
    elif _has_screen():
        _start(["xdg-open", str(path.parent)])


def open_file(path: Path) -> None:
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
