"""What the visit found, and everything that follows from it at once (rehearsal.md, 10)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Pupil, Role, Staff
from homevisits.people.services.off_visits import report_unwell
from safeguarding.models import Referral
from safeguarding.rules.incidents import THREAT
from safeguarding.services.agencies import ask_to_tell_agencies
from safeguarding.services.concerns import raise_concern
from safeguarding.services.family import say_family_told
from safeguarding.services.incidents import open_incident
from safeguarding.services.referrals import open_referral

from .. import findings
from ..heard import heard, in_words, late
from ..models import HomeVisit, PoliceCall, VisitOutcome, VisitOutcomePupil
from ..purposes import CHILD_CHECK
from ..rules.common import clause, status_blocks
from ..rules.door import DECIDED, ENDING, finding_blocks, goes_blocks
from .common import draft_letter, link_to, locked, note, pupils_of, visit_words
from .home_warnings import warn_from
from .letters import say_left
from .requests import family_refuses

Kind = VisitOutcome.Kind
Details = Mapping[str, str]


class Found(TypedDict, total=False):
    """What can be said with an outcome; see `record_outcome`."""

    seen_by: str
    seen_where: str
    seen_at: datetime | None
    note_text: str
    pupil_ids: Collection[int] | None
    details: Details | None
    emergency_at: datetime | None
    signs: Collection[str]
    signs_words: str
    family: tuple[str, str]
    token: UUID | None
    received: datetime | None


def say_found(*, visit: HomeVisit, kind: str, by: Staff, now: datetime, **found: Unpack[Found]) -> VisitOutcome | None:
    """Record what was found. Before anybody has left, a family that declines ends the visit as refused (PRI-15): no outcome then."""
    if kind == Kind.FAMILY_DECLINED and not visit.departed_at:
        refuse_if(blocks_of(visit, kind, by, now))
        when = heard(now, found.get("received"))
        family_refuses(visit=visit, reason=found.get("note_text", "") or "The family declined the visit.", by=by, now=when)
        return None
    return record_outcome(visit=visit, kind=kind, by=by, now=now, **found)


def record_outcome(
    *,
    visit: HomeVisit,
    kind: str,
    by: Staff,
    now: datetime,
    seen_by: str = "",
    seen_where: str = "",
    seen_at: datetime | None = None,
    note_text: str = "",
    pupil_ids: Collection[int] | None = None,
    details: Details | None = None,
    emergency_at: datetime | None = None,
    signs: Collection[str] = (),
    signs_words: str = "",
    family: tuple[str, str] = ("", ""),
    token: UUID | None = None,
    received: datetime | None = None,
) -> VisitOutcome:
    """Record what the visit found, for all of its pupils or for some, and do what its clauses say. The same `token` twice is one.
    `received`: when it came in, where it was said without network at `now`: what others do about it is due from then.

    `details` keeps the answers of `findings.asked` by their code; `signs` are codes of `findings.SIGNS` and open a concern (PRI-22);
    `family`: whether the family was told of it, a code of `FamilyTold.Told`, and why not (PRI-26).
    Raises Blocked by a rule, BadInput for an outcome or a pupil that is not the visit's or a time that cannot be.
    """
    if kind not in Kind.values:
        raise BadInput(f"“{kind}” is not an outcome of a visit.")
    with transaction.atomic():
        visit = locked(visit)
        if token and (known := VisitOutcome.objects.filter(visit=visit, token=token).first()):
            return known
        refuse_if(finding_blocks(visit, kind, by, now))
        pupils = _whom(visit, pupil_ids)
        _possible(visit, (seen_at, emergency_at), now)
        outcome = VisitOutcome.objects.create(
            visit=visit, kind=kind, note=note_text.strip(), details=dict(details or {}), token=token, at=now, by=by,
            received_at=late(now, received), **_seen(kind, seen_by, seen_where, seen_at, by, now),
        )  # fmt: skip
        VisitOutcomePupil.objects.bulk_create([VisitOutcomePupil(outcome=outcome, pupil_id=pupil) for pupil in pupils])
        _made(visit)
        note(visit, f"found_{kind}", by=by, now=now, received=received, says=note_text, outcome=kind, pupils=pupils)
        came = heard(now, received)
        _tell(outcome, pupils, by, came)
        _follow(outcome, pupils, emergency_at, by, came)
        _concern_about_signs(outcome, pupils, signs, signs_words, family, by, came)
    return outcome


def _whom(visit: HomeVisit, pupil_ids: Collection[int] | None) -> list[int]:
    """The pupils for whom it counts, all of them where none is named. Raises BadInput for another's."""
    pupils = pupils_of(visit) if pupil_ids is None else list(dict.fromkeys(pupil_ids))
    if not pupils or set(pupils) - set(pupils_of(visit)):
        raise BadInput("The outcome names a child whom the visit is not about.")
    return pupils


