"""OPC: how the parts of an xlsx or a docx tell of each other, and of the whole document."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from nianbao.formats.zip import Package, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element


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
