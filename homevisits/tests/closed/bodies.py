"""What the forms need that cannot be guessed from their fields, and those that cannot be taken, with the reason."""

from collections.abc import Callable

from django.urls import resolve

from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD
from safeguarding.models import Concern

from .world import World

Known = str | Callable[[World, Staff], str]  # as it stands, or of the school and of whoever sends it
Body = dict[str, tuple[Known, ...]]
NEW = "staple battery horse correct"


def a_pupil(world: World, by: Staff) -> str:
    """The number of somebody on roll."""
    return str(world.school.pupils.order_by("pk")[0].pk)


def another_pupil(world: World, by: Staff) -> str:
    """The number of somebody else."""
    return str(world.school.pupils.order_by("-pk")[0].pk)


def another_concern(world: World, by: Staff) -> str:
    """The number of a concern beside that of the addresses."""
    number = resolve(world.addresses["concern"]).kwargs["concern_id"]
    return str(Concern.objects.filter(school=world.school).exclude(pk=number).order_by("pk")[0].pk)


BODIES: dict[str, tuple[Body, ...]] = {
    "account_change_password": ({"oldpassword": (PASSWORD,), "password1": (NEW,), "password2": (NEW,)},),
    "staff_change": ({"name": ("Another Name",)},),
    "term_change": ({"name": ("Another term",)},),
    "policy_review": ({"next_review_on_0": ("10",), "next_review_on_1": ("12",), "next_review_on_2": ("2027",)},),
    "visit_spoken": ({"delegated_by": ()},),
    "allegation_write": ({"subject_words": ()},),
    "visit_risk": (dict.fromkeys(("q_safeguarding_record_checked", "q_school_assessment_read"), ("yes",)),),
    "import_list": ({"uploads": ("a sheet",)},),
    "tablet_keys": ({"person": (lambda world, by: str(by.pk),)},),
    "concern_write": ({"find": (), "pupil": (a_pupil,), "seen_time": ("",), "emergency_time": ("",)},),
    "concern_pupils": ({"add": (another_pupil,)},),
    "concern_link": ({"other": (another_concern,)},),
    "log_absence": ({"pupil": (a_pupil,), "code": ("I",)},),
    "agency_told": ({"time": ("10:00",), "day_0": ("24",), "day_1": ("11",), "day_2": ("2026",)},),
    "appointment_offer": ({"day_0": ("27",), "day_1": ("11",), "day_2": ("2026",), "time": ("11:30",)},),
}
DEVICE = "It asks for a code or a key of somebody's device: homevisits/people/tests/test_second_factor.py"
JSON = "It takes JSON: tried in test_mass_assignment.py by itself"
TAP = "A tap without fields of its own, for which there is nothing to do in this school"
STATE = "It asks for a visit, or those who go, in a state that not every scene has: what the scenes reach is tried, the rest is not"
EARLIER = "It asks for what another form of the same record says first"
PART = "It answers a part of a page and writes nothing"
# A route that stands here and takes in one of the scenes is tried all the same.
NOT_TAKEN: dict[str, str] = {
    "account_reset_password": "It sends a letter and writes nothing",
    "staff_invite": "It sends a letter and writes nothing",
    "guarded_account": "Only about somebody who holds a guarded role: test_guarded_roles.py asks for it",
    "import_marks": "A file of the information system, and a person who looks at it: the tests of imports send one",
    "trust_policy_sign": "By whoever the draft still needs, once it is whole: the tests of policies sign it",
    **dict.fromkeys(("mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "tablet_keys"), DEVICE),
    **dict.fromkeys(("visit_sync", "concern_sync"), JSON),
    **dict.fromkeys(("wording_preview", "concern_find"), PART),
    **dict.fromkeys(
        """closure_remove correct demo_fresh_morning message_again message_restored_ask message_test own_back own_conflict_end
        staff_sessions_end upload_folder upload_zip wording_drop write_back write_back_change write_back_learn annex_leave""".split(),  # noqa: SIM905  (lists of so many texts read worse)
        TAP,
    ),
    **dict.fromkeys(
        """access_apart access_identity access_plain access_release agency_told concern_close concern_link concern_pupils concern_reopen
        concern_write guarded_role_end incident_review log_absence questionnaire_act questionnaire_discard referral_send
        transfer_pack_make transfer_receipt transfer_sent weekly_list_sign""".split(),  # noqa: SIM905  (as above)
        EARLIER,
    ),
    **dict.fromkeys(
        """appointment_offer high_risk_decide send_now visit_agree visit_alarm_over visit_arrived_seen visit_briefing_read visit_check_in
        visit_delay visit_end_at_home visit_feedback visit_form_choose visit_form_section visit_form_sign visit_help visit_incident
        visit_item visit_length_seen visit_letter_discard visit_letter_print visit_letter_sent visit_meeting visit_other_contact
        visit_pack visit_parents_late visit_police visit_repeat visit_report visit_safe_word visit_sign_week visit_spoken
        visit_take_alarm visit_well visit_well_agree""".split(),  # noqa: SIM905  (as above)
        STATE,
    ),
}  # fmt: skip
