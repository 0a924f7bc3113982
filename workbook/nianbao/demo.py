"""The main job on the bundled sample, from reading to the files one hands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path
from types import MappingProxyType

from nianbao import actions
from nianbao.errors import CannotWrite
from nianbao.outputs import files, listing, pdf
from nianbao.report import Report

SAMPLE = "sample-2020.json"
_SLIP = "requests.granted.natural_person"


def run(directory: Path, *, force: bool) -> Iterator[str]:
    """Read, check, fill and export the sample; yields what was done, line by line, in Chinese."""
    data = resources("nianbao").joinpath(f"data/{SAMPLE}").read_bytes()
    source = directory / "样例来源.json"
    files.write(source, data, force=force)
    yield f"样例报告：{source}（数据来自一份公开的年度报告，文字为本工具自拟）"

    report, findings = actions.check(data, source.name)
    yield listing.findings_text(findings, source.name, report)

    book = directory / "年报工作簿.xlsx"
    actions.fill(report, book, None, force=force)
    yield f"填好的官方工作簿：{book}（三张表、勾稽校验、打印用的“报告”页，打开就能改）"

    for kind, purpose in _EXPORTS.items():
        if kind == "pdf" and pdf.program() is None:
            yield "PDF：本机没有 LibreOffice，跳过；可在 Word 或 Excel 中另存为 PDF"
            continue
        path = directory / f"{report.title}.{kind}"
        actions.export(report, path, kind, force=force)
        yield f"{purpose}：{path}"

    yield from _with_a_slip(report, directory, force)


_EXPORTS: dict[actions.Kind, str] = {
    "xlsx": "最终报告（Excel，只有数值，可直接上报）",
    "docx": "最终报告（Word，可送审、盖章）",
    "html": "最终报告（网页，可直接发布）",
    "pdf": "最终报告（PDF）",
    "json": "同一份数据（供其他程序使用）",
}


def _with_a_slip(report: Report, directory: Path, force: bool) -> Iterator[str]:
    """The same workbook with one figure mistyped, to show what checking looks like."""
    wrong = replace(report, values=MappingProxyType({**report.values, _SLIP: 1}))
    path = directory / "有错的工作簿.xlsx"
    actions.fill(wrong, path, None, force=force)
    title = report.form.title_of(_SLIP)
    yield f"故意改错一处的工作簿：{path}（{title}由 0 改成 1），校验结果如下"
    read, findings = actions.check(actions.load_bytes(path), path.name)
    if not findings:
        raise CannotWrite("样例中的错误没有被查出来，请向开发者反映。")
    yield listing.findings_text(findings, path.name, read)
