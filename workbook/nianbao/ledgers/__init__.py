"""依申请台账, 复议诉讼台账, 规范性文件台账: what they hold, and what they come to in the tables."""

from nianbao.ledgers.counting import Reckoned, counted_in, figures, lay, reckon, with_counted
from nianbao.ledgers.values import Dispute, Ledger, LedgerRow, Problem, Regulation, Request

__all__ = [
    "Dispute",
    "Ledger",
    "LedgerRow",
    "Problem",
    "Reckoned",
    "Regulation",
    "Request",
    "counted_in",
    "figures",
    "lay",
    "reckon",
    "with_counted",
]
