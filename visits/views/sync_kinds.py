"""What a tablet may send, each kind with the form and the service of the page that takes it with network."""

from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from homevisits.common.errors import BadInput
from homevisits.common.said import wall
from homevisits.people.models import Staff
from safeguarding.forms.incidents import IncidentForm

from .. import findings
from ..forms.door import OutcomeForm, ReasonForm, SpokenForm
from ..forms.out import CheckInForm, DelayForm, help_sent
from ..heard import late
from ..models import CheckIn, HomeVisit
from ..rules.annex import annex_of
from ..selectors import doorstep
from ..services import after_outcomes, alarm, incidents, members, out, outcomes, spoken, waiting
from ..services.arrivals import Done, Said
from .answer_kinds import ANSWER_KINDS
from .arrived import Arrived, Kind, clean
from .incidents import DONE, happened


def do(visit: HomeVisit, said: Said, by: Staff, received: datetime) -> Done:
    """Do one act at its real time. Raises Blocked by a rule, BadInput for what its form refuses or a kind that does not exist."""
    kind = KINDS.get(said.kind)
    if kind is None:
        raise BadInput("This page is older than the product. Open it afresh.")
    data = posted(said)
    done = kind.do(Arrived(visit, data, by, said.happened, received))
    return Done(done.says, done.next or onward(visit, data.get("next", "")), done.more)


def posted(said: Said) -> QueryDict:
    """The fields as a browser would have posted them, with the token of the act."""
    data = QueryDict(mutable=True)
    for name, values in said.data.items():
        data.setlist(name, list(values))
    data["token"] = str(said.token)
    return data


def onward(visit: HomeVisit, to: str) -> str:
    """Where the tablet goes on: the page that the form stood on, else the visit step by step."""
    own = url_has_allowed_host_and_scheme(to, allowed_hosts=None) and to.startswith(f"/s/{visit.school.slug}/")
    return to if own else reverse("visit_tablet", args=[visit.school.slug, visit.pk])


def _check_in(act: Arrived) -> Done:
    given = clean(CheckInForm(act.data))
    whom = act.visit.members.filter(staff=given["for_staff"]).select_related("staff").first() if given["for_staff"] else None
    if given["for_staff"] and whom is None:
        raise BadInput("Choose one of those who go.")
    row = out.check_in(
        visit=act.visit, point=given["point"], by=act.by, now=act.now, adult_present=given["adult_present"],
        parent_present=given["parent_present"], invited_by=given["invited_by"], for_staff=whom.staff if whom else None,
        going_home=given["going_home"], token=given["token"], received=act.received,
    )  # fmt: skip
    return Done(f"Recorded: {row.get_point_display().lower()}, {wall(row.at)}.")


def _delay(act: Arrived) -> Done:
    given = clean(DelayForm(act.data))
    out.delay(
        visit=act.visit, minutes=given["minutes"], says=given["says"], by=act.by, now=act.now, token=given["token"], received=act.received
    )
    return Done("The time due back has moved, and the office knows.")


def _help(act: Arrived) -> Done:
    alarm.call_for_help(visit=act.visit, by=act.by, now=act.now, received=act.received, **help_sent(act.data))
    return Done("Office and senior staff have been told.", reverse("visit_help", args=[act.visit.school.slug, act.visit.pk]))


def _outcome(act: Arrived) -> Done:
    visit, kind = act.visit, act.data.get("outcome", "")
    if kind not in findings.BY_KIND:
        raise BadInput("Choose what you found from the list.")
    annex = annex_of(visit, act.now) is not None
    form = OutcomeForm(
        act.data, asked=findings.asked(kind, visit.purpose, visit.policy.values, annex=annex), kind=kind, now=act.now, at_once=True,
        pupils=[one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")],
        open_ones=doorstep.pupils_without_outcome(visit), by_name=act.by.name,
    )  # fmt: skip
    clean(form)
    outcomes.say_found(visit=visit, kind=kind, by=act.by, now=act.now, received=act.received, **form.found())
    return Done(f"Recorded: {findings.BY_KIND[kind].words.lower()}.")


def _spoken(act: Arrived) -> Done:
    form = SpokenForm(act.data, contacts=spoken.contacts_of(act.visit))
    clean(form)
    row = spoken.record_spoken(visit=act.visit, by=act.by, now=act.now, received=act.received, **form.spoken())
    warning = " RESTRICTED: tell them nothing and leave. The safeguarding team has been told." if row.restricted else ""
    return Done(f"Recorded: {spoken.words_of(row)}.{warning}")


def _parents_late(act: Arrived) -> Done:
    waiting.parents_sent_word(visit=act.visit, by=act.by, now=act.now, received=act.received)
    return Done("Recorded: the parents sent word that they are late.")


def _length_seen(act: Arrived) -> Done:
    waiting.length_reminder_seen(visit=act.visit, by=act.by, now=act.now, received=act.received)
    return Done("You will not be reminded again.")


def _end_at_home(act: Arrived) -> Done:
    at_home = act.data.get("at_home") == "yes"
    out.set_end_at_home(visit=act.visit, at_home=at_home, by=act.by, now=act.now, received=act.received)
    return Done("The visit ends at home: check in there." if at_home else "The visit ends at school.")


def _say_no(act: Arrived) -> Done:
    members.say_no(visit=act.visit, by=act.by, now=act.now, received=act.received)
    return Done("Recorded. No reason is asked.")


def _reason(act: Arrived) -> Done:
    number = act.data.get("outcome", "")
    row = act.visit.outcomes.filter(pk=int(number)).first() if number.isdigit() else None
    if row is None:
        raise BadInput("There is no such outcome.")
    text = clean(ReasonForm(act.data))["text"]
    after_outcomes.give_reason(outcome=row, text=text, by=act.by, now=act.received)
    return Done("The reason is written and has gone to whom the policy names.")


def _incident(act: Arrived) -> Done:
    form = IncidentForm(act.data, whole=late(act.now, act.received) is None)
    token = clean(form)["token"]
    incidents.record_incident(visit=act.visit, said=happened(form), by=act.by, now=act.now, token=token, received=act.received)
    return Done(DONE)


def _leaves(data: QueryDict) -> bool:
    return data.get("point") == CheckIn.Point.DEPARTED


def _has_signs(data: QueryDict) -> bool:
    return bool(data.get("signs")) or data.get("outcome") in findings.SERIOUS


KINDS: dict[str, Kind] = {
    "check_in": Kind(_check_in, guards=_leaves),
    "delay": Kind(_delay),
    "help": Kind(_help, urgent=True),
    "outcome": Kind(_outcome, safeguarding=_has_signs),
    "spoken": Kind(_spoken),
    "parents_late": Kind(_parents_late),
    "length_seen": Kind(_length_seen),
    "end_at_home": Kind(_end_at_home),
    "say_no": Kind(_say_no),
    "reason": Kind(_reason),
    "incident": Kind(_incident, safeguarding=lambda data: True),
    **ANSWER_KINDS,
}
