"""Report → findings."""

from nianbao.rules.engine import check
from nianbao.rules.registry import TEXT_RULES, all_rules, rule

__all__ = ["TEXT_RULES", "all_rules", "check", "rule"]
