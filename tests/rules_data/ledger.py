"""The rules that need a ledger: their data are in ``test_ledger_rules``, found by the same code."""

from rules_data.reports import Examples

ELSEWHERE = "要有台账才看得出来，数据在 test_ledger_rules 里"
CODES = ("T3-10", *(f"L-{n:02}" for n in range(1, 17)), "L-20", "L-21")

EXAMPLES = {code: Examples(ELSEWHERE, ELSEWHERE, ELSEWHERE) for code in CODES}
