"""Which agency a file is of, as its properties say it: what its title cannot say for certain.

Keywords of an .xlsx, .docx or .ods (``agency-name:某某局; agency-code:110115``), ``<meta>`` of a
page. Separators inside a name or code are written as in a URL.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from nianbao.report import Agency

NAME, CODE = "agency-name", "agency-code"
_UNSAFE = re.compile(r"[%;,\s\x00-\x20]")
_PAIR = re.compile(rf"\b({NAME}|{CODE}):([^;,\s]+)")


def keywords(agency: Agency, limit: int = 255) -> str:
    """The keywords of a file; a part that would go beyond what every program keeps is left out."""
    found = ""
    for key, value in ((CODE, agency.code), (NAME, agency.name)):
        pair = f"{key}:{_UNSAFE.sub(lambda m: quote(m[0]), value or '')}"
        longer = f"{found}; {pair}" if found else pair
        found = longer if value and len(longer) <= limit else found
    return found


def told(text: str) -> Agency:
    """The agency that keywords tell; its name is '' if they do not."""
    pairs = {key: unquote(value).strip() for key, value in _PAIR.findall(text)}
    return Agency(pairs.get(NAME, ""), pairs.get(CODE) or None)
