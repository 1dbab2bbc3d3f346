"""What of data protection a reader of the trail must not learn: whether a pupil has a child protection file."""

from django.db.models import Q

from homevisits.audit.hidden import NOTHING, Reader
from homevisits.people.matrix import SAFEGUARDING

# Transfers, notices about them, and whatever was done with records of the child protection file.
ABOUT = ("transfer_due", "receipt_due", "retention_due_apart")
OBJECTS = ("Transfer", "AccessItemApart", "RetentionReviewApart")


def of_keeping(reader: Reader) -> Q:
    """The events of data protection that this reader must not learn of."""
    if not SAFEGUARDING.isdisjoint(reader.roles):
        return NOTHING
    return Q(act__startswith="home.transfer.") | Q(object_type__in=OBJECTS) | Q(detail__about__in=ABOUT)
