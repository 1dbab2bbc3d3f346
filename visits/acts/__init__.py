"""What can be done with a visit, on its page: each act with the one question that decides whether it can be done now.

An act is a line in the tuple of its subject; the page shows those that can be done as buttons and says of the others why not.
"""

from .act import Act, Possible
from .every import ACTS, possible
from .order import Ordered, ordered

__all__ = ["ACTS", "Act", "Ordered", "Possible", "ordered", "possible"]