def _made(visit: HomeVisit) -> None:
    """With the first outcome the visit counts as made."""
    if visit.status == HomeVisit.Status.OUT:
        visit.status = HomeVisit.Status.DONE
        visit.save(update_fields=["status"])


def will_do(visit: HomeVisit, kind: str) -> list[str]:
    """What recording this outcome does at once, in sentences: said before it is recorded."""
    values, welfare = visit.policy.values, visit.purpose == CHILD_CHECK
    roles = [str(Role(role).label).lower() for role in findings.tells(findings.BY_KIND[kind], values)]
    does = [f"Tells at once: {' and '.join(roles)}."] if roles else []
    left = values.nobody_home_leaves.replace("_", " ")
    does += {
        Kind.NO_ANSWER: [f"Drafts the {left}.", "Opens a referral to the education welfare officer, which is chased until it is sent."],
        Kind.CHILD_NOT_SEEN: ["Raises a safeguarding concern."],
        Kind.CHILD_ALONE: ["Asks the safeguarding team to decide on a referral."],
        Kind.UNSAFE: ["Opens an incident."],
        Kind.CHILD_SEEN: ["Closes the absence case of the child."] if welfare else [],
    }.get(Kind(kind), [])
    if findings.reason_is_owed(kind, values):
        to = "the headteacher, in writing" if values.cancellation_reason_to == findings.IN_WRITING else "the safeguarding system"
        does.append(f"Asks for your reason, which goes to {to}.")
    if welfare:
        does.append("Asks to make the agencies of the family aware.")
    return [*does, "Ends the visit; you check in as back."] if kind in ENDING else does


