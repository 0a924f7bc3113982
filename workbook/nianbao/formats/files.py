"""Writing a file: whole or not at all, and nothing replaced unasked."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from nianbao.errors import CannotWrite

_REASONS = {
    errno.EACCES: "没有写入权限，或文件正被 Excel、WPS 打开",
    errno.EPERM: "没有写入权限，或文件正被 Excel、WPS 打开",
    errno.ENOENT: "文件夹不存在，也无法建立",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹",
    errno.ENAMETOOLONG: "文件名太长，请换一个短一些的",
    errno.EINVAL: "文件名里有系统不允许的字符",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EFBIG: "超出了文件大小的限制",
    errno.EROFS: "所在的磁盘是只读的",
}


TEMPORARY = ".nianbao-{}.tmp"


def temporary_beside(path: Path) -> Path:
    """A name for what will take the place of ``path``; at random, for several computers may write
    to one folder."""
    return path.with_name(TEMPORARY.format(os.urandom(8).hex()))


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises CannotWrite if the file is there already and may not be replaced, or is no file."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _failed(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise CannotWrite("文件名里有系统不允许的字符，请换一个文件名。") from error
    if stat.S_ISDIR(mode):
        raise CannotWrite(f"“{path}”是文件夹，请写出文件名。")
    if not stat.S_ISREG(mode):
        raise CannotWrite(f"“{path}”不是普通文件，没有写入；要输出到屏幕请用 - 代替文件名。")
    if not force:
        raise _exists(path)


def write(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write a file through a temporary one in the same folder. Raises CannotWrite.

    A file that is replaced keeps its mode; a link stays and what it points to is replaced.
    """
    refuse_existing(path, force=force)
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise _failed(path, NotADirectoryError(errno.ENOTDIR, "")) from error
    except OSError as error:
        raise _failed(path, error) from error
    temporary = temporary_beside(target)
    try:
        _fill(temporary, data, target)
        _put(temporary, target, force=force)
    except FileExistsError as error:
        raise _exists(path) from error  # since the first look
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def reason(error: OSError) -> str:
    """Why writing failed, as a part of a sentence."""
    number = error.errno or 0
    unknown = errno.errorcode.get(number, type(error).__name__)
    return _REASONS.get(number) or f"磁盘或网络出错（{unknown}）"


def _fill(temporary: Path, data: bytes, target: Path) -> None:
    """A new file with the mode of the one that it will replace, if any, else that of any file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
        file.write(data)
    with suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))


def _put(temporary: Path, target: Path, *, force: bool) -> None:
    """Give the file its name; without ``force`` raises FileExistsError rather than replace one."""
    if force:
        temporary.replace(target)
    elif os.name == "nt":
        temporary.rename(target)  # replaces nothing there
    else:
        try:
            target.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            temporary.replace(target)


def _exists(path: Path) -> CannotWrite:
    return CannotWrite(f"“{path}”已经存在，没有改动它；确要替换请加 --force，或换一个文件名。")


def _failed(path: Path, error: OSError) -> CannotWrite:
    name = path.name if error.errno == errno.ENAMETOOLONG else str(path)
    shown = name if len(name) <= 120 else f"{name[:40]}…{name[-40:]}"
    return CannotWrite(f"无法写入“{shown}”：{reason(error)}。")
