"""Writing a file: whole or not at all, nothing replaced unasked, trouble told in Chinese."""

from __future__ import annotations

import errno
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

from nianbao.errors import CannotWrite
from nianbao.formats import files

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def failing(number: int) -> Any:
    def fail(*_args: object, **_named: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_is_written_with_its_folders_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "新 文件夹" / "下级'“" / "年报.xlsx"
    files.write(target, b"data")
    assert target.read_bytes() == b"data"
    assert list(target.parent.iterdir()) == [target]


@posix
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    files.write(tmp_path / "a", b"")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@posix
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "年报.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    files.write(target, b"new", force=True)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@posix
@pytest.mark.parametrize("there", [True, False])
def test_what_a_link_points_to_is_written_and_the_link_stays(tmp_path: Path, there: bool) -> None:
    (tmp_path / "存放").mkdir()
    real, link = tmp_path / "存放" / "年报.xlsx", tmp_path / "年报.xlsx"
    link.symlink_to(real)
    if there:
        real.write_bytes(b"old")
    files.write(link, b"new", force=there)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_file_that_appeared_after_the_first_look_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "年报.xlsx"
    target.write_bytes(b"work of another program")
    monkeypatch.setattr(files, "refuse_existing", lambda path, *, force: None)
    with pytest.raises(CannotWrite, match="已经存在"):
        files.write(target, b"new")
    assert target.read_bytes() == b"work of another program"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", failing(errno.EPERM))
    target = tmp_path / "年报.xlsx"
    files.write(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_of_many_threads_one_writes_and_the_others_are_told(tmp_path: Path) -> None:
    target = tmp_path / "年报.xlsx"

    def attempt(n: int) -> bool:
        try:
            files.write(target, str(n).encode() * 1000)
        except CannotWrite:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 1
    assert len(set(target.read_text("ascii").replace("10", "x"))) <= 2
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "磁盘已满"),
        (errno.EROFS, "只读"),
        (errno.EACCES, "没有写入权限"),
        (errno.EIO, "EIO"),
    ],
)
def test_trouble_with_the_disk_is_told_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    monkeypatch.setattr(files.os, "open", failing(number))
    with pytest.raises(CannotWrite, match=says) as told:
        files.write(tmp_path / "年报.xlsx", b"")
    assert os.strerror(number) not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_places_that_take_no_file_are_told_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "文件").touch()
    for path, says in (
        (tmp_path, "是文件夹，请写出文件名"),
        (tmp_path / ("长" * 300), "文件名太长"),
        (tmp_path / "文件" / "年报.xlsx", "不是文件夹"),
        (tmp_path / "文件" / "下级" / "年报.xlsx", "不是文件夹"),
        (tmp_path / "零\0字", "不允许的字符"),
        (Path(os.devnull), "不是普通文件"),
    ):
        for force in (False, True):
            with pytest.raises(CannotWrite, match=says) as told:
                files.write(path, b"", force=force)
            assert "--force" not in str(told.value)
            assert len(str(told.value)) < 250
