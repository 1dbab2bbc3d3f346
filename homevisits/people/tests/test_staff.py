"""Staff come by invitation, hold roles from day to day, and leave; nobody gives more than they may."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import holders, roles_of
from homevisits.people.models import Role, School, Staff, StaffRole, Trust
from homevisits.people.services import staff as services
from homevisits.people.services.staff import add_staff, change_account, choose_notices, end_role, give_role, leave, set_duty
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory, TrustFactory
from homevisits.testing.second_factor import prove_long_ago

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NEW = "a quite different horse"


@pytest.fixture
def oak() -> School:
    return SchoolFactory.create(slug="oak", name="Oak Primary")


@pytest.fixture
def head(oak: School) -> Staff:
    return StaffFactory.create(name="Hetty Head", email="head@oak.example", school=oak, roles=["headteacher"])


@pytest.fixture
def bursar(oak: School) -> Staff:
    return StaffFactory.create(name="Bo Bursar", email="bursar@oak.example", school=oak, roles=["business_manager"])


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_somebody_new_is_invited_and_sets_a_password(client: Client, oak: School, head: Staff) -> None:
    client.force_login(head)
    answer = client.post(
        "/s/oak/staff/add/", {"name": "Tess Teach", "email": "Tess@Oak.example", "role": "class_teacher", "class_name": "3A"}
    )
    tess = Staff.objects.get(email="tess@oak.example")
    assert answer["Location"] == f"/s/oak/staff/{tess.pk}/"
    assert not tess.has_usable_password()
    assert [(role.role, role.class_name) for role in tess.roles.all()] == [("class_teacher", "3A")]
    assert acts()[-3:] == ["people.staff.added", "people.role.given", "people.staff.invited"]
    assert mail.outbox[0].to == ["tess@oak.example"]
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert link
    theirs = Client()
    form = theirs.get(link[0])["Location"]
    theirs.post(form, {"password1": NEW, "password2": NEW})
    assert theirs.post("/accounts/login/", {"login": "tess@oak.example", "password": NEW}).status_code == 302
    assert theirs.get("/s/oak/").status_code == 200
    assert Client().get(link[0]).status_code == 200, "a used link leads nowhere"


def test_adding_twice_adds_once(client: Client, oak: School, head: Staff) -> None:
    client.force_login(head)
    for _ in range(2):
        client.post("/s/oak/staff/add/", {"name": "Tess Teach", "email": "tess@oak.example", "role": "class_teacher"})
    assert StaffRole.objects.filter(staff__email="tess@oak.example").count() == 1


def test_an_account_of_another_school_gets_the_role_and_keeps_its_password(oak: School, head: Staff) -> None:
    elm = SchoolFactory.create()
    terry = StaffFactory.create(name="Terry", email="terry@elm.example", school=elm, roles=["headteacher"])
    added = add_staff(school=oak, name="Evil Name", email="TERRY@elm.example", role="class_teacher", by=head, now=NOW)
    assert (added.staff, added.new_account) == (terry, False)
    terry.refresh_from_db()
    assert terry.name == "Terry"
    assert terry.check_password(PASSWORD)
    assert roles_of(terry, oak, TODAY) == {"class_teacher"}


def test_wrong_input_keeps_what_was_typed(client: Client, oak: School, head: Staff) -> None:
    client.force_login(head)
    typed = {"name": "Tess Teach", "email": "no address", "role": "class_teacher"}
    answer = client.post("/s/oak/staff/add/", typed)
    assert answer.status_code == 422
    assert "Tess Teach" in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    late = {f"starts_on_{n}": part for n, part in enumerate(("2", "12", "2026"))}
    early = {f"ends_on_{n}": part for n, part in enumerate(("1", "12", "2026"))}
    answer = client.post("/s/oak/staff/add/", {**typed, "email": "t@oak.example", **late, **early})
    assert "The last day must not come before the first day." in answer.content.decode()
    assert not Staff.objects.filter(name="Tess Teach").exists()
    assert "people.staff.added" not in acts()


@pytest.mark.parametrize("role", ["headteacher", "principal", "business_manager", "senior_manager"])
def test_a_business_manager_gives_no_role_above_their_own(oak: School, head: Staff, bursar: Staff, role: str) -> None:
    with pytest.raises(Blocked, match="Only the headteacher or principal"):
        add_staff(school=oak, name="X", email="x@oak.example", role=role, by=bursar, now=NOW)
    assert not Staff.objects.filter(email="x@oak.example").exists()
    assert add_staff(school=oak, name="X", email="x@oak.example", role=role, by=head, now=NOW).new_account


def test_a_business_manager_does_not_change_their_own_roles_or_end_the_heads(oak: School, head: Staff, bursar: Staff) -> None:
    with pytest.raises(Blocked, match="Somebody else"):
        give_role(staff=bursar, school=oak, role="office_admin", by=bursar, now=NOW)
    with pytest.raises(Blocked, match="Only the headteacher"):
        end_role(role=head.roles.get(), last_day=TODAY, by=bursar, now=NOW)
    with pytest.raises(Blocked, match="Only the headteacher"):
        leave(staff=head, school=oak, last_day=TODAY, by=bursar, now=NOW)
    assert roles_of(head, oak, date(2027, 1, 1)) == {"headteacher"}


def test_the_role_of_a_trusts_administrator_is_not_a_schools_to_give(client: Client, oak: School, head: Staff) -> None:
    with pytest.raises(Blocked, match="Trust administrators"):
        give_role(staff=head, school=oak, role="trust_admin", by=head, now=NOW)
    client.force_login(head)
    assert client.post(f"/s/oak/staff/{head.pk}/role/", {"role": "trust_admin"}).status_code == 422
    assert roles_of(head, oak, TODAY) == {"headteacher"}


def test_a_role_is_given_again_with_new_dates(oak: School, head: Staff) -> None:
    tess = StaffFactory.create(school=oak, roles=["class_teacher"])
    end_role(role=tess.roles.get(), last_day=date(2026, 11, 20), by=head, now=NOW)
    assert roles_of(tess, oak, TODAY) == frozenset()
    give_role(staff=tess, school=oak, role="class_teacher", starts_on=TODAY, by=head, now=NOW)
    assert roles_of(tess, oak, TODAY) == {"class_teacher"}
    assert tess.roles.count() == 1
    assert [(event.act, event.detail.get("last_day")) for event in AuditEvent.objects.order_by("id")] == [
        ("people.role.ended", "2026-11-20"),
        ("people.role.given", None),
    ]


def test_who_leaves_has_no_access_any_more(client: Client, oak: School, head: Staff) -> None:
    tess = StaffFactory.create(school=oak, roles=["class_teacher", "dsl"])
    theirs = Client()
    theirs.force_login(tess)
    assert theirs.get("/s/oak/").status_code == 200
    client.force_login(head)
    client.post(f"/s/oak/staff/{tess.pk}/leave/", {"at_once": "on", "nobody_reads": "on"})
    assert theirs.get("/s/oak/")["Location"].startswith("/accounts/login/")
    tess.refresh_from_db()
    assert not tess.is_active
    assert not holders(oak, Role.DSL, TODAY)
    assert "people.staff.left" in acts()
    assert tess.name in client.get("/s/oak/staff/?show=left").content.decode()


def test_who_leaves_one_of_two_schools_keeps_the_other(oak: School, head: Staff) -> None:
    elm = SchoolFactory.create()
    tess = StaffFactory.create(school=oak, roles=["class_teacher"])
    StaffRole.objects.create(staff=tess, school=elm, role="class_teacher")
    leave(staff=tess, school=oak, last_day=services.end_of_yesterday(NOW), by=head, now=NOW)
    tess.refresh_from_db()
    assert tess.is_active
    assert roles_of(tess, oak, TODAY) == frozenset()
    assert roles_of(tess, elm, TODAY) == {"class_teacher"}


def test_a_last_day_to_come_still_holds(oak: School, head: Staff) -> None:
    tess = StaffFactory.create(school=oak, roles=["class_teacher"])
    leave(staff=tess, school=oak, last_day=date(2026, 12, 18), by=head, now=NOW)
    tess.refresh_from_db()
    assert tess.is_active
    assert roles_of(tess, oak, date(2026, 12, 18)) == {"class_teacher"}
    assert roles_of(tess, oak, date(2026, 12, 19)) == frozenset()


def test_a_school_keeps_somebody_in_charge(oak: School, head: Staff) -> None:
    with pytest.raises(Blocked, match="Nobody would be left"):
        leave(staff=head, school=oak, last_day=TODAY, by=head, now=NOW)
    with pytest.raises(Blocked, match="Nobody would be left"):
        end_role(role=head.roles.get(), last_day=TODAY, by=head, now=NOW)
    with pytest.raises(Blocked, match="Nobody would be left"):
        give_role(staff=head, school=oak, role="headteacher", ends_on=TODAY, by=head, now=NOW)
    assert roles_of(head, oak, date(2027, 1, 1)) == {"headteacher"}
    StaffFactory.create(school=oak, roles=["principal"])
    leave(staff=head, school=oak, last_day=TODAY, by=head, now=NOW)


def test_who_comes_back_sets_a_new_password(oak: School, head: Staff) -> None:
    tess = StaffFactory.create(email="tess@oak.example", school=oak, roles=["class_teacher"])
    leave(staff=tess, school=oak, last_day=services.end_of_yesterday(NOW), by=head, now=NOW)
    add_staff(school=oak, name="Tess", email="tess@oak.example", role="class_teacher", by=head, now=NOW)
    tess.refresh_from_db()
    assert tess.is_active
    assert not tess.has_usable_password()
    assert roles_of(tess, oak, TODAY) == {"class_teacher"}


def test_an_address_is_corrected_and_both_are_told(client: Client, oak: School, head: Staff) -> None:
    tess = StaffFactory.create(email="tess@oak.example", school=oak, roles=["class_teacher"])
    client.force_login(head)
    client.post(f"/s/oak/staff/{tess.pk}/change/", {"name": "Tess Teach", "email": "T.Teach@oak.example"})
    tess.refresh_from_db()
    assert (tess.name, tess.email) == ("Tess Teach", "t.teach@oak.example")
    told = [(message.to[0], message.subject) for message in mail.outbox]
    assert sorted(to for to, subject in told if "address" in subject) == ["t.teach@oak.example", "tess@oak.example"]
    assert [to for to, subject in told if "address" not in subject] == ["t.teach@oak.example"], "and of the name"
    with pytest.raises(BadInput, match="Somebody else"):
        change_account(staff=tess, school=oak, name="x", email="HEAD@oak.example", by=head, now=NOW)


def test_no_account_is_taken_over_by_its_address(oak: School, head: Staff, bursar: Staff) -> None:
    """Whoever sets the address can reset the password: so not above oneself, not of another school's people, not of support."""
    elm = SchoolFactory.create()
    both = StaffFactory.create(school=oak, roles=["class_teacher"])
    StaffRole.objects.create(staff=both, school=elm, role="headteacher")
    root = StaffFactory.create(school=oak, roles=["class_teacher"], is_staff=True)
    for staff, by in ((head, bursar), (both, head), (root, head)):
        with pytest.raises(Blocked):
            change_account(staff=staff, school=oak, name="x", email="evil@oak.example", by=by, now=NOW)
    assert not Staff.objects.filter(email="evil@oak.example").exists()


