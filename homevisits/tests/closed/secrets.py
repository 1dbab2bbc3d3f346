"""What may be read by few: which roles read the words of which record of safeguarding, and words that can be found again anywhere."""

import re
from uuid import uuid4

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.db.models import Model

from homevisits.documents.services.attachments import Upload
from homevisits.documents.tests.hostile import pdf
from homevisits.people.matrix import HEADS, OFFICE, SAFEGUARDING, roles_for
from homevisits.people.models import Role
from safeguarding.services.allegations import write_allegation
from safeguarding.services.chronology import Said, write_note
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concerns import Mark, raise_concern

from .texts import free_json, free_texts, rewrite, unguarded
from .world import NOW, World

CANARY = "zq7canary"
SOUGHT = "plumcoloured"  # a word that one can search for, beside each canary
FOUND = re.compile(CANARY + r"([A-Za-z]+)")
# Who goes to a home and who approves that is told of its warnings; of these roles every holder may.
GOING = OFFICE | {Role.LINE_MANAGER}
# A new model of safeguarding needs its line here: who may read its words.
READERS: dict[str, frozenset[Role]] = {
    **dict.fromkeys(
        ("Concern", "ConcernMark", "FamilyTold", "ConcernEvent", "ConcernAmendment", "ConcernDecision", "ConcernAction", "ConcernLink",
         "LeadAway", "ChronologyNote", "ChronologyExport", "SystemEntry", "ReferralSent"), SAFEGUARDING,
    ),
    "Incident": roles_for("see_incidents"),
    "IncidentChange": roles_for("see_incidents"),
    "Referral": HEADS | SAFEGUARDING,
    "AgencyTask": HEADS | SAFEGUARDING,
    "Allegation": HEADS,  # these are not about a headteacher
    "AllegationEntry": HEADS,
    "StaffMatterReview": HEADS,
    "Complaint": roles_for("keep_complaints"),
    "ComplaintEvent": roles_for("keep_complaints"),
    "HouseholdWarning": GOING,
}  # fmt: skip


def closed_models() -> list[type[Model]]:
    """Every model of safeguarding, history left out."""
    return [model for model in apps.get_app_config("safeguarding").get_models() if not model.__name__.startswith("Historical")]


def words_of(model: str) -> str:
    """Words to be found again, which say whose they are."""
    return f"{SOUGHT} {CANARY}{model} "


def raise_with_canary(world: World) -> None:
    """A concern, an allegation and a note, through their services, so that everything that follows from them is there too."""
    writer, pupil = world.people[Role.VISITING_STAFF], world.school.pupils.order_by("pk")[0]
    school, now = world.school, NOW
    words, mark = words_of("Concern"), Mark("front_l_hand", words_of("ConcernMark"))
    concern = raise_concern(
        school=school, pupil_ids=[pupil.pk], says=words, words=words, place=words, told_others=words, marks=[mark],
        family=("not_told", words_of("FamilyTold")), by=writer, now=now,
    )  # fmt: skip
    file = Upload(f"{words}.pdf", pdf())
    attach_to_concern(concern=concern, upload=file, says=words, token=f"concern-{concern.pk}", by=writer, now=now)
    write_allegation(
        school=school, kind="allegation", subjects=[world.people[Role.OFFICE_ADMIN]], says=words_of("Allegation"),
        when_words=words_of("Allegation"), token=uuid4(), by=writer, now=now,
    )  # fmt: skip
    said = Said(kind="call", with_whom=words_of("ChronologyNote"), says=words_of("ChronologyNote"), happened_at=now)
    write_note(school=school, pupils=[pupil], said=said, token=uuid4(), by=world.people[Role.DSL], now=now)


def write_canaries() -> int:
    """Put the canary into every text of every row of safeguarding; how many rows."""
    count = 0
    with unguarded():
        for model in closed_models():
            text = words_of(model.__name__)
            names = [each.attname for each in free_texts(model)]
            for row in model._base_manager.all():
                rewrite(model, row, dict.fromkeys(names, text) | {name: {"said": text} for name in free_json(model)})
                count += 1
    return count


def leaks(text: str, role: Role) -> set[str]:
    """The records whose words stand in a text and are not for this role."""
    return {model for model in FOUND.findall(text) if role not in READERS[model]}


def left_lying() -> list[str]:
    """Where a canary lies outside the tables of safeguarding: other tables, sessions, letters by email."""
    closed = {model._meta.db_table for model in closed_models()} | {"documents_attachment"}  # the file of a concern, read where it is
    found = [f"email: {letter.subject}" for letter in mail.outbox if CANARY in letter.subject + str(letter.body)]
    found += [f"session {row.session_key}" for row in Session.objects.all() if CANARY in str(row.get_decoded())]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in closed:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = cursor.fetchall()
            found += [f"table {table}" for row in rows if any(CANARY in str(cell) for cell in row)]
    return found
