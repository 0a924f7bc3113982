"""What can go wrong, as one sentence for the person in front of the screen."""


class NianbaoError(Exception):
    """``str(error)`` is the whole Chinese sentence the user sees."""

    exit_code = 2


class UnusableInput(NianbaoError):
    """The file or the call cannot be used: missing, damaged, encrypted, not a report."""


class CannotWrite(NianbaoError):
    """The output could not be written: it exists already, the disk is full, no permission."""

    exit_code = 3
