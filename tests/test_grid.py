"""Text tables → figures: labels found however the table is laid out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from layouts import drawn, text_table, written
from nianbao.form import load
from nianbao.reading.document import TableCell, TextTable
from nianbao.reading.tables.cells import lattice, paragraphs_in
from nianbao.reading.tables.figures import ReadTables, read_tables
from nianbao.reading.vocabulary.labels import lexicon
from nianbao.words.labels import number_value
from strategies import zeros

HEAD_2 = """
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
"""
HEAD_3 = """
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|<|<|申请人情况|<|<|<|<|<|<
^|^|^|自然人|法人或其他组织|<|<|<|<|总计
^|^|^|^|商业企业|科研机构|社会公益组织|法律服务机构|其他|^
"""
HEAD_4 = """
行政复议|<|<|<|<|行政诉讼|<|<|<|<|<|<|<|<|<
结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|<|<|<|<|复议后起诉|<|<|<|<
^|^|^|^|^|结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计
"""
APPLICANTS = (
    "natural_person",
    "business",
    "research",
    "nonprofit",
    "legal_service",
    "other",
    "total",
)
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
DISPUTES = ("reconsideration", "litigation_direct", "litigation_after")


def read(*tables: TextTable | str, format: int = 2021) -> ReadTables:
    return read_tables([written(t) if isinstance(t, str) else t for t in tables], load(format))


def filled(tables: ReadTables) -> dict[str, Any]:
    """The figures that were filled in."""
    return {id: f.value for id, f in tables.figures.items() if f.value is not None}


def row(id: str, *values: Any, columns: tuple[str, ...] = APPLICANTS) -> dict[str, Any]:
    return {f"{id}.{c}": v for c, v in zip(columns, values, strict=True) if v is not None}


def disputes(*values: Any) -> dict[str, Any]:
    ids = [f"disputes.{d}.{o}" for d in DISPUTES for o in OUTCOMES]
    return dict(zip(ids, values, strict=True))


def notes(tables: ReadTables) -> list[str]:
    """What was noted, other than that most of the form is missing."""
    return [n.message for n in tables.notes if n.kind != "missing"]


def made(*values: Any, row_id: str = "regulations") -> dict[str, Any]:
    return row(f"disclosure.{row_id}", *values, columns=("made", "repealed", "in_force"))


# --- where the labels stand ------------------------------------------------------------------


def test_columns_are_told_by_their_labels_in_any_order() -> None:
    tables = read("现行有效件数 | 信息内容 | 本年制发件数 | 本年废止件数\n7 | 规章 | 1 | 2")
    assert filled(tables) == made(1, 2, 7)
    assert notes(tables) == []


def test_one_header_may_serve_all_blocks_of_table_two() -> None:
    tables = read(
        """
        项目|本年制发件数|本年废止件数|现行有效件数|本年处理决定数量|本年收费金额（单位：万元）
        规章 | 0 | 1 | 3 | / | /
        行政规范性文件 | 2 | 1 | 7 | — | ~
        行政许可 | ~ | ~ | ~ | 10 | ~
        行政处罚 | / | / | / | 6 | /
        行政强制 | / | / | / | 5 | /
        行政事业性收费 | ~ | ~ | ~ | ~ | 25.1
        """
    )
    assert filled(tables) == {
        **made(0, 1, 3),
        **made(2, 1, 7, row_id="normative_documents"),
        "disclosure.licensing.decisions": 10,
        "disclosure.penalties.decisions": 6,
        "disclosure.coercion.decisions": 5,
        "disclosure.fees.amount": Decimal("25.1"),
    }
    assert notes(tables) == []


def test_empty_padding_columns_change_nothing() -> None:
    tables = read(
        "~ | 信息内容 | ~ | 本年制发件数 | ~ | 本年废止件数 | 现行有效件数 | ~\n~|规章|~|1|~|2|3|~"
    )
    assert filled(tables) == made(1, 2, 3)


def test_a_header_over_several_columns_takes_the_one_that_is_filled_in() -> None:
    tables = read("信息内容 | 本年制发件数 |<| 本年废止件数 |<| 现行有效件数\n规章|~|1|2|~|3")
    assert filled(tables) == made(1, 2, 3)


def test_labels_broken_over_lines_are_whole() -> None:
    tables = read(
        r"信 息\n内容 | 本年\n制发\n件数 | 本年废 止件数 | 现行有效　件数" + "\n规\u200b 章|1|2|3"
    )
    assert filled(tables) == made(1, 2, 3)
    assert notes(tables) == []


def test_a_label_split_over_two_cells_is_joined() -> None:
    below = read("信息内容 | 本年制发 | 本年废止 | 现行有效\n~ | 件数 | 件数 | 件数\n规章|1|2|3")
    beside = read(HEAD_3 + "一、本年新收政府信息|公开申请数量|~|1|2|3|4|5|6|21")
    assert filled(below) == made(1, 2, 3)
    assert filled(beside) == row("requests.received", 1, 2, 3, 4, 5, 6, 21)
    assert notes(below) == notes(beside) == []


def test_a_group_label_broken_over_its_rows_does_no_harm() -> None:
    tables = read(
        HEAD_3
        + """
        三、本年度|（三）不予|1.属于国家秘密|1|0|0|0|0|0|1
        办理结果|公开|2.其他法律行政法规禁止公开|0|1|0|0|0|0|1
        """
    )
    assert filled(tables) == {
        **row("requests.refused.state_secret", 1, 0, 0, 0, 0, 0, 1),
        **row("requests.refused.prohibited_by_law", 0, 1, 0, 0, 0, 0, 1),
    }
    assert notes(tables) == []


def test_the_group_label_may_be_repeated_or_empty_on_each_row() -> None:
    tables = read(
        HEAD_3
        + """
        三、本年度办理结果|（三）不予公开|1.属于国家秘密|1|0|0|0|0|0|1
        三、本年度办理结果|（三）不予公开|2.其他法律行政法规禁止公开|2|0|0|0|0|0|2
        ~|~|3.危及“三安全一稳定”|3|0|0|0|0|0|3
        三、本年度办理结果|（四）无法提供|1.本机关不掌握相关政府信息|4|0|0|0|0|0|4
        """
    )
    assert [f.value for id, f in tables.figures.items() if id.endswith("natural_person")] == [
        1,
        2,
        3,
        4,
    ]
    assert notes(tables) == []


def test_a_table_turned_over_is_turned_back() -> None:
    tables = read(
        """
        信息内容|规章|行政规范性文件
        本年制发件数|1|4
        本年废止件数|2|5
        现行有效件数|3|6
        """
    )
    assert filled(tables) == {**made(1, 2, 3), **made(4, 5, 6, row_id="normative_documents")}


def test_table_four_is_read_in_a_column() -> None:
    lines = ["行政复议|~|" + o for o in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")]
    lines += ["行政诉讼|未经复议直接起诉|" + line.split("|")[2] for line in lines]
    lines += ["行政诉讼|复议后起诉|" + line.split("|")[2] for line in lines[:5]]
    tables = read("\n".join(f"{line}|{n}" for n, line in enumerate(lines, 1)))
    assert filled(tables) == disputes(*range(1, 16))


def test_table_four_is_read_with_a_row_for_each_kind_of_dispute() -> None:
    tables = read(
        """
        ~|结果维持|结果纠正|其他结果|尚未审结|总计
        行政复议|1|2|3|4|10
        未经复议直接起诉|5|0|0|0|5
        复议后起诉|0|0|6|0|6
        """
    )
    assert filled(tables) == disputes(1, 2, 3, 4, 10, 5, 0, 0, 0, 5, 0, 0, 6, 0, 6)
    assert notes(tables) == []


# --- headers that are wrong ------------------------------------------------------------------


def test_table_four_with_wrong_spans_is_read_by_its_last_row() -> None:
    tables = read(
        """
        行政复议|<|<|行政诉讼|<|<|<|<|<|<|<|<|<|<|<
        结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|<|<|<|复议后起诉|<|<|<|<|<
        结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计|~|~|~|~|~
        1|2|3|4|10|5|6|7|8|26|9|1|1|1|12
        """
    )
    assert filled(tables) == disputes(1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 9, 1, 1, 1, 12)
    assert notes(tables) == []


def test_table_four_without_its_groups_is_read_in_the_order_of_the_form_with_a_note() -> None:
    outcomes = "结果维持|结果纠正|其他结果|尚未审结|总计"
    tables = read("|".join([outcomes] * 3) + "\n" + "|".join(map(str, range(1, 16))))
    assert filled(tables) == disputes(*range(1, 16))
    assert notes(tables) == ["表四有列标题没有写明属于哪一类，按格式的次序读取。"]


def test_figures_one_column_off_their_headings_are_read_by_order() -> None:
    tables = read(HEAD_3 + "一、本年新收政府信息公开申请数量|<|<|<|1|2|3|4|5|6|21")
    assert filled(tables) == row("requests.received", 1, 2, 3, 4, 5, 6, 21)


def test_a_row_with_a_figure_too_few_is_left_out_and_told() -> None:
    ragged = written(
        "申请人情况\n自然人|法人或其他组织|总计\n商业企业|科研机构|社会公益组织|法律服务机构|其他\n"
        "一、本年新收政府信息公开申请数量|1|2|3|4|5|6",
        ragged=True,
    )
    tables = read(ragged)
    assert filled(tables) == {}
    assert [n.message for n in tables.notes if "本年新收" in n.message] == [
        "表三“一、本年新收政府信息公开申请数量”一行有 6 个数（1、2、3、4、5、6），"
        "格式有 7 栏，分不清各属哪一栏，没有读入。"
    ]


def test_a_merge_that_was_undone_and_filled_is_one_heading() -> None:
    tables = read(
        """
        ~|申请人情况|申请人情况|申请人情况|申请人情况|申请人情况|申请人情况|申请人情况
        ~|自然人|法人或其他组织|法人或其他组织|法人或其他组织|法人或其他组织|法人或其他组织|总计
        ~|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计
        一、本年新收政府信息公开申请数量|1|2|3|4|5|6|21
        """
    )
    assert filled(tables) == row("requests.received", 1, 2, 3, 4, 5, 6, 21)
    assert notes(tables) == []


def test_a_header_is_not_needed_where_the_count_is_that_of_the_form() -> None:
    tables = read("规章|1|2|3\n行政许可|4")
    assert filled(tables) == {**made(1, 2, 3), "disclosure.licensing.decisions": 4}
    assert notes(tables) == ["表二的列标题不全，按格式的次序读取。"]


# --- tables torn apart and put together ------------------------------------------------------


def test_a_table_goes_on_after_a_page_break_with_or_without_its_header() -> None:
    first = HEAD_3 + "一、本年新收政府信息公开申请数量|<|<|1|2|3|4|5|6|21"
    with_header = HEAD_3 + "四、结转下年度继续办理|<|<|1|0|0|0|0|0|1"
    without = "四、结转下年度继续办理|<|<|1|0|0|0|0|0|1"
    expected = {
        **row("requests.received", 1, 2, 3, 4, 5, 6, 21),
        **row("requests.carried_out", 1, 0, 0, 0, 0, 0, 1),
    }
    for second in (with_header, without):
        tables = read_tables([written(first), written(second)], load(2021), [3, 3])
        assert filled(tables) == expected
        assert notes(tables) == []


def test_all_three_tables_may_be_one() -> None:
    tables = read(
        HEAD_2
        + "规章|1|2|3\n"
        + HEAD_3.replace("^|^|^|", "~|~|~|")
        + "四、结转下年度继续办理|<|<|1|0|0|0|0|0|1\n"
        + HEAD_4
        + "|".join(map(str, range(1, 16)))
    )
    assert filled(tables) == {
        **made(1, 2, 3),
        **row("requests.carried_out", 1, 0, 0, 0, 0, 0, 1),
        **disputes(*range(1, 16)),
    }


def test_a_table_that_stands_twice_is_told_only_where_it_differs() -> None:
    one = HEAD_2 + "规章|1|2|3"
    same, other = read(one, one), read(one, HEAD_2 + "规章|1|2|9")
    assert notes(same) == []
    assert filled(other) == made(1, 2, 3)
    (note,) = [n for n in other.notes if n.kind == "duplicate"]
    assert note.cells == ("disclosure.regulations.in_force",)
    assert note.message == (
        "有 1 个数出现两次而不相同，用先出现的一个："
        "表二“规章”的“现行有效件数”为 3（R2C4）、9（R2C4）。"
    )


def test_a_table_in_the_text_with_a_row_of_the_same_name_is_not_the_official_one() -> None:
    in_text = written("事项|办件量\n行政许可|12")
    official = written("信息内容|本年处理决定数量\n行政许可|10")
    for tables in (read(in_text, official), read(official, in_text)):
        assert filled(tables) == {"disclosure.licensing.decisions": 10}
        assert "duplicate" not in {n.kind for n in tables.notes}
        assert (
            "表二“行政许可”的“本年处理决定数量”在另一个表格中写作 12，不是官方表格，没有读入。"
        ) in [n.message for n in tables.notes if n.kind == "unplaced"]


def test_nor_is_one_in_the_text_that_has_the_official_heading_too() -> None:
    in_text = written("事项|处理决定数量\n行政许可|12")
    official = text_table(drawn(zeros(), "disclosure"))
    for tables in (read(in_text, official), read(official, in_text)):
        assert tables.figures["disclosure.licensing.decisions"].value == 0
        assert {n.kind for n in tables.notes} == {"missing", "unplaced"}
        assert any("写作 12，" in message for message in notes(tables))


def test_a_remark_beside_empty_cells_is_no_local_row() -> None:
    tables = read(HEAD_2 + "规章|1|2|3\n注：含修订|~|~|~\n其他主动公开文件|~|~|~")
    assert [e.label for e in tables.extra] == ["其他主动公开文件"]


def test_a_metadata_table_before_the_first_official_one_is_told_and_left_alone() -> None:
    tables = read("索引号|000014349|发布日期|2024-01-20\n名称|年报|文号|~", HEAD_2 + "规章|1|2|3")
    assert filled(tables) == made(1, 2, 3)
    (message,) = notes(tables)
    assert message.startswith("一个表格不是官方表格，“索引号”、“000014349”")


def test_of_two_rows_below_table_four_the_last_counts() -> None:
    numbers = "|".join(map(str, range(1, 16)))
    tables = read(HEAD_4 + numbers + "\n" + "|".join("0" * 15))
    assert filled(tables) == disputes(*[0] * 15)
    assert notes(tables) == [
        "“1、2、3、4、5、6、7、8、9、10、11、12、13、14、15”不在官方表格的行列之中，没有读入。"
    ]


# --- what stands in the cells ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "issue"),
    [
        ("３", 3, None),
        ("22（其中修订16件）", 22, "V-06"),
        ("1,234", 1234, "V-06"),
        ("5件", 5, "V-06"),
        ("约600", None, "V-06"),
        ("+22", 22, "V-03"),
        ("-1", None, "V-01"),
        ("", None, "V-02"),
        ("/", None, "V-02"),
        ("无", None, "V-02"),
    ],
)
def test_a_figure_is_read_with_a_trace_of_how_it_was_written(
    text: str, value: int | None, issue: str | None
) -> None:
    tables = read(HEAD_2 + f"规章|{text or '~'}|0|0")
    figure = tables.figures["disclosure.regulations.made"]
    assert (figure.value, figure.origin.text, figure.origin.issue) == (value, text, issue)
    assert figure.origin.place == "R2C2"


def test_money_under_a_heading_in_yuan_is_converted_with_a_note() -> None:
    tables = read("信息内容|本年收费金额（单位：元）\n行政事业性收费|251000")
    assert filled(tables) == {"disclosure.fees.amount": Decimal("25.1")}
    assert tables.figures["disclosure.fees.amount"].origin.issue == "V-04"
    assert notes(tables) == ["“本年收费金额（单位：元）”以元为单位，已把“251000”换算为万元。"]


def test_a_number_that_the_source_holds_is_exact() -> None:
    head = written("信息内容|本年收费金额（单位：万元）").cells
    cell = TableCell(1, 1, "25.1", number=25.1, place="表二!B2")
    tables = read(TextTable((*head, TableCell(1, 0, "行政事业性收费"), cell)))
    assert filled(tables) == {"disclosure.fees.amount": Decimal("25.1")}


def test_a_figure_merged_over_two_columns_is_told_and_given_to_neither() -> None:
    tables = read(HEAD_3 + "一、本年新收政府信息公开申请数量|<|<|1|2|<|4|5|6|18")
    assert filled(tables) == row("requests.received", 1, None, None, 4, 5, 6, 18)
    (note,) = [n for n in tables.notes if n.kind == "unplaced"]
    assert note.cells == ("requests.received.business", "requests.received.research")


def test_a_figure_merged_over_two_rows_is_told_and_given_to_neither() -> None:
    tables = read(HEAD_2 + "规章|1|2|3\n行政规范性文件|^|5|6")
    expected = made(None, 2, 3) | made(None, 5, 6, row_id="normative_documents")
    assert filled(tables) == expected
    (note,) = [n for n in tables.notes if n.kind == "unplaced"]
    assert note.cells == (
        "disclosure.regulations.made",
        "disclosure.normative_documents.made",
    )


def test_a_figure_merged_over_the_columns_of_a_split_row_is_told_with_cells_of_the_form() -> None:
    tables = read(
        "信息内容|<|上一年项目数量|本年增/减|处理决定数量\n其他对外管理服务事项|行政检查|7|<|<",
        format=2019,
    )
    (note,) = [n for n in tables.notes if n.kind == "unplaced"]
    assert note.cells == tuple(
        f"disclosure.other_services[0].{c}" for c in ("items", "change", "decisions")
    )


def test_a_heading_of_table_four_that_is_lost_moves_no_figure() -> None:
    outcomes = "结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计"
    head = HEAD_4.replace("^|^|^|^|^|" + outcomes, "^|^|^|^|^|" + outcomes.replace("总计", "~", 1))
    assert head != HEAD_4
    numbers = list(range(1, 16))
    tables = read(head + "|".join(map(str, numbers)))
    assert filled(tables) == disputes(*numbers)
    (note,) = (n for n in tables.notes if "表四" in n.message)
    assert note.kind == "missing"
    assert note.message == "表四缺少 1 个列标题：“总计”，按格式的次序读取。"


def test_a_row_of_a_page_that_lacks_a_cell_is_told_and_not_read_shifted() -> None:
    cells = written(HEAD_2 + "规章|1|2").cells
    page, sheet = (
        read_tables([TextTable(cells, "表", sparse=sparse)], load(2021)) for sparse in (False, True)
    )
    assert filled(page) == {}
    assert "表二“规章”一行有 2 个数（1、2），格式有 3 栏，分不清各属哪一栏，没有读入。" in [
        n.message for n in page.notes
    ]
    assert filled(sheet) == made(1, 2, None)


def test_a_figure_merged_over_the_columns_of_its_heading_is_one() -> None:
    tables = read(
        """
        第二十条第（五）项|<|<|<
        信息内容|本年处理决定数量|<|<
        行政许可|7|<|<
        """
    )
    assert filled(tables) == {"disclosure.licensing.decisions": 7}
    assert notes(tables) == []


# --- labels that are wrong -------------------------------------------------------------------


def test_a_label_with_a_wrong_character_is_taken_for_the_nearest_with_a_note() -> None:
    tables = read(HEAD_2 + "行政规范性文档|1|2|3")
    assert filled(tables) == made(1, 2, 3, row_id="normative_documents")
    assert notes(tables) == ["表二的“行政规范性文档”与格式不同，按最接近的“行政规范性文件”读取。"]


def test_a_label_is_not_guessed_if_the_official_one_stands_there_too() -> None:
    tables = read(HEAD_2 + "行政规范性文件|1|2|3\n行政规范性文档|4|5|6")
    assert filled(tables) == made(1, 2, 3, row_id="normative_documents")
    assert [e.label for e in tables.extra] == ["行政规范性文档"]


def test_a_short_label_is_not_guessed() -> None:
    tables = read(HEAD_2 + "规彰|1|2|3\n行政规范性文件|0|0|0")
    assert "disclosure.regulations.made" not in tables.figures
    assert [e.label for e in tables.extra] == ["规彰"]


def test_numbers_lost_in_front_of_labels_are_told_once() -> None:
    tables = read(
        HEAD_3
        + """
        本年新收政府信息公开申请数量|<|<|1|0|0|0|0|0|1
        本年度办理结果|予以公开|<|1|0|0|0|0|0|1
        ^|其他处理|其他|1|0|0|0|0|0|1
        ^|总计|<|2|0|0|0|0|0|2
        """
    )
    assert filled(tables) == {
        **row("requests.received", 1, 0, 0, 0, 0, 0, 1),
        **row("requests.granted", 1, 0, 0, 0, 0, 0, 1),
        **row("requests.other_handling.other", 1, 0, 0, 0, 0, 0, 1),
        **row("requests.total", 2, 0, 0, 0, 0, 0, 2),
    }
    assert notes(tables) == [
        "表三有 4 个行标题的编号缺失或与格式不同"
        "（“本年新收政府信息公开申请数量”、“予以公开”、“其他”、“总计”），按文字读取。"
    ]


@pytest.mark.parametrize(
    ("label", "row_id"),
    [
        ("规章（设区的市、自治州人民政府应提供相关数据）", "regulations"),
        ("1.规章", "regulations"),
        ("规范性文件", "normative_documents"),
        ("行政 规范性 文件", "normative_documents"),
    ],
)
def test_annotations_and_aliases_are_the_label(label: str, row_id: str) -> None:
    assert filled(read(HEAD_2 + f"{label}|1|2|3")) == made(1, 2, 3, row_id=row_id)


def test_a_year_or_an_annotation_in_a_heading_is_no_other_heading() -> None:
    tables = read(
        "信息内容|本年(2023)制发件数|本年(２０２３)废止件数（件）|现行有效件数[件]\n规章|1|2|3"
    )
    assert filled(tables) == made(1, 2, 3)


# --- rows and columns that are not the form's ------------------------------------------------


def test_a_local_row_is_kept_with_its_place() -> None:
    tables = read(
        """
        信息内容|本年新制作数量|本年新公开数量|对外公开总数量
        规章|0|0|0
        规范性文件|2|1|7
        其他主动公开文件|5|无法统计|12
        """,
        format=2019,
    )
    (extra,) = tables.extra
    assert (extra.table, extra.label, extra.after) == (
        "disclosure",
        "其他主动公开文件",
        "normative_documents",
    )
    assert extra.values == {"made": 5, "disclosed": "无法统计", "total": 12}
    (note,) = [n for n in tables.notes if n.kind == "extra"]
    assert note.place == "R4C1"
    assert note.cells == ("extra[0].made", "extra[0].disclosed", "extra[0].total")


def test_a_subtotal_row_is_not_counted_as_a_local_one() -> None:
    tables = read(
        HEAD_3
        + """
        三、本年度办理结果|（一）予以公开|<|1|0|0|0|0|0|1
        ^|小计|<|1|0|0|0|0|0|1
        ^|（三）不予公开|<|1|0|0|0|0|0|1
        """
    )
    assert tables.extra == []
    assert notes(tables) == [
        "“小计、1、0、0、0、0、0、1”不在官方表格的行列之中，没有读入。",
        "表三“（三）不予公开”在格式中没有自己的数，这一行的 1、0、0、0、0、0、1 没有读入。",
    ]


def test_rows_of_an_unknown_block_do_not_become_rows_of_the_one_above() -> None:
    tables = read(
        """
        第二十条第（八）项|<|<
        信息内容|本年收费金额（单位：万元）|<
        行政事业性收费|1|<
        第二十条第（十）项|<|<
        信息内容|项目数量|总金额
        政府采购|2|3
        """
    )
    assert filled(tables) == {"disclosure.fees.amount": 1}
    assert tables.extra == []
    assert any("政府采购、2、3" in message for message in notes(tables))


def test_a_remarks_column_is_told_with_what_stands_in_it() -> None:
    tables = read("信息内容|本年制发件数|本年废止件数|现行有效件数|备注\n规章|1|2|3|含修订")
    assert filled(tables) == made(1, 2, 3)
    assert notes(tables) == ["“备注”一列不在官方表格中，“含修订”没有读入。"]


def test_a_remarks_column_is_told_in_a_table_without_positions_too() -> None:
    table = written(
        "信息内容|本年制发件数|本年废止件数|现行有效件数|备注\n规章|1|2|3|含修订", ragged=True
    )
    tables = read(table)
    assert filled(tables) == made(1, 2, 3)
    assert notes(tables) == ["“备注”一列不在官方表格中，“含修订”没有读入。"]


def test_other_services_are_read_split_or_not() -> None:
    head = "信息内容|<|上一年项目数量|本年增/减|处理决定数量\n"
    columns = ("items", "change", "decisions")
    split = read(
        head + "其他对外管理服务事项|行政检查|0|＋1|235\n^|行政确认|2|--253|0", format=2019
    )
    unsplit = read(head + "其他对外管理服务事项|<|3|-1|5", format=2019)
    assert split.repeats == {"other_services": ("行政检查", "行政确认")}
    assert filled(split) == {
        **row("disclosure.other_services[0]", 0, 1, 235, columns=columns),
        **row("disclosure.other_services[1]", 2, None, 0, columns=columns),
    }
    assert split.figures["disclosure.other_services[1].change"].origin.issue == "V-03"
    assert unsplit.repeats == {"other_services": (None,)}
    assert filled(unsplit) == row("disclosure.other_services[0]", 3, -1, 5, columns=columns)


def test_parts_of_a_split_row_go_on_over_a_page_break_and_a_local_row_does_not_join_them() -> None:
    head = "信息内容|<|上一年项目数量|本年增/减|处理决定数量\n"
    pieces = (
        head + "其他对外管理服务事项|行政检查|1|0|1",
        head + "~|行政确认|2|0|2\n公共服务事项|<|3|0|3",
    )
    tables = read_tables([written(p) for p in pieces], load(2019), [0, 0])
    assert tables.repeats == {"other_services": ("行政检查", "行政确认")}
    assert [(e.label, e.after) for e in tables.extra] == [("公共服务事项", "other_services")]


def test_a_split_table_that_stands_twice_has_its_parts_once() -> None:
    table = """
        信息内容|<|上一年项目数量|本年增/减|处理决定数量
        其他对外管理服务事项|行政检查|1|0|1
        ^|行政确认|2|0|2
        """
    tables = read(table, table, format=2019)
    assert tables.repeats == {"other_services": ("行政检查", "行政确认")}
    assert notes(tables) == []


def test_one_row_for_other_handling_in_a_2021_form_is_its_other() -> None:
    tables = read(HEAD_3 + "三、本年度办理结果|（六）其他处理|<|0|2|0|0|0|0|2")
    assert filled(tables) == {
        **row("requests.other_handling.no_correction", *[0] * 7),
        **row("requests.other_handling.no_payment", *[0] * 7),
        **row("requests.other_handling.other", 0, 2, 0, 0, 0, 0, 2),
    }
    assert notes(tables) == [
        "表三“（六）其他处理”只有一行，读入“3.其他”，格式中的其余 2 行记为 0。"
    ]
    assert tables.figures["requests.other_handling.no_payment.total"].origin.place == "R4C2"


def test_three_rows_for_other_handling_in_a_2019_form_are_added_up() -> None:
    rows = """
        三、本年度办理结果|（六）其他处理|1.逾期不补正|1|0|0|0|0|0|1
        ^|^|2.逾期不缴费|0|2|0|0|0|0|2
        ^|^|3.其他|0|0|3|0|0|0|3
        """
    tables = read(HEAD_3 + rows, format=2019)
    assert filled(tables) == row("requests.other_handling", 1, 2, 3, 0, 0, 0, 6)
    assert tables.figures["requests.other_handling.total"].origin.text == "1 + 2 + 3"
    assert notes(tables) == ["表三“（六）其他处理”分 3 行填列，已合计为格式中的一行。"]


def test_absent_rows_columns_and_tables_are_named_with_their_cells() -> None:
    tables = read("信息内容|本年制发件数|现行有效件数\n规章|1|3")
    missing = {n.message: n.cells for n in tables.notes if n.kind == "missing"}
    first, second, third, fourth = missing
    assert first.startswith("表二缺少 5 行：“行政规范性文件”、“行政许可”")
    assert second == "表二缺少 1 列：“本年废止件数”。"
    assert missing[second] == ("disclosure.regulations.repealed",)
    assert third == "没有找到表三“三、收到和处理政府信息公开申请情况”。"
    assert len(missing[fourth]) == 15


def test_an_empty_table_four_is_not_filled_in_rather_than_absent() -> None:
    tables = read(HEAD_4, HEAD_2 + "规章|1|2|3")
    figures = [f for id, f in tables.figures.items() if id.startswith("disputes")]
    assert [(f.value, f.origin.issue) for f in figures] == [(None, "V-02")] * 15


# --- rows that are no rows -------------------------------------------------------------------


def test_a_layout_table_comes_apart_into_its_paragraphs_and_tables() -> None:
    table = written(
        "一、总体情况|<|<|<\n全年公开信息3条。|<|<|<\n" + HEAD_2 + "规章|1|2|3\n注：含修订|<|<|<"
    )
    parts = paragraphs_in(table, lexicon(2021))
    assert [getattr(p, "text", "表") for p in parts] == [
        "一、总体情况",
        "全年公开信息3条。",
        "表",
        "注：含修订",
    ]


def test_a_table_that_is_only_a_table_stays_as_it_is() -> None:
    table = written(HEAD_2 + "规章|1|2|3\n其他主动公开文件|~|~|~")
    assert paragraphs_in(table, lexicon(2021)) == [table]


def test_a_table_made_to_exhaust_is_not_laid_out() -> None:
    cells = [TableCell(y, 0, "x", rowspan=10**9, colspan=10**9) for y in range(2_000)]
    assert lattice(text_table(cells), lexicon(2021)).rows == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二.", 12),
        ("二十", 20),
        ("（三）", None),
        ("(3)", 3),
        ("七x", None),
    ],
)
def test_numbers_of_labels_are_compared_by_value(text: str, value: int | None) -> None:
    assert number_value(text) == value


def test_the_groups_of_table_four_may_label_its_rows() -> None:
    tables = read(
        """
        类别|结果维持|结果纠正|其他结果|尚未审结|总计
        行政复议|1|2|3|4|10
        行政诉讼—未经复议直接起诉|5|6|7|8|26
        行政诉讼—复议后起诉|9|10|11|12|42
        """
    )
    assert filled(tables) == disputes(1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 9, 10, 11, 12, 42)
    assert not [n for n in tables.notes if "表四" in n.message]
