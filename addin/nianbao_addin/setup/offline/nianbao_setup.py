"""Installs the program for the current user from this folder alone, and takes it away again.

Started by install.cmd, uninstall.cmd and the third one beside it (on Linux the .sh files) with
"fits", "install", "uninstall" or "doctor". Needs nothing but Python's standard library: no network,
no administrator's rights, no registry. Everything is written below one folder of the user's; only
Excel's add-in lies where Excel looks for it, put there by "nianbao addin install".
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SUMS, DESCRIPTION, WHEELS = "SHA256SUMS", "bundle.json", "wheels"
LOGS = ("log.txt", "log.old.txt")


class CannotSetUp(Exception):
    """``str(error)`` is the sentence for the person."""


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 doctor found something bad, 2 not done."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    verbs = {"fits": fits, "install": install, "uninstall": uninstall, "doctor": doctor}
    try:
        if len(arguments) != 1 or arguments[0] not in verbs:
            raise CannotSetUp(f"请写 {'、'.join(verbs)} 中的一个。")
        return verbs[arguments[0]]()
    except CannotSetUp as error:
        say(str(error))
    except PermissionError as error:
        say(f"没有权限改动“{error.filename}”，或者它正在使用：请先退出 Excel，再运行一次。")
    except OSError as error:
        say(f"没有完成：{error.strerror or error}。")
    return 2


def fits() -> int:
    """Whether this Python is one that the wheels are for."""
    refuse_other_python()
    return 0


def install() -> int:
    """A new environment from the wheels beside this file; the old one comes back if it fails."""
    refuse_other_python()
    refuse_damaged()
    env, old = folder() / "env", folder() / "env.old"
    if old.exists():  # a run before was cut off
        remove(env)
        old.rename(env)
    env.parent.mkdir(parents=True, exist_ok=True)
    if env.exists():
        env.rename(old)
    try:
        say("正在安装，大约需要一分钟……")
        fill(env)
    except BaseException:
        remove(env)
        if old.exists():
            old.rename(env)
        raise
    remove(old)
    say(f"安装完成：{command(env)}")
    if sys.platform == "win32":
        say("重新打开 Excel 后，功能区会有“政务公开年报”。")
    return 0


def fill(env: Path) -> None:
    """The environment with the program in it, and the add-in where Excel looks for it."""
    try:
        venv.create(env, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise CannotSetUp("这个 Python 不完整，建不了虚拟环境（缺少 ensurepip）。") from error
    pip = ["-m", "pip", "--isolated", "install", "--quiet", "--disable-pip-version-check"]
    source = ["--no-index", "--no-cache-dir", "--find-links", str(HERE / WHEELS)]
    if run(env, *pip, *source, f"nianbao=={description()['version']}"):
        raise CannotSetUp("安装没有完成，已恢复原样；请把上面的文字发给技术支持。")
    if sys.platform == "win32" and run(env, "-m", "nianbao", "addin", "install"):
        raise CannotSetUp("功能区加载项没有装上，已恢复原样；原因见上一行。")


def uninstall() -> int:
    """Remove what was installed; what others put into the folder stays."""
    env = folder() / "env"
    if not env.exists():
        say("没有安装过，没有改动任何文件。")
        return 0
    if sys.platform == "win32" and run(env, "-m", "nianbao", "addin", "uninstall"):
        raise CannotSetUp("功能区加载项没有删除，其余文件没有改动；原因见上一行。")
    remove(env)
    remove(folder() / "env.old")
    for name in LOGS:
        (folder() / name).unlink(missing_ok=True)
    left = sorted(path.name for path in folder().iterdir()) if folder().exists() else []
    if left:
        say(f"已卸载；“{folder()}”里还有：{'、'.join(left)}。")
    else:
        remove(folder())
        say("已卸载。")
    return 0


def doctor() -> int:
    """What the installed program finds out about this computer."""
    env = folder() / "env"
    if not env.exists():
        raise CannotSetUp("还没有安装，请先运行 install。")
    return run(env, "-m", "nianbao", "addin", "doctor")


def refuse_other_python() -> None:
    """Raises CannotSetUp unless the compiled wheels fit this Python."""
    wanted, here = description(), sysconfig.get_platform().replace("-", "_").replace(".", "_")
    version = "{}.{}".format(*sys.version_info)
    if version not in wanted["pythons"] or here != wanted["platform"]:
        raise CannotSetUp(
            f"这个安装包用于 {wanted['platform']} 上的 Python {'、'.join(wanted['pythons'])}，"
            f"现在的是 {here} 上的 Python {version}。"
        )
    if "windowsapps" in [part.lower() for part in Path(sys.base_prefix).parts]:
        raise CannotSetUp("微软商店的 Python 写的文件 Excel 看不见，请改用 python.org 的安装包。")


def refuse_damaged() -> None:
    """Raises CannotSetUp unless the wheels are all there, unchanged, and no others with them."""
    lines = (HERE / SUMS).read_text("utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    wanted = {name for name in sums if name.startswith(WHEELS + "/")}
    there = {path.relative_to(HERE).as_posix(): path for path in (HERE / WHEELS).iterdir()}
    for name in sorted(wanted ^ there.keys()):
        raise CannotSetUp(f"安装包不完整（{name} 多出或缺少），请重新解压，并查看杀毒软件的记录。")
    for name, path in there.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != sums[name]:
            raise CannotSetUp(f"{name} 与清单不符，没有安装；请重新拷贝安装包。")


def description() -> dict[str, Any]:
    """``version``, ``platform`` and ``pythons`` of this bundle."""
    found: dict[str, Any] = json.loads((HERE / DESCRIPTION).read_text("utf-8"))
    return found


def folder() -> Path:
    """The one folder of the user's that belongs to the program."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "nianbao"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "nianbao"


def command(env: Path) -> Path:
    """The program's command."""
    return env / ("Scripts/nianbao.exe" if sys.platform == "win32" else "bin/nianbao")


def run(env: Path, *arguments: str) -> int:
    """The environment's Python, deaf to the surrounding settings; its exit code."""
    python = env / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return subprocess.run([str(python), "-I", *arguments], check=False).returncode


def remove(path: Path) -> None:
    """A folder with all that is in it, if it is there."""
    if path.exists():
        shutil.rmtree(path)


def say(sentence: str) -> None:
    """One line for the person."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
