"""A button more is one entry of ``buttons.toml`` and one module of ``commands``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import nianbao_addin
from nianbao_addin.ribbon import buttons
from nianbao_addin.ribbon.buttons import Button, Tab

ENTRY = """
[[groups.buttons]]
command = "greet"
does = "greet:greet"
label = "问候"
screentip = "问一声好"
supertip = "什么也不改动。"
"""
MODULE = """
from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host


def greet(host: Host) -> Outcome:
    return Outcome(f"您好，{host.name}。")
"""
LOOK = """
import json
from types import SimpleNamespace
from xml.etree import ElementTree
from nianbao_addin import attach, commands
from nianbao_addin.ribbon import buttons, manual
from nianbao_addin.setup import oxt

ribbon = ElementTree.fromstring(buttons.xml())
label = next(b for b in ribbon.iter() if b.get("tag") == "greet")
print(json.dumps({
    "ribbon": dict(label.attrib),
    "drawing": ["问候" in manual.svg(), buttons.button("greet").strokes in manual.svg()],
    "toolbar": oxt._addons().decode().count("service:nianbao.Buttons?greet"),
    "attach": [attach.command_of("问候"), attach.command_of("greet")],
    "manual": manual.table().count("<td>问候</td><td>问一声好</td>"),
    "does": commands.find("greet")(SimpleNamespace(name="年报.xlsx")).said,
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a copy of the add-in with the button more says of it."""
    folder = tmp_path_factory.mktemp("with-one-more")
    package = folder / "nianbao_addin"
    shutil.copytree(
        nianbao_addin.__path__[0], package, ignore=shutil.ignore_patterns("__pycache__", "*.png")
    )
    with (package / "ribbon" / "buttons.toml").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    (package / "commands" / "greet.py").write_text(MODULE, encoding="utf-8")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", LOOK],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_ribbon_has_it_with_an_icon_of_every_office(found: dict[str, object]) -> None:
    assert found["ribbon"] == {
        "id": "nianbao_greet",
        "label": "问候",
        "size": "normal",
        "imageMso": "MacroPlay",
        "screentip": "问一声好",
        "supertip": "什么也不改动。",
        "onAction": "NianbaoRibbon.OnAction",
        "tag": "greet",
    }


def test_libreoffice_has_it_in_its_toolbar_and_its_menu(found: dict[str, object]) -> None:
    assert found["toolbar"] == 2


def test_the_manual_lists_and_draws_it_with_the_default_icon(found: dict[str, object]) -> None:
    assert found["manual"] == 1
    assert found["drawing"] == [True, True]


def test_it_is_pressed_from_outside_by_name_and_label(found: dict[str, object]) -> None:
    assert found["attach"] == ["greet", "greet"]


def test_its_module_does_what_it_says(found: dict[str, object]) -> None:
    assert found["does"] == "您好，年报.xlsx。"


# --- the declaration ---------------------------------------------------------------------------

DECLARED = """
id = "tab"
label = "年报"
[[groups]]
id = "first"
label = "一"
[[groups.buttons]]
command = "a"
does = "a:a"
label = "甲"
screentip = "甲"
supertip = "甲。"
"""


def test_what_is_left_out_has_a_default() -> None:
    (group,) = msgspec.toml.decode(DECLARED, type=Tab).groups
    assert group.buttons == (Button("a", "a:a", "甲", "甲", "甲。"),)
    assert not group.buttons[0].large


@pytest.mark.parametrize(
    "line",
    [
        'colour = "red"',
        'does = "a"',
        'does = "a.b"',
        'command = "A b"',
        "large = 1",
        "icon = 5",
    ],
)
def test_what_nobody_knows_is_refused(line: str) -> None:
    key = line.partition(" ")[0]
    kept = [each for each in DECLARED.splitlines() if not each.startswith(f"{key} ")]
    text = "\n".join([*kept, line])
    with pytest.raises(msgspec.ValidationError):
        msgspec.toml.decode(text, type=Tab)


def test_a_button_without_its_function_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="does"):
        msgspec.toml.decode(DECLARED.replace('does = "a:a"\n', ""), type=Tab)


def test_the_declaration_says_what_each_word_means() -> None:
    head = Path(buttons.__file__).with_name("buttons.toml").read_text(encoding="utf-8")
    explained = {line[1:].split()[0] for line in head.splitlines() if line.startswith("#   ")}
    assert explained == {field.name for field in msgspec.structs.fields(Button)}
