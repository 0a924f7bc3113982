"""One text table → the rows of the form that stand in it, figure by figure."""

from __future__ import annotations

from nianbao.form import Form
from nianbao.sources.document import TextTable
from nianbao.sources.lattice import Lattice, lattice, transposed
from nianbao.sources.lexicon import Lexicon, Spot
from nianbao.sources.rows import Context, Reading
from nianbao.sources.walk import Walk

_UNLABELLED = 3  # rows that may go on from a table above without any label: those of 表四


def read_table(table: TextTable, lexicon: Lexicon, context: Context, taken: set[Spot]) -> Reading:
    """The rows of one table, read as it stands or turned over, whichever makes more sense of it.

    ``taken``: the rows whose labels were found as they should be, anywhere in the source.
    """
    grid = lattice(table, lexicon)
    strange = len(grid.rows) > _UNLABELLED and not grid.has_labels
    if strange:
        context = context.following(goes_on=False)
    reading = Walk(grid, lexicon, context, taken).read()
    if table.ragged or strange or _makes_sense(grid, reading, lexicon.form):
        return reading
    turned = Walk(lattice(transposed(table), lexicon), lexicon, context, taken).read()
    if turned.placed <= turned.left_over:
        return reading  # by chance a word or two of it fit
    return max(reading, turned, key=lambda r: (r.placed, r.filled, -r.left_over))


def _makes_sense(grid: Lattice, reading: Reading, form: Form) -> bool:
    """Whether most rows with official labels and most figures were read, and nothing left over.

    A piece of a table without rows makes sense if it is a whole header.
    """
    own = [s for y, row in enumerate(grid.rows) for s in row if s.top == y]
    labels = sum(not s.match.columns and any(spot.leaf for spot in s.match.rows) for s in own)
    figures = sum(s.figure for s in own)
    if len(reading.rows) * 2 < labels or reading.filled * 2 < figures or reading.left_over:
        return False
    header = reading.context.header
    return reading.placed > 0 or (header is not None and header.complete(form))
