"""Q-08: what of a person should not be published. The finding itself repeats nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nianbao.report import TEXT_TITLES
from nianbao.rules.case import Case, Check, Verdict, declare
from nianbao.rules.prose.wording import on_text

_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])([1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx])(?![\dA-Za-z])"
)
_LONG = re.compile(r"\d{11}|\d-\d{3,4}-\d|\d{3}-\d{4}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Office lines begin with 0, 400 or 800 or are short; with separators: 139-0731-1234, 139 0731 1234.
_MOBILE = re.compile(r"(?<![\d-])(?:\+?86-?)?1[3-9]\d(?:-?\d{4}-?\d{4}|\d{8})(?![\d次条件元人-])")
# An identity number with a wrong check digit is still one where it is called so.
_NAMED = re.compile(r"身份证|公民身份号码|证件号")
_OPENING = "opening"  # ends with the agency's own address and telephone
_APPLICANT = re.compile(
    r"申请人[王李张刘陈杨黄赵吴周徐孙朱胡郭林罗郑梁谢宋唐邓冯韩曹曾彭蔡潘袁蒋魏吕沈姚卢钟姜崔谭廖范汪陆贾韦夏邱侯邹"
    r"熊孟秦薛尹黎贺顾郝龚邵钱覃](?!某|姓|×|X|\*)[\u4e00-\u9fff]{1,2}(?=提出|提交|申请|不服|要求|因|[（，](?:男|女))"
)


@declare(
    "Q-08",
    "文字里没有身份证号、手机号和申请人姓名",
    "warning",
    basis="公开的报告不应带有申请人的个人信息；由号码的样式推断",
    hint="删去个人信息；本机关对外的联系电话写在开头，最好用固定电话。",
)
def personal_data(case: Case) -> Iterator[Verdict]:
    for section, passage in case.passages.items():
        text = passage.text
        if not _LONG.search(text) and "申请人" not in text:
            continue
        kinds = {
            "身份证号码": sum(
                _is_identity(m[1])
                or _NAMED.search(text, max(0, m.start() - 12), m.start()) is not None
                for m in _IDENTITY.finditer(text)
            ),
            "手机号码": (0 if section == _OPENING else sum(1 for _ in _MOBILE.finditer(text))),
            "申请人姓名": sum(1 for _ in _APPLICANT.finditer(text)),
        }
        if told := "、".join(f"{kind} {n} 处" for kind, n in kinds.items() if n):
            yield on_text(case, section, f"“{TEXT_TITLES[section]}”里疑有{told}。")


def _is_identity(number: str) -> bool:
    """Whether the check digit of an identity number is right (GB 11643)."""
    total = sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


CHECKS: tuple[Check, ...] = (personal_data,)
