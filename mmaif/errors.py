"""The one exception for mistakes a user can make and mend."""

LONGEST = 1000  # characters


class InputError(ValueError):
    """Bad input. The message is one sentence that names the input and the remedy, on one line whatever the input is:
    a name or a value in it may hold line breaks, control characters and halves of characters."""

    def __init__(self, message: str = ""):
        line = " ".join(message.encode(errors="backslashreplace").decode().split())
        line = "".join(c if c.isprintable() else "?" for c in line)
        super().__init__(line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}")
