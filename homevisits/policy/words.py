"""Words for the codes that settings choose among."""

from homevisits.people import words
from homevisits.people.models import Role

ROLES = dict(Role.choices)
SENIOR_ON_DUTY = "senior_manager_on_duty"
# Bodies that sign or review as a body: nobody signs in as one, so their signature is recorded by its name.
BODIES = {
    "chair_of_governors": "Chair of governors",
    "trust_board": "Trust Board",
    "governing_board": "Governing board",
    "executive_team_policy_committee": "Executive team's policy committee",
}
APPROVERS = {SENIOR_ON_DUTY: "Senior manager on duty", **ROLES}
SIGNERS = {**ROLES, **BODIES}
LEVELS = {"low": "Low", "medium": "Medium", "high": "High"}
POINTS = {
    "departed": "Departed",
    "arriving": "About to arrive",
    "arrived": "At the door",
    "inside": "Inside",
    "left_property": "Left the property",
    "returned": "Returned",
}
STEPS = {
    "staff": "The staff themselves",
    "office": "The office",
    "senior_manager": "The senior manager",
    "headteacher": "The headteacher",
    "police_prompt": "Prompt to call the police",
}
FLAGS = {
    "child_protection_plan": "Child protection plan",
    "child_in_need": "Child in need",
    "looked_after": "Looked after",
    "missing_before": "Missing before",
}
CHECKS = {**words.CHECKS, "dbs_level_by_purpose": "The DBS level that the purpose needs"}
TRAINING = {
    "policy_read": "This policy read",
    words.CODE_OF_CONDUCT: words.training_words(words.CODE_OF_CONDUCT),
    **words.TRAINING,
}
PURPOSES = {
    "absent_child_check": "Checking on an absent child",
    "safeguarding_emergency": "Safeguarding emergency",
    "childrens_services": "Children's services",
}

# What is special about each preset, for whoever chooses one.
PRESET_NOTES = {
    "primary-procedures": "Induction and in-year visits, always in pairs; first-day absence with a text, a call and a visit",
    "attendance-officer": "A weekly list signed by the headteacher, a permission form, waiting limits, agreements with parents",
    "academy-trust": "For a trust of several schools: principal or safeguarding lead approves, hazard matrix, safe word",
    "alternative-provision": "Tutoring at home, contacts out of hours, a briefing, assurance for governors",
    "secondary": "One or two members of staff, unannounced visits, joint visits with other agencies, a calling card",
}


def role_words(code: str) -> str:
    """A role or body in words: `dsl` is “Designated safeguarding lead”."""
    return {**APPROVERS, **SIGNERS}.get(code, code.replace("_", " "))


def preset_words(preset: str) -> str:
    """A preset's name in words: “Primary procedures”."""
    return preset.replace("-", " ").capitalize()
