"""Writing: whole or not at all, and nothing replaced unasked."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from nianbao.errors import CannotWrite


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises CannotWrite if the file is there already and may not be replaced."""
    if path.exists() and not force:
        raise CannotWrite(f"“{path}”已经存在，没有改动它；确要替换请加 --force，或换一个文件名。")
    if path.is_dir():
        raise CannotWrite(f"“{path}”是文件夹，请写出文件名。")


def write(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write a file through a temporary one in the same folder. Raises CannotWrite."""
    refuse_existing(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".nianbao-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise CannotWrite(f"无法写入“{path}”：{reason(error)}。") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def reason(error: OSError) -> str:
    """Why writing failed, as a part of a sentence."""
    if isinstance(error, PermissionError):
        return "没有写入权限，或文件正被 Excel、WPS 打开"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "文件夹不存在，也无法建立"
    return "磁盘或网络出错"
