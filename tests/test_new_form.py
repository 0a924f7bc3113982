"""A new form is a new file and nothing else.

The package is copied, a next form laid beside the others, and `next_form` run on it in a
process of its own. So the claim is tried as it is made: by a file that lies where files of forms
lie. Nothing in the program is there for the sake of this test, whatever is worked out at import is
worked out with the new form, and commands, workers and the add-in see it too.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nianbao
from nianbao import form as forms
from nianbao.errors import UnusableInput
from nianbao.form.model import decoded
from nianbao.ledgers import model
from nianbao.report import material

PACKAGE = Path(nianbao.__file__).parent
CHECKS = Path(__file__).with_name("next_form.py")
NEWEST = forms.FORMATS[-1]
NEXT = NEWEST + 1  # so that the examples of rules on the newest form, of later years, are of its
FORMS = "form/forms"
DECLARED = (PACKAGE / FORMS / f"{NEWEST}.toml").read_text(encoding="utf-8")


def next_form() -> str:
    """The newest form with a row more in 表三, a column of another name, and in 表二 a total with
    its identity; its markers are those of the newest."""
    text = DECLARED
    for old, new in (
        (f"format = {NEWEST} ", f"format = {NEXT} "),
        (f'name = "{NEWEST}年版"', f'name = "{NEXT}年版"'),
        (f'notice = "国办公开办函〔{NEWEST}〕30号"', f'notice = "国办公开办函〔{NEXT}〕9号"'),
        ('label = "科研机构"', 'label = "科研院所"'),
        (
            '      { id = "inquiry", label = "8.属于行政查询事项" },\n',
            '      { id = "inquiry", label = "8.属于行政查询事项" },\n'
            '      { id = "trade_secret", label = "9.属于商业秘密" },\n',
        ),
        (
            '  { id = "coercion", label = "行政强制" },\n',
            '  { id = "coercion", label = "行政强制" },\n'
            '  { id = "acts", label = "行政处罚、行政强制合计" },\n',
        ),
        (
            '[[sections]]\nkind = "table"\nid = "requests"\n',
            '[[sections.identities]]\nrule = "T2-20"\nper = "column"\ndefines = true\n'
            'expected = ["penalties", "coercion"]\nexpected_name = "两类决定之和"\n'
            'actual = ["acts"]\nactual_name = "合计"\n\n'
            '[[sections]]\nkind = "table"\nid = "requests"\n',
        ),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import from, in which the package has one form more."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, folder / "nianbao", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "nianbao" / "form" / "forms" / f"{NEXT}.toml").write_text(
        next_form(), encoding="utf-8"
    )
    return folder


def hold(house: Path, marked: str) -> None:
    """The checks with this mark hold in the house."""
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", marked)
    path = os.pathsep.join(filter(None, (str(house), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(CHECKS), *options],
        cwd=CHECKS.parent.parent,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0 and " skipped" in done.stdout and " passed" not in done.stdout:
        pytest.skip("no soffice here")
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_holds_for_a_form_that_is_a_new_file(house: Path) -> None:
    hold(house, "not libreoffice")


@pytest.mark.libreoffice
def test_its_workbook_calculates_what_python_does(house: Path) -> None:
    hold(house, "libreoffice")


# --- declarations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("notice = ", "notise = ", "notise"),
        ('label = "规章"', 'lable = "规章"', r"lable.*\$\.sections\[1\]\.blocks\[0\]\.rows\[0\]"),
        ('id = "regulations", label = "规章"', 'id = "regulations"', "missing.*label"),
        ('unit = "件"', "unit = 1", "Expected `str`"),
        ('kind = "money"', 'kind = "gold"', "gold"),
        ('kind = "table"', 'kind = "picture"', "picture"),
        ("[[sections]]", "[[sections", "TOML|Expected|line"),
    ],
)
def test_a_form_that_is_declared_wrong_is_told_in_one_sentence_with_its_file(
    old: str, new: str, told: str
) -> None:
    assert old in DECLARED
    with pytest.raises(UnusableInput, match=rf"forms/x\.toml.*(?:{told})"):
        decoded(DECLARED.replace(old, new, 1).encode(), "forms/x.toml", forms.Form)


@pytest.mark.parametrize(
    ("file", "of", "old", "new"),
    [
        ("report/material.toml", material.MaterialFile, "prompt = ", "promt = "),
        ("report/material.toml", material.MaterialFile, "since = 2021", 'since = "2021"'),
        ("report/material.toml", material.MaterialFile, "since = 2021", "sinse = 2021"),
        ("ledgers/ledgers.toml", model.LedgersFile, "synonyms = ", "synonym = "),
        ("ledgers/ledgers.toml", model.LedgersFile, "until = 2019", "util = 2019"),
        ("ledgers/ledgers.toml", model.LedgersFile, "required = ", "require = "),
    ],
)
def test_so_are_material_and_ledgers(file: str, of: type, old: str, new: str) -> None:
    text = (PACKAGE / file).read_text(encoding="utf-8")
    assert decoded(text.encode(), file, of)
    with pytest.raises(UnusableInput, match=rf"{file} 有误：.*`\$\."):
        decoded(text.replace(old, new, 1).encode(), file, of)


@pytest.mark.parametrize("format", forms.FORMATS)
def test_what_a_ledger_counts_is_in_the_form_that_it_says(format: int) -> None:
    cells = forms.load(format).cells()
    for ledger in model.load().values():
        assert {tally.cell for tally in ledger.tallies(format)} <= set(cells)


# --- years of forms -----------------------------------------------------------------------------


def years_in(path: Path) -> Iterator[tuple[int, int]]:
    """Line and year of a form that stands in a program elsewhere than behind since or until, in a
    comparison with < or >, or as the form whose notice is asked for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    right: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("since", "until"):
            right.add(node.value)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.GtE):
            right.update(node.comparators)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "load":
            right.update(node.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in forms.FORMATS and node not in right:
            yield node.lineno, node.value


def test_no_program_lists_the_years_of_forms() -> None:
    found = {str(p.relative_to(PACKAGE)): list(years_in(p)) for p in PACKAGE.rglob("*.py")}
    assert {name: years for name, years in found.items() if years} == {}


def test_no_declaration_and_no_text_lists_the_years_of_forms() -> None:
    for path in (*PACKAGE.rglob("*.toml"), *PACKAGE.rglob("templates/**/*.txt")):
        if path.parent.name != "forms":
            text = path.read_text(encoding="utf-8")
            assert not [words for words in ("formats =", "格式 ==", "格式 !=") if words in text]
