"""A column for each figure: how it is headed, and which figure of a report stands there."""

from __future__ import annotations

import re

from nianbao.batch.adding import UNSPLIT
from nianbao.batch.pages import Column
from nianbao.figures import Value
from nianbao.outputs import styles
from nianbao.report import Report


def figure_columns(total: Report) -> tuple[Column, ...]:
    cells = total.form.cells(total.layout).values()
    return tuple(
        Column(
            short(cell.title),
            *(76, "right", styles.SIGNED if cell.kind == "change" else styles.GENERAL),
        )
        for cell in cells
    )


_TITLE = re.compile(r"(表.)“(.*)”的“(.*)”")
_LONG = 14  # characters of a row's label


def short(title: str) -> str:
    """A figure's name as a heading: 表三（三）1.属于国家秘密：自然人.

    In full it would take a third of a printed page; the long table has it.
    """
    match = _TITLE.fullmatch(title)
    if match is None:
        return title
    table, rows, column = match.groups()
    *groups, row = rows.split(" ")
    group = re.match(r"（.）", groups[-1]) if groups else None
    label = f"{group[0] if group else ''}{row}"
    if len(label) > _LONG:
        label = f"{label[: _LONG - 1]}…"
    return f"{table}{label}：{column.partition('（单位')[0]}"


def in_columns(report: Report, total: Report) -> list[Value]:
    """The figures of a report where ``total`` has them; parts of one name are added."""
    found: dict[str, Value] = {id: v for id, v in report.values.items() if "[" not in id}
    for table, row in total.form.repeats:
        names = total.repeats[row]
        for i, name in enumerate(report.repeats[row]):
            if name not in names and UNSPLIT not in names:
                continue  # nothing of it has been added
            at = names.index(name if name in names else UNSPLIT)
            there, here = f"{table}.{row}[{at}].", f"{table}.{row}[{i}]."
            for id, value in report.values.items():
                if id.startswith(here) and value is not None:
                    key = there + id.removeprefix(here)
                    found[key] = (found.get(key) or 0) + value
    return [found.get(id) for id in total.values]
