"""What is held: no kind of row that leads to a pupil is forgotten, and no free text of one."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from attendance.models import AbsenceMessage, Mark
from homevisits.documents.tests.factories import a_document
from homevisits.home.keeping.held import KINDS, LEFT_OUT, everything
from homevisits.home.keeping.held_safeguarding import TOPS, parts
from homevisits.messaging.models import Message
from homevisits.messaging.tests.factories import make_text
from homevisits.people.models import Contact, Household, Pupil
from homevisits.people.tests.factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory
from safeguarding.services.concerns import Mark as BodyMark
from safeguarding.services.concerns import raise_concern
from safeguarding.services.warnings import warn
from safeguarding.tests.referral_factories import a_referral_in

from .keeping import NOW

OURS = ("homevisits", "attendance", "visits", "safeguarding")
# Columns that lead to a pupil without a key of the database.
BY_NUMBER = {"pupils", "pupil_ids", "visit_id", "row_id"}
# Of rows that have such a column: about staff, or collected by another way.
NOT_THEIRS = {
    "safeguarding.Complaint": "about staff: the headteacher answers by hand",
}


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def lead_to_a_pupil() -> set[type[Model]]:
    """Every kind of row with a way to a pupil, a household or a contact, over however many keys."""
    found: set[type[Model]] = {Pupil, Household, Contact}
    while True:
        new = {model for model in ours() if model not in found and any(_leads(field, found) for field in model._meta.get_fields())}
        if not new:
            return found
        found |= new


def _leads(field: object, found: set[type[Model]]) -> bool:
    key = getattr(field, "many_to_one", False) or getattr(field, "one_to_one", False) or getattr(field, "many_to_many", False)
    return bool(key) and not getattr(field, "auto_created", False) and getattr(field, "related_model", None) in found


def test_every_kind_of_row_is_collected_or_left_out_with_its_reason() -> None:
    collected = {model._meta.label for kind in KINDS.values() for model in kind.models}
    wanted = {model._meta.label for model in lead_to_a_pupil()}
    wanted |= {model._meta.label for model in ours() if BY_NUMBER & {field.name for field in model._meta.get_fields()}} - {"people.School"}
    missing = sorted(wanted - collected - set(LEFT_OUT) - set(NOT_THEIRS))
    assert not missing, (
        "Collect these in the modules held_… of homevisits.home.keeping, or name them in held.LEFT_OUT with the reason: "
        + ", ".join(missing)
    )
    assert not set(LEFT_OUT) & collected
    assert not set(LEFT_OUT) - {model._meta.label for model in ours()}, "Left out, and no model any more"
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())


# Rows of a pupil that erasing does not name: they go with what they belong to, or stay, as docs/decisions/0021 says.
NOT_NAMED = {
    "people.Household": "blanked through the pupil’s own",
    "people.HouseholdConflict": "about staff",
    "people.LegalHold": "stays: that there was one",
    "people.RetentionReview": "stays: what was decided",
    "documents.DocumentWay": "goes with its document",
    "messaging.MessageAbout": "says only whom a message was about",
    "messaging.NoticeTo": "says only who was told",
    "attendance.CallDue": "a day and a home",
}


def test_erasing_forgets_no_kind_of_row() -> None:
    """A model that is added shows up here: erase it in homevisits.home.keeping.erase, or say why not."""
    places = (Path(settings.BASE_DIR) / "homevisits" / "home" / "keeping").glob("erase*.py")
    source = "\n".join(place.read_text() for place in places)
    by_itself = {model for top in TOPS for model in parts(top)}
    wanted = {model for model in lead_to_a_pupil() if model not in by_itself and model._meta.label not in NOT_NAMED}
    assert sorted(model._meta.label for model in wanted if not re.search(rf"\b{model.__name__}\b", source)) == []


def test_the_data_map_names_every_model() -> None:
    said = (Path(settings.BASE_DIR) / "docs" / "data-map.md").read_text()
    missing = sorted(model._meta.label for model in ours() if f"`{model._meta.label}`" not in said)
    assert not missing, "Write a line in docs/data-map.md for: " + ", ".join(missing)
    known = {model._meta.label for model in ours()}
    lines = [line.split("`")[1] for line in said.splitlines() if line.startswith("| `")]
    assert sorted(name for name in lines if name not in known) == []
    assert len(lines) == len(set(lines))


@pytest.mark.django_db
def test_what_was_written_anywhere_is_collected_and_what_is_about_others_is_not() -> None:
    school = SchoolFactory.create()
    pupil = PupilFactory.create(school=school, medical="canary-medical")
    other = PupilFactory.create(school=school, household=pupil.household, medical="stranger-medical")
    contact = ContactFactory.create(pupil=pupil, restriction_note="canary-note")
    ContactFactory.create(pupil=other, restriction_note="stranger-note")
    staff = StaffFactory.create(school=school, roles=["class_teacher"])
    Mark.objects.create(school=school, pupil=pupil, day=NOW.date(), session="AM", code="N", comment="canary-mark", recorded_at=NOW)
    Mark.objects.create(school=school, pupil=other, day=NOW.date(), session="AM", code="N", comment="stranger-mark", recorded_at=NOW)
    AbsenceMessage.objects.create(
        school=school, pupil=pupil, first_day=NOW.date(), last_day=NOW.date(), channel="gate", code="I", reason="canary-reason", at=NOW,
        contact=contact,
    )  # fmt: skip
    Message.objects.filter(pk=make_text(school, pupil).pk).update(body="canary-text")
    a_document([pupil], title="canary-paper")
    mark = BodyMark(part="front_l_cheek", says="Red")
    raise_concern(school=school, pupil_ids=[pupil.pk], says="canary-concern", marks=[mark], by=staff, now=NOW)
    a_referral_in(school, pupil=pupil)
    warn(household=pupil.household, about="animals", says="A dog", source="The police", by=staff, now=NOW)
    raise_concern(school=school, pupil_ids=[other.pk], says="stranger-concern", by=staff, now=NOW)
    found = list(everything(pupil))
    said = "\n".join([text for _, one in found for text in [one.title, *(part for fact in one.facts for part in fact)]])
    for name in ("medical", "note", "mark", "reason", "text", "paper", "concern"):
        assert f"canary-{name}" in said, name
    assert "stranger" not in said
    # In words: no code, no name of a column, no number of a row.
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b|\bno\. \d|\b[A-Z][a-z]+ id\b", said)
    assert ["Mark 1 on the body", "Left cheek (front): Red"] in next(one.facts for kind, one in found if one.title == "Concern")
    assert (found[0][0].code, found[-1][0].code) == ("pupil", "notices")
    apart = {kind.code for kind, one in found if one.apart}
    assert "concerns" in apart
    assert all(one.apart for kind, one in found if kind.code == "concerns" or "canary-concern" in str(one.facts))
