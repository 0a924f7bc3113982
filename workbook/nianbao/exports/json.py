"""A report as JSON for other programs: the published contract, readable by people too."""

from __future__ import annotations

import msgspec

from nianbao.report import Report, to_dict


def write(report: Report) -> bytes:
    """UTF-8 JSON, indented; money as exact decimal numbers; a line feed at the end."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return msgspec.json.format(encoder.encode(to_dict(report)), indent=2) + b"\n"