def test_nothing_else_that_is_posted_is_looked_at(client: Client, oak: School, bursar: Staff) -> None:
    elm = SchoolFactory.create()
    evil = {
        "is_staff": "on", "is_superuser": "on", "is_active": "on", "school": elm.pk, "school_id": elm.pk, "trust": "1", "staff": bursar.pk,
        "role": "class_teacher", "roles": "headteacher", "pk": bursar.pk, "id": bursar.pk, "on_duty": "",
        "approved_by": "1",
    }  # fmt: skip
    client.force_login(bursar)
    client.post("/s/oak/staff/add/", {"name": "Tess", "email": "tess@oak.example", **evil})
    tess = Staff.objects.get(email="tess@oak.example")
    client.post(f"/s/oak/staff/{tess.pk}/change/", {**evil, "name": "Tess", "email": "tess@oak.example"})
    client.post("/account/", {**evil, "notify_by": "product", "name": "Changed", "email": "changed@oak.example"})
    for person in (tess, bursar):
        person.refresh_from_db()
        assert not person.is_staff
        assert not person.is_superuser
    assert bursar.email == "bursar@oak.example"
    assert bursar.name == "Bo Bursar"
    assert not tess.has_usable_password()
    role = tess.roles.get()
    assert (role.school, role.trust, role.role, role.on_duty) == (oak, None, "class_teacher", True)
    assert roles_of(bursar, oak, TODAY) == {"business_manager"}


