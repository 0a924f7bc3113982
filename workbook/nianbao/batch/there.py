"""What stands already where a batch is to write."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISREG

from nianbao import actions
from nianbao.errors import CannotWrite
from nianbao.outputs.files import reason


def content(path: Path) -> bytes | None:
    """What stands at the path of a workbook; None for nothing.

    A power cut may leave a file empty or of zero bytes only: that is nothing too.
    """
    try:
        regular = S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(f"无法写入“{path}”：{reason(error)}。") from error
    if not regular:
        raise CannotWrite(f"“{path}”不是普通文件，没有改动它；请移走它再试。")
    data = actions.load_bytes(path)
    return data if data.strip(b"\0") else None


def aside(path: Path) -> str:
    """Rename what stands there and is no workbook of ours: nothing of it is lost.

    Returns a sentence for the user. Raises CannotWrite.
    """
    number, target = 1, path.with_name(f"{path.stem}（原有）{path.suffix}")
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}（原有{number}）{path.suffix}")
    try:
        path.rename(target)
    except OSError as error:
        raise CannotWrite(f"无法移走“{path}”：{reason(error)}。") from error
    return f"原来的“{path.name}”不是填报工作簿，已改名为“{target.name}”；其中的数没有填入。"
