"""Report → findings."""

from nianbao.rules.engine import check
from nianbao.rules.registry import all_rules, rule

__all__ = ["all_rules", "check", "rule"]
