"""Workbooks and final reports: written, read back and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nianbao.actions.reading import load_bytes
from nianbao.errors import CannotWrite, UnusableInput
from nianbao.form import Form, Layout, for_year, load
from nianbao.formats import files
from nianbao.ledgers import Ledger, lay
from nianbao.report import TEXT_TITLES, TEXTS, Agency, Report, unnameable, with_totals
from nianbao.report.material import NOTHING, Material
from nianbao.report.years import lay_over

if TYPE_CHECKING:
    from nianbao.formats.xlsx.mould import Recent
    from nianbao.reading import Source

Kind = Literal["xlsx", "docx", "html", "pdf", "json"]
KINDS: tuple[Kind, ...] = ("xlsx", "docx", "html", "pdf", "json")


@dataclass(frozen=True, slots=True)
class Written:
    """A file written and read back; ``notes`` are sentences for the user."""

    path: Path
    notes: tuple[str, ...] = ()


def template(year: int, format: int | None, agency: str | None) -> bytes:
    """An empty official workbook. Raises UnusableInput if the form is not that of the year."""
    from nianbao.template.build import template as build

    form = form_for(year, format)
    return build(form.format, year, Layout(), Agency(agency) if agency else None)


def form_for(year: int, format: int | None) -> Form:
    """The form of a year, or the given one. Raises UnusableInput if that is not the year's."""
    form = for_year(year) if format is None else load(format)
    if not form.holds_for(year):
        right = for_year(year)
        raise UnusableInput(
            f"{year} 年度应使用{right.name}格式（{right.notice}），不是 {format} 年版。"
        )
    return form


def refuse_ending(path: Path) -> None:
    """Raises UnusableInput for a workbook's name that Excel would not open it by."""
    if path.suffix.lower() != ".xlsx":
        raise UnusableInput(f"“{path}”不是工作簿的文件名：扩展名应为 .xlsx。")


def refuse_same(source: Path, output: Path) -> None:
    """Raises UnusableInput where the output would take the place of what it is made from."""
    with suppress(OSError):
        if output.samefile(source):
            raise UnusableInput(f"来源和输出是同一个文件“{output}”，没有改动它；请换一个文件名。")


def ledger_workbook(year: int) -> bytes:
    """An empty workbook with the three ledgers. Raises UnusableInput for a year without a form."""
    from nianbao.template.sheets.ledgers import standalone

    return standalone(year)


def fill(
    report: Report,
    path: Path,
    previous: Report | None,
    *,
    force: bool,
    ledger: Ledger | None = None,
    made_from: Sequence[Path] = (),
    facts: Material = NOTHING,
    generated: Mapping[str, str] | None = None,
) -> Written:
    """Fill the official workbook. One of ours that stands at ``path`` is filled in place.

    Such a workbook keeps all else that is in it, also its 文字素材 and the figures and texts that
    ``report`` leaves open. What is still open then is filled from ``ledger``. ``facts``, those that
    stand beside the report, go to 文字素材 of a new workbook; ``generated`` as in ``filled``.
    ``made_from``: the files of ``report`` and ``previous``; none of them is replaced by a new
    workbook (UnusableInput). Raises CannotWrite if ``path`` exists and ``force`` is not given, or
    if reading back what was written does not give the report again.
    """
    from nianbao import reading

    files.refuse_existing(path, force=force)
    lost = lost_characters(report)
    held = reading.open_ours(load_bytes(path), path.name) if path.exists() else None
    if held is None or path.suffix.lower() != ".xlsm":  # one with macros stays what it is
        refuse_ending(path)
    if held is None:  # nothing, or no workbook of ours: replaced, as --force says
        for source in made_from:
            refuse_same(source, path)
    else:
        report = lay_over(held.report, report)
    report, laid = with_ledger(report, ledger)
    if held is None:
        laid = (*laid, *facts.notes)
    data, notes = filled(report, previous, held, path.name, facts=facts, generated=generated)
    files.write(path, data, force=force)
    return Written(path, (*lost, *laid, *notes))


def with_ledger(report: Report, ledger: Ledger | None) -> tuple[Report, tuple[str, ...]]:
    """The report with its blanks filled from the ledger, and sentences for the user."""
    if ledger is None:
        return report, ()
    from nianbao import rules

    report, notes = lay(report, ledger)
    found = rules.check(report, None, ledger)
    wrong = sum(f.level == "error" and f.rule.startswith("L-") for f in found)
    if wrong:
        notes = (
            *notes,
            f"台账本身有 {wrong} 处错误；用 check --ledger 逐条查看。",
        )
    return report, notes


