"""The commands. Each reads, calls one action, says what it did.

Exit codes: 0 done · 1 done, findings of level error · 2 input or call unusable · 3 not written ·
130 stopped.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from nianbao import __version__
from nianbao.cli.terminal import CommandGroup, run

# Imported only when named: a check must not load what runs Excel, or many processes.
_ROOMS = {
    "addin": "nianbao_addin.cli",
    "attach": "nianbao_addin.cli",
    "batch": "nianbao.cli.batch",
    "check": "nianbao.cli.reports",
    "demo": "nianbao.cli.workbooks",
    "export": "nianbao.cli.workbooks",
    "fill": "nianbao.cli.workbooks",
    "ledger": "nianbao.cli.workbooks",
    "narrate": "nianbao.cli.narrate",
    "read": "nianbao.cli.reports",
    "rules": "nianbao.cli.reports",
    "template": "nianbao.cli.workbooks",
}


class _Program(CommandGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ROOMS:
            return None
        command: click.Command = getattr(import_module(_ROOMS[cmd_name]), cmd_name)
        return command


@click.group(cls=_Program, context_settings={"max_content_width": 100})
@click.version_option(__version__, message="nianbao %(version)s", help="显示版本。")
def nianbao() -> None:
    """政府信息公开工作年度报告：读入、校验、填报、导出。

    来源可以是 Excel/WPS 表格、Word、PDF、网页、文本或 JSON，按内容识别；写 - 表示标准输入或输出。
    """


def main() -> None:
    """The console script."""
    sys.exit(run(nianbao))