def test_one_chooses_how_one_is_told(client: Client, oak: School, head: Staff) -> None:
    client.force_login(head)
    answer = client.post("/account/", {"notify_by": "text", "mobile": ""})
    assert "Enter your mobile number to be told by text." in answer.content.decode()
    answer = client.post("/account/", {"notify_by": "text", "mobile": "01632 960001"})
    assert "a text does not reach this one" in answer.content.decode()
    client.post("/account/", {"notify_by": "text", "mobile": "07700 900123"})
    head.refresh_from_db()
    assert (head.notify_by, head.mobile) == ("text", "+447700900123")
    assert acts() == ["people.staff.notices_chosen"]
    with pytest.raises(BadInput):
        choose_notices(staff=head, notify_by="text", mobile="", now=NOW)


def test_duty_is_switched(client: Client, oak: School, head: Staff) -> None:
    sam = StaffFactory.create(name="Sam", school=oak, roles=["senior_manager"])
    sue = StaffFactory.create(name="Sue", school=oak, roles=["senior_manager"], on_duty=False)
    client.force_login(head)
    assert list(holders(oak, Role.SENIOR_MANAGER, TODAY)) == [sam]
    client.post("/s/oak/staff/duty/", {"role": sue.roles.get().pk, "on_duty": "yes"})
    client.post("/s/oak/staff/duty/", {"role": sam.roles.get().pk, "on_duty": "no"})
    assert list(holders(oak, Role.SENIOR_MANAGER, TODAY)) == [sue]
    assert acts() == ["people.duty.changed"] * 2
    assert client.post("/s/oak/staff/duty/", {"role": head.roles.get().pk, "on_duty": "no"}).status_code == 404
    assert client.post("/s/oak/staff/duty/", {"role": "x"}).status_code == 400
    with pytest.raises(BadInput):
        set_duty(role=head.roles.get(), on_duty=False, by=head, now=NOW)


