"""From what stands in a cell to a figure, never by a silent guess.

The rule codes are those of V-01 … V-06: a figure comes back together with the code of what was odd
about its text, or with no figure at all where the text does not say one number.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from nianbao.form import Kind

Value = int | Decimal | None

_SIGNS = str.maketrans({"−": "-", "—": "-", "–": "-", "‐": "-", "‑": "-"})
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9０-９])\s+(?=[0-9０-９])")
_PLACEHOLDER = re.compile(r"[-/\\]+|无|暂无|不适用|[nN]/?[aA]|空")
_UNITS = "件项个条宗次份"
_PLAIN = re.compile(r"[0-9]+(?:\.0+)?")
_SIGNED = re.compile(r"[+-]?[0-9]+(?:\.0+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_MONEY = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万元|元)?")
_BRACKETED_UNIT = re.compile(r"\((?:单位:)?(万元|元)\)$")
_REMARK = re.compile(r"(.*[0-9].*?)\(.+\)")
_VAGUE = re.compile(r"[约近余多逾超]")
_NUMBERS = (int, float, Decimal)  # quicker to ask for than the union
DIGITS = 15
"""How many digits of a number a spreadsheet keeps."""
_LIMIT = 10**DIGITS
_ENDLESS = re.compile(rf"(?<![0-9.])(?:[0-9],?){{{DIGITS + 1}}}|.{{200}}", re.DOTALL)
_OWN_DIGITS = frozenset("０１２３４５６７８９")


class Parsed(NamedTuple):
    """``value`` is None where there is none to be had; ``issue`` is a rule code, or None."""

    value: Value
    issue: str | None


def squash(text: str) -> str:
    """NFKC without any white space or invisible character, all minus signs one."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_SIGNS)


def parse(raw: object, kind: Kind) -> Parsed:
    """A figure from a cell's text or number.

    Blank and placeholders give ``(None, "V-02")``. What is clearly one number gives it, with a code
    where the form does not want it written so; what is not gives ``None`` and a code.
    """
    if isinstance(raw, bool):
        return Parsed(None, _malformed(kind))
    if isinstance(raw, _NUMBERS):
        return _from_number(raw, kind)
    written = "" if raw is None else str(raw)
    # "1 234" may be one number and "3 5" two: white space between digits counts as a separator.
    text = squash(_BETWEEN_DIGITS.sub(",", written))
    if not text or stands_for_none(text):
        return Parsed(None, "V-02")
    if _ENDLESS.search(text) or _has_strange_digits(written):
        return Parsed(None, _malformed(kind))
    plain = _parse_text(text, kind)
    if plain.value is not None or (remark := _REMARK.fullmatch(text)) is None:
        return plain
    return Parsed(_parse_text(remark[1], kind).value, "V-06")


def stands_for_none(plain: str) -> bool:
    """Whether a squashed text says that there is no figure: ``/``, ``—``, ``无``."""
    return _PLACEHOLDER.fullmatch(plain) is not None


def as_money(number: Decimal) -> Decimal:
    """Decimal 万元 in one canonical form: no exponent, no trailing zeros."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


def show(value: Value, kind: Kind = "count") -> str:
    """A figure as it is printed in the form; '' for one that is not filled in."""
    if value is None:
        return ""
    if kind == "change" and value > 0:
        return f"+{value}"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def quoted(text: str, limit: int = 30) -> str:
    """A piece of somebody's text, fit for a message: one line, not long, nothing invisible."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= limit else plain[:limit] + "…"


def _malformed(kind: Kind) -> str:
    return {"count": "V-01", "change": "V-03", "money": "V-04"}[kind]


def _has_strange_digits(text: str) -> bool:
    """Digits of other scripts, or signs such as ² and ① that NFKC would make digits of."""
    if text.isascii():
        return False
    return any(
        c not in _OWN_DIGITS and any(d.isdecimal() for d in unicodedata.normalize("NFKC", c))
        for c in text
        if not c.isascii()
    )


def _from_number(number: float | Decimal, kind: Kind) -> Parsed:
    if type(number) is int and 0 <= number < _LIMIT and kind != "money":
        return Parsed(number, None)  # as nearly all are
    # Such a float is shown with 15 significant digits by a spreadsheet, and they are meant.
    exact = Decimal(f"{number:.{DIGITS}g}") if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or abs(exact) >= _LIMIT:
        return Parsed(None, _malformed(kind))
    if kind == "money":
        return _money(exact, None)
    if exact != exact.to_integral_value() or (kind == "count" and exact < 0):
        return Parsed(None, _malformed(kind))
    return Parsed(int(exact), None)


def _parse_text(text: str, kind: Kind) -> Parsed:
    if _VAGUE.search(text):
        return Parsed(None, "V-06")
    if kind == "money":
        return _parse_money(text)
    pattern = _SIGNED if kind == "change" else _PLAIN
    if pattern.fullmatch(text):
        return Parsed(int(text.split(".", maxsplit=1)[0]), None)
    body = text.rstrip(_UNITS)
    if _GROUPED.fullmatch(body.lstrip("+-") if kind == "change" else body):
        body = body.replace(",", "")
    if pattern.fullmatch(body):
        return Parsed(int(body.split(".")[0]), "V-06")
    if kind == "count" and text[0] == "+" and _PLAIN.fullmatch(text[1:]):
        return Parsed(int(text[1:].split(".", maxsplit=1)[0]), "V-03")
    return Parsed(None, "V-03" if text[0] in "+-" and kind == "change" else _malformed(kind))


def _parse_money(text: str) -> Parsed:
    amount = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    match = _MONEY.fullmatch(_BRACKETED_UNIT.sub(r"\1", amount))
    if match is None:
        return Parsed(None, "V-04")
    issue = "V-06" if amount != text else "V-04" if match[2] else None
    number = Decimal(match[1])
    return _money(number / 10000 if match[2] == "元" else number, issue)


def _money(number: Decimal, issue: str | None) -> Parsed:
    if number < 0:
        return Parsed(None, "V-04")
    if len(number.as_tuple().digits) > 2 * DIGITS or number >= _LIMIT:
        return Parsed(None, "V-04")
    number = as_money(number)
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or max(len(digits), -exponent) > DIGITS:
        return Parsed(None, "V-04")
    # 0.0001 万元 is 1 元: more places than that cannot be meant.
    too_fine = exponent < -4
    return Parsed(number, issue or ("V-04" if too_fine else None))
