"""The commands. Each reads, calls one action, says what it did; see contract, section 3.

Exit codes: 0 done · 1 done, findings of level error · 2 input or call unusable · 3 not written ·
130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from nianbao import __version__, actions
from nianbao.errors import UnusableInput
from nianbao.ledgers import Ledger
from nianbao.report import Report
from nianbao.terminal import FORCE, JSON, PATH, STDIO, Group, common, emit, json_line, run, say

_PREVIOUS = click.option(
    "--previous", type=PATH, metavar="文件", help="上年报告（任何可读格式），用于跨年核对。"
)

_LEDGER = click.option(
    "--ledger", type=PATH, metavar="台账", help="依申请、复议诉讼、规范性文件台账，用于核对和填数。"
)
_MAPPING = click.option(
    "--ledger-mapping",
    type=PATH,
    metavar="对应文件",
    help="台账表头、取值与模板的对应（JSON），表头认不出时用。",
)

_STDIN = "标准输入"

# Imported only when named: a check must not load what runs Excel, or many processes.
_ELSEWHERE = {
    "addin": "nianbao_addin.cli",
    "attach": "nianbao_addin.cli",
    "batch": "nianbao.batch.commands",
    "narrate": "nianbao.narration.commands",
}


def _report(path: Path) -> Report:
    return actions.read_bytes(*_content(path))


def _content(path: Path) -> tuple[bytes, str]:
    """What a source holds, and the name it is told by."""
    if path == STDIO:
        return _stdin(), _STDIN
    return actions.load_bytes(path), path.name


def _stdin() -> bytes:
    if sys.stdin is None:
        raise UnusableInput("标准输入没有打开，请给出文件名。")
    return actions.load_stream(sys.stdin.buffer)


def _ledger(path: Path | None, mapping: Path | None) -> Ledger | None:
    if path is None and mapping is not None:
        raise UnusableInput("--ledger-mapping 要与 --ledger 一起用。")
    return None if path is None else actions.read_ledger(path, mapping)


def _done(written: actions.Written, as_json: bool) -> None:
    if as_json:
        json_line({"written": str(written.path), "notes": written.notes})
        return
    for note in written.notes:
        say(note)
    say(f"已写好并核对：{written.path}")


class _Program(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(_ELSEWHERE[cmd_name]), cmd_name)
        return command


@click.group(cls=_Program, context_settings={"max_content_width": 100})
@click.version_option(__version__, message="nianbao %(version)s", help="显示版本。")
def nianbao() -> None:
    """政府信息公开工作年度报告：读入、校验、填报、导出。

    来源可以是 Excel/WPS 表格、Word、网页、文本或 JSON，按内容识别；写 - 表示标准输入或标准输出。
    """


@nianbao.command()
@click.argument("source", metavar="来源", type=PATH)
@click.option("-o", "--output", type=PATH, metavar="文件", help="写到文件；不写则输出到屏幕。")
@FORCE
@common
def read(source: Path, output: Path | None, force: bool) -> None:
    """读入一份报告，输出为 JSON；放不进表格的内容逐条列出。"""
    from nianbao.outputs import files, json, listing

    if output is not None:
        actions.refuse_same(source, output)
    report = _report(source)
    for line in listing.notes_text(report):
        say(line)
    data = json.write(report)
    if output is None or output == STDIO:
        emit(data)
    else:
        files.write(output, data, force=force)
        say(f"已写好：{output}")


@nianbao.command()
@click.argument("source", metavar="来源…", nargs=-1, required=True, type=PATH)
@_PREVIOUS
@_LEDGER
@_MAPPING
@JSON
@common
def check(
    source: tuple[Path, ...],
    previous: Path | None,
    ledger: Path | None,
    ledger_mapping: Path | None,
    as_json: bool,
) -> int:
    """校验一份或多份报告，也可以给文件夹；有错误时退出码为 1。

    给出台账的，还核对台账各行，并与表二、表三、表四的数比较。
    """
    from nianbao.findings import has_errors
    from nianbao.outputs import listing

    if ledger and (len(source) > 1 or source[0].is_dir()):
        raise UnusableInput("--ledger 只能与一份报告一起用：台账是一个机关的。")
    last_year = _report(previous) if previous else None
    rows = _ledger(ledger, ledger_mapping)
    records: list[dict[str, Any]] = []
    unreadable = wrong = False
    for item in _checked(source, last_year, rows):
        if item.problem is not None:
            unreadable = True
            say(item.problem)
            continue
        wrong = wrong or has_errors(item.findings)
        if as_json:
            records += listing.findings_json(item.findings, item.source)
        else:
            click.echo(listing.findings_text(item.findings, item.source, item.report))
    if as_json:
        json_line(records)
    return 2 if unreadable else int(wrong)


def _checked(
    sources: tuple[Path, ...], previous: Report | None, ledger: Ledger | None
) -> Iterator[actions.Checked]:
    for path in sources:
        if path == STDIO:
            yield actions.checked(_STDIN, _STDIN, _stdin, previous, ledger)
        else:
            yield from actions.check_files((path,), previous, ledger)


@nianbao.command()
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2026。")
@click.option("--format", type=int, metavar="版本", help="2019 或 2021；不写则按年度选用。")
@click.option("--agency", metavar="名称", help="机关全称，可以以后再填。")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@FORCE
@JSON
@common
def template(
    year: int, format: int | None, agency: str | None, output: Path, force: bool, as_json: bool
) -> None:
    """生成一份空白的官方格式工作簿，自带校验公式，不需要宏。"""
    from nianbao.outputs import files

    if output != STDIO:
        actions.refuse_ending(output)
    data = actions.template(year, format, agency)
    if output == STDIO:
        emit(data)
        return
    files.write(output, data, force=force)
    _done(actions.Written(output), as_json)


@nianbao.command()
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2026。")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@FORCE
@JSON
@common
def ledger(year: int, output: Path, force: bool, as_json: bool) -> None:
    """生成一份空白台账：依申请、复议诉讼、规范性文件，自带下拉表和应答复日期。

    年报工作簿里已有同样的三张表；台账另外保管的才用它。
    """
    from nianbao.outputs import files

    data = actions.ledger_workbook(year)
    if output == STDIO:
        emit(data)
        return
    files.write(output, data, force=force)
    _done(actions.Written(output), as_json)


@nianbao.command()
@click.argument("source", metavar="来源", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@_PREVIOUS
@_LEDGER
@_MAPPING
@FORCE
@JSON
@common
def fill(
    source: Path,
    output: Path,
    previous: Path | None,
    ledger: Path | None,
    ledger_mapping: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """把一份报告填进官方格式工作簿。

    输出文件若已是本工具的工作簿，加 --force 后只更新其中的数据和文字，其余内容保持不变。
    来源是本工具的工作簿时，“文字素材”一并填进新的工作簿。
    给出台账的，还空着的数按台账汇总填入，已填的只比较；台账的行不会抄进去。
    """
    content = _content(source)
    report = actions.read_bytes(*content)
    facts, generated = actions.read_material(*content)
    last_year = _report(previous) if previous else None
    rows = _ledger(ledger, ledger_mapping)
    if output == STDIO:
        report, notes = actions.with_ledger(report, rows)
        for note in (*notes, *facts.notes):
            say(note)
        made = actions.filled(
            report, last_year, None, source.name, facts=facts, generated=generated
        )
        emit(made[0])
        return
    made_from = [source, previous] if previous else [source]
    written = actions.fill(
        report,
        output,
        last_year,
        force=force,
        ledger=rows,
        made_from=made_from,
        facts=facts,
        generated=generated,
    )
    _done(written, as_json)


@nianbao.command()
@click.argument("source", metavar="来源", type=PATH)
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    metavar="文件",
    help="文件名，按扩展名 .xlsx .docx .html .pdf .json 决定形式。",
)
@click.option(
    "--to", type=click.Choice(actions.KINDS), help="形式；只在输出到 - 或文件名没有扩展名时需要。"
)
@FORCE
@JSON
@common
def export(source: Path, output: Path, to: actions.Kind | None, force: bool, as_json: bool) -> None:
    """导出最终报告：Excel、Word、网页、PDF 或 JSON。"""
    kind = _kind_of(output, to)
    actions.refuse_same(source, output)
    report = _report(source)
    if output == STDIO:
        data, notes = actions.render(report, kind)
        for note in notes:
            say(note)
        emit(data)
        return
    _done(actions.export(report, output, kind, force=force), as_json)


def _kind_of(path: Path, to: actions.Kind | None) -> actions.Kind:
    suffix = path.suffix.lower().lstrip(".")
    suffix = {"htm": "html"}.get(suffix, suffix)
    named = next((kind for kind in actions.KINDS if kind == suffix), None)
    if to and named not in (None, to):
        raise UnusableInput(f"--to {to} 与“{path}”的扩展名不一致，请改正其中一个。")
    if kind := to or named:
        return kind
    if path == STDIO:
        raise UnusableInput(f"输出到 - 时请用 --to 写明形式：{'、'.join(actions.KINDS)}。")
    raise UnusableInput(
        f"不能从“{path}”看出导出形式：扩展名应为 .xlsx、.docx、.html、.pdf 或 .json。"
    )


@nianbao.command(name="rules")
@click.argument("code", metavar="[编号]", required=False)
@JSON
@common
def rules_command(code: str | None, as_json: bool) -> None:
    """列出全部校验规则；给出编号时解释这一条。"""
    from nianbao.outputs import listing
    from nianbao.rules import registry

    chosen = (registry.rule(code),) if code else registry.all_rules()
    if as_json:
        json_line([listing.rule_dict(r) for r in chosen])
    elif code:
        click.echo(listing.rule_text(chosen[0]))
    else:
        click.echo(listing.rules_text(chosen))


@nianbao.command()
@click.option(
    "-d",
    "--directory",
    type=PATH,
    default=Path("年报演示"),
    metavar="文件夹",
    help="写到哪个文件夹；不写则为“年报演示”。",
)
@FORCE
@common
def demo(directory: Path, force: bool) -> None:
    """用自带的样例走一遍：读入、校验、生成文字、填表、导出，并逐个说明写出的文件。"""
    from nianbao import demo as demonstration

    for line in demonstration.run(directory, force=force):
        click.echo(line)


def main() -> None:
    """The console script."""
    sys.exit(run(nianbao))