def blocks_of(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot record this outcome now; before departure a family can still decline."""
    if kind == Kind.FAMILY_DECLINED and not visit.departed_at:
        return goes_blocks(visit, by, now) + status_blocks(visit, HomeVisit.Status.REFUSED)
    return finding_blocks(visit, kind, by, now)


def _possible(visit: HomeVisit, times: Collection[datetime | None], now: datetime) -> None:
    """Raises BadInput for a time of the visit that is still to come, or that lies before anybody had left."""
    left = visit.departed_at.replace(second=0, microsecond=0) if visit.departed_at else None
    if any(at is not None and (at > now or (left is not None and at < left)) for at in times):
        raise BadInput("The time lies between your departure and now.")


def _seen(kind: str, seen_by: str, seen_where: str, seen_at: datetime | None, by: Staff, now: datetime) -> dict[str, object]:
    """By whom, where and when the child was seen; whoever records it, where nobody else is named."""
    if kind != Kind.CHILD_SEEN:
        return {}
    return {"seen_by": (seen_by.strip() or by.name)[:150], "seen_where": seen_where.strip()[:150], "seen_at": seen_at or now}


def _tell(outcome: VisitOutcome, pupils: list[int], by: Staff, now: datetime) -> None:
    """Tell those whom the outcome concerns at once. What the safeguarding team decides on stays open as a task until it has."""
    visit, values = outcome.visit, outcome.visit.policy.values
    finding = findings.BY_KIND[outcome.kind]
    reasoned = outcome.kind in findings.REASONED
    says = finding.says + _when(outcome)
    says = f"{says} Reason: {outcome.note}" if reasoned and outcome.note and _in_writing(outcome) else says
    demanded = clause(values, "parents_absent_wait") if outcome.kind == Kind.PARENTS_ABSENT else None
    demanded = demanded or (findings.reason_clause(outcome.kind, values) if reasoned else finding.clause)
    for role in findings.tells(finding, values):
        tell(
            school=visit.school, role=role, about=outcome.kind,
            says=f"{visit_words(visit, now)}: {says}",
            pupils=pupils, link=link_to(visit.school, visit),
            alarm=outcome.kind != Kind.PARENTS_ABSENT, task=role == Role.DSL and outcome.kind in DECIDED, clause=demanded, by=by, now=now,
        )  # fmt: skip
    if findings.reason_is_owed(outcome.kind, values) and not outcome.note:
        tell(
            school=visit.school, role="pair", about="reason_owed",
            says=f"{visit_words(visit, now)}: write down why you ended the visit, when you are safe.",
            people=[member.staff for member in visit.members.select_related("staff")], pupils=pupils, task=True,
            link=link_to(visit.school, visit), clause=demanded, by=by, now=now,
        )  # fmt: skip


def _when(outcome: VisitOutcome) -> str:
    """When it was, where that is not now."""
    return f" That was at {in_words(outcome.at, outcome.received_at)}." if outcome.received_at else ""


def _in_writing(outcome: VisitOutcome) -> bool:
    return outcome.visit.policy.values.cancellation_reason_to == findings.IN_WRITING


def _follow(outcome: VisitOutcome, pupils: list[int], emergency_at: datetime | None, by: Staff, now: datetime) -> None:
    """What an outcome opens, drafts and asks for."""
    visit, values, kind = outcome.visit, outcome.visit.policy.values, outcome.kind
    welfare, call = visit.purpose == CHILD_CHECK, _keep_call(outcome, emergency_at, by, now)
    if kind == Kind.NO_ANSWER:
        _leave(outcome, by, now)
        _refer(outcome, pupils, by, now)
    elif kind == Kind.CHILD_NOT_SEEN:
        says = " ".join(filter(None, [findings.BY_KIND[kind].says + _when(outcome), outcome.note]))
        raise_concern(school=visit.school, pupil_ids=pupils, says=says, source="visit outcome", clause="PRI-36", told=True,
                      visit_id=visit.pk, by=by, now=now)  # fmt: skip
    elif kind == Kind.UNSAFE or (kind == Kind.ANIMALS and values.cancellation_reason_to == findings.ON_SAFEGUARDING):
        details = {THREAT: outcome.details[THREAT]} if THREAT in outcome.details else {}
        open_incident(
            school=visit.school, kind=kind, pupil_ids=pupils, note=outcome.note, visit_id=visit.pk, details=details,
            police_called_at=call.at if call else None, police_reference=call.reference if call else "", by=by, now=now,
        )  # fmt: skip
    elif kind == Kind.CHILD_SEEN and welfare and outcome.details.get("reported") != "yes":
        # Only where the parents had not reported the absence (PRI-39).
        draft_letter(visit, "protocol_letter", now)
    elif kind == Kind.UNWELL and visit.members.filter(staff=by).exists():
        report_unwell(school=visit.school, staff=by, symptoms_from=local_day(now), by=by, now=now)
    warn_from(outcome, by, now)
    if welfare:
        ask_to_tell_agencies(school=visit.school, pupil_ids=pupils, visit_id=visit.pk, by=by, now=now)


def _refer(outcome: VisitOutcome, pupils: list[int], by: Staff, now: datetime) -> None:
    """The referral that an unanswered door opens (PRI-40). Said again while it waits to be sent, by the other of the pair or at a second
    knock, it is the same one: two would be chased, and sent, twice."""
    visit, values, kind = outcome.visit, outcome.visit.policy.values, Referral.Kind.EDUCATION_WELFARE_OFFICER
    waits = Referral.objects.filter(school=visit.school, visit_id=visit.pk, kind=kind, sent_at=None, not_sent_at=None, pupils__in=pupils)
    known = set(waits.values_list("pupils", flat=True))
    if left := [pupil for pupil in pupils if pupil not in known]:
        open_referral(
            school=visit.school, kind=kind, pupil_ids=left, repeat_minutes=values.referral_repeat, visit_id=visit.pk,
            clause=clause(values, "referral_repeat") or "", why=findings.BY_KIND[outcome.kind].says + _when(outcome), by=by, now=now,
        )  # fmt: skip


def _keep_call(outcome: VisitOutcome, at: datetime | None, by: Staff, now: datetime) -> PoliceCall | None:
    """The call to the emergency services that was said with the outcome, with its time and reference (MAT-12, ALT-22)."""
    if outcome.details.get("emergency") != "yes":
        return None
    reference = outcome.details.get("emergency_reference", "")[:60]
    return PoliceCall.objects.create(visit=outcome.visit, called=True, at=at or outcome.at, recorded_at=now, by=by, reference=reference)


def _leave(outcome: VisitOutcome, by: Staff, now: datetime) -> None:
    """What is left where nobody is home: drafted, and recorded as left when staff say so (PRI-40, SEC-07)."""
    visit, kind = outcome.visit, outcome.visit.policy.values.nobody_home_leaves
    draft_letter(visit, kind, now)
    if outcome.details.get("left") == "yes":
        say_left(visit, kind, by, now)


def _concern_about_signs(
    outcome: VisitOutcome, pupils: list[int], signs: Collection[str], words: str, family: tuple[str, str], by: Staff, now: datetime
) -> None:
    """Something seen with professional curiosity is a concern of its own (PRI-22). Raises BadInput for a sign that does not exist."""
    if not signs:
        return
    if set(signs) - set(findings.SIGNS):
        raise BadInput("Choose what you saw from the list.")
    visit, (told, why) = outcome.visit, family
    says = ". ".join([*(findings.SIGNS[sign] for sign in signs), words.strip()]).strip(". ") + "." + _when(outcome)
    made = raise_concern(school=visit.school, pupil_ids=pupils, says=says, source="seen on a visit", clause="PRI-22",
                         link=link_to(visit.school, visit), visit_id=visit.pk, by=by, now=now)  # fmt: skip
    if told:
        say_family_told(concerns=[made], told=told, why=why, link=link_to(visit.school, visit), by=by, now=now)


def pupils_seen(visit_ids: Collection[int]) -> set[int]:
    """The pupils whom these visits have seen."""
    return set(
        Pupil.objects.filter(visit_outcomes__outcome__visit__in=list(visit_ids), visit_outcomes__outcome__kind=Kind.CHILD_SEEN).values_list(
            "pk", flat=True
        )
    )
