"""Cell ids as defined names of a workbook, and back.

``requests.received.other`` ↔ ``nb.requests.received.other``; a bracketed index becomes a part of
its own, since Excel allows no brackets: ``disclosure.other_services[0].change`` ↔
``nb.disclosure.other_services.0.change``. Besides figures there are names for

- ``nb.format``, ``nb.year``, ``nb.agency.name``, ``nb.agency.code``;
- ``nb.text.<opening|overview|problems|other>``: a column of cells, one paragraph each;
- ``nb.disclosure.other_services.<n>.name``: label of a split row;
- ``nb.extra.<n>.label`` and ``nb.extra.<n>.<column>``: a local row, standing under the official row
  that it follows;
- ``nb.previous.<cell id>``: last year's figure on sheet 上年数据 (and ``nb.previous.year`` …);
- ``nb.facts.<key>``: what a person has filled in on 文字素材, see ``material``;
- ``nb.generated.<text>``: the fingerprint of a text as it was generated;
- ``nb.check.<rule>.<table>.<key>``: the live check cell of an identity, ``-`` written as ``_``;
- ``nb.ledger.<ledger>.<column>``: a column of a ledger, as the formulas count it;
  ``nb.ledger.rows.<ledger>`` how many entries it has;
  ``nb.ledger.list.<list>`` and ``nb.ledger.workdays`` are what its drop-downs and deadlines use;
- ``nb.results.<places|error|warning|info>``: lists on 校验结果, see ``outputs.results``.
"""

from __future__ import annotations

import re

from nianbao.form import Equation

PREFIX = "nb."
_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_PART = re.compile(r"\.([0-9]{1,9})(?=\.|$)")


def name_of(cell_id: str) -> str:
    """The defined name of a cell id."""
    return PREFIX + _INDEX.sub(r".\1", cell_id)


def id_of(name: str) -> str | None:
    """The cell id of a defined name, or None for a name that is not ours."""
    if not name.lower().startswith(PREFIX):
        return None
    return _PART.sub(r"[\1]", name[len(PREFIX) :])


def check_name(equation: Equation) -> str:
    """The defined name of an identity's check cell."""
    rule = equation.identity.rule.replace("-", "_")
    return name_of(f"check.{rule}.{equation.table}.{equation.key}")
