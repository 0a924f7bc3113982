"""The command line in Chinese: help headings, usage errors, exit codes, and no traceback."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from nianbao.errors import CannotWrite, NianbaoError

_SECTIONS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
STOPPED = 130
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

F = TypeVar("F", bound=Callable[..., Any])

STDIO = Path("-")
PATH = click.Path(readable=False, path_type=Path)  # told by whoever opens it, file by file
FORCE = click.option("--force", is_flag=True, help="输出文件已存在时替换它。")
JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，供程序使用。")


def common(command: F) -> F:
    """``--debug`` on every command; it is looked at before the command line is parsed."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="出错时显示程序的详细信息。"
    )(command)


def say(sentence: str) -> None:
    """A sentence for the person; stdout is for results."""
    click.echo(sentence, err=True)


def emit(data: bytes) -> None:
    """A result, byte for byte, to stdout. Raises CannotWrite if it is closed."""
    if sys.stdout is None:
        raise CannotWrite("标准输出没有打开，结果没有写出；请用 -o 写到文件。")
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def json_line(value: object) -> None:
    """A result as indented JSON to stdout, decimals as numbers."""
    import msgspec

    encoder = msgspec.json.Encoder(decimal_format="number")
    emit(msgspec.json.format(encoder.encode(value), indent=2) + b"\n")


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_SECTIONS.get(heading, heading)}：\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        chinese = [(term, text.replace("[required]", "必填。")) for term, text in rows]
        super().write_dl(chinese, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help is Chinese."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明。"
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return ["[选项]" if p == "[OPTIONS]" else p for p in pieces]


def command(function: Callable[..., Any]) -> Command:
    """Makes such a command of a function.

    click's own decorator is asked for anew each time: one that is kept tells every command by the
    docstring of the first.
    """
    return click.command(cls=Command)(function)


class CommandGroup(Command, click.Group):
    """The program itself: without a command it says what there is."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["--help"])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return ["命令 [参数]…" if p == "COMMAND [ARGS]..." else p for p in pieces]


def run(command: click.Command, args: list[str] | None = None) -> int:
    """Run a command and give its exit code; every failure is one Chinese sentence on stderr."""
    arguments = sys.argv[1:] if args is None else args
    debug = "--debug" in arguments
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_a_sign(stream)
    try:
        return _ended(command.main(arguments, prog_name="nianbao", standalone_mode=False))
    except NianbaoError as error:
        if debug:
            raise
        return _failed(str(error), error.exit_code)
    except click.UsageError as error:
        return _failed(_usage(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _failed("已按要求停止。", STOPPED)
    except (BrokenPipeError, SystemExit):  # click ends the program itself where a pipe is closed
        _give_up_stdout()
        return 0
    except Exception as error:
        if debug:
            raise
        return _failed(*_stumbled(error))


def _ended(code: int | None) -> int:
    """What cannot be written is to be told now, not when Python ends."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return code or 0


def _stumbled(error: Exception) -> tuple[str, int]:
    """What to say of trouble that nobody has put into words, and the exit code."""
    if isinstance(error, OSError) and error.errno in _FULL:
        _give_up_stdout()
        return "输出没有写完：磁盘已满，或输出设备出错。", CannotWrite.exit_code
    name = type(error).__name__
    return f"程序内部出错（{name}），没有完成；加 --debug 再运行一次可看到详情。", 2


def _give_up_stdout() -> None:
    """Nobody takes what is still to be written; Python would complain of it at the end."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _never_fail_on_a_sign(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a GBK console has no ✘


def _failed(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _usage(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        fact = f"没有选项 {error.option_name}"
    elif isinstance(error, click.MissingParameter):
        fact = f"缺少{_parameter(error.param)}"
    elif isinstance(error, click.BadOptionUsage):
        fact = f"选项 {error.option_name} 后面缺少内容"
    elif isinstance(error, click.BadParameter):
        value = re.search(r"'(.*?)' is not a valid", error.message)
        given = f"“{value[1]}”" if value else "内容"
        wanted = "，要写整数" if "integer" in error.message else ""
        fact = f"{_parameter(error.param)} 的{given}不对{wanted}"
    elif command := re.search(r"No such command '(.*?)'", error.message):
        fact = f"没有命令 {command[1]}"
    elif "unexpected extra argument" in error.message:
        fact = "参数太多"
    else:
        fact = "命令写得不对"
    return f"{fact}；用 --help 查看用法。"


def _parameter(param: Any) -> str:
    if isinstance(param, click.Option):
        return f"选项 {'/'.join(param.opts)}"
    return (
        f"参数 {param.make_metavar(click.Context(click.Command('nianbao')))}" if param else "参数"
    )
