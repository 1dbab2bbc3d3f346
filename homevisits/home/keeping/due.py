"""What has been kept long enough. It opens a review and tells people; nothing is ever erased from here."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from attendance import models as a
from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.documents.models import Attachment, Document
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.notices import tell
from homevisits.people.models import Pupil, RetentionPeriod, RetentionReview, Role, School
from safeguarding import models as s
from visits import models as v

from .dates import years_after
from .schedule import SCHEDULE, Rule, Since, before, cutoff, ends_on, years_kept

BY = SystemJob("the schedule of keeping")
OF_VISIT = "visit__visit_pupils__pupil"
ABOUT, ABOUT_APART = "retention_due", "retention_due_apart"
# Where there are rows of a kind: the model, its way to the pupil, its day.
ROWS: dict[str, tuple[tuple[type[Model], str, str], ...]] = {
    "attendance": (
        (a.Mark, "pupil", "day"), (a.AbsenceMessage, "pupil", "last_day"), (a.Arrival, "pupil", "day"),
        (a.UnexplainedAbsence, "pupil", "day"), (a.MisEntry, "pupil", "day"), (a.WriteBack, "pupil", "day"),
    ),
    "calls": ((a.ContactAttempt, "counts_for__case__pupil", "day"),),
    "messages": ((Message, "about__pupil", "day"),),
    "notices": ((Notice, "pupils", "at__date"),),
    "visit_risk": ((v.VisitRisk, OF_VISIT, "at__date"), (v.VisitVersion, OF_VISIT, "at__date")),
    "visit_out": (
        (v.CheckIn, OF_VISIT, "at__date"), (v.VisitAlarm, OF_VISIT, "at__date"), (v.DepartureCheck, OF_VISIT, "at__date"),
        (v.WellbeingCheck, OF_VISIT, "due_at__date"), (v.ArrivedAct, OF_VISIT, "happened_at__date"),
    ),
    "visit_letters": (
        (v.VisitLetter, OF_VISIT, "drafted_at__date"), (v.Appointment, OF_VISIT, "made_at__date"),
        (v.AgreementCall, OF_VISIT, "at__date"), (v.VisitAgreement, OF_VISIT, "at__date"),
    ),
    "visit_forms": ((v.FilledForm, OF_VISIT, "opened_at__date"),),
    "visit_files": ((Attachment.pupils.through, "pupil", "attachment__added_at__date"),),
    "visits": ((v.VisitPupil, "pupil", "visit__due_at__date"),),
    "child_protection": (
        (s.Concern, "pupils", "at__date"), (s.Incident, "pupils", "at__date"), (s.Referral, "pupils", "opened_at__date"),
        (s.AgencyTask, "pupils", "opened_at__date"), (s.ChronologyNote, "pupils", "at__date"),
        (s.HouseholdWarning, "household__pupils", "at__date"),
        (Document.pupils.through, "pupil", "document__made_at__date"), (Attachment.pupils.through, "pupil", "attachment__added_at__date"),
    ),
    "pupil": (),
}  # fmt: skip
# Of the links to papers only those kept apart are of the child protection file; files of a visit go by a rule of their own.
_OF_VISIT = Q(attachment__about_type="visit")
_ONLY: dict[tuple[str, type[Model]], Q] = {
    ("child_protection", Document.pupils.through): ~Q(document__act="see_pupils") & ~Q(document__about_type="visit"),
    ("child_protection", Attachment.pupils.through): ~_OF_VISIT,
    ("visit_files", Attachment.pupils.through): _OF_VISIT,
}


def open_reviews(real: datetime) -> int:
    """Open a review for whatever has been kept long enough, each school by its own clock. How many are new."""
    return sum(_open(school, school.at(real)) for school in School.objects.order_by("pk"))


def _open(school: School, now: datetime) -> int:
    today = local_day(now)
    own = dict(RetentionPeriod.objects.filter(school=school).values_list("kind", "years"))
    made: dict[bool, int] = {}
    for rule in SCHEDULE.values():
        number = _open_kind(school, rule, years_kept(rule.kind, own), today, now)
        if number:
            made[rule.apart] = made.get(rule.apart, 0) + number
    for apart, number in made.items():
        _tell(school, apart, number, now)
    return sum(made.values())


def _open_kind(school: School, rule: Rule, years: int, today: date, now: datetime) -> int:
    made = 0
    for pupil in due(school, rule, years, today):
        with transaction.atomic():
            given = {"school": school, "due_on": due_on(pupil, rule, years) or today, "opened_at": now}
            review, new = RetentionReview.objects.get_or_create(pupil=pupil, kind=rule.kind, decision="", defaults=given)
            if new:
                object_type = "RetentionReviewApart" if rule.apart else "RetentionReview"
                record(
                    "home.retention.due", by=BY, now=now, school_id=school.pk, object_type=object_type, object_id=review.pk,
                    detail={"pupil": pupil.pk, "kind": rule.kind},
                )  # fmt: skip
                made += 1
    return made


def due(school: School, rule: Rule, years: int, today: date) -> QuerySet[Pupil]:
    """The pupils whose records of a kind have been kept long enough, that nobody looks at or has decided to keep."""
    enough = cutoff(rule, today, years)
    found = Pupil.objects.filter(school=school).exclude(Exists(_settled(rule.kind, today)))
    if rule.since is Since.BIRTH:
        # Without a date of birth the day of leaving stands for it: later, so nothing is due too early.
        found = found.filter(Q(date_of_birth__lte=enough) | Q(date_of_birth=None, left_on__lte=enough))
        found = found.filter(has_rows(rule.kind)) if ROWS[rule.kind] else found
    else:
        found = found.filter(has_rows(rule.kind)).exclude(has_rows(rule.kind, after=enough))
    return found.exclude(_all_anonymised(rule.kind))


def _settled(kind: str, today: date) -> QuerySet[RetentionReview]:
    """Reviews that are open or say to keep on; what was left of a deletion is looked at again a year later."""
    rows = RetentionReview.objects.filter(pupil=OuterRef("pk"), kind=kind)
    kept, deleted = Q(decision="keep", keep_until__gt=today), Q(decision="delete", decided_at__date__gt=before(today, 1))
    return rows.filter(Q(decision="") | kept | deleted)


def _all_anonymised(kind: str) -> Q:
    """That everything of a kind is anonymised: a pupil who came back has rows that are newer, and these are looked at in their turn."""
    done = RetentionReview.objects.filter(kind=kind, decision="anonymise")
    last = done.filter(pupil=OuterRef(OuterRef("pk"))).order_by("-decided_at").values("decided_at__date")[:1]
    newer = Q(pk__in=[])
    for model, way, day in ROWS[kind]:
        rows = model._default_manager.filter(_ONLY.get((kind, model), Q()), **{way: OuterRef("pk"), f"{day}__gt": Subquery(last)})
        newer |= Q(Exists(rows))
    return Q(Exists(done.filter(pupil=OuterRef("pk")))) & ~newer


def has_rows(kind: str, after: date | None = None) -> Q:
    """Whether a pupil has rows of a kind, or any after a day."""
    found = Q(pk__in=[])
    for model, pupil, day in ROWS[kind]:
        rows = model._default_manager.filter(_ONLY.get((kind, model), Q()), **{pupil: OuterRef("pk")})
        found |= Q(Exists(rows.filter(**{f"{day}__gt": after}) if after else rows))
    return found


def due_on(pupil: Pupil, rule: Rule, years: int) -> date | None:
    """The day from which a pupil's records of a kind have been kept long enough; None where nothing says."""
    if rule.since is Since.BIRTH:
        start = pupil.date_of_birth or pupil.left_on
    else:
        start = max((day for day in _last_days(pupil, rule.kind) if day), default=None)
        start = ends_on(start) if start and rule.since is Since.YEAR_END else start
    return years_after(start, years) if start else None


