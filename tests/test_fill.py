"""A workbook filled from a report: what it says, what LibreOffice calculates, what it keeps."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.utils import coordinate_to_tuple, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from conftest import SEED
from nianbao import rules
from nianbao.errors import UnusableInput
from nianbao.form import ExtraRow, Layout, load, local_cell
from nianbao.form.workbook import check_name, name_of
from nianbao.formats.xlsx.slots import clean
from nianbao.formats.zip import Package, deflated, pack
from nianbao.report import TEXTS, Agency, Report, build, with_totals
from nianbao.template import formulas
from nianbao.template.build import template
from nianbao.template.fill import fill
from plain_xlsx import PlainCell, cells, names
from strategies import having, reports, row, seed_figures, zeros

REQUESTS = load(2021).tables["requests"]
PARTS = ("一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FULL, SHEETS_OF_ONE = 16, 100  # whole workbooks, and reports whose tables share one workbook


@cache
def seed_report() -> Report:
    """The seed with its texts, cut at its headings."""
    text = SEED.read_text(encoding="utf-8")
    opening = text.split("报告\n", 1)[1].split(PARTS[0])[0]
    overview = text.split(PARTS[0] + "\n")[1].split("二、主动公开")[0]
    problems, other = text.split(PARTS[1] + "\n")[1].split(PARTS[2] + "\n")
    texts = {"opening": opening, "overview": overview, "problems": problems, "other": other}
    figures = seed_figures()
    return build(2019, 2020, figures.agency, figures.values, repeats=figures.repeats, text=texts)


def draw(count: int, start: int, **choices: object) -> list[Report]:
    """So many random reports, the same ones at every run."""
    found: list[Report] = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(reports(**choices))  # type: ignore[arg-type]
    def collect(report: Report) -> None:
        found.append(report)

    collect()
    return found


def value(data: bytes, key: str) -> float | str | None:
    """What stands in the cell of a key."""
    title, ref = names(data)[name_of(key)]
    return cells(data)[title].get(ref, PlainCell(None, None)).value


def paragraphs(data: bytes, text: str) -> str:
    title, area = names(data)[f"nb.text.{text}"]
    first, last = (coordinate_to_tuple(c) for c in area.split(":"))
    sheet = cells(data)[title]
    refs = (f"{get_column_letter(first[1])}{r}" for r in range(first[0], last[0] + 1))
    found = (sheet[r].value for r in refs if r in sheet)
    return "\n".join(str(v) for v in found if v is not None)


def assert_says(data: bytes, report: Report) -> None:
    """Every figure, name and text of the report stands in the workbook."""
    where, sheets = names(data), cells(data)

    def at(key: str) -> float | str | None:
        title, ref = where[name_of(key)]
        return sheets[title].get(ref, PlainCell(None, None)).value

    expected = with_totals(report)
    wanted = dict(expected.values)
    wanted |= {
        f"extra[{i}].{c}": v for i, e in enumerate(expected.extra) for c, v in e.values.items()
    }
    for id, figure in wanted.items():
        assert at(id) == (clean(figure) if isinstance(figure, str) else _float(figure)), id
    for i, local in enumerate(report.extra):
        assert at(f"extra[{i}].label") == local.label
    for table, split in report.form.repeats:
        for i, name in enumerate(report.repeats[split]):
            if report.repeats[split] != (None,):
                assert at(f"{table}.{split}[{i}].name") == name
    assert (at("format"), at("year")) == (report.format, report.year)
    assert (at("agency.name"), at("agency.code")) == (report.agency.name, report.agency.code)
    for text in TEXTS:
        assert paragraphs(data, text) == report.text[text]


def _float(figure: int | Decimal | None) -> float | None:
    return None if figure is None else float(figure)


# --- what a filled workbook says -------------------------------------------------------------


def test_the_seed_comes_back_figure_for_figure_and_sentence_for_sentence() -> None:
    filled = fill(seed_report())
    assert filled.notes == ()
    assert_says(filled.data, seed_report())
    assert value(filled.data, "disclosure.other_services[0].decisions") == 235
    assert value(filled.data, "disclosure.other_services[0].change") == 1
    assert "√ 全部填写完毕" in str(
        [c.value for c in cells(filled.data)["说明"].values() if c.formula]
    )


@settings(max_examples=12, deadline=None)
@given(reports(few_shapes=True))
def test_whatever_a_report_says_stands_in_the_workbook(report: Report) -> None:
    assert_says(fill(report).data, report)


def test_filling_twice_gives_the_same_bytes() -> None:
    assert fill(seed_report()).data == fill(seed_report()).data


def test_a_blank_is_an_empty_cell_and_zero_is_zero() -> None:
    data = fill(having(zeros(), {"disclosure.fees.amount": None})).data
    assert value(data, "disclosure.fees.amount") is None
    assert value(data, "disclosure.penalties.decisions") == 0


def test_money_is_written_exactly() -> None:
    report = having(zeros(), {"disclosure.fees.amount": Decimal("86489.3629")})
    data = fill(report).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<v>86489.3629</v>" in archive.read("xl/worksheets/sheet3.xml")


def test_a_total_that_is_right_keeps_its_formula_with_its_result() -> None:
    data = fill(having(zeros(), row("requests.received", other=3, total=3))).data
    title, ref = names(data)["nb.requests.received.total"]
    cell = cells(data)[title][ref]
    assert (cell.value, bool(cell.formula)) == (3, True)


def test_a_total_that_is_not_stated_is_added_up() -> None:
    report = having(zeros(), row("requests.received", other=3, total=None))
    filled = fill(report)
    assert value(filled.data, "requests.received.total") == 3
    assert filled.notes == ()


def test_a_total_that_disagrees_is_kept_as_a_number_and_told() -> None:
    report = having(zeros(), row("requests.received", other=3, total=5))
    filled = fill(report)
    title, ref = names(filled.data)["nb.requests.received.total"]
    assert cells(filled.data)[title][ref] == PlainCell(5, None)
    assert value(filled.data, "check.T3_03.requests.received") == "差 2"
    assert filled.notes == (
        "表三“一、本年新收政府信息公开申请数量”的“总计”原为 5，各部分相加是 3；工作簿中保留原数。",
    )
    shown = [c for c in cells(filled.data)["报告"].values() if ref in (c.formula or "")]
    assert 5 in [c.value for c in shown]


def test_a_total_without_any_part_is_kept_too() -> None:
    blank = dict.fromkeys(f"requests.received.{c}" for c in ("natural_person", "other"))
    others = dict.fromkeys(
        f"requests.received.{c}" for c in ("business", "research", "nonprofit", "legal_service")
    )
    filled = fill(having(zeros(), {**blank, **others, "requests.received.total": 5}))
    assert value(filled.data, "requests.received.total") == 5
    assert "各部分没有填写" in filled.notes[0]


HOSTILE = "=1+1\n+SUM(A1)\n-2\n@A1\n]]>\n<b>&amp;\n_x000D_\n😀𠮷\na\x00b\x01c"


def test_hostile_text_stays_text() -> None:
    text = dict.fromkeys(TEXTS, HOSTILE)
    report = replace(zeros(name='=HYPERLINK("x")&<>"'), text=text)
    filled = fill(report)
    assert paragraphs(filled.data, "overview") == re.sub("[\0\1]", "", HOSTILE)
    assert value(filled.data, "agency.name") == '=HYPERLINK("x")&<>"'
    assert not [c for c in cells(filled.data)["一、总体情况"].values() if c.formula]
    assert "8 个看不见的控制字符" in filled.notes[-1]


def test_more_paragraphs_than_cells_stand_in_the_last_one() -> None:
    text = "\n".join(f"第{i}段" for i in range(50))
    data = fill(replace(zeros(), text=dict.fromkeys(TEXTS, text))).data
    assert paragraphs(data, "overview") == text
    assert paragraphs(data, "opening") == text
    shown = "".join(str(c.value) for c in cells(data)["报告"].values() if c.formula)
    assert all(f"第{i}段" in shown for i in range(50))


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(UnusableInput, match=r"“一、总体情况”.*32767"):
        fill(replace(zeros(), text={**zeros().text, "overview": "字" * 40_000}))


def test_words_in_a_local_row_stay_and_its_check_is_not_decided() -> None:
    local = ExtraRow("requests", "9.增设", {"other": "见附注", "total": 0}, "refused.inquiry")
    report = build(2021, 2023, Agency("某局"), zeros().values, extra=(local,))
    data = fill(report).data
    assert value(data, "extra[0].other") == "见附注"
    assert value(data, "check.T3_02.requests.other") == formulas.NOT_A_NUMBER


def test_last_years_figures_are_filled_in_and_checked_against() -> None:
    before = having(zeros(2019, 2020), row("requests.carried_out", business=3, total=3))
    now = having(zeros(2021, 2021), row("requests.carried_in", business=2, total=2))
    data = fill(now, before).data
    assert value(data, "previous.requests.carried_out.business") == 3
    assert value(data, "previous.disclosure.licensing.change") == 0
    assert value(data, "check.Y_01.requests.business") == "差 1"
    assert value(data, "check.Y_01.requests.other") == "√"
    with pytest.raises(UnusableInput, match="2020 年度的，给出的是 2019 年度"):
        fill(now, zeros(2019, 2019))


# --- what LibreOffice calculates -------------------------------------------------------------


class Recalculated(NamedTuple):
    """By file name: the workbook as we filled it, and as LibreOffice calculated it."""

    ours: dict[str, bytes]
    theirs: dict[str, bytes]
    reports: dict[str, list[Report]]


@pytest.fixture(scope="module")
def recalculated(
    soffice: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Recalculated:
    """Everything that the tests below need, in one run of LibreOffice."""
    folder = tmp_path_factory.mktemp("recalculated")
    found = {f"full{i}": [r] for i, r in enumerate(draw(FULL, 1, few_shapes=True))}
    ours = {name: fill(rs[0]).data for name, rs in found.items()}
    found |= {f"local{i}": [report] for i, report in enumerate(_with_local_rows())}
    ours |= {name: fill(rs[0]).data for name, rs in found.items() if name.startswith("local")}
    ours["long"] = fill(_long_report(), having(zeros(2021, 2022), {})).data
    ours["typed"] = _typed_into(fill(zeros()).data)
    for form in (2019, 2021):
        many = draw(SHEETS_OF_ONE, form, format=form, extra=False, texts=False)
        found[f"many{form}"] = many
        ours[f"many{form}"] = _in_one_workbook(many)
    for name, data in {**ours, "target": fill(seed_report()).data}.items():
        bare = data if name == "target" else _without_results(data)
        (folder / f"{name}.xlsx").write_bytes(bare)
    out = soffice(sorted(folder.glob("*.xlsx")), "xlsx", folder / "out")
    theirs = {p.stem: p.read_bytes() for p in out.glob("*.xlsx")}
    return Recalculated(ours, theirs, found)


def _with_local_rows() -> Iterator[Report]:
    """Local rows that are filled in, in part, with words, and not at all; right and wrong sums."""
    full = dict.fromkeys((leaf.id for b in REQUESTS.blocks for leaf in b.column_leaves), 0)
    rows = (
        full | {"other": 2, "total": 2},
        {"other": 2, "total": 2},
        {"other": 2},
        {"total": 5},
        full | {"business": "若干"},
        {"business": "若干"},
        {},
    )
    sums = row("requests.received", other=2, total=2) | row("requests.total", other=2, total=2)
    blank = dict.fromkeys(f"requests.granted.{c}" for c in full)
    for values in ({}, sums, sums | blank):
        for figures in rows:
            yield with_totals(_with_row(values, ExtraRow("requests", "9.增设", figures, "granted")))
    some = [ExtraRow("requests", f"增设{i}", figures, "partial") for i, figures in enumerate(rows)]
    yield with_totals(_with_row(sums, *some[:1], *some[-1:]))
    yield with_totals(_with_row(sums, *some))


def _with_row(values: dict[str, Any], *extra: ExtraRow) -> Report:
    official = zeros().values | values
    return build(2021, 2023, Agency("某市某局"), official, extra=extra)


def _long_report() -> Report:
    text = {t: "\n".join(f"第{i}段，" + "长" * 80 for i in range(23)) for t in TEXTS}
    values = {f"requests.{r}.business": 3 for r in ("received", "carried_in", "granted")}
    return replace(having(zeros(2021, 2023), values), text=text)


def _typed_into(data: bytes) -> bytes:
    """A workbook into which a person typed words and an error."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    part = "xl/worksheets/sheet4.xml"
    for key, cell in (
        ("requests.received.business", b' t="inlineStr"><is><t>3 </t></is></c>'),
        ("requests.partial.research", b' t="e"><v>#DIV/0!</v></c>'),
    ):
        ref = names(data)[name_of(key)][1].encode()
        parts[part] = re.sub(
            rb'(<c r="%s" s="\d+")><v>0</v></c>' % ref, lambda m, c=cell: m[1] + c, parts[part]
        )
    return _zip(parts)


