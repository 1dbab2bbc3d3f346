"""What a school says of itself on letters and cards."""

import pytest
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.people.models import School

from .factories import SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Oak Primary", "address": "1 School Lane\nExampleton",
    "postcode": "ex11ab", "phone": "01632 960000", "email": "office@oak.example",
    "colour": "#123456", "welfare_officer": "Ewan Woods",
    "welfare_officer_phone": "07700 900123", "welfare_officer_email": "ewan@la.example",
}  # fmt: skip


def test_the_details_are_kept_as_they_are_written_and_recorded(client: Client) -> None:
    school = SchoolFactory.create()
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    address = f"/s/{school.slug}/details/"
    assert "Keep them" in client.get(address).content.decode()
    assert client.post(address, GIVEN).status_code == 302
    row = School.objects.get(pk=school.pk)
    assert (row.postcode, row.phone, row.welfare_officer_phone) == ("EX1 1AB", "+441632960000", "+447700900123")
    assert (row.name, row.welfare_officer, row.slug) == ("Oak Primary", "Ewan Woods", school.slug)
    assert client.post(address, {**GIVEN, "slug": "other", "sending": "live"}).status_code == 302
    changed = School.objects.get(pk=school.pk)
    assert (changed.slug, changed.sending) == (school.slug, row.sending), "nothing else can be changed here"
    assert AuditEvent.objects.filter(act="people.school.changed").count() == 1, "the same again is no change"


@pytest.mark.parametrize(("field", "value"), [("postcode", "12345"), ("colour", "red"), ("phone", "12"), ("name", "")])
def test_what_cannot_be_right_is_said_and_changes_nothing(client: Client, field: str, value: str) -> None:
    school = SchoolFactory.create()
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    answer = client.post(f"/s/{school.slug}/details/", {**GIVEN, field: value})
    assert answer.status_code == 422
    assert School.objects.get(pk=school.pk).name == school.name
