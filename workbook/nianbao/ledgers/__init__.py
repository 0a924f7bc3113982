"""依申请台账, 复议诉讼台账, 规范性文件台账: what they hold, and what they come to in the tables."""

from nianbao.ledgers.counting import Reckoned, counted_in, figures, lay, reckon, with_counted
from nianbao.ledgers.values import Case, Document, Ledger, Problem, Request, Row

__all__ = [
    "Case",
    "Document",
    "Ledger",
    "Problem",
    "Reckoned",
    "Request",
    "Row",
    "counted_in",
    "figures",
    "lay",
    "reckon",
    "with_counted",
]