def _in_one_workbook(many: list[Report]) -> bytes:
    """The first report's workbook with 表三 and 表四 of all the others as further sheets."""
    data = fill(many[0]).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    entries, relations, types = [], [], []
    for i, report in enumerate(many[1:], 1):
        with zipfile.ZipFile(io.BytesIO(fill(report).data)) as archive:
            for title, source in (("表三", 4), ("表四", 5)):
                part = f"xl/worksheets/more{i}_{source}.xml"
                content = archive.read(f"xl/worksheets/sheet{source}.xml")
                # Formulas are what is tested; validation and colours would take half the time.
                parts[part] = re.sub(
                    rb"<(conditionalFormatting|dataValidations).*</\1>", b"", content
                )
                id = f"x{i}_{source}"
                name = quoteattr(f"{title} {i}")
                entries.append(
                    f'<sheet xmlns:r="{_RELATIONS}" name={name} sheetId="{i * 10 + source}" '
                    f'r:id="{id}"/>'
                )
                relations.append(
                    f'<Relationship Id="{id}" Target="/{part}" Type="{_RELATIONS}/worksheet"/>'
                )
                types.append(
                    f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-'
                    'officedocument.spreadsheetml.worksheet+xml"/>'
                )
    for name, new, end in (
        ("xl/workbook.xml", entries, "</sheets>"),
        ("xl/_rels/workbook.xml.rels", relations, "</Relationships>"),
        ("[Content_Types].xml", types, "</Types>"),
    ):
        parts[name] = parts[name].replace(end.encode(), ("".join(new) + end).encode())
    return _zip(parts)


