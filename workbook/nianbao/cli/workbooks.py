"""``nianbao template``, ``ledger``, ``fill``, ``export``, ``demo``: what writes files."""

from __future__ import annotations

from pathlib import Path

import click

from nianbao import actions
from nianbao.cli.options import LEDGER, MAPPING, PREVIOUS, done, ledger_of, report_of, source_of
from nianbao.cli.terminal import FORCE, JSON, PATH, STDIO, command, common, emit, json_line, say
from nianbao.errors import UnusableInput
from nianbao.form import each


@command
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2026。")
@click.option("--format", type=int, metavar="版本", help=f"{each(' 或 ')}；不写则按年度选用。")
@click.option("--agency", metavar="名称", help="机关全称，可以以后再填。")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@FORCE
@JSON
@common
def template(
    year: int, format: int | None, agency: str | None, output: Path, force: bool, as_json: bool
) -> None:
    """生成一份空白的官方格式工作簿，自带校验公式，不需要宏。"""
    if output != STDIO:
        actions.refuse_ending(output)
    data = actions.template(year, format, agency)
    _put(data, output, force, as_json)


@command
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2026。")
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@FORCE
@JSON
@common
def ledger(year: int, output: Path, force: bool, as_json: bool) -> None:
    """生成一份空白台账：依申请、复议诉讼、规范性文件，自带下拉表和应答复日期。

    年报工作簿里已有同样的三张表；台账另外保管的才用它。
    """
    data = actions.ledger_workbook(year)
    _put(data, output, force, as_json)


def _put(data: bytes, output: Path, force: bool, as_json: bool) -> None:
    """A new workbook to where it is wanted."""
    from nianbao.formats import files

    if output == STDIO:
        emit(data)
        return
    files.write(output, data, force=force)
    done(actions.Written(output), as_json)


@command
@click.argument("source", metavar="来源", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, metavar="文件", help="工作簿文件名。")
@PREVIOUS
@LEDGER
@MAPPING
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
    given = source_of(source)
    report, facts, generated = given.report, given.material, given.generated
    last_year = report_of(previous) if previous else None
    rows = ledger_of(ledger, ledger_mapping)
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
    done(written, as_json)


@command
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
    report = report_of(source)
    if output == STDIO:
        data, notes = actions.render(report, kind)
        for note in notes:
            say(note)
        emit(data)
        return
    done(actions.export(report, output, kind, force=force), as_json)


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


@command
@click.option(
    "-d",
    "--directory",
    type=PATH,
    default=Path("年报演示"),
    metavar="文件夹",
    help="写到哪个文件夹；不写则为“年报演示”。",
)
@FORCE
@JSON
@common
def demo(directory: Path, force: bool, as_json: bool) -> None:
    """用自带的样例走一遍：读入、校验、生成文字、填表、导出，并逐个说明写出的文件。"""
    from nianbao.cli import demo as demonstration

    written = []
    for said in demonstration.run(directory, force=force):
        if isinstance(said, actions.Written):
            written.append(str(said.path))
        elif not as_json:
            click.echo(said)
    if as_json:
        json_line({"written": written})
