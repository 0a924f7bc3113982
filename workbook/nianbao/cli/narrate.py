"""``nianbao narrate``: texts from figures, on the screen or in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from nianbao import actions, reading
from nianbao.cli.options import STDIN, done, report_of, stdin
from nianbao.cli.terminal import FORCE, JSON, PATH, STDIO, command, common, emit, json_line, say
from nianbao.errors import UnusableInput
from nianbao.formats import files
from nianbao.narrative import into_workbook
from nianbao.narrative.into_workbook import Basis, Style
from nianbao.reading import Source


@command
@click.argument("source", metavar="[来源]", type=PATH, required=False)
@click.option("--previous", type=PATH, metavar="文件", help="上年报告，用来写同比。")
@click.option("--facts", type=PATH, metavar="文件", help="文字素材：填好的工作簿，或 JSON。")
@click.option("--profile", metavar="名称", help="用哪套文字模板，如 山东；不写则用工作簿里选的。")
@click.option("--templates", type=PATH, metavar="文件夹", help="本单位改过的文字模板。")
@click.option("--save-templates", type=PATH, metavar="文件夹", help="把文字模板另存一份，供修改。")
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="文件",
    help="写进工作簿 .xlsx 或文本 .txt；不写则输出到屏幕。",
)
@FORCE
@JSON
@common
def narrate(
    source: Path | None,
    previous: Path | None,
    facts: Path | None,
    profile: str | None,
    templates: Path | None,
    save_templates: Path | None,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """由数据生成文字：开头、一、五、六；没有依据的一句也不写。

    写进已有的工作簿时加 --force：只写空着的部分和以前生成、没有改过的文字，自己写的保持不变。
    """
    if save_templates:
        saved = list(into_workbook.save_templates(save_templates, profile, force=force))
        for path in saved:
            say(f"已写好：{path}")
        if as_json and source is None:
            json_line({"written": [str(path) for path in saved], "notes": ()})
    if source is None:
        if save_templates is None:
            raise UnusableInput("缺少参数“来源”；用 --help 查看用法。")
        return
    data = stdin() if source == STDIO else actions.load_bytes(source)
    opened = reading.open(data, STDIN if source == STDIO else source.name)
    basis = into_workbook.basis_of(opened)
    if previous:
        basis = replace(basis, previous=report_of(previous))
    if facts:
        material = into_workbook.read_material(facts, basis.report.format)
        basis = replace(basis, material=material)
    style = into_workbook.Style(profile, into_workbook.folder(templates) if templates else {})
    _print_result(basis, style, (source, opened), output, force, as_json)


def _print_result(
    basis: Basis,
    style: Style,
    origin: tuple[Path, Source],
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Generated texts to where they are wanted: the screen, a text file, a workbook."""
    suffix = output.suffix.lower() if output else ""
    if output == STDIO:
        data, notes, kept = into_workbook.written(basis, None, origin[0].name, style)
        for note in notes:
            say(note)
        if kept:
            say(_suggested(kept))
        emit(data)
    elif output and suffix == ".txt":
        found = into_workbook.narrate(basis, style)
        files.write(
            output, (into_workbook.text_of(found.text) + "\n").encode("utf-8-sig"), force=force
        )
        done(actions.Written(output, found.notes), as_json)
    elif output:
        written = into_workbook.into_workbook(basis, output, style, force=force, origin=origin)
        if as_json:
            result = {"written": str(written.path), "notes": written.notes, "kept": written.kept}
            json_line(result)
            return
        done(written, as_json)
        if written.kept:
            click.echo(_suggested(written.kept))
    else:
        found = into_workbook.narrate(basis, style)
        if as_json:
            json_line(into_workbook.to_dict(found))
            return
        click.echo(into_workbook.text_of(found.text))
        for note in found.notes:
            say(note)


def _suggested(kept: Mapping[str, str]) -> str:
    """Generated texts that were not put into the workbook, to copy from."""
    return f"以下是生成的文字，没有写进工作簿，供参考：\n\n{into_workbook.text_of(kept)}"
