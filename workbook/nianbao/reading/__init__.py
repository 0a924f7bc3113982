"""Files → `Source`: what each gives, opened once and worked out when it is asked for."""

from nianbao.reading.source import Source, open, open_ours, result_of

__all__ = ["Source", "open", "open_ours", "result_of"]
