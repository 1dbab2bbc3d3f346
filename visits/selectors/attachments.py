"""What was added to a visit, for those who may open it."""

from uuid import UUID

from django.db.models import QuerySet

from homevisits.documents.models import Attachment
from homevisits.documents.selectors import attachments_about

from ..models import HomeVisit

ABOUT = "visit"


def added_to(visit: HomeVisit) -> QuerySet[Attachment]:
    """All that was added to a visit, the oldest first; what was withdrawn stays in the list."""
    return attachments_about(visit.school, ABOUT, visit.pk)


def one_of(visit: HomeVisit, attachment_id: UUID) -> Attachment | None:
    """One of them, None where it is not this visit's."""
    return added_to(visit).filter(public_id=attachment_id).first()
