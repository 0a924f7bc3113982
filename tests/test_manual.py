"""The manual: every button explained, every picture there, nothing fetched from elsewhere."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import click
import pytest
from lxml import html

from nianbao_addin.ribbon import manual
from nianbao_addin.ribbon.buttons import BUTTONS, GROUPS, TAB_LABEL, Button
from nianbao_addin.setup import wheels

ROOT = Path(__file__).parents[1]
PICTURES = Path(manual.__file__).with_name(manual.PICTURES)
SHOTS = ROOT / "docs" / "screenshots.py"
MAX_BYTES = 120 * 1024
STROKES = re.compile(r"([MLHVCZAmlhvcza]|-?[0-9]*\.?[0-9]+|\s)+")


@pytest.fixture(scope="module")
def page() -> html.HtmlElement:
    return html.fromstring(manual.page().decode())


def drawn(kind: str) -> list[str]:
    root = ElementTree.fromstring(manual.svg())
    return [str(text.text) for text in root.iter("text") if text.get("class") == kind]


# --- the drawing of the ribbon -----------------------------------------------------------------


def test_every_button_and_group_is_drawn_once_in_its_order() -> None:
    assert drawn("button") == [button.label for button in BUTTONS]
    assert sorted(drawn("group")) == sorted(group.label for group in GROUPS)
    assert drawn("tab").count(TAB_LABEL) == 1


def test_the_drawing_says_that_it_is_one() -> None:
    (note,) = drawn("note")
    assert note.startswith("示意图")
    root = ElementTree.fromstring(manual.svg())
    assert "示意图" in root.get("aria-label", "")


def test_every_button_is_drawn_with_the_strokes_of_its_icon() -> None:
    for button in BUTTONS:
        assert STROKES.fullmatch(button.strokes), button
        assert f'd="{button.strokes}"' in manual.svg()
    icons = {button.icon for button in BUTTONS}
    assert len({(button.icon, button.strokes) for button in BUTTONS}) == len(icons)


def test_no_button_is_drawn_over_another() -> None:
    """Each label begins right of, or below, the one before in its stack."""

    def places(node: ElementTree.Element, x: float = 0, y: float = 0) -> list[tuple[float, float]]:
        moved = re.match(r"translate\(([\d.]+) ([\d.]+)\)", node.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        own = [(x + float(node.get("x", 0)), y)] if node.get("class") == "button" else []
        return own + [place for child in node for place in places(child, x, y)]

    found = places(ElementTree.fromstring(manual.svg()))
    assert len(set(found)) == len(BUTTONS)
    for (x, y), (next_x, next_y) in pairwise(found):
        assert next_x > x + 20 or (next_x == x and next_y >= y + 20)


def test_the_drawing_as_a_file_is_that_of_the_buttons() -> None:
    file = PICTURES / "ribbon.svg"
    assert file.read_text(encoding="utf-8") == manual.svg(standalone=True), "run make manual"


# --- the page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.command)
def test_every_button_has_a_section_that_says_more_than_its_tip(
    page: html.HtmlElement, button: Button
) -> None:
    (head,) = page.xpath(f"//h3[@id='{button.id}']")
    assert head.text_content() == button.label
    first = head.getnext()
    assert button.screentip in first.text_content()
    assert button.supertip in first.text_content()
    assert len(first.getnext().text_content()) > 6


def test_links_lead_to_places_on_the_page(page: html.HtmlElement) -> None:
    targets = page.xpath("//a/@href")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(targets) == {f"#{id}" for id in ids}


def test_every_picture_is_inside_and_described(page: html.HtmlElement) -> None:
    images = page.xpath("//img")
    assert len(images) == len(list(PICTURES.glob("*.png")))
    for image in images:
        assert image.get("src").startswith("data:image/png;base64,")
        assert "截图" in image.get("alt")
        assert int(image.get("width")) > int(image.get("height")) > 100


def test_every_picture_is_small_and_has_its_source() -> None:
    taken = {
        node.args[0].value
        for node in ast.walk(ast.parse(SHOTS.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "picture"
        and isinstance(node.args[0], ast.Constant)
    }
    files = list(PICTURES.glob("*.png"))
    assert {file.stem for file in files} == taken
    assert all(file.stat().st_size <= MAX_BYTES for file in files)


def test_the_pictures_ship_with_the_program() -> None:
    names = ZipFile(BytesIO(wheels.own().data)).namelist()
    for file in PICTURES.glob("*.png"):
        assert f"nianbao_addin/ribbon/{manual.PICTURES}/{file.name}" in names


def test_the_page_for_readers_of_the_source_is_the_same_with_the_pictures_beside_it() -> None:
    file = ROOT / "docs" / manual.FILE_NAME
    beside = manual.page(inline=False)
    assert file.read_bytes() == beside, "run python docs/screenshots.py --page"
    for source in html.fromstring(beside.decode()).xpath("//img/@src"):
        assert (file.parent / source).resolve().is_file()


def test_it_names_only_commands_and_buttons_that_there_are(page: html.HtmlElement) -> None:
    from nianbao.cli import nianbao
    from nianbao_addin.attach import command_of

    codes = [code.text_content() for code in page.xpath("//code")]
    commands = [code.split()[1:] for code in codes if code.startswith("nianbao ")]
    assert len(commands) > 8
    for words in commands:
        if words[0] == "attach":
            assert command_of(words[1])
            continue
        command: Any = nianbao
        for word in words[: 2 if words[0] == "addin" else 1]:
            command = command.get_command(click.Context(command), word)
            assert command is not None, words
