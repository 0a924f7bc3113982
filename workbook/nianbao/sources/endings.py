"""What stands around a report and is no text of it: page furniture, attached files, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nianbao.figures import squash
from nianbao.labels import HAN
from nianbao.sources.titles import tidy_name

# What web pages and document systems put around a report.
_NOISE = re.compile(
    r"[【\[（(]?(?:责任编辑|编辑[：:]|打印(?:本页|文章|[】\]]|$)|关闭(?:窗口|本页|[】\]]|$)|上一[篇条]|下一[篇条]"
    r"|相关(?:文章|链接|阅读)|版权所有|主办(?:单位)?[：:]|承办(?:单位)?[：:]|技术支持|网站(?:标识码|地图|声明)"
    r"|联系我们|返回(?:顶部|首页|列表|上页)|分享(?:到|[：:]|$)|扫一扫|扫码|浏览(?:次数|量)|字[号体]|索引号"
    r"|(?:发布|更新|成文|生成)(?:时间|日期)[：:]|(?:信息)?来源[：:]|阅读(?:量|次数)|点击(?:数|量|率|次数)"
    r"|首页|当前位置|您(?:现在)?的?位置|Copyright|©)|.*(?:ICP备|公网安备)"
)
_LONGEST_NOISE = 60
_ATTACHED = re.compile(
    r"附件\s*\d*\s*[：:].*|\d{1,2}[.、．]?.*\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)"
)
_NUMERAL = f"(?:\\d{{1,4}}|[○零{HAN}]{{1,4}})"
_DATE = re.compile(rf"{_NUMERAL}\s*年\s*{_NUMERAL}\s*月\s*{_NUMERAL}\s*日")
_AGENCY = re.compile(
    r"[^\s，。；：、！？“”《》\d]{2,40}(?:局|委|委员会|办公室|办公厅|办事处|办|厅|部|署|政府|院|处|科"
    r"|中心|会|所|站|队|公司|学校|大学|学院|医院|银行|集团|企业|事业单位|机关)"
    r"(?:\s*[（(](?:公章|盖章|印章|章)[）)])?"
)
_SEAL = re.compile(r"\s*[（(](?:公章|盖章|印章|章)[）)]$")


def is_noise(text: str) -> bool:
    """Whether a line is what web pages and document systems add."""
    short = len(text) <= _LONGEST_NOISE and "。" not in text
    return short and _NOISE.match(text) is not None


def ending(lines: Sequence[str], agency: str | None, *, page: bool) -> tuple[int, tuple[str, ...]]:
    """Where a last section's text ends, and the lines of the signature behind it.

    ``agency``: whose name may stand there without a date. ``page``: furniture of a web page ends
    the text wherever it stands; in other files such lines are text.
    """
    end = len(lines)
    if page:
        end = next((i for i, line in enumerate(lines) if is_noise(line)), end)
    signature: tuple[str, ...] = ()
    while end:
        line = lines[end - 1].strip()
        if _ATTACHED.fullmatch(line):
            end -= 1
        elif not signature and (signed := _signed(lines[:end], agency)):
            signature = tuple(lines[end - signed : end])
            end -= signed
        else:
            break
    return end, signature


def signed_by(signature: Sequence[str]) -> str | None:
    """The agency that a signature names."""
    for line in signature:
        name = tidy_name(_SEAL.sub("", _DATE.sub("", line).strip()))
        if name:
            return name
    return None


def _signed(lines: Sequence[str], agency: str | None) -> int:
    """How many lines at the end are a signature: a date, an agency, or both, also on one line."""
    last = lines[-1].strip()
    if not _DATE.search(last):
        return int(agency is not None and squash(_SEAL.sub("", last)) == squash(agency))
    rest = _DATE.sub("", last, count=1).strip()
    if rest:
        return int(_AGENCY.fullmatch(rest) is not None and last.endswith("日"))
    return 1 + (len(lines) > 1 and _AGENCY.fullmatch(lines[-2].strip()) is not None)
