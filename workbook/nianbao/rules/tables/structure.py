"""F-01 … F-04: the right form, its six headings, its tables as issued, its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nianbao import form
from nianbao.form import local_id
from nianbao.report import TITLE_WORDS, Heading, Note
from nianbao.report.findings import Level
from nianbao.report.years import numbered
from nianbao.rules.case import Case, Verdict, declare
from nianbao.words.figures import quoted, squash
from nianbao.words.labels import HAN, normalise

_NAME = "政府信息公开工作年度报告"
_QUOTED = re.compile(r"“([^”]*)”")
_LONG = 120  # characters of a title or note that a message repeats
_HAN_YEAR = re.compile(rf"[○零{HAN[:10]}]{{4}}(?=年)")
_HAN_DIGITS = str.maketrans(f"○零{HAN[:10]}", "000123456789")
_YEAR = re.compile(r"(20\d{2})年")
_TWICE = re.compile(r"20\d{2}年度(?!假)")
# The year inside, as many agencies print it: 政府信息公开工作2024年度报告.
_WORDS = re.compile(r"政府信息公开工作(20\d{2})?年度报告")


def _replaced() -> str:
    """Which notice put its form in the place of which other."""
    trial, revised, *later = (form.load(f).notice for f in form.FORMATS)
    said = [f"{revised}以修订后的格式替代了{trial}的试行格式"]
    said += [f"{new}替代了{old}" for old, new in pairwise((revised, *later))]
    return "，".join(said)


REPLACED = _replaced()


@declare(
    "F-01",
    "格式与年度相符，一份报告只用一种格式",
    "error",
    basis=REPLACED,
    kind="明文",
    hint="改用本年度适用的格式重新填报，其余各条在格式改正后再核对。",
)
def right_form(case: Case) -> Iterator[Verdict]:
    report = case.report
    for note in report.trace.notes:
        if note.kind == "mixed_forms":
            message = f"{quoted(note.message, _LONG).rstrip('。')}。"
            yield Verdict("fail", message, place=note.place, subject="mixed")
            return
    if report.form.holds_for(report.year):
        return
    wanted = form.for_year(report.year) if report.year in form.years() else None
    first = next(iter(report.values))
    if wanted:
        message = f"{report.year} 年度适用{wanted.name}格式，这份报告用的是{report.form.name}格式。"
    else:
        message = f"{report.year} 年度没有适用的格式，这份报告用的是{report.form.name}格式。"
    yield Verdict(
        "fail",
        message,
        expected=wanted.format if wanted else None,
        actual=report.format,
        place=report.place(first),
        apart=False,
    )


@declare(
    "F-02",
    "六个标题齐全，依次各出现一次",
    "error",
    basis="年度报告格式的六个标题",
    kind="明文",
    hint="按格式的六个标题和次序改正，没有内容的标题也要保留。",
    see_also=("F-03", "F-08"),
)
def headings(case: Case) -> Iterator[Verdict]:
    found = case.report.trace.headings
    if found is None:
        yield Verdict("not_applicable", "这种来源没有标题可核对。")
        return
    first: dict[str, Heading] = {}
    for heading in found:
        if heading.section in first:
            yield Verdict(
                "fail",
                f"标题“{quoted(heading.text)}”重复出现。",
                place=heading.place,
                section=heading.section,
                subject=f"twice {heading.section}",
            )
        first.setdefault(heading.section, heading)
    sections = {s.id: s for s in case.plan.form.sections}
    if missing := [s for s in sections if s not in first]:
        names = "、".join(f"“{sections[s].heading}”" for s in missing)
        yield Verdict(
            "fail", f"缺少 {len(missing)} 个标题：{names}。", section=missing[0], subject="missing"
        )
    order = [s for s in first if s in sections]
    if order != [s for s in sections if s in first]:
        names = "、".join(f"“{quoted(first[s].text)}”" for s in order)
        yield Verdict("fail", f"标题的次序与格式不同：{names}。", subject="order")
    for id, heading in first.items():
        if id in sections:
            yield from _wording(case, heading, sections[id])


def _wording(case: Case, heading: Heading, section: form.Section) -> Iterator[Verdict]:
    words = normalise(heading.text)
    if words == normalise(section.heading):
        return
    level: Level = "warning"
    if words in map(normalise, section.aliases):
        level = "info"
    yield Verdict(
        "fail",
        f"标题写作“{quoted(heading.text)}”，格式为“{section.heading}”。",
        place=heading.place,
        section=section.id,
        level=level,
        subject=f"wording {section.id}",
    )


# How the reader's notes weigh. Formulas that it computed (``computed``) are nothing to complain of.
_WEIGHT: dict[str, Level] = {
    "missing": "error",
    "extra": "error",
    "duplicate": "error",
    "nearest_label": "warning",
    "lost_names": "warning",
    "merged_row": "warning",
    "unplaced": "info",
}


@declare(
    "F-03",
    "三张表的行、列与全国统一格式一致",
    "error",
    basis="《中华人民共和国政府信息公开条例》第五十条：年度报告格式全国统一",
    kind="明文",
    hint="按格式恢复表内的行、列和名称，本地增加的内容移到表外说明。",
    see_also=("F-01", "F-02"),
)
def tables(case: Case) -> Iterator[Verdict]:
    told = [
        (note, level)
        for note in case.report.trace.notes
        if (level := _WEIGHT.get(note.kind)) and not (note.kind == "extra" and _known(case, note))
    ]
    subjects = numbered(_subject(note) for note, _ in told)
    for (note, level), (subject, nth) in zip(told, subjects, strict=True):
        yield Verdict(
            "fail",
            f"{quoted(note.message, _LONG).rstrip('。')}。",
            note.cells,
            place=note.place,
            level=level,
            subject=f"{subject} {nth}" if nth else subject,
        )
    for i, row in enumerate(case.report.extra):
        cells = tuple(local_id(i, col) for col in row.values)
        yield Verdict(
            "fail",
            f"{case.plan.form.tables[row.table].name}多出一行“{quoted(row.label)}”，表式全国统一。",
            cells,
            section=row.table,
            place=next((n.place for n in case.report.trace.notes if _tells_of(n, cells)), None),
            subject=f"extra {row.label}",
        )


def _subject(note: Note) -> str:
    """What a note is about, whatever it was read from: no place, and no number found there."""
    return f"{note.kind} {' '.join(_QUOTED.findall(note.message))}"


def _known(case: Case, note: Note) -> bool:
    """Whether a note tells of a local row that is told anyway, or of rows that are official.

    Rows that split 其他对外管理服务事项 are official figures, not an addition.
    """
    return bool(note.cells) and all(c in case.figures for c in note.cells)


def _tells_of(note: Note, cells: tuple[str, ...]) -> bool:
    return note.kind == "extra" and bool(note.cells) and set(note.cells) <= set(cells)


@declare(
    "F-04",
    "标题有机关名称、年度和“政府信息公开工作年度报告”",
    "warning",
    basis="公开发布的年度报告通行的标题写法",
    hint=f"标题写成“机关全称＋年份＋{TITLE_WORDS}”。",
)
def title(case: Case) -> Iterator[Verdict]:
    report = case.report
    if not report.agency.name:
        yield _title("没有填写机关名称。", "agency")
    if report.trace.title is None:
        yield Verdict("not_applicable", "这种来源没有标题可核对。")
        return
    shown = quoted(report.trace.title, _LONG)
    text = _HAN_YEAR.sub(lambda m: m[0].translate(_HAN_DIGITS), squash(report.trace.title))
    years = {int(y) for y in _YEAR.findall(text)}
    if report.year not in years:
        other = f"写的是 {'、'.join(map(str, sorted(years)))} 年" if years else "没有年份"
        yield _title(f"标题“{shown}”{other}，本报告是 {report.year} 年度的。", "year")
    if _TWICE.search(text) and _NAME in text:
        yield _title(f"标题“{shown}”里“年度”重复。", "twice")
        text = _TWICE.sub("", text)
    words = _WORDS.search(text)
    if words is None:
        yield _title(f"标题“{shown}”里没有“{_NAME}”。", "name")
        return
    if words[1]:
        yield _title(f"标题“{shown}”把年份写进了“{_NAME}”中间。", "inside")._replace(level="info")
    rest = _WORDS.sub("", text)
    yield from _agency(report.agency.name, _YEAR.sub("", rest).strip("()[]《》-:·"), shown)


def _agency(name: str, rest: str, shown: str) -> Iterator[Verdict]:
    """The name in full, or a shorter form of it: 大兴区商务局 for 北京市大兴区商务局."""
    name = squash(name)
    if name and name not in rest and not (len(rest) > 1 and rest in name):
        yield _title(f"标题“{shown}”里没有机关名称“{quoted(name)}”。", "agency")


def _title(message: str, subject: str) -> Verdict:
    return Verdict("fail", message, subject=subject)


CHECKS = (right_form, headings, tables, title)
