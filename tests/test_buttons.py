"""The buttons, declared once, and the ribbon made from them."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from nianbao_addin import commands
from nianbao_addin.ribbon import buttons
from nianbao_addin.ribbon.buttons import BUTTONS, COMMANDS, GROUPS

MENU = {
    "校验": ["校验", "上一处", "下一处", "清除标记", "查看明细"],
    "填充": ["填充公式", "读入上年报告", "撤销上次填充"],
    "文字": ["生成文字", "核对文字"],
    "导出": ["导出报告表", "Word", "PDF", "网页"],
    "批量": ["批量生成", "批量校验", "批量汇总"],
    "帮助": ["手册", "诊断"],
}


def test_the_tab_has_the_groups_and_buttons_of_the_manual_in_their_order() -> None:
    found = {group.label: [b.label for b in group.buttons] for group in GROUPS}
    assert list(found.items()) == list(MENU.items())


def test_ids_and_commands_are_unique_and_fit_into_python_and_xml() -> None:
    ids = [*(group.id for group in GROUPS), *(button.id for button in BUTTONS), buttons.TAB_ID]
    assert len(set(ids)) == len(ids)
    assert len(set(COMMANDS)) == len(COMMANDS)
    for name in (*ids, *COMMANDS):
        assert re.fullmatch(r"[a-z][a-z_]*", name), name


def test_a_button_is_found_by_its_command() -> None:
    assert [buttons.button(command) for command in COMMANDS] == list(BUTTONS)
    with pytest.raises(KeyError):
        buttons.button("nonsense")


def test_every_button_has_an_icon_and_says_what_it_does_in_chinese() -> None:
    for button in BUTTONS:
        assert re.fullmatch(r"[A-Z][A-Za-z]+", button.icon)
        assert re.search(r"[一-鿿]", button.screentip)
        assert button.supertip.endswith("。")
        assert len(button.label) <= 8
        assert len(button.screentip) <= 20


def test_each_group_has_one_large_button_first_or_none() -> None:
    for group in GROUPS:
        sizes = [button.large for button in group.buttons]
        assert not any(sizes[1:])


def test_the_ribbon_carries_every_field_of_every_button() -> None:
    root = etree.fromstring(buttons.xml())
    assert root.tag == f"{{{buttons.NAMESPACE}}}customUI"
    (tab,) = root.iter(f"{{{buttons.NAMESPACE}}}tab")
    assert tab.get("label") == "政务公开年报"
    assert [group.get("id") for group in tab] == [group.id for group in GROUPS]
    found = [dict(element.attrib) for element in root.iter(f"{{{buttons.NAMESPACE}}}button")]
    assert found == [
        {
            "id": button.id,
            "label": button.label,
            "size": "large" if button.large else "normal",
            "imageMso": button.icon,
            "screentip": button.screentip,
            "supertip": button.supertip,
            "onAction": buttons.CALLBACK,
            "tag": button.command,
        }
        for button in BUTTONS
    ]


def test_the_ribbon_is_utf8_and_the_same_every_time() -> None:
    assert buttons.xml() == buttons.xml()
    assert "政务公开年报" in buttons.xml().decode("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_button_has_the_function_that_it_names(command: str) -> None:
    assert callable(commands.find(command))
