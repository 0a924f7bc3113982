"""清除标记: takes away what 校验 has added, and nothing else."""

from __future__ import annotations

from nianbao_addin.commands import Outcome
from nianbao_addin.hosts.host import Host
from nianbao_addin.open import results


def clear(host: Host) -> Outcome:
    """Empty 校验结果, which puts out all marks. Raises UnusableInput, CannotWrite."""
    sheet = results.read(host)
    if sheet is None or sheet.empty:
        return Outcome("没有校验留下的标记。")
    results.clear(host, sheet)
    kept = "；填写过的处理情况和说明会在再次校验时恢复" if sheet.answers else ""
    return Outcome(f"已清除校验标记和清单{kept}。")
