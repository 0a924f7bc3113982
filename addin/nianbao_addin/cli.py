"""``nianbao addin …``: builds, installs and examines what puts the buttons into Excel and
LibreOffice. ``nianbao attach …`` does without it.

Exit codes as everywhere; ``doctor`` ends with 1 when something is bad.
"""

from __future__ import annotations

from pathlib import Path

import click

from nianbao.cli import terminal
from nianbao.cli.terminal import FORCE, JSON, PATH, STDIO, common, emit, json_line, say
from nianbao.errors import UnusableInput

_OUTPUT = click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="文件名。")
_TARGET = click.option(
    "--target", type=PATH, metavar="文件夹", help="不用 Excel 的启动文件夹，而用这个（试用时）。"
)
_UDF_SERVER = click.option(
    "--udf-server", is_flag=True, help="Windows：按钮之间不退出 Python，点起来更快（常驻模式）。"
)


@click.group(cls=terminal.CommandGroup)
def addin() -> None:
    """功能区加载项：生成、安装、卸载、诊断、离线安装包。"""


@addin.command()
@_OUTPUT
@_UDF_SERVER
@FORCE
@JSON
@common
def build(output: Path, udf_server: bool, force: bool, as_json: bool) -> None:
    """生成 Excel 加载项（.xlam）或 LibreOffice 扩展（.oxt）。

    按扩展名决定。文件里写着这台电脑上 Python 和程序的位置，只能在这台电脑上用；
    .xlam 与 install 写出的完全相同，可供事先审查。
    """
    kind = output.suffix.lower()
    if kind == ".xlam":
        data = _xlam(output, udf_server)
    elif kind == ".oxt" and not udf_server:
        from nianbao_addin.setup import oxt

        data = oxt.build()
    elif kind == ".oxt":
        raise UnusableInput("--udf-server 只用于 .xlam，LibreOffice 本来就不退出 Python。")
    else:
        raise UnusableInput(f"不能从“{output}”看出要生成什么：扩展名应为 .xlam 或 .oxt。")
    _write(output, data, force=force, as_json=as_json)
    if kind == ".oxt" and not as_json:
        say(f"安装到 LibreOffice：unopkg add -f {output}")


def _xlam(output: Path, udf_server: bool) -> bytes:
    """As ``install`` writes it; where there is no Excel, as if the output's folder were its."""
    from nianbao_addin.ribbon import xlam
    from nianbao_addin.setup import install
    from nianbao_addin.setup.computer import Computer

    computer = Computer()
    target = None if computer.windows or computer.mac else output.parent
    return xlam.build(install.settings(target, udf_server=udf_server, computer=computer))


@addin.command()
@_TARGET
@_UDF_SERVER
@JSON
@common
def install(target: Path | None, udf_server: bool, as_json: bool) -> None:
    """为当前用户安装功能区加载项；再装一次即更新，不需要管理员权限。"""
    from nianbao_addin.setup import install

    written = install.install(target, udf_server=udf_server)
    if as_json:
        json_line({"written": [str(path) for path in written]})
        return
    for path in written:
        say(f"已写好并核对：{path}")
    say("请重新打开 Excel，功能区里会有“政务公开年报”。")


@addin.command()
@_TARGET
@JSON
@common
def uninstall(target: Path | None, as_json: bool) -> None:
    """删除 install 写下的文件，别的加载项不动。"""
    from nianbao_addin.setup import install

    removed = install.uninstall(target)
    if as_json:
        json_line({"removed": [str(path) for path in removed]})
        return
    for path in removed:
        say(f"已删除：{path}")
    if not removed:
        say("没有安装过，没有改动任何文件。")


@addin.command()
@_TARGET
@JSON
@common
def doctor(target: Path | None, as_json: bool) -> int:
    """检查本机环境，供技术支持查看；有误时退出码为 1。不含表格内容。"""
    from nianbao_addin.setup import doctor

    checks = doctor.examine(target)
    if as_json:
        json_line([vars(check) for check in checks])
    else:
        click.echo(doctor.text(checks), nl=False)
    return int(any(check.state == "bad" for check in checks))


@addin.command()
@click.option(
    "--platform",
    default="win_amd64",
    metavar="平台",
    help="装到哪种电脑上；不写则为 win_amd64（64 位 Windows）。",
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    default=("3.12",),
    metavar="版本",
    help="那里的 Python 版本，不写则为 3.12；可以写几次，各版本的安装包都放进去。",
)
@_OUTPUT
@FORCE
@JSON
@common
def bundle(
    platform: str, pythons: tuple[str, ...], output: Path, force: bool, as_json: bool
) -> None:
    """制作离线安装包：各种依赖、安装脚本和给信息中心的说明。

    制作时需要联网下载依赖，使用时不需要。里面没有 Python。
    """
    from nianbao.formats import files

    if output != STDIO:
        files.refuse_existing(output, force=force)  # before minutes of downloads
    from nianbao_addin.setup import bundle

    if not as_json:
        say("正在下载依赖……")
    made = bundle.build(platform, pythons)
    data = made.zip()
    _write(output, data, force=force, as_json=as_json)


@click.command(cls=terminal.Command)
@click.argument("button", metavar="按钮")
@JSON
@common
def attach(button: str, as_json: bool) -> None:
    """在已经打开的工作簿上点一个按钮，如 nianbao attach 校验；不需要宏和加载项。

    依次找 Excel、WPS 表格、LibreOffice。按钮要说的话显示在那个程序里。
    """
    from nianbao_addin import attach

    workbook = attach.attach(button)
    if as_json:
        json_line({"workbook": workbook, "button": button})
    else:
        say(f"已在“{workbook}”上运行“{button}”。")


def _write(output: Path, data: bytes, *, force: bool, as_json: bool) -> None:
    """The file, and what a computer centre compares it by."""
    import hashlib

    from nianbao.formats import files

    if output == STDIO:
        emit(data)
        return
    files.write(output, data, force=force)
    digest = hashlib.sha256(data).hexdigest()
    if as_json:
        json_line({"written": str(output), "bytes": len(data), "sha256": digest})
    else:
        say(f"已写好：{output}（{len(data):,} 字节，SHA-256 {digest}）")
