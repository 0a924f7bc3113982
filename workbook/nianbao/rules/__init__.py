"""Report → findings."""

from nianbao.rules.engine import check
from nianbao.rules.parent import check_parent
from nianbao.rules.registry import all_rules, rule

__all__ = ["all_rules", "check", "check_parent", "rule"]
