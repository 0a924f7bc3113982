"""What sentence templates may use, for the person who edits them: every name and function."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from nianbao import form as forms
from nianbao.form import FORMATS
from nianbao.narrative.facts import SINGLE
from nianbao.report.material import groups

FILE = "说明.md"

_GENERAL = {
    "年度": "报告年度",
    "机关": "机关名称",
    "格式": "2019 或者 2021",
    "格式文号": "这一格式的发文字号",
    "办理结果": "一组：予以公开 … 其他处理，各带小项",
    "申请人": "一组：自然人、法人或其他组织，后者带五类",
    "行政复议": "总件数，分项是各种结果",
    "行政诉讼": "总件数，分项是未经复议直接起诉、复议后起诉，各带结果",
    "其他服务": "2019 年版的其他对外管理服务事项，分项是单独列出的各行",
    "附加行": "一组：在表二自己增设的行，分项是各列的数",
}


def guide() -> str:
    """The page that goes with a copy of the templates."""
    how = files("nianbao").joinpath("narrative/guide.md").read_text(encoding="utf-8")
    lines = [how, "| 名称 | 是什么 |", "|---|---|"]
    lines += [f"| {name} | {what} |" for name, what in (*_GENERAL.items(), *_singles())]
    lines += ["", "## 来自“文字素材”表的名称", "", "| 名称 | 是什么 |", "|---|---|"]
    lines += [f"| {name} | {what} |" for name, what in _facts()]
    return "\n".join(lines) + "\n"


def _singles() -> Iterator[tuple[str, str]]:
    for name, id in SINGLE.items():
        cells = ((form, form.cells().get(id)) for form in map(forms.load, FORMATS))
        there = [(form.name, cell.title) for form, cell in cells if cell]
        only = f"（只有{there[0][0]}有）" if len(there) == 1 else ""
        yield name, there[-1][1] + only


def _facts() -> Iterator[tuple[str, str]]:
    lists: dict[str, list[str]] = {}
    for group in groups(max(FORMATS)):
        for item in group.items:
            if item.kind == "choice":
                continue
            yield (
                item.name,
                f"{group.title}：{item.label}" + (f"（{item.unit}）" if item.unit else ""),
            )
            if item.list:
                lists.setdefault(item.list, []).append(item.label)
    yield from ((name, "一组：" + "、".join(labels)) for name, labels in lists.items())
