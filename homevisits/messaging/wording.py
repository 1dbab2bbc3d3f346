"""What a message says: the shipped wording or the school's own, with named ((fields)) and never a surname or a reason."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from homevisits.common.errors import BadInput
from homevisits.people.models import School

from .models import Template

FAMILY_FIELDS = ("school", "phone", "children", "deadline")
APPOINTMENT = ("school", "phone", "kind", "when", "length", "what", "questions", "link", "policy")
# The fields each message may use. A wording with any other field is refused: there is no field for a surname or a reason.
FIELDS: dict[str, tuple[str, ...]] = {
    "first_day_absence": FAMILY_FIELDS,
    "first_day_absence_escalation": FAMILY_FIELDS,
    "all_clear": ("school", "phone", "children"),
    "correction": ("school", "phone", "children"),
    "all_clear_withdrawn": ("school", "phone", "children"),
    "appointment": APPOINTMENT,
    "appointment_email": APPOINTMENT,
    "appointment_changed": APPOINTMENT,
    "appointment_withdrawn": ("school", "phone", "kind", "when"),
    "infection_annex": ("school", "phone", "children", "annex"),
    "letter": ("school", "phone"),
    "staff_notice": ("school", "notice", "link"),
    "test_text": ("school",),
}
TITLES: dict[str, str] = {
    "first_day_absence": "First-day absence",
    "first_day_absence_escalation": "First-day absence, escalation",
    "all_clear": "All clear",
    "correction": "Correction of what was sent",
    "all_clear_withdrawn": "All clear taken back",
    "appointment": "Appointment, by text",
    "appointment_email": "Appointment, by email",
    "appointment_changed": "Appointment at another time",
    "appointment_withdrawn": "Appointment taken back",
    "infection_annex": "Infection-control annex changed",
    "letter": "Email that a letter is attached to",
    "staff_notice": "Notice to staff",
    "test_text": "Test text",
}
FIELD_HELP: dict[str, str] = {
    "school": "the school's name",
    "phone": "the school's telephone number",
    "children": "the first names of the children, never a surname",
    "deadline": "the time by which parents report an absence: it has passed when a text goes",
    "annex": "that the infection-control annex is on or has ended, until when, and what it says to families",
    "notice": "what happened, in a few words, without names",
    "link": "the address of the page to act on",
    "kind": "a home visit, or a meeting at school",
    "when": "the day and the time of the appointment",
    "length": "how long it takes",
    "what": "what will happen",
    "questions": "the kinds of question",
    "policy": "the address of the policy for parents",
}
_FIELD = re.compile(r"\(\(([^()]*)\)\)")


@dataclass(frozen=True)
class Wording:
    """The words of one message in one language; `notify_id` is its template in GOV.UK Notify, if the school has one."""

    subject: str
    body: str
    notify_id: uuid.UUID | None = None


def wording(school: School, template: str, language: str = "") -> Wording:
    """The school's wording in that language, else its English one, else the shipped one.

    Raises KeyError for a message the product does not know.
    """
    rows = {row.language: row for row in Template.objects.filter(school=school, name=template, language__in={"", plain(language)})}
    row = rows.get(plain(language)) or rows.get("")
    if row is None:
        return shipped(template)
    return Wording(row.subject, row.body, row.notify_id)


def wordings(school: School, template: str) -> dict[str, Wording]:
    """All wordings of a message by language, the school's own; "" is English, the shipped one where the school has none. One query.

    Raises KeyError for a message the product does not know.
    """
    own = {row.language: Wording(row.subject, row.body, row.notify_id) for row in Template.objects.filter(school=school, name=template)}
    return own if "" in own else {**own, "": shipped(template)}


def plain(language: str) -> str:
    """A contact's language as templates are kept under it: English is the empty one."""
    language = language.strip()
    return "" if language.lower() == "english" else language


@cache
def shipped(template: str) -> Wording:
    """The wording that comes with the product. Raises KeyError for an unknown message."""
    if template not in FIELDS:
        raise KeyError(template)
    text = (Path(settings.BASE_DIR) / "templates" / "messages" / f"{template}.txt").read_text(encoding="utf-8").strip()
    subject, body = "", text
    if text.startswith("Subject: "):
        head, _, body = text.partition("\n")
        subject = head.removeprefix("Subject: ").strip()
    return Wording(subject, body.strip())


def render(text: str, fields: Mapping[str, str]) -> str:
    """`text` with its ((fields)) filled in; a field without a value becomes empty."""
    return _FIELD.sub(lambda found: str(fields.get(found.group(1).strip(), "")), text)


def used_fields(text: str) -> list[str]:
    """The names in double brackets, in order."""
    return [found.strip() for found in _FIELD.findall(text)]


def check(template: str, subject: str, body: str) -> None:
    """Refuse a wording that is empty or names a field its message does not have. Raises BadInput with the sentence."""
    if not body.strip():
        raise BadInput("Enter what the message says.")
    for name in used_fields(subject) + used_fields(body):
        if name not in FIELDS[template]:
            allowed = ", ".join(f"(({field}))" for field in FIELDS[template])
            raise BadInput(f"(({name})) cannot be used in this message. It may use {allowed}.")
    if "((" in _FIELD.sub("", body) or "))" in _FIELD.sub("", body):
        raise BadInput("A field needs two brackets on either side, for example ((children)).")


def check_fields(template: str, fields: Mapping[str, str]) -> None:
    """Refuse values for fields that the message does not have: nothing else may reach a text. Raises ValueError."""
    extra = set(fields) - set(FIELDS[template])
    if extra:
        raise ValueError(f"{template} has no field {', '.join(sorted(extra))}")


def first_names(names: Sequence[str]) -> str:
    """The ((children)) field: `Ada`, `Ada and Ben`, `Ada, Ben and Cy`, each once, in alphabetical order."""
    names = sorted(set(names))
    return names[0] if len(names) == 1 else " and ".join([", ".join(names[:-1]), names[-1]]) if names else ""
