"""Versions: drafted, changed, signed, in force, never changed again; reviewed and reminded of."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from homevisits.audit.models import AuditEvent
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import School, Staff, Trust
from homevisits.people.tests.factories import SchoolFactory, StaffFactory, TrustFactory
from homevisits.policy import rules, selectors, services
from homevisits.policy.models import PolicyVersion
from homevisits.policy.values import BadSetting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 9, 20, 8, tzinfo=UTC)
TODAY = date(2026, 9, 1)
SETUP = SystemJob("set-up")


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Hedda Head")


@pytest.fixture
def lead(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["deputy_headteacher"], name="Dana Deputy")


def adopt(school: School, preset: str = "primary-procedures") -> PolicyVersion:
    return services.adopt_preset(school=school, preset=preset, by=SETUP, now=NOW)


def test_a_preset_adopted_at_set_up_is_in_force_from_that_day(school: School) -> None:
    version = services.adopt_preset(school=school, preset="secondary", changes={"call_at": "09:50"}, by=SETUP, now=NOW)
    assert selectors.version_in_force(school, TODAY) == version
    assert (version.number, version.changes, version.values.preset) == ("1.0", {"call_at": "09:50"}, "secondary")
    with pytest.raises(selectors.NoPolicy, match="no policy in force"):
        selectors.version_in_force(school, date(2026, 8, 31))


def test_a_change_that_equals_the_preset_is_no_change(school: School) -> None:
    assert services.adopt_preset(school=school, preset="secondary", changes={"call_at": "9:45"}, by=SETUP, now=NOW).changes == {}


def test_a_wrong_change_leaves_nothing_behind(school: School) -> None:
    with pytest.raises(BadSetting):
        services.adopt_preset(school=school, preset="secondary", changes={"call_at": "later"}, by=SETUP, now=NOW)
    assert not PolicyVersion.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.clause("ATT-04")
def test_a_version_takes_effect_only_when_every_role_that_the_policy_names_has_signed(school: School, head: Staff, lead: Staff) -> None:
    old = adopt(school, "attendance-officer")
    draft = services.draft_version(school=school, by=lead, now=NOW)
    services.change_setting(version=draft, setting="call_at", value="09:50", by=lead, now=NOW)
    assert rules.required_signers(draft) == ("headteacher", "chair_of_governors")

    services.sign(version=draft, role="headteacher", by=head, now=NOW)
    assert selectors.version_in_force(school, TODAY) == old
    assert rules.unsigned(draft) == ["chair_of_governors"]

    agreed = services.sign(version=draft, role="chair_of_governors", name="Cora Chair", signed_on=date(2026, 9, 15), by=head, now=LATER)
    assert agreed.status == PolicyVersion.Status.AGREED
    assert (agreed.agreed_on, agreed.effective_from) == (date(2026, 9, 20), date(2026, 9, 20))
    assert selectors.version_in_force(school, date(2026, 9, 19)) == old
    assert selectors.version_in_force(school, date(2026, 9, 20)) == agreed
    signed = rules.signatures_of(agreed)
    assert [(one.name, one.role, one.signed_on) for one in signed.values() if one] == [
        ("Hedda Head", "headteacher", TODAY),
        ("Cora Chair", "chair_of_governors", date(2026, 9, 15)),
    ]


def test_the_headteacher_signs_even_where_the_policy_does_not_say_so(school: School) -> None:
    assert rules.required_signers(adopt(school, "academy-trust")) == ("headteacher", "trust_board")


@pytest.mark.parametrize("role", ["deputy_headteacher", "office_admin"])
def test_nobody_signs_for_a_headteacher(school: School, head: Staff, role: str) -> None:
    adopt(school)
    draft = services.draft_version(school=school, by=head, now=NOW)
    other = StaffFactory.create(school=school, roles=[role])
    with pytest.raises(Blocked, match="Only the headteacher can sign"):
        services.sign(version=draft, role="headteacher", name="Hedda Head", by=other, now=NOW)
    elsewhere = StaffFactory.create(school=SchoolFactory.create(), roles=["headteacher"])
    with pytest.raises(Blocked, match="Only the headteacher"):
        services.sign(version=draft, role="headteacher", by=elsewhere, now=NOW)
    assert not draft.signatures.exists()


def test_a_body_signs_by_a_name_and_not_on_a_day_to_come(school: School, head: Staff) -> None:
    adopt(school, "attendance-officer")
    draft = services.draft_version(school=school, by=head, now=NOW)
    with pytest.raises(BadInput, match="Give the name"):
        services.sign(version=draft, role="chair_of_governors", by=head, now=NOW)
    with pytest.raises(BadInput, match="a day to come"):
        services.sign(version=draft, role="chair_of_governors", name="Cora", signed_on=date(2026, 9, 2), by=head, now=NOW)
    with pytest.raises(Blocked, match="does not ask for"):
        services.sign(version=draft, role="trust_board", name="Board", by=head, now=NOW)


def test_a_change_after_a_signature_voids_it(school: School, head: Staff, lead: Staff) -> None:
    adopt(school, "attendance-officer")
    draft = services.draft_version(school=school, by=lead, now=NOW)
    services.sign(version=draft, role="headteacher", by=head, now=NOW)
    services.change_setting(version=draft, setting="call_grace", value=20, by=lead, now=NOW)
    assert rules.unsigned(draft) == ["headteacher", "chair_of_governors"]
    assert AuditEvent.objects.filter(act="policy_signatures_void").count() == 1


@pytest.mark.clause("PRI-42")
def test_an_agreed_version_never_changes_not_even_past_the_services(school: School, head: Staff) -> None:
    version = adopt(school)
    with pytest.raises(Blocked, match="cannot change any more"):
        services.change_setting(version=version, setting="call_at", value="09:50", by=head, now=NOW)
    for write in (
        lambda: PolicyVersion.objects.filter(pk=version.pk).update(changes={"call_at": "09:50"}),
        lambda: PolicyVersion(**{**_columns(version), "number": "9.9"}).save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    version.refresh_from_db()
    assert (version.number, version.changes) == ("1.0", {})


def _columns(version: PolicyVersion) -> dict[str, object]:
    return {field.attname: getattr(version, field.attname) for field in PolicyVersion._meta.concrete_fields}


@pytest.mark.clause("PRI-42", "MAT-40")
def test_numbers_count_changes_and_reviews_and_the_reviewer_and_dates_are_kept(school: School, head: Staff) -> None:
    adopt(school)
    change = services.draft_version(school=school, by=head, now=NOW)
    assert change.number == "1.1"
    services.sign(version=change, role="headteacher", by=head, now=NOW)
    reviewed = services.review(
        version=change, reviewed_by="Headteacher and governors", reviewed_on=TODAY, next_review_on=date(2027, 5, 1), by=head, now=LATER
    )
    assert (reviewed.number, reviewed.reviewed_by, reviewed.reviewed_on) == ("2.0", "Headteacher and governors", TODAY)
    assert rules.review_due(reviewed) == date(2027, 5, 1)
    agreed = services.sign(version=reviewed, role="headteacher", by=head, now=LATER)
    assert selectors.version_in_force(school, date(2026, 9, 20)) == agreed
    assert [one.number for one in selectors.versions_of(school)] == ["2.0", "1.1", "1.0"]


@pytest.mark.clause("SEC-11")
def test_a_next_review_date_that_is_given_goes_before_the_interval_and_the_lead_person_is_reminded(school: School, head: Staff) -> None:
    version = adopt(school, "secondary")
    assert (version.owner, version.created_on) == ("Deputy headteacher", TODAY)
    assert rules.review_due(version) == date(2028, 8, 1)  # 23 months on
    assert rules.reminder_roles(version) == ("deputy_headteacher",)
    draft = services.review(
        version=version, reviewed_by="Deputy headteacher", reviewed_on=TODAY, next_review_on=date(2027, 1, 31), by=head, now=NOW
    )
    assert rules.review_due(draft) == date(2027, 1, 31)
    assert rules.reminder_due(draft, date(2026, 12, 31)) is None
    assert rules.reminder_due(draft, date(2027, 1, 1)) == (date(2027, 1, 31), False)
    assert rules.reminder_due(draft, date(2027, 1, 31)) == (date(2027, 1, 31), False)
    assert rules.reminder_due(draft, date(2027, 2, 1)) == (date(2027, 1, 31), True)


def test_months_are_counted_to_the_end_of_a_shorter_month() -> None:
    assert rules.add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert rules.add_months(date(2026, 12, 1), 12) == date(2027, 12, 1)


def test_one_draft_at_a_time_and_it_can_be_discarded(school: School, head: Staff) -> None:
    adopt(school)
    draft = services.draft_version(school=school, by=head, now=NOW)
    with pytest.raises(Blocked, match=r"There is a draft already: version 1\.1"):
        services.draft_version(school=school, by=head, now=NOW)
    services.discard_draft(version=draft, by=head, now=NOW)
    assert services.draft_version(school=school, preset="secondary", by=head, now=NOW).number == "2.0"


def test_who_may_not_edit_is_refused_by_the_services_too(school: School, head: Staff) -> None:
    adopt(school)
    office = StaffFactory.create(school=school, roles=["office_admin"])
    with pytest.raises(Blocked, match="does not let you edit"):
        services.draft_version(school=school, by=office, now=NOW)
    draft = services.draft_version(school=school, by=head, now=NOW)
    with pytest.raises(Blocked, match="does not let you edit"):
        services.change_setting(version=draft, setting="call_at", value="09:50", by=office, now=NOW)


@pytest.mark.clause("MAT-04")
def test_a_trust_sets_a_policy_for_all_its_schools() -> None:
    trust = TrustFactory.create()
    first, second, alone = SchoolFactory.create(trust=trust), SchoolFactory.create(trust=trust), SchoolFactory.create()
    trusts = services.adopt_preset(trust=trust, preset="academy-trust", by=SETUP, now=NOW)
    assert selectors.version_in_force(first, TODAY) == selectors.version_in_force(second, TODAY) == trusts
    assert selectors.find_version_in_force(alone, TODAY) is None
    own = services.adopt_preset(school=second, preset="secondary", by=SETUP, now=NOW)
    assert selectors.version_in_force(second, TODAY) == own
    assert own not in selectors.versions_for_school(first)


@pytest.mark.clause("MAT-04")
def test_a_trusts_policy_that_binds_goes_before_a_schools_own() -> None:
    trust = TrustFactory.create()
    school = SchoolFactory.create(trust=trust)
    services.adopt_preset(school=school, preset="secondary", by=SETUP, now=NOW)
    services.adopt_preset(trust=trust, preset="academy-trust", by=SETUP, now=NOW)
    admin = StaffFactory.create(trust=trust, roles=["trust_admin"])
    draft = services.draft_version(trust=trust, by=admin, now=NOW)
    services.set_details(version=draft, binds_schools=True, by=admin, now=NOW)
    binding = _signed_by_board(trust, draft, admin)
    assert selectors.version_in_force(school, date(2026, 9, 20)) == binding
    head = StaffFactory.create(school=school, roles=["headteacher"])
    with pytest.raises(Blocked, match="sets one policy for all its schools"):
        services.draft_version(school=school, by=head, now=LATER)


def test_a_schools_first_draft_copies_the_trusts_settings_and_not_its_document_control() -> None:
    trust = TrustFactory.create()
    school = SchoolFactory.create(trust=trust)
    services.adopt_preset(trust=trust, preset="academy-trust", changes={"call_at": "09:50"}, by=SETUP, now=NOW)
    draft = services.draft_version(school=school, by=StaffFactory.create(school=school, roles=["headteacher"]), now=LATER)
    assert (draft.number, draft.preset, draft.changes) == ("1.0", "academy-trust", {"call_at": "09:50"})
    assert (draft.owner, draft.lead_role, draft.created_on, draft.school) == ("", "", date(2026, 9, 20), school)


@pytest.mark.clause("SEC-11")
def test_the_day_a_policy_was_created_stays_through_its_versions(school: School, head: Staff) -> None:
    adopt(school, "secondary")
    draft = services.draft_version(school=school, by=head, now=LATER)
    services.set_details(version=draft, created_on=date(2006, 9, 1), by=head, now=LATER)
    agreed = services.sign(version=draft, role="headteacher", by=head, now=LATER)
    assert services.draft_version(school=school, by=head, now=LATER).created_on == agreed.created_on == date(2006, 9, 1)


def test_a_school_alone_has_no_trust_administrator_to_remind(school: School) -> None:
    assert rules.reminder_roles(adopt(school, "academy-trust")) == ("principal",)


@pytest.mark.clause("MAT-05")
def test_a_trusts_version_takes_effect_only_when_its_board_is_recorded() -> None:
    trust = TrustFactory.create()
    admin = StaffFactory.create(trust=trust, roles=["trust_admin"])
    draft = services.draft_version(trust=trust, preset="academy-trust", by=admin, now=NOW)
    assert draft.owner == "Chief executive officer"
    assert rules.required_signers(draft) == ("trust_board",)
    assert selectors.trust_version_in_force(trust, TODAY) is None
    head = StaffFactory.create(school=SchoolFactory.create(trust=trust), roles=["headteacher"])
    with pytest.raises(Blocked, match="Only the trust board"):
        services.sign(version=draft, role="trust_board", name="The board", by=head, now=NOW)
    agreed = _signed_by_board(trust, draft, admin)
    assert selectors.trust_version_in_force(trust, date(2026, 9, 20)) == agreed


def _signed_by_board(trust: Trust, draft: PolicyVersion, admin: Staff) -> PolicyVersion:
    return services.sign(version=draft, role="trust_board", name=f"Board of {trust.name}", signed_on=date(2026, 9, 10), by=admin, now=LATER)


@pytest.mark.clause("ATT-02")
def test_staff_confirm_that_they_have_read_this_version_once(school: School, head: Staff) -> None:
    version = adopt(school)
    assert not selectors.has_read(head, version)
    services.confirm_read(version=version, by=head, now=NOW)
    services.confirm_read(version=version, by=head, now=LATER)
    assert version.reads.get().at == NOW
    draft = services.draft_version(school=school, by=head, now=NOW)
    with pytest.raises(Blocked, match="not in force"):
        services.confirm_read(version=draft, by=head, now=NOW)
    newer = services.sign(version=draft, role="headteacher", by=head, now=NOW)
    assert not selectors.has_read(head, newer)


def test_when_the_audit_fails_nothing_is_left(school: School, head: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    adopt(school)
    draft = services.draft_version(school=school, by=head, now=NOW)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr("homevisits.policy.services.common.record", broken)
    with pytest.raises(RuntimeError):
        services.sign(version=draft, role="headteacher", by=head, now=NOW)
    draft.refresh_from_db()
    assert draft.status == PolicyVersion.Status.DRAFT
    assert not draft.signatures.exists()
