"""Short ways to write the reports that rules are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nianbao import form as forms
from nianbao.form import ExtraRow, Layout
from nianbao.report import Agency, Heading, Note, Origin, Report, Trace, build
from strategies import row

Try = tuple[Report, Report | None]  # a report, last year's

WRITTEN = "只看写下的内容，写得怎样总是看得出来的"
BLANK = "空白的格不比较，由 V-02 指出"


class Examples(NamedTuple):
    """What keeps a rule, what breaks it, what it cannot decide; or why there is no such thing."""

    ok: tuple[Try, ...] | str
    bad: tuple[Try, ...] | str
    undecided: tuple[Try, ...] | str


NAME = "某市某某局"
DISTRICT = "北京市大兴区商务局"
TOWN = "某县某某镇人民政府"
CITY = "某某市人民政府"
TEXT = {
    "opening": "根据《中华人民共和国政府信息公开条例》规定，编制本报告。",
    "overview": "（一）主动公开。按规定公开。\n（二）依申请公开。按规定办理。\n"
    "（三）政府信息管理。按规定审核。\n（四）平台建设。维护网站。\n"
    "（五）监督保障。开展工作考核和社会评议，未发生责任追究。",
    "problems": "一是培训不足；改进情况：已组织培训。",
    "other": "未收取信息处理费，无其他需要报告的事项。",
}


def report(
    format: int,
    year: int,
    values: Mapping[str, Any] | None = None,
    *,
    name: str = NAME,
    text: Mapping[str, str] | None = None,
    extra: tuple[ExtraRow, ...] = (),
    repeats: Mapping[str, tuple[str | None, ...]] | None = None,
    **trace: Any,
) -> Report:
    """All zeros but for ``values``, sound texts but for ``text``; the rest is how it was read."""
    zeros = dict.fromkeys(forms.load(format).cells(Layout(repeats or {})), 0)
    return build(
        format,
        year,
        Agency(name),
        zeros | dict(values or {}),
        repeats=repeats,
        text=TEXT | dict(text or {}),
        extra=extra,
        trace=Trace(**trace),
    )


def r19(values: Mapping[str, Any] | None = None, **more: Any) -> Report:
    return report(2019, 2020, values, **more)


def r21(values: Mapping[str, Any] | None = None, **more: Any) -> Report:
    return report(2021, 2023, values, **more)


_BEFORE = {"overview": TEXT["overview"].replace("维护网站", "改版网站")}  # nobody copied it


def p19(values: Mapping[str, Any] | None = None, **more: Any) -> Report:
    """Last year's for ``r19``."""
    return report(2019, 2019, values, **more | {"text": _BEFORE | dict(more.get("text") or {})})


def p21(values: Mapping[str, Any] | None = None, **more: Any) -> Report:
    """Last year's for ``r21``."""
    return report(2021, 2022, values, **more | {"text": _BEFORE | dict(more.get("text") or {})})


def alone(*reports: Report) -> tuple[Try, ...]:
    return tuple((r, None) for r in reports)


def written(cell: str, text: str, issue: str, value: Any = None, *, format: int = 2021) -> Report:
    """A report in which a cell was read from ``text``."""
    origins = {cell: Origin("表二!B4", text, issue)}
    return (r19 if format == 2019 else r21)({cell: value}, origins=origins)


def headings(*changes: tuple[int, str | None]) -> Report:
    """A report with the six headings, some reworded or (None) left out."""
    sections = forms.load(2021).sections
    words = {i: s.heading for i, s in enumerate(sections)} | dict(changes)
    return r21(headings=tuple(Heading(sections[i].id, w) for i, w in words.items() if w))


def noted(kind: str, message: str, *cells: str) -> Report:
    return r21(notes=(Note(kind, message, "表三!A9", cells),))


def requests(**rows: int) -> dict[str, int]:
    """Rows of 表三 that hold requests of natural persons alone; ``a__b`` for a row ``a.b``."""
    values: dict[str, int] = {}
    for id, n in rows.items():
        values |= row(f"requests.{id.replace('__', '.')}", natural_person=n, total=n)
    return values


def documents(**figures: Any) -> dict[str, Any]:
    return row("disclosure.normative_documents", **figures)


def licensing(**figures: Any) -> dict[str, Any]:
    return row("disclosure.licensing", **figures)


def procurement(**figures: Any) -> dict[str, Any]:
    return row("disclosure.procurement", **figures)


def reviews(**figures: Any) -> dict[str, Any]:
    return row("disputes.reconsideration", **figures)


def suits(**figures: Any) -> dict[str, Any]:
    return row("disputes.litigation_after", **figures)


def blank(*cells: str) -> dict[str, None]:
    return dict.fromkeys(cells)


def blank_table(table: str, format: int = 2021) -> dict[str, None]:
    return blank(*(c for c in forms.load(format).cells() if c.startswith(table)))
