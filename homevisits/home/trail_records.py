"""The records that the audit trail names: what each kind is called, which children it is about, and the page on which one sees it.

The trail itself keeps only numbers, so that it outlives what it names; names and pages are looked up here, for whoever reads it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, Model, Q
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from attendance.models import AbsenceMessage, Arrival, ContactAttempt, UnexplainedAbsence
from homevisits.audit.models import AuditEvent
from homevisits.documents.models import Attachment, Document
from homevisits.messaging.models import Message, Notice
from homevisits.people.matrix import allows
from homevisits.people.models import (
    AccessItem,
    AccessRequest,
    Contact,
    Household,
    Pupil,
    RetentionReview,
    School,
    Staff,
    Transfer,
)
from safeguarding.models import AgencyTask, ChronologyNote, Concern, HouseholdWarning, Incident, Referral
from visits.models import FilledForm, HomeVisit, VisitAgreement


@dataclass(frozen=True)
class Kind:
    """A kind of record: as the events spell it, as people call it, the way from it to its children, and its page."""

    types: tuple[str, ...]
    words: str
    model: type[Model]
    pupils: str = ""  # the lookup from the record to the pupils, "pk" for a pupil
    page: str = ""  # the name of the URL, which takes the school and `key`
    act: str = ""  # whose holders may open the page
    key: str = "pk"

    @property
    def random(self) -> bool:
        """Whether people meet it by a random number alone: its own one counts, and a gap would tell of what they must not know."""
        return self.key == "public_id"


KINDS = (
    Kind(("pupil", "Pupil"), "Pupil", Pupil, "pk", "pupil_detail", "see_pupils"),
    Kind(("staff", "Staff"), "Member of staff", Staff, "", "staff_detail", "manage_staff"),
    Kind(("contact",), "Contact", Contact, "pupil"),
    Kind(("Household", "household"), "Household", Household, "pupils", "home_warnings", "keep_home_warnings"),
    Kind(("UnexplainedAbsence",), "Unexplained absence", UnexplainedAbsence, "pupil", "case", "see_case"),
    Kind(("AbsenceMessage",), "Reported absence", AbsenceMessage, "pupil"),
    Kind(("Arrival",), "Arrival", Arrival, "pupil"),
    Kind(("ContactAttempt",), "Call", ContactAttempt, "counts_for__case__pupil", "case", "see_case", "counts_for__case"),
    Kind(("message",), "Message", Message, "about__pupil"),
    Kind(("notice",), "Notice", Notice, "pupils", key="public_id"),
    Kind(("attachment",), "File", Attachment, "pupils", key="public_id"),
    Kind(("document",), "Document", Document, "pupils"),
    Kind(("HomeVisit",), "Visit", HomeVisit, "visit_pupils__pupil", "visit", "see_visits"),
    Kind(("FilledForm",), "Form of a visit", FilledForm, "visit__visit_pupils__pupil", "visit", "see_visits", "visit_id"),
    Kind(("VisitAgreement",), "Agreement", VisitAgreement, "visit__visit_pupils__pupil", "visit", "see_visits", "visit_id"),
    Kind(("Incident",), "Incident", Incident, "pupils", "incident", "see_incidents", "public_id"),
    Kind(("Concern",), "Concern", Concern, "pupils", "concern", "read_concerns", "public_id"),
    Kind(("Referral",), "Referral", Referral, "pupils", "referral", "see_referral", "public_id"),
    Kind(("AccessItem",), "Record of a request", AccessItem, "request__pupil", key="public_id"),
    Kind(("AccessItemApart",), "Record of a request, child protection file", AccessItem, "request__pupil", key="public_id"),
    Kind(("AgencyTask",), "Agency to tell", AgencyTask, "pupils", key="public_id"),
    Kind(("HouseholdWarning",), "Warning about a home", HouseholdWarning, "household__pupils", key="public_id"),
    Kind(("ChronologyNote",), "Note", ChronologyNote, "pupils", key="public_id"),
    Kind(("AccessRequest",), "Request for what is held", AccessRequest, "pupil", "access_request", "subject_access", "public_id"),
    Kind(("Transfer",), "File to the next school", Transfer, "pupil", "transfer", "transfer_file", "public_id"),
    Kind(("RetentionReview",), "Records kept long enough", RetentionReview, "pupil", key="public_id"),
)
BY_TYPE = {spelled: kind for kind in KINDS for spelled in kind.types}


@dataclass(frozen=True)
class Named:
    """A record as a reader sees it: what it is, whom it is about, and where one looks at it (empty: nowhere)."""

    words: str
    about: str = ""
    url: str = ""
    number: str = ""

    @property
    def short(self) -> str:
        """The number as a screen shows it: of a random one its beginning, which is enough to tell two apart."""
        return self.number[:8]


def about_pupils(pupil_ids: Collection[int]) -> Q:
    """The events about these pupils: on themselves, on records about them, and those that name them among their particulars."""
    found = Q(detail__pupil__in=list(pupil_ids))
    for kind in KINDS:
        if kind.pupils:
            rows = kind.model._base_manager.filter(**{f"{kind.pupils}__in": list(pupil_ids)})
            numbers = rows.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
            found |= Q(object_type__in=kind.types, object_id__in=numbers)
    return found


def by_number(object_type: str, typed: str) -> Q | None:
    """The events on the record that people know by this number, None where none is asked for; a counted number finds nothing random."""
    random = [kind for kind in KINDS if kind.random]
    if not typed:
        return None
    found = Q(object_id=typed) & ~Q(object_type__in=[spelled for kind in random for spelled in kind.types])
    try:
        public_id = UUID(typed)
    except ValueError:
        return found
    for kind in random:
        if object_type in ("", *kind.types):
            pks = kind.model._base_manager.filter(public_id=public_id).values_list("pk", flat=True)
            found |= Q(object_type__in=kind.types, object_id__in=[str(pk) for pk in pks])
    return found


def looked_at(object_type: str, typed: str) -> Q | None:
    """Who looked at a concern, an incident or a referral, in whatever way: itself and its copies, its files, the chronology of its pupils
    since it came in, and the requests and packs that it was collected for. None for a record that is met in no other way."""
    kind, since = BY_TYPE.get(object_type), {"Concern": "at", "Incident": "at", "Referral": "opened_at"}.get(object_type)
    if kind is None or since is None or not typed:
        return None
    try:
        row = kind.model._base_manager.filter(public_id=UUID(typed)).first()
    except ValueError:
        return None
    if row is None:
        return None
    number, pupils = str(row.pk), [str(pk) for pk in row.pupils.values_list("pk", flat=True)]  # type: ignore[attr-defined]
    files = Attachment.objects.filter(about_type=object_type.lower(), about_id=row.pk).values_list("pk", flat=True)
    items = list(AccessItem.objects.filter(source=kind.model._meta.label, source_id=number).values_list("pk", "request_id"))
    chronology = Q(act__startswith="safeguarding.chronology.", object_type="pupil", object_id__in=pupils, at__gte=getattr(row, since))
    return (
        Q(object_type__in=kind.types, object_id=number) | Q(object_type="attachment", object_id__in=[str(pk) for pk in files]) | chronology
        | Q(object_type__in=("AccessItem", "AccessItemApart"), object_id__in=[str(pk) for pk, _ in items])
        | Q(act__in=("home.access.released", "home.access.pack_read"), object_id__in=[str(pk) for _, pk in items])
    )  # fmt: skip


def kind_words(spelled: str) -> str:
    """What a kind of record is called."""
    return BY_TYPE[spelled].words if spelled in BY_TYPE else spelled.replace("_", " ").capitalize()


def named(events: Iterable[AuditEvent], school: School, roles: Collection[str]) -> dict[int, Named]:
    """For each event, by its number: its record as this reader sees it. A few queries for each kind, however many events."""
    rows = list(events)
    found: dict[int, Named] = {}
    for kind in {BY_TYPE[row.object_type] for row in rows if row.object_type in BY_TYPE}:
        mine = [row for row in rows if BY_TYPE.get(row.object_type) == kind]
        ids = {int(row.object_id) for row in mine if row.object_id.isdigit()}
        names, opens = _names(kind, ids, school), allows_page(kind, roles)
        keys = _keys(kind, ids) if opens or kind.random else {}
        for row in mine:
            number = int(row.object_id) if row.object_id.isdigit() else 0
            found[row.pk] = Named(
                kind.words, names.get(number, ""), _page(kind, school, keys.get(number)) if opens else "",
                str(keys.get(number, "")) if kind.random else row.object_id,
            )  # fmt: skip
    for row in rows:
        found.setdefault(row.pk, Named(kind_words(row.object_type), number=row.object_id))
    return found


def allows_page(kind: Kind, roles: Collection[str]) -> bool:
    """Whether the reader may open the page of such a record."""
    return bool(kind.act) and allows(kind.act, roles)


def _names(kind: Kind, ids: Collection[int], school: School) -> dict[int, str]:
    """Whom the records are about: their pupils in this school, by full name."""
    if kind.model is Staff:
        return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
    if not kind.pupils:
        return {}
    path = "" if kind.pupils == "pk" else f"{kind.pupils}__"
    rows = kind.model._base_manager.filter(**{"pk__in": ids, f"{path}school": school})
    found: dict[int, list[str]] = {}
    for pk, first, last in rows.order_by(f"{path}first_name").values_list("pk", f"{path}first_name", f"{path}last_name").distinct():
        found.setdefault(pk, []).append(f"{first} {last}")
    return {pk: ", ".join(names) for pk, names in found.items()}


def _keys(kind: Kind, ids: Collection[int]) -> dict[int, object]:
    return dict(kind.model._base_manager.filter(pk__in=ids).values_list("pk", kind.key))


def _page(kind: Kind, school: School, key: object) -> str:
    if key is None:
        return ""
    try:
        return reverse(kind.page, args=[school.slug, key])
    except NoReverseMatch:  # a page that is not there yet
        return ""
