"""OPC: how the parts of an xlsx or a docx tell of each other, and of the whole document."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from nianbao.formats.zip import CONTENT_TYPES, Member, Package, deflated, pack, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def main_part(package: Package, usual: str) -> str:
    """The part that the document begins with; ``usual``: where the package does not tell."""
    if "_rels/.rels" in package:
        for kind, part in relations(package.read("_rels/.rels"), "").values():
            if kind == "officeDocument" and part in package:
                return part
    return usual


def relations_part(part: str) -> str:
    """The part with the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations(data: bytes, part: str) -> dict[str, tuple[str, str]]:
    """Kind and target of each relationship of a part within the file, by its id."""
    found: dict[str, tuple[str, str]] = {}
    folder = posixpath.join("/", posixpath.dirname(part))
    for rel in parse_xml(data):
        if rel.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, rel.get("Target", "")))
            found[rel.get("Id", "")] = rel.get("Type", "").rpartition("/")[2], target.lstrip("/")
    return found


def from_flat(flat: bytes) -> bytes:
    """A package that was kept as one XML file, as the zip that programs open."""
    from lxml import etree

    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False)
    package = etree.fromstring(flat, parser)
    types = etree.Element(f"{_TYPES}Types")
    kind = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(types, f"{_TYPES}Default", Extension="rels", ContentType=kind)
    members: list[Member] = []
    for part in package.iter(f"{_FLAT}part"):
        name, kind = (str(part.attrib[_FLAT + key]) for key in ("name", "contentType"))
        if not name.endswith(".rels"):
            etree.SubElement(types, f"{_TYPES}Override", PartName=name, ContentType=kind)
        members.append(deflated(name[1:], etree.tostring(part[0][0], encoding="UTF-8")))
    members.append(deflated(CONTENT_TYPES, etree.tostring(types, encoding="UTF-8")))
    return pack(members)


def keywords(package: Package) -> str:
    """The keywords in the file's properties, '' if there are none."""
    if "docProps/core.xml" not in package:
        return ""
    found = (e.text for e in package.xml("docProps/core.xml") if local_name(e) == "keywords")
    return next(found, None) or ""


def namespace(root: _Element) -> str:
    """``{…}`` in front of every tag of a part: it tells transitional from strict."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if "}" in tag else ""


def local_name(element: _Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