def _last_days(pupil: Pupil, kind: str) -> Iterable[date | None]:
    for model, way, day in ROWS[kind]:
        rows = model._default_manager.filter(_ONLY.get((kind, model), Q()), **{way: pupil})
        yield rows.aggregate(last=Max(F(day)))["last"]


def _tell(school: School, apart: bool, number: int, now: datetime) -> None:
    """The keepers of records, or the safeguarding team alone; without names."""
    says = f"Records have been kept as long as the schedule asks, and wait for a decision: {number}. Nothing is erased by itself."
    link = reverse("retention_queue", args=[school.slug])
    roles = (Role.DSL,) if apart else (Role.HEADTEACHER, Role.BUSINESS_MANAGER)
    about = ABOUT_APART if apart else ABOUT
    for role in roles:
        task = role in (Role.DSL, Role.HEADTEACHER)
        tell(school=school, role=role, about=about, says=says, link=link, task=task, by=BY, now=now)


def ask_second(review: RetentionReview, *, by: Actor, now: datetime) -> None:
    """Tell those who may agree that somebody proposes to erase something; without names."""
    apart = SCHEDULE[review.kind].apart
    says = "Somebody proposes to erase records that have been kept long enough. A second person agrees, or keeps them."
    link = reverse("retention_queue", args=[review.school.slug])
    for role in (Role.DSL,) if apart else (Role.HEADTEACHER, Role.DSL):
        tell(school=review.school, role=role, about=ABOUT_APART if apart else ABOUT, says=says, link=link, task=True, by=by, now=now)
