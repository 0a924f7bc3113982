"""What an agency's name shows for certain. Where a name may mean several things, nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from nianbao.words.figures import squash

_TOWNSHIP = re.compile(r"(?:镇|乡|苏木|街道)(?:人民政府|政府|办事处|人民政府办公室|党政办公室)$")
_REMARKS = re.compile(r"\([^()]*\)$")
_PUNCTUATION = re.compile(r"[\W_]+")
_GOVERNMENT = re.compile(r"人民政府(?:办公[室厅])?$")
_ITS_OFFICE = re.compile(r"政府办公[室厅]$")
# A department of a province or city: its name begins with the place, or with that of the ministry.
_DEPARTMENT = re.compile(
    r"(?:省|自治区|[^城]市(?![场政])|[^各]州|盟).*(?:局|厅|委员会|委|办公室|中心)$"
)
# A county, banner or district: 大兴区, 北京市大兴区, 凤凰县, 苏尼特左旗, 某某自治县.
_COUNTY = re.compile(r"(?:^|[市州盟省区])([^市州盟省]{1,8}?(?:县|旗|区))(?![域级乡市划块位内])")
# 区 that is no district with a government of the county level, or not certainly one.
_NO_DISTRICT = re.compile(
    r"(?:自治|行政|新|开发|园|景|林|矿|管理|保税|地|保护|名胜|示范|合作|试验|实验|贸易|功能|度假|产业|工业|"
    r"高新|经开|港|库|老|小|震|疫|校|院|辖|片|牧|垦|山|灾|社|军|战|特|城|市|郊)区$|(?:国|红|锦|党|军)旗$"
)


def clearly_differ(one: str, other: str) -> bool:
    """Whether two names are certainly not those of one body.

    A name may be shortened, have the names of its province and city before it or gain a word when
    bodies are merged: as long as the shorter one is found in the longer, sign by sign in its order,
    nothing is certain. Neither is it where a name is not known.
    """
    short, long = sorted((_signs(one), _signs(other)), key=len)
    rest = iter(long)
    return bool(short) and not all(sign in rest for sign in short)


def _signs(name: str) -> str:
    """The name without remarks in brackets and without punctuation."""
    return _PUNCTUATION.sub("", _REMARKS.sub("", squash(name)) or squash(name)).casefold()


@lru_cache(maxsize=1024)
def is_township(name: str) -> bool:
    """A 乡, 镇 or 街道 itself: 某某镇人民政府, 某某街道办事处."""
    return _TOWNSHIP.search(squash(name)) is not None


@lru_cache(maxsize=1024)
def is_county_or_below(name: str) -> bool:
    """A body of a county, banner, district, township or street, by its name."""
    plain = squash(name)
    if is_township(name):
        return True
    return any(not _NO_DISTRICT.search(m[1]) for m in _COUNTY.finditer(plain))


@lru_cache(maxsize=1024)
def makes_no_regulations(name: str) -> bool:
    """A body that certainly has no power to make 规章: one of the county level or below, or a
    department below the State Council, as 某某市某某局; 国家市场监督管理总局 has it."""
    if is_county_or_below(name):
        return True
    plain = squash(name)
    return _DEPARTMENT.search(plain) is not None and not _ITS_OFFICE.search(plain)


@lru_cache(maxsize=1024)
def reviews_others(name: str) -> bool:
    """A 人民政府 of the county level or above, or its office: it decides on reviews of others."""
    return _GOVERNMENT.search(squash(name)) is not None and not is_township(name)
