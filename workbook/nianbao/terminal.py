"""The command line in Chinese: help headings, usage errors, exit codes, and no traceback."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from nianbao.errors import NianbaoError

_SECTIONS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
STOPPED = 130

F = TypeVar("F", bound=Callable[..., Any])

STDIO = Path("-")
PATH = click.Path(path_type=Path)
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
    """A result, byte for byte, to stdout."""
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

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(_SECTIONS.get(name, name)):
            yield

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


class Group(Command, click.Group):
    """The program itself."""

    command_class = Command

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
        return command.main(arguments, prog_name="nianbao", standalone_mode=False) or 0
    except NianbaoError as error:
        if debug:
            raise
        return _tell(str(error), error.exit_code)
    except click.UsageError as error:
        return _tell(_usage(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _tell("已按要求停止。", STOPPED)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if debug:
            raise
        return _tell(
            f"程序内部出错（{type(error).__name__}），没有完成；加 --debug 再运行一次可看到详情。",
            2,
        )


def _never_fail_on_a_sign(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a GBK console has no ✘


def _tell(sentence: str, code: int) -> int:
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
        fact = f"{_parameter(error.param)}的内容不对"
    elif command := re.search(r"No such command '(.*?)'", error.message):
        fact = f"没有命令 {command[1]}"
    elif "unexpected extra argument" in error.message:
        fact = "参数太多"
    else:
        fact = "命令写得不对"
    return f"{fact}；用 --help 查看用法。"


def _parameter(param: Any) -> str:
    if isinstance(param, click.Option):
        return f"选项 {param.opts[-1]}"
    return (
        f"参数 {param.make_metavar(click.Context(click.Command('nianbao')))}" if param else "参数"
    )
