"""How much of a zip that someone sent is believed and unpacked, to read it or to fill it."""

MAX_MEMBERS = 10_000
MAX_MEMBER = 64 * 2**20
MAX_TOTAL = 256 * 2**20
# Sheets full of equal empty cells do shrink 200 times; only what is also large is suspicious.
MAX_RATIO = 200
ALWAYS_ALLOWED = 16 * 2**20
