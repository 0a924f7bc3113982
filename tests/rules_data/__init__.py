"""For each rule, by its code: what keeps it, what breaks it, what it cannot decide."""

from rules_data import history, ledger, structure, tables, texts, written
from rules_data.reports import Examples

EXAMPLES: dict[str, Examples] = (
    written.EXAMPLES
    | structure.EXAMPLES
    | tables.EXAMPLES
    | history.EXAMPLES
    | texts.EXAMPLES
    | ledger.EXAMPLES
)