def test_a_mail_server_that_is_down_loses_no_change(client: Client, oak: School, head: Staff, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    client.force_login(head)
    answer = client.post("/s/oak/staff/add/", {"name": "Tess", "email": "tess@oak.example", "role": "class_teacher"}, follow=True)
    assert "the email could not be sent" in answer.content.decode()
    assert Staff.objects.filter(email="tess@oak.example").exists()


def test_a_role_of_the_trust_is_the_trusts(client: Client) -> None:
    trust: Trust = TrustFactory.create()
    school = SchoolFactory.create(slug="elm", trust=trust)
    head = StaffFactory.create(school=school, roles=["headteacher"])
    terry = StaffFactory.create(name="Terry Trust", trust=trust, roles=["trust_admin"])
    client.force_login(head)
    assert "through the trust" in client.get(f"/s/elm/staff/{terry.pk}/").content.decode()
    with pytest.raises(Blocked, match="comes from the trust"):
        leave(staff=terry, school=school, last_day=TODAY, by=head, now=NOW)
    with pytest.raises(Blocked):
        end_role(role=terry.roles.get(), last_day=TODAY, by=head, now=NOW)


def test_setting_up_gives_any_role(oak: School) -> None:
    added = add_staff(school=oak, name="First Head", email="first@oak.example", role="headteacher", by=SystemJob("set-up"), now=NOW)
    assert roles_of(added.staff, oak, TODAY) == {"headteacher"}


@pytest.mark.parametrize("act", ["add_staff", "give_role", "end_role", "leave", "change_account", "choose_notices", "set_duty"])
def test_nothing_is_left_when_the_audit_fails(oak: School, head: Staff, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sam = StaffFactory.create(name="Sam", email="sam@oak.example", school=oak, roles=["senior_manager"])
    role = sam.roles.get()
    tried: dict[str, Callable[[], object]] = {
        "add_staff": lambda: add_staff(school=oak, name="X", email="x@oak.example", role="senior_manager", by=head, now=NOW),
        "give_role": lambda: give_role(staff=sam, school=oak, role="line_manager", by=head, now=NOW),
        "end_role": lambda: end_role(role=role, last_day=TODAY, by=head, now=NOW),
        "leave": lambda: leave(staff=sam, school=oak, last_day=services.end_of_yesterday(NOW), by=head, now=NOW),
        "change_account": lambda: change_account(staff=sam, school=oak, name="Y", email="y@oak.example", by=head, now=NOW),
        "choose_notices": lambda: choose_notices(staff=sam, notify_by="email", mobile="", now=NOW),
        "set_duty": lambda: set_duty(role=role, on_duty=False, by=head, now=NOW),
    }

    def rows() -> list[object]:
        return [*Staff.objects.order_by("pk").values(), *StaffRole.objects.order_by("pk").values()]

    before = rows()

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("no audit")

    monkeypatch.setattr("homevisits.audit.services.AuditEvent.objects.bulk_create", broken)
    with pytest.raises(OSError, match="no audit"):
        tried[act]()
    assert rows() == before


@pytest.mark.once
def test_a_corrected_name_rewrites_nothing_that_was_written_and_is_nobody_elses(client: Client, oak: School, head: Staff) -> None:
    lead = StaffFactory.create(name="Lena Lomax", school=oak, roles=["dsl"])
    tara = StaffFactory.create(name="Tara Finch", email="tara@oak.example", school=oak, roles=["class_teacher"])
    client.force_login(head)
    page = f"/s/oak/staff/{tara.pk}/change/"
    for name in ("Lena Lomax", "lena  LOMAX", "Léna Lomax"):
        refused = client.post(page, {"name": name, "email": tara.email})
        assert refused.status_code == 422
        assert "this name" in refused.content.decode()
    before = oak.now()
    client.post(page, {"name": "Tara Wood", "email": tara.email})
    tara.refresh_from_db()
    assert (tara.called(before), tara.called(oak.now() + timedelta(days=1))) == ("Tara Finch (now called Tara Wood)", "Tara Wood")
    assert {each.to[0] for each in mail.outbox} == {lead.email, tara.email}
    detail = AuditEvent.objects.get(act="people.staff.changed").detail
    assert (detail["name_before"], detail["name"]) == ("Tara Finch", "Tara Wood")
    other = StaffFactory.create(name="Olga Oak", school=oak, roles=["class_teacher"])
    client.post(f"/s/oak/staff/{other.pk}/change/", {"name": "Tara Finch", "email": other.email})
    other.refresh_from_db()
    assert other.name == "Olga Oak", "nor a name that somebody had"


@pytest.mark.once
def test_who_holds_a_guarded_role_is_signed_out_with_a_reason_and_told(client: Client, oak: School) -> None:
    bursar, lead = StaffFactory.create(school=oak, roles=["business_manager"]), StaffFactory.create(school=oak, roles=["dsl"])
    hers = Client()
    hers.force_login(lead)
    client.force_login(bursar)
    out = f"/s/oak/staff/{lead.pk}/sign-out/"
    assert 'name="reason"' in client.get(f"/s/oak/staff/{lead.pk}/").content.decode()
    client.post(out)
    assert lead.pk == int(hers.session["_auth_user_id"])
    client.post(out, {"reason": "Her tablet was stolen"})
    assert not hers.session.get("_auth_user_id")
    assert "Her tablet was stolen" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == [lead.email]
    assert AuditEvent.objects.filter(act="people.guarded.signed_out", by_id=bursar.pk).count() == 1
    offered = client.get(f"/s/oak/staff/{bursar.pk}/role/").content.decode()
    assert 'value="headteacher"' not in offered, "what is always refused is not offered"


@pytest.mark.once
def test_the_mobile_to_which_alarms_go_is_changed_after_a_proof(client: Client, oak: School) -> None:
    tess = StaffFactory.create(school=oak, roles=["class_teacher"])
    client.force_login(tess)
    prove_long_ago(client)
    page = reverse("own_account")
    client.post(page, {"notify_by": "email", "mobile": "07700 900123"})
    tess.refresh_from_db()
    assert (tess.mobile, tess.notify_by) == ("", "product")
    client.force_login(tess)
    client.post(page, {"notify_by": "email", "mobile": "07700 900123"})
    tess.refresh_from_db()
    assert tess.mobile == "+447700900123"
