"""The eyes on a head are not in the head's hands: who chairs the governors, and a head as safeguarding lead, need somebody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import Blocked
from homevisits.people.access import roles_of
from homevisits.people.models import School, Staff, StaffRole
from homevisits.people.rules import may_change_account, may_give, may_reset_second_factor
from homevisits.people.services.qualifications import set_mobile
from homevisits.people.services.second_factor import reset_second_factor
from homevisits.people.services.staff import add_staff, change_account, end_role, give_role, leave
from homevisits.people.tests.factories import SchoolFactory, StaffFactory, TrustFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CHAIR = "chair_of_governors"


@pytest.fixture
def oak() -> School:
    return SchoolFactory.create(slug="oak", trust=TrustFactory.create())


def one(school: School, *roles: str) -> Staff:
    return StaffFactory.create(school=school, roles=list(roles))


@pytest.mark.parametrize("by_role", ["headteacher", "principal", "business_manager"])
def test_no_head_or_business_manager_touches_the_chair(oak: School, by_role: str) -> None:
    by, chair, ted = one(oak, by_role), one(oak, CHAIR), one(oak, "governor")
    one(oak, "headteacher")
    for to in (ted, by):
        with pytest.raises(Blocked, match=r"present chair or a trust administrator|cannot chair"):
            give_role(staff=to, school=oak, role=CHAIR, by=by, now=NOW)
    with pytest.raises(Blocked):
        add_staff(school=oak, name="X", email="x@oak.example", role=CHAIR, by=by, now=NOW)
    with pytest.raises(Blocked):
        end_role(role=chair.roles.get(), last_day=TODAY, by=by, now=NOW)
    with pytest.raises(Blocked):
        leave(staff=chair, school=oak, last_day=TODAY, by=by, now=NOW)
    with pytest.raises(Blocked, match="on the server"):
        change_account(staff=chair, school=oak, name="X", email="x@oak.example", by=by, now=NOW)
    with pytest.raises(Blocked, match="on the server"):
        reset_second_factor(staff=chair, school=oak, by=by, now=NOW)
    with pytest.raises(Blocked):
        set_mobile(school=oak, staff=chair, mobile="+447700900123", by=by, now=NOW)
    assert list(StaffRole.objects.filter(role=CHAIR).values_list("staff", "ends_on")) == [(chair.pk, None)]
    assert not AuditEvent.objects.exists()


def test_the_account_of_a_chair_to_come_is_guarded_and_that_of_one_who_was_is_not(oak: School) -> None:
    head, ted = one(oak, "headteacher"), one(oak, "governor")
    row = StaffRole.objects.create(staff=ted, school=oak, role=CHAIR, starts_on=TODAY + timedelta(days=9))
    assert may_change_account(head, ted, oak, TODAY)
    assert may_reset_second_factor(head, ted, oak, TODAY)
    row.starts_on, row.ends_on = None, TODAY - timedelta(days=1)
    row.save()
    assert not may_change_account(head, ted, oak, TODAY)


def test_the_chair_hands_over_and_the_trust_names_one(oak: School) -> None:
    chair, ted, uma = one(oak, CHAIR), one(oak, "governor"), one(oak, "governor")
    head = one(oak, "headteacher")
    trust = StaffFactory.create(trust=oak.trust, roles=["trust_admin"])
    give_role(staff=ted, school=oak, role=CHAIR, by=chair, now=NOW)
    end_role(role=chair.roles.get(), last_day=TODAY - timedelta(days=1), by=chair, now=NOW)
    give_role(staff=uma, school=oak, role=CHAIR, by=trust, now=NOW)
    assert [CHAIR in roles_of(person, oak, TODAY) for person in (chair, ted, uma)] == [False, True, True]
    with pytest.raises(Blocked, match="cannot chair"):
        give_role(staff=head, school=oak, role=CHAIR, by=trust, now=NOW)
    with pytest.raises(Blocked):  # who stepped down does not come back by moving the last day
        end_role(role=chair.roles.get(), last_day=TODAY + timedelta(days=9), by=chair, now=NOW)


def test_only_where_neither_chair_nor_trust_is_there_a_lead_names_the_chair() -> None:
    school = SchoolFactory.create()
    lead, ted = one(school, "dsl"), one(school, "governor")
    both = one(school, "dsl", "headteacher")
    assert may_give(both, school, [CHAIR], ted, TODAY)
    assert may_give(ted, school, [CHAIR], ted, TODAY)
    give_role(staff=ted, school=school, role=CHAIR, by=lead, now=NOW)
    assert may_give(lead, school, [CHAIR], one(school, "governor"), TODAY)


@pytest.mark.parametrize("role", ["dsl", "deputy_dsl"])
def test_a_head_is_made_safeguarding_lead_by_somebody_else(oak: School, role: str) -> None:
    head, teacher = one(oak, "headteacher"), one(oak, "class_teacher")
    with pytest.raises(Blocked, match="does not make herself or himself"):
        give_role(staff=head, school=oak, role=role, by=head, now=NOW)
    give_role(staff=teacher, school=oak, role=role, by=head, now=NOW)
    for by in (teacher, one(oak, CHAIR)):
        assert not may_give(by, oak, [role], head, TODAY)
        assert may_give(by, oak, [role], one(oak, "class_teacher"), TODAY), "only for a head"
        assert may_give(by, oak, ["headteacher", role], head, TODAY)
    give_role(staff=head, school=oak, role=role, by=teacher, now=NOW)
    end_role(role=head.roles.get(role=role), last_day=TODAY, by=head, now=NOW)
    with pytest.raises(Blocked):
        end_role(role=head.roles.get(role=role), last_day=TODAY + timedelta(days=300), by=head, now=NOW)
    later = StaffRole.objects.create(staff=head, school=oak, role="senior_manager", starts_on=TODAY + timedelta(days=30))
    StaffRole.objects.filter(pk=later.pk).update(role="dsl" if role == "deputy_dsl" else "deputy_dsl")
    later.refresh_from_db()
    with pytest.raises(Blocked):  # nor sooner, under the name of an end
        end_role(role=later, last_day=TODAY, by=head, now=NOW)


def test_all_who_hold_such_a_role_are_told_when_a_head_gives_or_ends_one(client: Client, oak: School) -> None:
    head, chair, lead, ann = one(oak, "headteacher"), one(oak, CHAIR), one(oak, "dsl"), one(oak, "class_teacher")
    client.force_login(head)
    client.post(f"/s/oak/staff/{ann.pk}/role/", {"role": "deputy_dsl"})
    assert sorted(each.to[0] for each in mail.outbox) == sorted([chair.email, lead.email, ann.email])
    assert head.name in str(mail.outbox[0].body)
    mail.outbox.clear()
    client.post(f"/s/oak/staff/{lead.pk}/change/", {"name": lead.name, "email": "other@oak.example"})
    assert chair.email in {each.to[0] for each in mail.outbox}
    mail.outbox.clear()
    client.post(f"/s/oak/staff/{ann.pk}/role/", {"role": "office_admin"})
    assert not mail.outbox
    client.post(f"/s/oak/staff/{ann.pk}/leave/", {"at_once": "on"})
    assert chair.email in {each.to[0] for each in mail.outbox}
    page = client.get(f"/s/oak/staff/{chair.pk}/").content.decode()
    assert "Not yours to change" in page
    assert f"/s/oak/staff/{chair.pk}/change/" not in page


def test_on_the_server_it_is_given_renamed_and_ended_and_told(oak: School) -> None:
    lead, ted = one(oak, "dsl"), one(oak, "governor")
    call_command("guarded_role", "oak", ted.email, CHAIR)
    assert CHAIR in roles_of(ted, oak, oak.now().date())
    assert {each.to[0] for each in mail.outbox} == {lead.email, ted.email}
    call_command("change_address", "oak", ted.email, "Ted@new.example")
    ted.refresh_from_db()
    assert ted.email == "ted@new.example"
    call_command("guarded_role", "oak", ted.email, CHAIR, "--end")
    assert CHAIR not in roles_of(ted, oak, oak.now().date())
    with pytest.raises(CommandError):
        call_command("guarded_role", "oak", "nobody@oak.example", CHAIR)
