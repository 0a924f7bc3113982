"""The main job on the bundled sample, from reading to the files one hands in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path
from types import MappingProxyType

from nianbao import actions, rules
from nianbao.actions import Written
from nianbao.cli import listing
from nianbao.errors import CannotWrite
from nianbao.exports import pdf
from nianbao.formats import files
from nianbao.narrative import into_workbook
from nianbao.narrative.generate import Narrative
from nianbao.narrative.into_workbook import Basis, Style
from nianbao.report import Report
from nianbao.report.material import from_json

SAMPLE = "sample-2020.json"
FACTS = "sample-2020-facts.json"
_STYLE = Style("北京")
_SLIP = "requests.granted.natural_person"


def run(directory: Path, *, force: bool) -> Iterator[str | Written]:
    """Read, check, narrate, fill and export the sample; yields what was done, line by line, and
    each file that was written."""
    data = resources("nianbao").joinpath(f"data/{SAMPLE}").read_bytes()
    source = directory / "样例来源.json"
    files.write(source, data, force=force)
    yield Written(source)
    yield f"样例报告：{source}（数据来自一份公开的年度报告，文字为本工具自拟）"

    report, findings = actions.check(data, source.name)
    yield listing.findings_text(findings, source.name, report)

    written = _narrated(report)
    words = directory / "生成的文字.txt"
    files.write(
        words, (into_workbook.text_of(written[1].text) + "\n").encode("utf-8-sig"), force=force
    )
    yield Written(words)
    yield f"由数据和文字素材生成的文字：{words}（句中的每个数都出自表格或素材，校验没有发现问题）"

    book = directory / "年报工作簿.xlsx"
    yield into_workbook.into_workbook(written[0], book, _STYLE, force=force)
    report = actions.read(book)
    yield f"填好的官方工作簿：{book}（三张表、勾稽校验、打印用的“报告”页，打开就能改）"

    for kind, purpose in _EXPORTS.items():
        if kind == "pdf" and pdf.program() is None:
            yield "PDF：本机没有 LibreOffice，跳过；可在 Word 或 Excel 中另存为 PDF"
            continue
        path = directory / f"{report.title}.{kind}"
        yield actions.export(report, path, kind, force=force)
        yield f"{purpose}：{path}"

    yield from _with_a_slip(report, directory, force)


def _narrated(report: Report) -> tuple[Basis, Narrative]:
    """The sample's figures and facts without any text, and the text that they give."""
    facts = json.loads(resources("nianbao").joinpath(f"data/{FACTS}").read_text(encoding="utf-8"))
    bare = replace(report, text=MappingProxyType(dict.fromkeys(report.text, "")))
    basis = Basis(bare, material=from_json(facts, report.format))
    narrative = into_workbook.narrate(basis, _STYLE)
    whole = replace(report, text=MappingProxyType({**bare.text, **narrative.text}))
    if rules.check(whole) or narrative.notes:
        raise CannotWrite("由样例生成的文字没有通过校验，请向开发者反映。")
    return basis, narrative


_EXPORTS: dict[actions.Kind, str] = {
    "xlsx": "最终报告（Excel，只有数值，可直接上报）",
    "docx": "最终报告（Word，可送审、盖章）",
    "html": "最终报告（网页，可直接发布）",
    "pdf": "最终报告（PDF）",
    "json": "同一份数据（供其他程序使用）",
}


def _with_a_slip(report: Report, directory: Path, force: bool) -> Iterator[str | Written]:
    """The same workbook with one figure mistyped, to show what checking looks like."""
    wrong = replace(report, values=MappingProxyType({**report.values, _SLIP: 1}))
    path = directory / "有错的工作簿.xlsx"
    yield actions.fill(wrong, path, None, force=force)
    title = report.form.title_of(_SLIP)
    yield f"故意改错一处的工作簿：{path}（{title}由 0 改成 1），校验结果如下"
    read, findings = actions.check(actions.load_bytes(path), path.name)
    if not findings:
        raise CannotWrite("样例中的错误没有被查出来，请向开发者反映。")
    yield listing.findings_text(findings, path.name, read)
