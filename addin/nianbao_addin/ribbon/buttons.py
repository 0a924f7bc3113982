"""The buttons of the tab 政务公开年报, as ``buttons.toml`` beside this file declares them.

From here come the ribbon's XML, the commands that ``macros.run`` knows, the toolbar for
LibreOffice, ``nianbao attach`` and the table in the manual. Namespace of the XML is that of
Office 2010 and later ([MS-CUSTOMUI2]); its relationship type is, oddly, the one of 2007.
"""

from __future__ import annotations

from importlib import resources
from typing import Annotated
from xml.etree import ElementTree

import msgspec

_Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]*$")]
_Function = Annotated[str, msgspec.Meta(pattern=r"^\w+:\w+$")]


class Button(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One button."""

    command: _Name
    """What ``macros.run`` receives; it is the button's tag."""
    does: _Function
    """``module:function`` in `nianbao_addin.commands`; loaded when the button is pressed."""
    label: str
    screentip: str
    """What the button does, in a few words."""
    supertip: str
    """What happens to the workbook, in a sentence or two."""
    icon: str = "MacroPlay"
    """Name of an icon that every Office carries (imageMso)."""
    strokes: str = "M5 4h14v16H5zM10 9l5 3-5 3z"
    """The path, in a square of 24, that stands for the icon in our own drawing."""
    large: bool = False

    @property
    def id(self) -> str:
        """Unique in the ribbon."""
        return f"{TAB.id}_{self.command}"


class ButtonGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group of the tab; ``id`` is unique in the ribbon."""

    id: _Name
    label: str
    buttons: tuple[Button, ...]


class Tab(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tab, its groups in their order."""

    id: _Name
    label: str
    groups: tuple[ButtonGroup, ...]


TAB = msgspec.toml.decode(
    resources.files(__package__).joinpath("buttons.toml").read_bytes(), type=Tab
)
TAB_ID, TAB_LABEL, GROUPS = TAB.id, TAB.label, TAB.groups

BUTTONS: tuple[Button, ...] = tuple(button for group in GROUPS for button in group.buttons)
"""In the order of the ribbon."""

COMMANDS: tuple[str, ...] = tuple(button.command for button in BUTTONS)
"""What ``macros.run`` accepts."""


def button(command: str) -> Button:
    """The button of a command. Raises KeyError."""
    for each in BUTTONS:
        if each.command == command:
            return each
    raise KeyError(command)


NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK = "NianbaoRibbon.OnAction"
"""Module and procedure in ``ribbon/vba/`` that every button calls."""

ATTRIBUTES = {
    "customUI": frozenset[str](),
    "ribbon": frozenset[str](),
    "tabs": frozenset[str](),
    "tab": frozenset({"id", "label"}),
    "group": frozenset({"id", "label"}),
    "button": frozenset(
        {"id", "label", "size", "imageMso", "screentip", "supertip", "onAction", "tag"}
    ),
}
"""Elements we write and the attributes each may carry (a part of [MS-CUSTOMUI2] section 2)."""


def xml() -> bytes:
    """``customUI.xml``, UTF-8."""
    root = ElementTree.Element("customUI", xmlns=NAMESPACE)
    tabs = ElementTree.SubElement(ElementTree.SubElement(root, "ribbon"), "tabs")
    tab = ElementTree.SubElement(tabs, "tab", id=TAB_ID, label=TAB_LABEL)
    for group in GROUPS:
        element = ElementTree.SubElement(tab, "group", id=group.id, label=group.label)
        for button in group.buttons:
            ElementTree.SubElement(element, "button", _attributes(button))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _attributes(button: Button) -> dict[str, str]:
    return {
        "id": button.id,
        "label": button.label,
        "size": "large" if button.large else "normal",
        "imageMso": button.icon,
        "screentip": button.screentip,
        "supertip": button.supertip,
        "onAction": CALLBACK,
        "tag": button.command,
    }
