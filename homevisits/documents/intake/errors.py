"""Why a file is not taken."""


class NotTaken(ValueError):
    """The file is not taken; the message is the sentence for the user."""