def _without_results(data: bytes) -> bytes:
    """The workbook with no result of any formula, so that LibreOffice must calculate each."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    for name, content in parts.items():
        if name.startswith("xl/worksheets/"):
            parts[name] = re.sub(rb'( t="str")?>(<f>[^<]*</f>)<v>[^<]*</v>', rb">\2", content)
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.libreoffice
def test_the_result_that_we_write_for_each_formula_is_what_libreoffice_calculates(
    recalculated: Recalculated,
) -> None:
    checked = 0
    for name in [*(f"full{i}" for i in range(FULL)), "long"]:
        theirs = cells(recalculated.theirs[name])
        for title, sheet in cells(recalculated.ours[name]).items():
            for ref, cell in sheet.items():
                if cell.formula is not None:
                    found = theirs[title].get(ref, PlainCell(None, None)).value
                    assert found == cell.value, (name, title, ref, cell.formula)
                    checked += 1
    assert checked > FULL * 400


@pytest.mark.libreoffice
@pytest.mark.parametrize("form", [2019, 2021])
def test_the_verdict_of_each_check_cell_is_pythons(recalculated: Recalculated, form: int) -> None:
    name = f"many{form}"
    where = names(recalculated.ours[name])
    sheets = cells(recalculated.theirs[name])
    outcomes: dict[str, int] = {}
    for i, report in enumerate(recalculated.reports[name]):
        full = with_totals(report)
        for equation in report.form.equations(report.layout):
            title, ref = where[check_name(equation)]
            said = str(sheets[f"{title} {i}" if i else title][ref].value)
            expected, actual = (
                [full[c] for c in side] for side in (equation.expected, equation.actual)
            )
            outcome, text = _python_verdict(expected, actual)
            assert said in text, (i, equation.key, equation.identity.rule, said)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert min(outcomes[o] for o in ("pass", "fail", "undecided")) > 40


@pytest.mark.libreoffice
def test_python_and_the_workbook_judge_local_rows_alike(recalculated: Recalculated) -> None:
    outcomes: dict[str, int] = {}
    for name, (report, *_) in recalculated.reports.items():
        if not name.startswith("local"):
            continue
        where = names(recalculated.ours[name])
        sheets = cells(recalculated.theirs[name])
        said: dict[str, set[tuple[str, ...]]] = {"fail": set(), "undecided": set()}
        absent = {c for c in report.local if report.extra[local_cell(c).row].blank}  # type: ignore[union-attr]
        for e in report.form.equations(report.layout):
            title, ref = where[check_name(e)]
            text = str(sheets[title][ref].value)
            outcome = {"√": "pass"}.get(text, "fail" if text.startswith("差") else "undecided")
            kept = tuple(c for c in e.cells if c not in absent)
            if not kept:
                assert text == "—", (name, e.key)
                outcome = "nothing"
            said.setdefault(outcome, set()).add(kept)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        told = [f for f in rules.check(report) if f.rule in ("T3-01", "T3-02", "T3-03", "T4-01")]
        assert {f.cells for f in told if f.outcome == "fail"} == said["fail"], name
        undecided = {c for f in told if f.outcome == "undecided" for c in f.cells}
        assert undecided == {c for kept in said["undecided"] for c in kept}, name
    assert min(outcomes[o] for o in ("pass", "fail", "undecided", "nothing")) > 4


def _python_verdict(expected: list[int | None], actual: list[int | None]) -> tuple[str, set[str]]:
    """Outcome of an identity and what its check cell may say, told in other words than ours."""
    gap = sum(v or 0 for v in expected) - sum(v or 0 for v in actual)
    blanks = expected.count(None) + actual.count(None)
    if blanks == 1 and (gap > 0 if None in expected else gap < 0):
        return "fail", {f"差 {abs(gap)}"}
    if blanks:
        every = blanks == len(expected) + len(actual)
        return "undecided", {"—" if every else "缺数"}
    return ("pass", {"√"}) if gap == 0 else ("fail", {f"差 {abs(gap)}"})


@pytest.mark.libreoffice
def test_words_and_errors_in_a_figure_are_named_and_never_called_right(
    recalculated: Recalculated,
) -> None:
    data = recalculated.theirs["typed"]
    for check in (
        "T3_03.requests.received",
        "T3_01.requests.business",
        "T3_03.requests.partial",
        "T3_02.requests.research",
    ):
        assert value(data, f"check.{check}") == formulas.NOT_A_NUMBER
    assert value(data, "check.T3_03.requests.carried_out") == "√"


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved_can_be_filled_again(recalculated: Recalculated) -> None:
    target = recalculated.theirs["target"]
    report = having(seed_report(), row("requests.received", other=4, total=4))
    report = replace(report, text={**report.text, "overview": "只有一段。"})
    filled = fill(report, target=target)
    assert_says(filled.data, report)
    assert _parts_that_differ(target, filled.data) <= {
        "xl/workbook.xml",
        # not the ledgers: 7 to 9
        *(f"xl/worksheets/sheet{i}.xml" for i in (*range(1, 7), *range(10, 14), 15)),
    }
    with pytest.raises(UnusableInput, match="2020 年度的，报告是 2019 年度的"):
        fill(replace(report, year=2019), target=target)


# --- filling a workbook that is there already ------------------------------------------------


def _parts_that_differ(before: bytes, after: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        kept = set(old.namelist()) & set(new.namelist())
        return {n for n in kept if old.read(n) != new.read(n)} | (
            set(old.namelist()) ^ set(new.namelist())
        )


def _with_rows_and_columns_inserted(data: bytes) -> bytes:
    """A row above and a column before everything on 表三, as spreadsheet programs insert them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    ws = book["表三"]
    merges = [str(m) for m in ws.merged_cells.ranges]
    for merge in merges:
        ws.unmerge_cells(merge)
    moved = {}
    for line in ws.iter_rows():
        for cell in line:
            text = cell.value
            if isinstance(text, str) and text.startswith("=") and "!" not in text:
                target = cell.offset(1, 1).coordinate
                text = Translator(text, cell.coordinate).translate_formula(target)
            moved[cell.row + 1, cell.column + 1] = text
            cell.value = None
    for (r, c), text in moved.items():
        ws.cell(r, c).value = text
    for name, defined in book.defined_names.items():
        title, _, ref = str(defined.attr_text).rpartition("!")
        if title == quote_sheetname("表三"):
            cell = ws[ref.replace("$", "")].offset(1, 1)
            where = f"{quote_sheetname('表三 改名 了')}!${cell.column_letter}${cell.row}"
            book.defined_names[name] = DefinedName(name, attr_text=where)
    ws.title = "表三 改名 '了"[:6] + "了"
    for name, defined in book.defined_names.items():
        text = str(defined.attr_text).replace(
            quote_sheetname("表三 改名 ''了"), quote_sheetname(ws.title)
        )
        book.defined_names[name] = DefinedName(name, attr_text=text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_cells_are_found_by_name_wherever_they_have_moved() -> None:
    target = _with_rows_and_columns_inserted(fill(zeros()).data)
    rng = random.Random(5)
    values = {f"requests.{r}.other": rng.randint(0, 9) for r in ("received", "granted", "partial")}
    report = having(zeros(), values)
    filled = fill(report, target=target)
    title, ref = names(filled.data)["nb.requests.granted.other"]
    assert (title.startswith("表三 改名"), ref) == (True, "J10")
    assert cells(filled.data)[title][ref].value == values["requests.granted.other"]
    assert cells(filled.data)[title]["B2"].value == "三、收到和处理政府信息公开申请情况"


def test_all_else_in_the_target_stays_byte_for_byte() -> None:
    book = openpyxl.load_workbook(io.BytesIO(fill(zeros()).data))
    own = book.create_sheet("我的记录")
    own["A1"], own["A2"] = "备注 & <原样>", "=表二!A1"
    own["A1"].comment = Comment("别动", "张三")
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts["xl/media/image1.png"] = b"\x89PNG not really"
    parts["xl/vendor.bin"] = bytes(range(256))
    target = _zip(parts)
    filled = fill(having(zeros(), {"disclosure.fees.amount": Decimal("0.5")}), target=target)
    changed = _parts_that_differ(target, filled.data)
    others = (*range(1, 7), *range(10, 14), 15)  # 7 to 9 are the ledgers, 14 their lists
    assert changed <= {"xl/workbook.xml", *(f"xl/worksheets/sheet{i}.xml" for i in others)}
    assert value(filled.data, "disclosure.fees.amount") == 0.5
    mine = cells(filled.data)["我的记录"]
    assert mine["A1"].value == "备注 & <原样>"
    assert mine["A2"] == PlainCell(None, "表二!A1")
    assert (
        filled.data
        == fill(having(zeros(), {"disclosure.fees.amount": Decimal("0.5")}), target=target).data
    )


def test_results_that_we_cannot_know_are_not_left_standing() -> None:
    target = fill(zeros()).data
    filled = fill(having(zeros(), row("requests.received", other=4, total=4)), target=target)
    assert value(filled.data, "requests.received.total") == 4
    assert value(filled.data, "check.T3_01.requests.other") == "差 4"
    shown = [c.value for c in cells(filled.data)["报告"].values() if c.formula]
    assert set(shown) == {None}
    with zipfile.ZipFile(io.BytesIO(filled.data)) as archive:
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_a_formula_that_gives_way_to_a_figure_leaves_no_trace_in_the_calculation_chain() -> None:
    with zipfile.ZipFile(io.BytesIO(fill(zeros()).data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts["xl/calcChain.xml"] = b'<calcChain><c r="K7" i="4"/></calcChain>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
    )
    relation = b'<Relationship Id="rIdC" Type="http://x/calcChain" Target="calcChain.xml"/>'
    path = "xl/_rels/workbook.xml.rels"
    parts[path] = parts[path].replace(b"</Relationships>", relation + b"</Relationships>")
    parts["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", b"", parts["xl/workbook.xml"])
    target = _zip(parts)
    assert "xl/calcChain.xml" not in _parts_that_differ(target, fill(zeros(), target=target).data)
    data = fill(having(zeros(), row("requests.received", total=9)), target=target).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()
        assert b"calcChain" not in archive.read("[Content_Types].xml") + archive.read(path)
        assert b'</definedNames><calcPr fullCalcOnLoad="1"/>' in archive.read("xl/workbook.xml")


def test_a_formula_typed_into_an_input_gives_way_and_is_told() -> None:
    title, ref = names(template(2021, 2023))["nb.disclosure.licensing.decisions"]
    book = openpyxl.load_workbook(io.BytesIO(template(2021, 2023)))
    book[title][ref] = "=1+2"
    stream = io.BytesIO()
    book.save(stream)
    filled = fill(zeros(), target=stream.getvalue())
    assert cells(filled.data)[title][ref] == PlainCell(0, None)
    assert f"{title}!{ref} 原有公式，已换成报告中的数。" in filled.notes


LOCAL = (
    ExtraRow("requests", "9.地方增设", row("", other=2, total=2), "refused.inquiry"),
    ExtraRow("disclosure", "其他文件", {"made": 1}, "normative_documents"),
)


@pytest.mark.parametrize("index", ["²", "9" * 5000, "x"])
def test_names_of_rows_that_no_number_tells_are_left_alone(index: str) -> None:
    data = fill(seed_report()).data
    parts = Package(data).members()
    main = parts["xl/workbook.xml"].content()
    odd = f'<definedName name="nb.extra.{index}.label">说明!$A$1</definedName>'.encode()
    odd += f'<definedName name="nb.extra.{index}.total">说明!$A$1</definedName>'.encode()
    main = main.replace(b"</definedNames>", odd + b"</definedNames>")
    parts["xl/workbook.xml"] = deflated("xl/workbook.xml", main)
    assert_says(fill(seed_report(), None, pack(parts.values())).data, seed_report())


def _local(*rows: ExtraRow) -> Report:
    clear = tuple(replace(r, values={k.strip("."): v for k, v in r.values.items()}) for r in rows)
    return build(2021, 2023, Agency("某市某某局"), zeros().values, extra=clear)


def test_rows_that_the_target_lacks_are_named_and_nothing_is_written() -> None:
    with pytest.raises(UnusableInput, match=r"没有这些行：“其他文件”、“9\.地方增设”"):
        fill(_local(*LOCAL), target=fill(zeros()).data)
    split = having(seed_figures(), {})
    with pytest.raises(UnusableInput, match="“行政检查”、“行政确认”"):
        fill(split, target=template(2019, 2020))
    assert_says(fill(split, target=template(2019, 2020, split.layout)).data, split)


def test_local_rows_are_found_by_their_names_in_the_target() -> None:
    target = fill(_local(LOCAL[0], replace(LOCAL[0], label="10.另一行"))).data
    filled = fill(_local(replace(LOCAL[0], label="10.另一行")), target=target)
    assert value(filled.data, "extra[1].label") == "10.另一行"
    assert value(filled.data, "extra[1].other") == 2
    assert value(filled.data, "extra[0].label") == "9.地方增设"
    assert value(filled.data, "extra[0].other") is None
    assert any("原为 2，报告没有这一行，已清空" in n for n in filled.notes)


def test_split_rows_that_the_report_has_not_are_cleared() -> None:
    target = fill(seed_figures()).data
    plain = zeros(2019, 2020, "北京市大兴区商务局")
    filled = fill(plain, target=target)
    assert value(filled.data, "disclosure.other_services[0].decisions") == 0
    for key in ("[0].name", "[1].name", "[1].decisions"):
        assert value(filled.data, f"disclosure.other_services{key}") is None


def test_last_years_figures_in_the_target_stay_unless_new_ones_are_given() -> None:
    before = having(zeros(2021, 2022), row("requests.carried_out", business=3, total=3))
    target = fill(zeros(), before).data
    kept = fill(zeros(), target=target).data
    assert value(kept, "previous.requests.carried_out.business") == 3
    assert value(kept, "check.Y_01.requests.business") is None
    new = fill(zeros(), zeros(2021, 2022), target=target).data
    assert value(new, "previous.requests.carried_out.business") == 0
    assert value(new, "check.Y_01.requests.business") == "√"


def test_rows_of_the_report_sheet_fit_their_new_text_when_the_target_is_opened() -> None:
    def heights(data: bytes) -> list[float | None]:
        ws = openpyxl.load_workbook(io.BytesIO(data))["报告"]
        first = next(r for r in range(1, 99) if ws.cell(r, 1).value == "一、总体情况") + 1
        return [ws.row_dimensions[r].height for r in (first, first + 1)]

    long = replace(zeros(), text=dict.fromkeys(TEXTS, "长" * 300))
    target = fill(long).data
    assert heights(target)[0] == 207
    assert heights(fill(zeros(), target=target).data) == [None, None]


def test_split_rows_of_last_year_that_are_no_more_are_cleared() -> None:
    now = zeros(2021, 2021)
    target = fill(now, replace(seed_figures(), year=2020)).data
    data = fill(now, zeros(2019, 2020), target=target).data
    assert value(data, "previous.disclosure.other_services[1].decisions") is None
    assert value(data, "previous.disclosure.other_services[1].name") is None


def test_another_agencys_name_in_the_target_is_told() -> None:
    filled = fill(zeros(name="乙局"), target=fill(zeros(name="甲局")).data)
    assert filled.notes == ("目标工作簿的机关名称原为“甲局”，已改为“乙局”。",)


def _broken() -> Iterator[tuple[bytes, str]]:
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    yield stream.getvalue(), "不是年报工作簿"
    yield template(2019, 2020), "2019 年版格式，报告是 2021 年版格式"
    yield template(2021, 2025), "2025 年度的，报告是 2023 年度的"
    yield fill(zeros()).data[:5000], "已损坏"
    yield b"<html></html>", "不是 .xlsx"
    with zipfile.ZipFile(io.BytesIO(fill(zeros()).data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    workbook = parts["xl/workbook.xml"].decode()
    lost = re.sub(
        r'(name="nb.requests.granted.other"[^>]*>)[^<]*', r"\g<1>#REF!", workbook
    ).encode()
    yield _zip({**parts, "xl/workbook.xml": lost}), "找不到“表三“.*（一）予以公开”的“其他”"
    yield _zip({**parts, "xl/worksheets/sheet4.xml": b"<worksheet"}), "已损坏"
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"]
    yield _zip({**parts, "xl/workbook.xml": bomb}), "DTD"


def test_a_target_that_cannot_be_used_is_refused_with_one_sentence() -> None:
    for target, words in _broken():
        with pytest.raises(UnusableInput, match=words):
            fill(zeros(), target=target)


def test_a_layout_without_names_makes_a_workbook_too() -> None:
    unnamed = build(2019, 2020, Agency("某局"), {}, repeats={"other_services": (None, "行政奖励")})
    assert unnamed.layout == Layout(unnamed.repeats, ())
    assert_says(fill(unnamed).data, unnamed)


@pytest.mark.parametrize(
    ("pictures", "written"),
    [
        (((70 << 20, True),), True),
        (((60 << 20, False),), False),
        (((15 << 20, False),) * 3, False),
    ],
    ids=["large", "a bomb", "three that are one together"],
)
def test_a_large_picture_in_a_workbook_is_kept_and_a_bomb_is_not(
    pictures: tuple[tuple[int, bool], ...], written: bool
) -> None:
    """What is copied is judged as a whole; nobody reads a picture."""
    stream = io.BytesIO(fill(seed_figures()).data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for n, (size, stored) in enumerate(pictures):
            name = zipfile.ZipInfo(f"xl/media/{n}.bmp")
            name.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, b"\xff" * size)
    if written:
        assert fill(seed_figures(), None, stream.getvalue()).data
    else:
        with pytest.raises(UnusableInput, match="解压后过大"):
            fill(seed_figures(), None, stream.getvalue())
