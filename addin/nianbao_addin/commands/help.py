"""手册 and 诊断: nothing in the workbook is read or changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nianbao.errors import CannotWrite, NianbaoError
from nianbao.formats import files
from nianbao_addin.commands import Outcome, log
from nianbao_addin.hosts import notice
from nianbao_addin.hosts.host import Host
from nianbao_addin.ribbon.manual import FILE_NAME, page
from nianbao_addin.setup.computer import Computer
from nianbao_addin.setup.doctor import Diagnosis, examine, text, writable

REPORT = "年报助手诊断.txt"
_HEAD = "年报助手诊断（不含表格内容）\n"
_SAME = 30  # bytes by which a file of ours is known


def manual(host: Host) -> Outcome:
    """Open the manual that ships with the program."""
    path = _written(_folders(None), FILE_NAME, page())
    notice.open_file(path)
    return Outcome(f"手册：{path}")


def doctor(host: Host) -> Outcome:
    """What a help desk needs, as a text beside the workbook, or where else it can be written."""
    checks = (*_of_host(host), *examine(), _log())
    said = _HEAD + text(checks)
    path = _written(_folders(host.path), REPORT, b"\xef\xbb\xbf" + said.encode())
    notice.open_file(path)
    return Outcome(f"{said.splitlines()[-1]}写在：{path}")


def _of_host(host: Host) -> Iterator[Diagnosis]:
    yield Diagnosis("表格软件", host.program)
    path = host.path
    if path is None:
        yield Diagnosis("工作簿", "没有保存在本机的文件夹里", "warn", "导出和读回需要先保存它。")
    else:
        yield writable("工作簿所在的文件夹", path.parent)


def _log() -> Diagnosis:
    try:
        path = log.file()
    except NianbaoError as error:
        return Diagnosis("日志", "没有", "warn", str(error))
    return Diagnosis("日志", str(path) if path.is_file() else f"{path}，还没有")


def _folders(workbook: Path | None) -> Iterator[Path]:
    """Where a text may go, the best place first."""
    if workbook is not None:
        yield workbook.parent
    with suppress(NianbaoError):
        yield Computer().data
    yield Path(tempfile.gettempdir())


def _written(folders: Iterator[Path], name: str, data: bytes) -> Path:
    """The file in the first folder that takes it; one of the same name that is somebody else's is
    left alone. Raises CannotWrite."""
    for folder in folders:
        path = folder / name
        with suppress(CannotWrite):
            files.write(path, data, force=_is_ours(path, data))
            return path
    raise CannotWrite(f"没有可以写入“{name}”的文件夹，请检查磁盘和权限。")


def _is_ours(path: Path, data: bytes) -> bool:
    """Whether a file begins as what is to replace it: an earlier one of the same kind."""
    with suppress(OSError):
        return path.read_bytes()[:_SAME] == data[:_SAME]
    return False
