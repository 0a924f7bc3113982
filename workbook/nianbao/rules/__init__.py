"""Report → findings."""

from nianbao.rules.parent import check_parent
from nianbao.rules.registry import TEXT_RULES, all_rules, check, rule

__all__ = ["TEXT_RULES", "all_rules", "check", "check_parent", "rule"]
