"""A report as JSON, exactly as ``schema.json`` wants it; numbers with a point stay decimal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from nianbao.formats.open import Opened
from nianbao.formats.zip import Unreadable
from nianbao.report import Report, Trace, from_dict, schema
from nianbao.words.figures import DIGITS

_SHOWN = 3
_LONG = 18  # digits up to which a number written 1.0 or 1e3 is taken as the whole one that it is
_TOO_LONG = "不是年度报告的 JSON：数字过长，请检查来源。"


def read(file: Opened, source: str) -> Report:
    """The report in a JSON file. Raises Unreadable naming the first cells that break the schema."""
    value = _parse(file.data)
    problems = schema.validate(value)
    if problems:
        beyond = "以上" if len(problems) == schema.MOST else ""
        more = f"等 {len(problems)} 处{beyond}" if len(problems) > _SHOWN else ""
        raise Unreadable(f"不符合格式：{'；'.join(problems[:_SHOWN])}{more}。")
    return from_dict(value, Trace(source, "json"))


def _parse(data: bytes) -> Any:
    # The standard library, since it alone can be told to refuse a key that stands twice.
    try:
        value = json.loads(
            data.decode(json.detect_encoding(data)),
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
        if b"\\u" in data:  # half a character, written as an escape, can be written nowhere else
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列处有误），请检查后再试。"
        ) from error
    except UnicodeError as error:
        raise Unreadable("不是有效的 UTF-8 文本，请另存为 UTF-8 编码的 JSON 后再试。") from error
    except RecursionError as error:
        raise Unreadable("不是年度报告的 JSON：嵌套层数过多，请检查来源。") from error
    except ValueError as error:  # a number of more than four thousand digits
        raise Unreadable(_TOO_LONG) from error
    return value


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > DIGITS or len(number.normalize().as_tuple().digits) > DIGITS:
        raise Unreadable(_TOO_LONG)
    whole = number.adjusted() < _LONG and number == number.to_integral_value()
    return int(number) if whole else number


def _refuse_constant(text: str) -> Any:
    raise Unreadable(f"不是有效的 JSON（含有 {text}），请检查后再试。")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Unreadable(f"不符合格式：“{twice[:50]}”重复出现，请只保留一个。")
    return found
