"""Which agency a file is of, as its properties say it: what its title cannot say for certain.

Keywords of an .xlsx, .docx or .ods (``agency-name:某某局; agency-code:110115``), ``<meta>`` of a
page. Separators inside a name or code are written as in a URL.
Results of a batch are marked there, too.
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


RESULT = "nianbao-result"
_RESULT = re.compile(rf"\b{RESULT}:(\w+)")


def result(kind: str) -> str:
    """The keywords of what a batch makes: it is not to be taken for an agency's report."""
    return f"{RESULT}:{kind}"


def result_in(text: str) -> str:
    """The kind of result that keywords name, '' if they name none."""
    found = _RESULT.search(text)
    return found[1] if found else ""


def agency_in(text: str) -> Agency:
    """The agency that keywords name; its name is '' if they name none."""
    pairs = {key: unquote(value).strip() for key, value in _PAIR.findall(text)}
    return Agency(pairs.get(NAME, ""), pairs.get(CODE) or None)
