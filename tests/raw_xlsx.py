"""Workbooks of one sheet from XML as it stands, for what no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def raw(
    rows: str,
    *,
    names: str = "",
    strings: str = "",
    styles: str = "",
    ns: str = TRANSITIONAL,
    after: str = "",
    main: str = "xl/workbook.xml",
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """An xlsx of one sheet 表, from the XML of its rows."""
    relation = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'
    members = {
        "_rels/.rels": RELS.format(relation.format("r", OFFICE, "officeDocument", f"/{main}")),
        main: f'<workbook xmlns="{ns}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="表" sheetId="1" r:id="rId1"/></sheets>'
        f"<definedNames>{names}</definedNames></workbook>",
        main.replace("xl/", "xl/_rels/") + ".rels": RELS.format(
            relation.format("rId1", OFFICE, "worksheet", "worksheets/sheet1.xml")
            + relation.format("rId2", OFFICE, "sharedStrings", "/xl/sharedStrings.xml")
            + relation.format("rId3", OFFICE, "styles", "styles.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{ns}"><dimension ref="A1"/>'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>",
        "xl/SharedStrings.xml": f'<sst xmlns="{ns}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{ns}">{styles}</styleSheet>',
        **(parts or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
