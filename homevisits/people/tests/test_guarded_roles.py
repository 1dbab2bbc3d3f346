"""The eyes on a head are not in the head's hands: who chairs the governors, and a head as safeguarding lead, need somebody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import Blocked
from homevisits.people.access import roles_of
from homevisits.people.models import GuardedRequest, School, Staff, StaffRole
from homevisits.people.rules import may_ask, may_change_account, may_give, may_reset_second_factor
from homevisits.people.services.guarded import agree, ask
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


def test_the_account_of_a_chair_to_come_is_guarded_and_that_of_one_who_was_for_a_month_more(oak: School) -> None:
    head, ted = one(oak, "headteacher"), one(oak, "governor")
    row = StaffRole.objects.create(staff=ted, school=oak, role=CHAIR, starts_on=TODAY + timedelta(days=9))
    assert may_change_account(head, ted, oak, TODAY)
    assert may_reset_second_factor(head, ted, oak, TODAY)
    for days, blocked in ((1, True), (30, True), (31, False)):
        row.starts_on, row.ends_on = None, TODAY - timedelta(days=days)
        row.save()
        assert bool(may_change_account(head, ted, oak, TODAY)) is blocked
        assert bool(may_ask(head, oak, "reset", "", ted, TODAY)) is not blocked, "two people may meanwhile"


def test_the_chair_hands_over_and_the_trust_names_one(oak: School) -> None:
    chair, ted, uma = one(oak, CHAIR), one(oak, "governor"), one(oak, "governor")
    head = one(oak, "headteacher")
    trust = StaffFactory.create(trust=oak.trust, roles=["trust_admin"])
    give_role(staff=ted, school=oak, role=CHAIR, by=chair, now=NOW)
    end_role(role=chair.roles.get(), last_day=TODAY - timedelta(days=1), by=chair, now=NOW)
    with pytest.raises(Blocked, match="takes two"):  # a chair is there
        give_role(staff=uma, school=oak, role=CHAIR, by=trust, now=NOW)
    ended = StaffRole.objects.filter(staff=ted)
    ended.update(ends_on=TODAY - timedelta(days=1))
    give_role(staff=uma, school=oak, role=CHAIR, by=trust, now=NOW)
    ended.update(ends_on=None)
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
    head, teacher, chair = one(oak, "headteacher"), one(oak, "class_teacher", role), one(oak, CHAIR)
    with pytest.raises(Blocked, match="does not make herself or himself"):
        give_role(staff=head, school=oak, role=role, by=head, now=NOW)
    assert not may_give(teacher, oak, [role], one(oak, "class_teacher"), TODAY), "who reads what it opens gains nothing by giving it"
    assert may_give(teacher, oak, [role], teacher, TODAY)
    assert may_give(chair, oak, [role], one(oak, "class_teacher"), TODAY), "alone only for a head"
    for by in (teacher, chair):
        assert not may_give(by, oak, [role], head, TODAY)
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


GUARDED = "/s/oak/staff/guarded/"


def outbox() -> set[str]:
    """To whom emails went since the last look."""
    found = {each.to[0] for each in mail.outbox}
    mail.outbox.clear()
    return found


def sits(person: Staff) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("by_role", ["headteacher", "principal", "business_manager"])
def test_nobody_in_charge_makes_a_lead_or_gets_at_the_account_of_one_alone(oak: School, by_role: str) -> None:
    by, lead, puppet = one(oak, by_role), one(oak, "dsl"), one(oak, "class_teacher")
    one(oak, "headteacher")
    to_come = one(oak, "class_teacher")
    StaffRole.objects.create(staff=to_come, school=oak, role="deputy_dsl", starts_on=TODAY + timedelta(days=9))
    for role in ("dsl", "deputy_dsl"):
        with pytest.raises(Blocked, match="nobody gives that role"):
            give_role(staff=puppet, school=oak, role=role, by=by, now=NOW)
        with pytest.raises(Blocked, match="nobody gives that role"):
            add_staff(school=oak, name="X", email="x@oak.example", role=role, by=by, now=NOW)
    for who in (lead, to_come):
        with pytest.raises(Blocked, match="changes the sign-in"):
            change_account(staff=who, school=oak, name="X", email="x@oak.example", by=by, now=NOW)
        with pytest.raises(Blocked, match="changes the sign-in"):
            reset_second_factor(staff=who, school=oak, by=by, now=NOW)
    assert not AuditEvent.objects.exists()
    sat = sits(by)
    for page in (f"/s/oak/staff/{puppet.pk}/role/", "/s/oak/staff/add/"):
        shown = sat.get(page).content.decode()
        assert f'href="{GUARDED}"' in shown
        assert 'value="office_admin"' in shown
        assert not [role for role in ("dsl", "deputy_dsl", CHAIR) if f'value="{role}"' in shown]
        assert sat.post(page, {"name": "X", "email": "x@oak.example", "role": "dsl"}).status_code == 422


def test_one_asks_another_agrees_and_all_who_hold_such_a_role_are_told(oak: School) -> None:
    head, chair, lead, ann, bea = (one(oak, role) for role in ("headteacher", CHAIR, "dsl", "class_teacher", "principal"))
    for _ in range(2):
        sits(head).post(GUARDED, {"role": "deputy_dsl", "who": ann.pk})
    asked = GuardedRequest.objects.get()
    assert outbox() == {chair.email, lead.email, ann.email}
    assert roles_of(ann, oak, TODAY) == {"class_teacher"}
    decide = f"{GUARDED}asked/{asked.pk}/"
    for nobody in (head, bea, one(oak, "business_manager")):
        sat = sits(nobody)
        assert 'value="agree"' not in sat.get(GUARDED).content.decode()
        sat.post(decide, {"decision": "agree"})
    with pytest.raises(Blocked, match="not whom it is about"):
        agree(request=asked, by=ann, now=oak.now())
    assert roles_of(ann, oak, TODAY) == {"class_teacher"}
    assert not outbox()
    sat = sits(chair)
    shown = sat.get(GUARDED).content.decode()
    assert f"{ann.name}</strong> ({ann.email})" in shown
    assert 'value="agree"' in shown
    sat.post(decide, {"decision": "agree"})
    assert "deputy_dsl" in roles_of(ann, oak, TODAY)
    assert outbox() == {chair.email, lead.email, ann.email}
    assert sat.post(decide, {"decision": "agree"}).status_code == 404, "once"
    acts = AuditEvent.objects.filter(chain=oak.pk, object_id=str(ann.pk)).order_by("place").values_list("act", "by_id")
    assert list(acts) == [
        ("people.guarded.asked", head.pk), ("people.guarded.asked", head.pk), ("people.guarded.agreed", chair.pk),
        ("people.role.given", chair.pk),
    ]  # fmt: skip


def test_a_leads_lost_second_step_and_new_address_take_two(oak: School) -> None:
    head, lead, deputy, chair = one(oak, "headteacher"), one(oak, "dsl"), one(oak, "deputy_dsl"), one(oak, CHAIR)
    TOTP.activate(lead, generate_totp_secret())
    sat = sits(head)
    page = sat.get(f"/s/oak/staff/{lead.pk}/").content.decode()
    account = f"{GUARDED}account/{lead.pk}/"
    assert account in page
    assert f"/s/oak/staff/{lead.pk}/change/" not in page
    assert f"/s/oak/staff/{lead.pk}/second-step/" not in page
    sat.post(account, {"kind": "reset"})
    assert sat.post(account, {"kind": "address"}).status_code == 422
    sat.post(account, {"kind": "address", "email": "Lena@new.example"})
    reset, address = GuardedRequest.objects.order_by("pk")
    with pytest.raises(Blocked, match="not whom it is about"):
        agree(request=reset, by=lead, now=oak.now())
    assert Authenticator.objects.filter(user=lead).exists()
    sits(deputy).post(f"{GUARDED}asked/{reset.pk}/", {"decision": "agree"})
    assert not Authenticator.objects.filter(user=lead).exists()
    outbox()
    before = lead.email
    sits(chair).post(f"{GUARDED}asked/{address.pk}/", {"decision": "agree"})
    lead.refresh_from_db()
    assert lead.email == "lena@new.example"
    assert outbox() == {before, lead.email, chair.email, deputy.email}
    for who in (chair, one(oak, "class_teacher")):
        assert sat.post(f"{GUARDED}account/{who.pk}/", {"kind": "reset"}).status_code == 422, "the chair's is done on the server"


def test_what_was_asked_for_is_refused_taken_back_and_lapses(oak: School) -> None:
    head, lead, ann = one(oak, "headteacher"), one(oak, "dsl"), one(oak, "class_teacher")

    def asked(now: datetime) -> GuardedRequest:
        return ask(school=oak, staff=ann, kind="role", role="deputy_dsl", by=head, now=now)

    for who in (lead, head):
        sits(who).post(f"{GUARDED}asked/{asked(oak.now()).pk}/", {"decision": "refuse"})
    assert list(GuardedRequest.objects.order_by("pk").values_list("decided_by", "agreed")) == [(lead.pk, False), (head.pk, False)]
    with pytest.raises(Blocked, match="no longer waits"):
        agree(request=asked(oak.now() - timedelta(days=15)), by=lead, now=oak.now())
    again = asked(oak.now())
    head.roles.update(ends_on=oak.now().date() - timedelta(days=1))
    with pytest.raises(Blocked, match="no longer manages"):
        agree(request=again, by=lead, now=oak.now())
    assert roles_of(ann, oak, TODAY) == {"class_teacher"}


def test_where_the_only_lead_has_left_the_chair_or_the_trust_agrees_and_else_the_server(oak: School) -> None:
    head, ann = one(oak, "headteacher"), one(oak, "class_teacher")
    trust = StaffFactory.create(trust=oak.trust, roles=["trust_admin"])
    row = ask(school=oak, staff=ann, kind="role", role="dsl", by=head, now=oak.now())
    sits(trust).post(f"{GUARDED}asked/{row.pk}/", {"decision": "agree"})
    assert "dsl" in roles_of(ann, oak, TODAY)
    alone = SchoolFactory.create(slug="alone")
    head, bob = one(alone, "headteacher"), one(alone, "class_teacher")
    with pytest.raises(CommandError, match="reason"):
        call_command("guarded_role", "alone", bob.email, "dsl")
    call_command("guarded_role", "alone", bob.email, "dsl", "--reason", "The only lead left; the head rang, and was rung back.")
    assert "dsl" in roles_of(bob, alone, TODAY)
    assert "rang" in AuditEvent.objects.get(act="people.guarded.on_the_server").detail["reason"]
    assert "with the reason" in sits(head).get("/s/alone/staff/guarded/").content.decode()


def test_all_who_hold_such_a_role_are_told_when_a_head_ends_one(oak: School) -> None:
    head, chair, _lead, ann = one(oak, "headteacher"), one(oak, CHAIR), one(oak, "dsl"), one(oak, "deputy_dsl")
    sat = sits(head)
    sat.post(f"/s/oak/staff/{ann.pk}/role/", {"role": "office_admin"})
    assert not outbox()
    sat.post(f"/s/oak/staff/{ann.pk}/leave/", {"at_once": "on"})
    assert chair.email in outbox()
    other, tess = one(oak, "principal"), one(oak, "class_teacher")
    sat.post(f"/s/oak/staff/{tess.pk}/role/", {"role": "headteacher"})
    assert {chair.email, _lead.email, other.email, head.email, tess.email} == outbox()
    page = sat.get(f"/s/oak/staff/{chair.pk}/").content.decode()
    assert "Not yours to change" in page
    assert f"/s/oak/staff/{chair.pk}/change/" not in page


@pytest.mark.parametrize("way", ["end", "leave"])
def test_the_last_reader_of_concerns_does_not_go_unnoticed(oak: School, way: str) -> None:
    head, lead, deputy = one(oak, "headteacher"), one(oak, "dsl", "class_teacher"), one(oak, "deputy_dsl")
    ending = deputy.roles.get()
    StaffRole.objects.filter(pk=ending.pk).update(ends_on=oak.now().date() + timedelta(days=5))
    sat, row = sits(head), lead.roles.get(role="dsl")
    page = f"/s/oak/staff/roles/{row.pk}/end/" if way == "end" else f"/s/oak/staff/{lead.pk}/leave/"
    assert "cannot wait" not in sat.get(page).content.decode()
    day = {f"last_day_{n}": str(part) for n, part in enumerate((20, 12, oak.now().year))}
    refused = sat.post(page, day)
    assert refused.status_code == 422
    assert "Nobody would be left who can read concerns." in refused.content.decode()
    assert "the head asks and the chair of governors or a trust administrator agrees" in refused.content.decode()
    assert 'name="nobody_reads"' in refused.content.decode()
    row.refresh_from_db()
    assert row.ends_on is None
    StaffRole.objects.filter(pk=ending.pk).update(ends_on=None)
    assert sat.post(page, day).status_code == 302, "the deputy goes on"
    StaffRole.objects.filter(pk=ending.pk).update(ends_on=oak.now().date())
    StaffRole.objects.filter(pk=row.pk).update(ends_on=None)
    assert sat.post(page, {**day, "nobody_reads": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == date(oak.now().year, 12, 20)


def test_a_chair_who_steps_down_is_asked_who_comes_next(oak: School) -> None:
    chair = one(oak, CHAIR)
    with pytest.raises(Blocked, match="what is said about a head"):
        end_role(role=chair.roles.get(), last_day=TODAY, by=chair, now=NOW)
    end_role(role=chair.roles.get(), last_day=TODAY, nobody_reads=True, by=chair, now=NOW)


def test_on_the_server_it_is_given_renamed_and_ended_and_told(oak: School) -> None:
    lead, ted = one(oak, "dsl"), one(oak, "governor")
    call_command("guarded_role", "oak", ted.email, CHAIR, "--reason", "Elected on 3 November")
    assert CHAIR in roles_of(ted, oak, oak.now().date())
    assert {each.to[0] for each in mail.outbox} == {lead.email, ted.email}
    call_command("change_address", "oak", ted.email, "Ted@new.example")
    ted.refresh_from_db()
    assert ted.email == "ted@new.example"
    call_command("guarded_role", "oak", ted.email, CHAIR, "--end", "--reason", "Stood down")
    assert CHAIR not in roles_of(ted, oak, oak.now().date())
    with pytest.raises(CommandError):
        call_command("guarded_role", "oak", "nobody@oak.example", CHAIR, "--reason", "x")


def test_a_school_that_begins_names_its_first_lead_itself_and_never_again_alone(oak: School) -> None:
    head, business, ada, ben = one(oak, "headteacher"), one(oak, "business_manager"), one(oak), one(oak)
    for by, to in ((business, ada), (head, head)):
        with pytest.raises(Blocked):
            give_role(staff=to, school=oak, role="dsl", by=by, now=NOW)
    row = give_role(staff=ada, school=oak, role="dsl", by=head, now=NOW)
    StaffRole.objects.filter(pk=row.pk).update(ends_on=TODAY - timedelta(days=1))
    with pytest.raises(Blocked, match="nobody gives that role"):
        give_role(staff=ben, school=oak, role="dsl", by=head, now=NOW)


def test_a_request_guards_the_account_and_is_bound_to_the_sign_in_that_was_shown(oak: School) -> None:
    head, deputy, vik = one(oak, "headteacher"), one(oak, "deputy_dsl"), one(oak, "visiting_staff")
    TOTP.activate(vik, generate_totp_secret())
    today = oak.now().date()

    def asked() -> GuardedRequest:
        sits(head).post(GUARDED, {"role": "dsl", "who": vik.pk})
        return GuardedRequest.objects.get(decided_at=None)

    row = asked()
    assert all(f"signs in with {vik.email}" in str(each.body) for each in mail.outbox)
    assert may_change_account(head, vik, oak, today)
    assert may_reset_second_factor(head, vik, oak, today)
    Authenticator.objects.filter(user=vik).delete()
    for change in ({}, {"email": "evil@oak.example"}):
        Staff.objects.filter(pk=vik.pk).update(**change)
        with pytest.raises(Blocked, match="changed since this was asked"):
            agree(request=row, by=deputy, now=oak.now())
    assert 'value="agree"' not in sits(deputy).get(GUARDED).content.decode()
    again = asked()
    assert again.pk != row.pk, "a page that shows the earlier one agrees to nothing"
    assert sits(deputy).post(f"{GUARDED}asked/{row.pk}/", {"decision": "agree"}).status_code == 404
    assert roles_of(vik, oak, today) == {"visiting_staff"}
    agree(request=again, by=deputy, now=oak.now())
    assert "dsl" in roles_of(vik, oak, today)


def test_no_guarded_role_for_an_account_whose_sign_in_somebody_has_just_changed(oak: School) -> None:
    head, lead, vik = one(oak, "headteacher"), one(oak, "dsl"), one(oak, "visiting_staff")
    reset_second_factor(staff=vik, school=oak, by=head, now=NOW)
    for days, blocked in ((7, True), (8, False)):
        on = TODAY + timedelta(days=days)
        assert bool(may_give(lead, oak, ["dsl"], vik, on)) is blocked
        assert bool(may_ask(head, oak, "role", "dsl", vik, on)) is blocked


def test_the_trust_and_one_more_make_another_chair_and_end_a_chair(oak: School) -> None:
    chair, lead, head, ted = one(oak, CHAIR), one(oak, "dsl"), one(oak, "headteacher"), one(oak, "governor")
    trust = StaffFactory.create(trust=oak.trust, roles=["trust_admin"])
    today = oak.now().date()
    sits(trust).post(GUARDED, {"role": CHAIR, "who": ted.pk})
    row = GuardedRequest.objects.get(decided_at=None)
    assert CHAIR not in roles_of(ted, oak, today)
    with pytest.raises(Blocked):
        agree(request=row, by=head, now=oak.now())
    agree(request=row, by=lead, now=oak.now())
    assert CHAIR in roles_of(ted, oak, today)
    end = f"{GUARDED}{chair.roles.get().pk}/end/"
    assert "Ask for the end" in sits(ted).get(end).content.decode()
    sits(ted).post(end, {"at_once": "on"})
    row = GuardedRequest.objects.get(decided_at=None)
    assert CHAIR in roles_of(chair, oak, today)
    with pytest.raises(Blocked, match="not whom it is about"):
        agree(request=row, by=chair, now=oak.now())
    sits(trust).post(f"{GUARDED}asked/{row.pk}/", {"decision": "agree"})
    assert CHAIR not in roles_of(chair, oak, today)
    assert chair.roles.get().last_day == today, "the record says that today the role was held"
    assert sits(head).post(f"{GUARDED}{ted.roles.get(role=CHAIR).pk}/end/", {"at_once": "on"}).status_code == 403
