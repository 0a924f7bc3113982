"""The ribbon as Office reads it, made from the declared buttons.

Namespace of Office 2010 and later ([MS-CUSTOMUI2]); its relationship type is, oddly, the one of
2007.
"""

from __future__ import annotations

from xml.etree import ElementTree

from nianbao_addin.ribbon.buttons import GROUPS, TAB_ID, TAB_LABEL, Button

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
