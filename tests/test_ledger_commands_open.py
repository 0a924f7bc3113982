"""填充公式, 校验 and 查看明细 on ledgers, without any program that calculates."""

from __future__ import annotations

import pytest

from ledger_books import NAMES, YEAR, case_, document, put, request
from nianbao.errors import UnusableInput
from nianbao.form import PLAIN
from nianbao.form.workbook import name_of
from nianbao.ledgers import Ledger, figures, model
from nianbao.report import Agency
from nianbao.template.build import template
from nianbao.template.ledger_formulas import FIRST, is_link
from nianbao_addin.commands.detail import detail
from nianbao_addin.commands.formulas import formulas
from nianbao_addin.commands.undo import undo
from nianbao_addin.hosts.host import Place
from nianbao_addin.open import workbook
from paper_host import PaperHost

LEDGER = Ledger(
    (
        request(FIRST, applicant=NAMES[0], content=NAMES[2]),
        request(FIRST + 1, applicant_type="A2", result="R11", weight=2),
        request(FIRST + 3, closed=None, result=None),
    ),
    (case_(FIRST), case_(FIRST + 1, role="reviewer")),
    (document(FIRST),),
)
COUNTED = figures(LEDGER, 2021, YEAR)
EMPTY = template(2021, YEAR, PLAIN, Agency("某市某某局"))
TICKS = len(model.load()["requests"].columns) + 1


def host(ledger: Ledger = LEDGER) -> PaperHost:
    return PaperHost(put(EMPTY, ledger, FIRST))


def at(h: PaperHost, id: str) -> Place:
    place = h.target(name_of(id))
    assert place is not None
    return place


def content(h: PaperHost, id: str) -> str:
    return str(h.read_formulas(at(h, id)).rows[0][0])


def test_the_ledgers_of_the_open_workbook_are_read_as_those_of_a_file() -> None:
    h = host(Ledger(tuple(request(FIRST + i) for i in range(3)), LEDGER.cases, LEDGER.documents))
    book = workbook.read(h)
    assert book.ledger is not None
    assert figures(book.ledger, 2021, YEAR)["requests.received.total"] == 3
    assert {r.row for r in book.ledger.requests} == {FIRST, FIRST + 1, FIRST + 2}
    assert book.ledger.problems == ()


def test_ledgers_without_entries_are_not_even_looked_at() -> None:
    h = host(Ledger())
    assert workbook.read(h).ledger is None
    titles = {d.title for d in model.load().values()}
    assert not [r for r in h.reads if (r if isinstance(r, str) else r.sheet) in titles]


def test_ledgers_are_found_under_other_names_and_without_a_count() -> None:
    h = host()
    for book in (h.formulas, h.values):
        book["依申请台账"].title = "登记"
        defined = book.defined_names["nb.ledger.requests.received"]
        defined.attr_text = defined.attr_text.replace("依申请台账", "登记")
    h.write("说明", at(h, "ledger.rows.requests").row, 3, [[None]])
    book_ = workbook.read(h)
    assert book_.ledger is not None
    assert {r.sheet for r in book_.ledger.requests} == {"登记"}


def test_blank_cells_are_linked_typed_ones_compared_and_all_of_it_undone() -> None:
    h = host()
    typed = "requests.received.natural_person"
    h.write("表三", at(h, typed).row, at(h, typed).column, [[9.0]])
    said = formulas(h).said
    assert "把 161 个空格接到台账。有 1 格填的数与台账不一致，没有改动：" in said
    assert said.endswith("填的是 9，台账是 2。")
    assert content(h, typed) == "9.0"
    linked = [id for id in COUNTED if is_link(content(h, id))]
    assert len(linked) == 161
    assert "已撤销上次“填充公式”，恢复了 161 格。" in undo(h).said
    assert not any(is_link(content(h, id)) for id in COUNTED)
    kept = [str(c.value) for ws in h.formulas for row in ws.iter_rows() for c in row if c.value]
    assert sum(NAMES[0] in text for text in kept) == 1  # in the ledger, and nowhere else


def test_the_rows_that_a_cell_counts_are_ticked_and_shown() -> None:
    h = host()
    for id, rows in {
        "requests.received.total": {FIRST, FIRST + 1, FIRST + 2},
        "requests.granted.total": {FIRST, FIRST + 1},
        "requests.total.business": {FIRST + 1},
        "requests.carried_out.natural_person": {FIRST + 2},
    }.items():
        h.here = at(h, id)
        assert f"{len(rows)} 行" in detail(h).status
        table, column, text = h.shown[-1]
        assert (table.sheet, table.row, column, text) == ("依申请台账", FIRST - 1, TICKS, "√")
        ledger = h.values["依申请台账"]
        assert {r for r in range(FIRST, FIRST + 3) if ledger.cell(r, TICKS).value} == rows
        assert h.here == Place("依申请台账", min(rows), 1)
        assert detail(h).status == "“依申请台账”已全部显示。"
        assert h.shown[-1][2] is None
        assert ledger.cell(min(rows), TICKS).value is None


def test_disputes_and_documents_have_their_rows_too() -> None:
    h = host()
    h.here = at(h, "disputes.litigation_after.total")
    assert detail(h).status.startswith("“复议诉讼台账”中的 1 行，共 1 件")
    h.here = at(h, "disclosure.normative_documents.made")
    assert detail(h).status.startswith("“规范性文件台账”中的 1 行，共 1 件")
    h.here = at(h, "disclosure.regulations.made")
    assert detail(h).said == "台账里没有这一格统计的行。"


def test_where_there_is_nothing_to_show_one_sentence_says_so() -> None:
    h = host()
    for here in (None, Place("说明", 1, 1), at(h, "disclosure.fees.amount")):
        h.here = here
        with pytest.raises(UnusableInput, match="请先选中表三"):
            detail(h)
    empty = host(Ledger())
    empty.here = at(empty, "requests.received.total")
    with pytest.raises(UnusableInput, match="还没有内容"):
        detail(empty)
    h.here = at(h, "requests.received.total")
    h.write("依申请台账", FIRST - 1, TICKS, [[None]])
    with pytest.raises(UnusableInput, match="没有“明细”这个表头"):
        detail(h)
