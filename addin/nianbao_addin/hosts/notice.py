"""One message without a spreadsheet program: when it is not there, or does not answer."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

from nianbao_addin.ribbon.buttons import TAB_LABEL

_WARNING, _IN_FRONT = 0x30, 0x10000  # MB_ICONWARNING, MB_SETFOREGROUND
_QUESTION, _YES = 0x24, 6  # MB_ICONQUESTION and MB_YESNO; IDYES


def show(text: str) -> None:
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
