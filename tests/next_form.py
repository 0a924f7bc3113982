"""What has to hold for a form that is only a new file. Run by ``test_new_form`` on a copy of the
package that has one form more than the forms that the project knows; never collected by itself."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings

from nianbao import actions, rules
from nianbao import form as forms
from nianbao import reading as sources
from nianbao.cli import listing, nianbao
from nianbao.cli.terminal import run
from nianbao.exports import html, word, xlsx
from nianbao.exports import json as as_json
from nianbao.form.workbook import check_name, name_of
from nianbao.ledgers import model
from nianbao.narrative.generate import generate
from nianbao.report import TEXTS, Report, build, schema, to_dict, with_totals
from nianbao.report.findings import Finding
from nianbao.report.material import everything, from_json, items
from nianbao.rules.parent import check_parent
from nianbao.template import fill
from plain_xlsx import cells, names
from returned import put, report, roster, wrong
from rules_data import EXAMPLES
from rules_data.reports import Try, written
from strategies import having, reports, zeros
from test_fill import _python_verdict, _without_results, draw
from test_read_text import pasted
from test_real_files import in_html

*OLD, NEXT = forms.FORMATS
LAST = OLD[-1]
FORM = forms.load(NEXT)
ROW, TOTAL = "requests.refused.trade_secret", "disclosure.acts.decisions"
WRITERS = {"docx": word.write, "html": html.write, "json": as_json.write, "xlsx": xlsx.write}
ONLY_ON_OLD = {"V-03": [(written("disclosure.licensing.decisions", "+22", "V-03", 22), None)]}
"""What breaks rules that are tried on an older form alone."""

RULES = tuple(rule for rule in rules.all_rules() if not rule.code.startswith("P-"))


def on_it(year: int = NEXT + 1, **more: object) -> Report:
    """A report in which every sum holds and each figure is another one."""
    (found,) = draw(1, year, format=NEXT, right=True, extra=False, texts=False)
    return with_totals(replace(found, year=year, **more))


# --- the form ---------------------------------------------------------------------------------


def test_it_is_the_form_of_its_years() -> None:
    assert forms.for_year(NEXT - 1).format == LAST
    assert forms.for_year(NEXT) is forms.for_year(2099) is FORM
    assert forms.load(LAST).last_year == NEXT - 1
    assert not forms.load(LAST).holds_for(NEXT)
    assert {ROW + ".total", TOTAL} <= set(FORM.cells()) - set(forms.load(LAST).cells())
    assert FORM.sums()[TOTAL] == ("disclosure.penalties.decisions", "disclosure.coercion.decisions")
    assert FORM.markers == forms.load(LAST).markers


def test_whoever_names_the_forms_names_it(cli: Cli) -> None:
    every = "、".join(map(str, OLD)) + f" 或 {NEXT}"
    for command in (("template",), ("batch", "fill")):
        assert every in cli(*command, "--help")[1]
    code, _, err = cli("template", "--format", 2000, "--year", NEXT, "-o", "x.xlsx")
    assert (code, f"和 {NEXT} 年版" in err) == (2, True)
    code, _, err = cli("template", "--format", LAST, "--year", NEXT, "-o", "x.xlsx")
    assert (code, f"{NEXT} 年度应使用{FORM.name}格式" in err) == (2, True)


def test_its_json_is_valid_by_the_schema_and_errors_name_its_figures() -> None:
    data = to_dict(on_it())
    assert schema.schema()["properties"]["format"]["enum"] == [*OLD, NEXT]
    assert schema.validate(json.loads(as_json.write(on_it()))) == []
    data["tables"]["requests"]["refused"]["trade_secret"]["research"] = -1
    (said,) = schema.validate(data)
    assert "9.属于商业秘密" in said
    assert "科研院所" in said


# --- workbook and exports -----------------------------------------------------------------------


@pytest.mark.parametrize(("year", "before"), [(NEXT, LAST), (NEXT + 1, NEXT)])
def test_the_template_has_a_name_for_each_figure_and_each_check(year: int, before: int) -> None:
    found = names(actions.template(year, None, None))
    assert {name_of(id) for id in FORM.cells()} <= set(found)
    assert {check_name(e) for e in FORM.equations()} <= set(found)
    then = {name_of(f"previous.{id}") for id in forms.load(before).cells()}
    assert then == {
        n for n in found if n.startswith("nb.previous.") and n.count(".") > 2 and "agency" not in n
    }


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=4, deadline=None)
@given(one=reports(format=NEXT))
def test_an_export_is_read_back_as_the_same_report(one: Report, kind: str) -> None:
    assert sources.open(WRITERS[kind](one), f"年报.{kind}").report == one


def test_a_filled_workbook_is_read_back_by_names_and_by_labels(tmp_path: Path) -> None:
    one, before = on_it(), on_it(NEXT)
    path = tmp_path / "年报.xlsx"
    assert actions.fill(one, path, before, force=False).notes == ()
    assert actions.read(path) == one
    whole = sources.open(path.read_bytes(), path.name).previous
    assert whole is not None
    assert (whole.format, whole.values) == (NEXT, before.values)
    book = openpyxl.load_workbook(path)
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.save(tmp_path / "无名.xlsx")
    foreign = actions.read(tmp_path / "无名.xlsx")
    inputs = [id for id, cell in FORM.cells().items() if not cell.total]
    assert foreign.format == NEXT
    assert [foreign[id] for id in inputs] == [one[id] for id in inputs]


@pytest.mark.parametrize("style", ["tabs", "cells"])
def test_pasted_text_is_read_as_the_same_figures(style: str) -> None:
    one = on_it()
    found = sources.open(pasted(one, style).encode(), "年报.txt").report
    assert (found.format, found.values) == (NEXT, one.values)


@pytest.mark.libreoffice
def test_libreoffice_calculates_the_totals_and_the_verdicts_that_python_does(
    soffice: Callable[..., Path], tmp_path: Path
) -> None:
    many = draw(8, NEXT, format=NEXT, extra=False, texts=False)
    for n, one in enumerate(many):
        data = _without_results(fill.fill(one).data)
        (tmp_path / f"{n}.xlsx").write_bytes(data)
    out = soffice(sorted(tmp_path.glob("*.xlsx")), "xlsx", tmp_path / "out")
    outcomes: dict[str, int] = {}
    for n, one in enumerate(many):
        data = (out / f"{n}.xlsx").read_bytes()
        where, sheets, full = names(data), cells(data), with_totals(one)
        for equation in FORM.equations():
            title, ref = where[check_name(equation)]
            sides = ([full[c] for c in side] for side in (equation.expected, equation.actual))
            outcome, texts = _python_verdict(*sides)
            assert str(sheets[title][ref].value) in texts, (n, equation.key)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        for total, value in full.values.items():
            title, ref = where[name_of(total)]
            assert sheets[title].get(ref, (None,))[0] == (None if value is None else float(value))
    assert len(outcomes) == 3
    assert {e.identity.rule for e in FORM.equations()} > {"T2-20"}


# --- which form a source is on --------------------------------------------------------------------


def page(format: int, year: int) -> Report:
    """A web page with the tables of a form and the title of a year, read."""
    return sources.open(in_html(with_totals(zeros(format, year))).encode(), "年报.html").report


def kinds_of_notes(one: Report) -> set[str]:
    return {note.kind for note in one.trace.notes}


def test_the_year_decides_where_two_forms_have_the_same_markers() -> None:
    for format, year in ((NEXT, NEXT), (NEXT, NEXT + 9), (LAST, LAST), (OLD[0], OLD[0])):
        found = page(format, year)
        assert (found.format, found.year, kinds_of_notes(found)) == (format, year, set())


def test_the_wrong_form_for_a_year_is_found() -> None:
    oldest = page(OLD[0], NEXT)
    assert oldest.format == OLD[0]
    assert [f.rule for f in rules.check(oldest)] == ["F-01"]
    (finding,) = rules.check(page(LAST, OLD[0]))
    assert (finding.rule, finding.expected, finding.actual) == ("F-01", OLD[0], LAST)
    last = page(LAST, NEXT)  # alike but for a row and a name
    assert (last.format, "missing" in kinds_of_notes(last)) == (NEXT, True)
    assert any(f.rule == "F-03" and "9.属于商业秘密" in f.message for f in rules.check(last))


# --- rules ------------------------------------------------------------------------------------


def moved(one: Report) -> Report:
    """An example on the newest form that the project knows, as it is on the next."""
    row, total = {}, None
    if any(v is not None for id, v in one.values.items() if id.startswith("requests.")):
        row = {id: 0 for id in FORM.cells() if id.startswith(ROW)}
    acts = [one[f"disclosure.{id}.decisions"] for id in ("penalties", "coercion")]
    if None not in acts:
        total = sum(acts)
    return build(
        NEXT,
        one.year,
        one.agency,
        {**one.values, **row, TOTAL: total},
        repeats=one.repeats,
        text=one.text,
        extra=one.extra,
        trace=one.trace,
    )


def tries(code: str, kind: str) -> list[Try]:
    """Those examples of a rule that can be put on the next form."""
    found = ONLY_ON_OLD.get(code, ()) if kind == "bad" else ()
    found = found or getattr(EXAMPLES[code], kind)
    return [
        (moved(one), moved(before) if before and before.format == LAST else before)
        for one, before, *rest in (() if isinstance(found, str) else found)
        if one.format == LAST and one.year >= NEXT and not rest
    ]


def told(code: str, one: Report, before: Report | None) -> list[Finding]:
    return [f for f in rules.check(one, before) if f.rule == code]


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_a_rule_applies_or_says_until(rule: rules.Rule) -> None:
    if NEXT not in rule.on:
        assert rule.on.until in OLD
        return
    if rule.code not in EXAMPLES:
        assert rule.code == "T2-20"
        return
    if rule.previous and NEXT not in rule.previous:
        assert rule.previous.until in OLD
        return
    for kind, outcome in (("bad", "fail"), ("undecided", "undecided")):
        some = tries(rule.code, kind)
        assert some or isinstance(getattr(EXAMPLES[rule.code], kind), str) or kind == "undecided"
        for pair in some:
            assert {f.outcome for f in told(rule.code, *pair)} == {outcome}
    for pair in tries(rule.code, "ok"):
        assert told(rule.code, *pair) == []


def test_each_identity_is_found_where_it_is_broken() -> None:
    right = on_it()
    assert not [
        f for f in rules.check(right) if f.rule in {e.identity.rule for e in FORM.equations()}
    ]
    rng = random.Random(NEXT)
    for equation in FORM.equations():
        cell = rng.choice(equation.cells)
        broken = having(right, {cell: right[cell] + 1})
        found = told(equation.identity.rule, broken, None)
        assert any(set(f.cells) == set(equation.cells) for f in found), equation


def test_the_rule_of_a_new_identity_is_listed_and_explained(cli: Cli) -> None:
    _, out, _ = cli("rules", "T2-20")
    assert "表二各列：两类决定之和等于合计" in out
    assert f"适用：{FORM.name}格式" in out
    for rule in RULES:
        assert (FORM.name in listing.rule_text(rule).split("\n")[2]) == (NEXT in rule.on)
    assert "T2-20" in cli("rules")[1]


def test_a_parent_is_compared_with_its_bodies() -> None:
    one = on_it()
    twice = build(NEXT, one.year, one.agency, {k: v and 2 * v for k, v in one.values.items()})
    assert check_parent(twice, [one, one]) == ()
    wrong_sum = having(twice, {ROW + ".total": twice[ROW + ".total"] + 1})
    assert [f.cells for f in check_parent(wrong_sum, [one, one])] == [(ROW + ".total",)]


# --- texts, material, ledgers -------------------------------------------------------------------


def test_all_material_is_asked_for_that_does_not_say_until() -> None:
    wanted = {i.key for group in everything() for i in group.items if i.until is None}
    assert set(items(NEXT)) == wanted
    assert len(wanted) > 50
    names_there = names(actions.template(NEXT, None, None))
    assert {name_of(f"facts.{key}") for key in wanted} <= set(names_there)


def test_every_text_is_written_and_breaks_no_rule() -> None:
    facts = {
        key: {"count": 3, "yuan": 300, "choice": "通用"}.get(item.kind, "已经办好。")
        for key, item in items(NEXT).items()
    }
    zero = zeros(NEXT, NEXT + 1)
    filled_in = {f"{ROW}.{c}": 3 for c in ("research", "total")}
    filled_in |= {f"requests.received.{c}": 3 for c in ("research", "total")}
    filled_in["disclosure.fees.amount"] = Decimal("0.03")
    one = with_totals(having(zero, filled_in))
    facts |= dict.fromkeys(("in_person", "by_post", "online"), 1) | {"by_other_way": 0}
    told = generate(one, zeros(NEXT, NEXT), from_json(facts, NEXT))
    assert set(told.text) >= {"opening", "overview", "problems", "other"}
    assert FORM.notice in told.text["opening"]
    assert "科研院所" in told.text["overview"]
    found = rules.check(replace(one, text={t: told.text.get(t, "") for t in TEXTS}))
    assert [f for f in found if f.rule.startswith(("N-", "F-05", "FE-"))] == []


def test_a_ledger_fills_its_tables() -> None:
    for ledger in model.load().values():
        assert {t.cell for t in ledger.tallies(NEXT)} <= set(FORM.cells())
    applicants = model.load()["requests"].column("applicant_type").choices
    assert applicants
    assert applicants.labels["A3"] == "科研院所"
    assert {applicants.codes[w] for w in ("科研院所", "科研机构")} == {"A3"}


# --- many agencies --------------------------------------------------------------------------------

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    def call(*args: object) -> tuple[int, str, str]:
        code = run(nianbao, [str(a) for a in args])
        out, err = capfd.readouterr()
        return code, out, err

    return call


def test_a_batch_is_filled_checked_and_added_up_by_several_processes(
    cli: Cli, tmp_path: Path
) -> None:
    year, every = NEXT + 1, ("某市人民政府办公室", "某市教育局", "某市财政局")
    lines = [
        "某市人民政府,G,,,",
        *(f"{name},A{n},某市人民政府,,,"[:-1] for n, name in enumerate(every)),
    ]
    units = roster(tmp_path / "名单.csv", *lines)
    two = ("--jobs", 2)
    code, _, err = cli("batch", "fill", units, "--year", year, "-d", tmp_path / "out", *two)
    assert (code, err) == (0, "")
    assert {actions.read(p).format for p in (tmp_path / "out").rglob("*.xlsx")} == {NEXT}
    box = tmp_path / "in"
    for n, (name, kind) in enumerate(zip(every, ("docx", "xlsx", "html"), strict=True)):
        one = report(name, year=year, research=n + 1)
        put(box / f"{n}.{kind}", wrong(one) if n == 1 else one)
    listed = ("--roster", units)
    code, out, _ = cli("batch", "check", box, *listed, "-o", tmp_path / "核查.xlsx")
    assert code == 1
    assert "1" in out
    code, _, _ = cli("batch", "collect", box, *listed, "-o", tmp_path / "汇总.xlsx")
    total = actions.read(tmp_path / "汇总.xlsx")
    assert (total.format, total["requests.granted.research"]) == (NEXT, 1 + 2 + 3)
