"""What the ribbon's buttons run: ``import macros; macros.run('check')``."""

import sys


def run(button: str) -> None:
    """Do what a button says; see `nianbao_addin.commands`."""
    try:
        from nianbao_addin import commands
    except ImportError as error:
        _stop(f"这个 Python 里没有年报助手（缺少 {error.name}），请重新安装后再点一次。")
    else:
        commands.run(button)


def _stop(text: str) -> None:
    """A message box where there can be one; what is written there would be read in a code page."""
    if sys.platform != "win32":
        raise SystemExit(text)
    import ctypes

    ctypes.windll.user32.MessageBoxW(None, text, "政务公开年报", 0x30)