def filled(
    report: Report,
    previous: Report | None,
    target: Source | None,
    name: str,
    *,
    facts: Material = NOTHING,
    generated: Mapping[str, str] | None = None,
    texts_only: bool = False,
    read_back: bool = True,
    recent: Recent | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The filled workbook as bytes, with notes for the user.

    ``target``: a workbook of ours to fill; None makes a fresh one, ``facts`` being put on its
    文字素材. ``generated``: fingerprints of its texts.
    ``texts_only``: leave everything else of ``target`` as it is. What is made is read back and
    compared; of many made in the same way a sample may be enough. ``recent`` as of ``fill``.
    """
    from nianbao import reading
    from nianbao.template import fill as filling

    made = filling.fill(
        report,
        previous,
        (target.package or target.data) if target else None,
        material=facts,
        generated=generated or {},
        texts_only=texts_only,
        recent=recent,
    )
    if not read_back:
        return made.data, made.notes
    notes = _compare(with_totals(report), reading.open(made.data, name).report, name)
    return made.data, (*made.notes, *notes)


def refuse_nameless(report: Report) -> None:
    """Raises UnusableInput for a report without its agency, which no title can be made of."""
    if not report.agency.name:
        if report.trace.kind == "json":
            where = "JSON 的机关名称（agency.name）处"
        else:
            where = "“说明”表" if report.trace.title is None else "标题"
        raise UnusableInput(f"没有填写机关名称，请先在{where}填写再导出。")


def export(report: Report, path: Path, kind: Kind, *, force: bool) -> Written:
    """Write the final report in one of the five forms, read back and compared (but for PDF)."""
    files.refuse_existing(path, force=force)
    data, notes = render(report, kind)
    files.write(path, data, force=force)
    return Written(path, notes)


def lost_characters(report: Report) -> tuple[str, ...]:
    """What of its source a report does not have any more, and no output can show."""
    return tuple(n.message for n in report.trace.notes if n.kind == "characters")


def render(report: Report, kind: Kind) -> tuple[bytes, tuple[str, ...]]:
    """The final report as bytes, with notes for the user. Raises UnusableInput, CannotWrite."""
    if kind != "json":
        refuse_nameless(report)
    for row in report.extra:
        if unnameable(report.format, row.label):
            table = report.form.tables[row.table].name
            raise UnusableInput(
                f"{table}另加的“{row.label}”行与格式自有的名称分不开，请改了名称再导出。"
            )
    if kind == "pdf":
        from nianbao.exports import pdf

        made = pdf.write(report)
        return made.data, (*lost_characters(report), *made.notes)
    from nianbao import reading

    data = _writer(kind)(report)
    name = f"{report.title}.{kind}"
    return data, (
        *lost_characters(report),
        *_compare(report, reading.open(data, name).report, name),
    )


def _writer(kind: Kind) -> Callable[[Report], bytes]:
    if kind == "xlsx":
        from nianbao.exports.xlsx import write
    elif kind == "docx":
        from nianbao.exports.word import write
    elif kind == "html":
        from nianbao.exports.html import write
    else:
        from nianbao.exports.json import write
    return write


def _compare(expected: Report, found: Report, name: str) -> tuple[str, ...]:
    """Reading back: a figure that differs is an error of ours; a text that differs is told."""
    if _figures(expected) != _figures(found):
        wrong = [
            expected.form.title_of(id, expected.layout)
            for id, value in expected.values.items()
            if found.values.get(id) != value
        ]
        where = wrong[0] if wrong else _row_that_differs(expected, found)
        raise CannotWrite(f"“{name}”写出后读回核对不一致（{where}），没有保存。")
    titles = TEXT_TITLES
    return tuple(
        f"“{titles[t]}”的文字读回后与来源不完全相同，请人工核对。"
        for t in TEXTS
        if expected.text[t] != found.text[t]
    )


def _row_that_differs(expected: Report, found: Report) -> str:
    lost = [row.label for row in expected.extra if row not in found.extra]
    return f"“{lost[0]}”行" if lost else "机关、年度或附加行"


def _figures(report: Report) -> Report:
    return replace(report, text={})
