"""Which notices leave the product without a word of their matter, and are not listed among the school's messages.

Most of the office reads that list, and whoever holds a phone reads its screen: neither may learn there what only those read who are
told. Such a text says that something waits, and leads to the person's own notices, behind the sign-in.
"""

from django.urls import Resolver404, resolve

# Of these nobody but who is told may find a sign: not in the trail either, for a reader of it may be whom it is about (ATT-55).
CLOSED = frozenset({"staff_matter", "complaint"})
# Those about concerns.
PRIVATE = frozenset({"concern", "family_not_told", "concern_waiting", "concern_nobody", "concern_action"})
# What else of safeguarding is told, wherever it leads. Any other that leads to a page that asks for a proof is quiet too.
QUIET = (
    CLOSED
    | PRIVATE
    | {
        "incident", "incident_waiting", "policy_to_amend", "referral_due", "referral_unanswered", "referral_stuck", "agencies_to_tell",
        "transfer_due", "transfer_overdue", "receipt_due", "retention_due_apart", "warning_review",
    }
)  # fmt: skip
WAITS = "Something waits for you."
AT_ONCE = "Something that cannot wait is there for you."


def is_quiet(about: str, link: str) -> bool:
    """Whether a notice of this kind, that leads to this path, says outside the product only that something waits."""
    return about in QUIET or _asks_for_a_proof(link)


def _asks_for_a_proof(link: str) -> bool:
    """Whether the path is a page of child protection or of who gets at it: `STEP_UP` of the matrix, as `school_view` marks it."""
    try:
        return bool(getattr(resolve(link.partition("#")[0].partition("?")[0]).func, "step_up", False))
    except Resolver404:
        return False


def outside(about: str, *, alarm: bool) -> str:
    """What the text or email of a quiet notice says: whether it can wait, and nothing of what it is."""
    return AT_ONCE if alarm and about not in CLOSED else WAITS
