"""The tables of a form out of its declaration in ``forms/<year>.toml``."""

from __future__ import annotations

from typing import Any, cast

from nianbao.form.model import Block, Identity, Kind, Node, Table


def table(id: str, heading: str, t: dict[str, Any]) -> Table:
    """A table from its part of the declaration."""
    return Table(
        id=id,
        name=t["name"],
        heading=heading,
        label_columns=t["label_columns"],
        value_columns=t["value_columns"],
        blocks=tuple(
            Block(
                b.get("title", ""),
                b.get("corner", ""),
                _nodes(b["columns"]),
                _nodes(b.get("rows", ())),
            )
            for b in t["blocks"]
        ),
        identities=tuple(_identity(i) for i in t.get("identities", ())),
    )


def _identity(i: dict[str, Any]) -> Identity:
    return Identity(
        rule=i["rule"],
        per=i["per"],
        expected=tuple(i["expected"]),
        expected_name=i["expected_name"],
        actual=tuple(i["actual"]),
        actual_name=i["actual_name"],
        defines=i.get("defines", False),
    )


def _nodes(items: Any) -> tuple[Node, ...]:
    return tuple(
        Node(
            id=n.get("id", ""),
            label=n["label"],
            aliases=tuple(n.get("aliases", ())),
            kind=cast(Kind, n.get("kind", "count")),
            unit=n.get("unit", ""),
            repeat=n.get("repeat", False),
            nodes=_nodes(n.get("nodes", ())),
        )
        for n in items
    )
