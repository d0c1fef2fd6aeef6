"""The one exception for mistakes a user can make and mend."""


class InputError(ValueError):
    """Bad input. The message is one sentence that names the input and the remedy."""
