"""What stops a visit, as a plain list: rule, policy, the clause that the page names; and where the rules of the code are read from."""

import ast
import re
from pathlib import Path

from homevisits.policy.clauses import clause_for
from homevisits.policy.presets import setting_rows
from visits import rules

PRI, ATT, MAT, ALT, SEC = "primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"


def _all(first: str, **others: str) -> dict[str, str]:
    """The same clause in every policy, but for those that have one of their own."""
    return {PRI: first, ATT: first, MAT: first, ALT: first, SEC: first} | {globals()[name]: clause for name, clause in others.items()}


# {rule: {policy: the clause that its page names}}. A policy that is missing has no such rule.
STOPPED: dict[str, dict[str, str]] = {
    # Asking
    "unannounced_without_a_reason_that_counts": _all("MAT-02", ALT="ALT-11", SEC="SEC-05"),
    "joint_visit_without_its_worker": _all("SEC-03"),
    # Planning
    "no_purpose": _all("ALT-10", MAT="MAT-03", SEC="SEC-01"),
    "other_purpose_without_words": {PRI: "ALT-10", ATT: "ALT-10", ALT: "ALT-10", SEC: "SEC-01"},
    "could_come_to_school": {MAT: "MAT-10"},
    "too_few_go": {PRI: "PRI-02", ATT: "ATT-01", MAT: "MAT-10", ALT: "ALT-23", SEC: "SEC-02"},
    "alone_without_lone_worker_assessment": {MAT: "MAT-10", ALT: "ALT-23", SEC: "SEC-02"},
    "alone_without_written_reason": {MAT: "MAT-10"},
    "pupil_taken_by_one_alone": {ALT: "ALT-31", SEC: "ATT-52"},
    "pupil_taken_without_minibus": {ATT: "ATT-52"},
    "not_checked": _all("ATT-50", ALT="ALT-32"),
    "not_trained": {ATT: "ATT-20"},
    "policy_not_read": {PRI: "ATT-20", ATT: "ATT-02", MAT: "MAT-10", ALT: "ALT-02", SEC: "ATT-20"},
    "code_of_conduct_not_confirmed": {ALT: "ALT-27"},
    "unwell": _all("ATT-82"),
    "on_another_visit": {PRI: "PRI-02", ATT: "ATT-01", MAT: "MAT-10", ALT: "ALT-23", SEC: "SEC-02"},
    "outside_the_hours": {PRI: "PRI-05", ATT: "PRI-05", MAT: "MAT-23", ALT: "ALT-13", SEC: "SEC-12"},
    "no_alarm_device": {ATT: "ATT-16"},
    "no_safe_word": {MAT: "MAT-21"},
    # The family
    "told_of_an_unannounced_visit": _all("PRI-13"),
    "agreed_when_it_is_over": _all("PRI-13", SEC="SEC-04"),
    "withdrawn_though_the_morning_raised_it": _all("PRI-35"),
    # Risk
    "a_must_be_yes_is_no": {PRI: "ATT-81", ATT: "ATT-81", ALT: "ATT-81", SEC: "ATT-81"},
    # Approval
    "no_risk_assessment": {PRI: "PRI-01", ATT: "ATT-80", MAT: "MAT-10", ALT: "ALT-02", SEC: "PRI-01"},
    "high_risk_undecided": _all("PRI-12"),
    "alone_at_more_than_low_risk": {ALT: "ALT-23", SEC: "SEC-02"},
    "own_visit": {PRI: "ATT-33", ATT: "ATT-33", MAT: "MAT-01", ALT: "ALT-02", SEC: "ATT-33"},
    "not_the_approver": {PRI: "ATT-33", ATT: "ATT-33", MAT: "MAT-01", ALT: "ALT-02", SEC: "ATT-33"},
    "new_risk_and_the_schools_assessment_is_old": {ATT: "ATT-13"},
    "schools_assessment_not_read": {ATT: "ATT-81"},
    "no_mobile_on_the_permission": {ATT: "ATT-80"},
    "annex_on_and_contact_could_be_remote": {ATT: "ATT-70"},
    "annex_on_and_somebody_has_symptoms": {ATT: "ATT-71"},
    "annex_on_and_a_lift": {ATT: "ATT-72"},
    # Leaving
    "not_approved": {PRI: "ATT-33", ATT: "ATT-33", MAT: "MAT-01", ALT: "ALT-02", SEC: "ATT-33"},
    "weekly_list_unsigned": {ATT: "ATT-32"},
    "no_mobile": {ATT: "ATT-11", MAT: "MAT-18", ALT: "ALT-26", SEC: "SEC-08"},
    "device_missing": {ATT: "ATT-16"},
    "safe_word_missing": {MAT: "MAT-21"},
    "vehicle_uninsured": _all("ATT-18", ALT="ALT-25"),
    "briefing_unread": {PRI: "PRI-17", ATT: "PRI-17", MAT: "MAT-15", ALT: "ALT-20", SEC: "PRI-17"},
    "identification_no": {PRI: "PRI-24", ATT: "ATT-37", MAT: "MAT-18", ALT: "ALT-14", SEC: "PRI-24"},
    "vulnerable_persons_not_said": {MAT: "MAT-30"},
    # Going inside
    "no_adult": {PRI: "PRI-23", ATT: "ATT-14", MAT: "MAT-11", ALT: "ALT-31"},
    "another_adult_but_no_parent": {ATT: "ATT-14"},
    "appointment_not_confirmed": {ATT: "ATT-14"},
    "waited_too_long": _all("ATT-34", ALT="ALT-15"),
    "parents_are_late": _all("ATT-35"),
    "not_everybody_there": {MAT: "MAT-22"},
    "invited_by_a_child": _all("MAT-11"),
    "family_said_no": _all("PRI-15"),
    "help_was_called": _all("PRI-25"),
    # On the way
    "late_without_a_word": _all("ALT-24"),
    # What was found
    "told_that_the_child_is_at_home": _all("PRI-36"),
    "fell_ill_without_annex": _all("ATT-71"),
    "alarm_taken_by_the_pair": _all("ALT-19"),
    # The form
    "form_written_by_another": _all("PRI-20"),
    "no_signature": {ATT: "ATT-15"},
    # Closing
    "questionnaire_not_handed_in": _all("PRI-21"),
    "session_record_not_handed_in": _all("ALT-30"),
    "no_report": _all("MAT-20", ATT="ATT-40"),
    "no_evaluation": {ATT: "ATT-40"},
    "not_said_whether_inside": _all("MAT-06"),
    "not_everybody_back": {PRI: "PRI-19", ATT: "ATT-12", MAT: "MAT-13", ALT: "ALT-20", SEC: "SEC-09"},
    "nothing_said_of_a_child": _all("PRI-36"),
    "letter_is_the_designated_persons": _all("PRI-39"),
    "letter_not_left": _all("PRI-40", MAT="MAT-31", SEC="SEC-07"),
    "no_reason_for_ending": _all("ATT-38", ALT="ALT-16"),
}

# A policy's own clauses that its rules can name and that no form of it runs into, and why.
OWN_NOT_STOPPED: dict[str, str] = {
    "ATT-10": "Nobody goes alone under this policy: the number of those who go stops it before (ATT-01).",
    "ATT-74": "The pages of the annex open for heads alone; that a principal is not the headteacher is proved with the annex.",
    "MAT-12": "The page where the safeguarding team decides on what was found opens for that team alone.",
    "PRI-22": "What is ticked with professional curiosity is never stopped: the clause says whose eyes that section is for.",
    "MAT-27": "Whether two make it worse: the form itself asks for the measure, with the clause in its heading.",
    "SEC-06": "This policy warns where the others stop: no adult at the door.",
}
# Clauses of other policies that stand in the code of the rules and cannot come up under this one, and why.
OTHERS_NOT_STOPPED: dict[str, str] = {
    "ALT-10": "The purposes: the policy has a clause of its own.",
    "ALT-23": "The highest risk for going alone: only where one may go alone.",
    "ATT-10": "Going alone without a lone-worker assessment: each policy that lets one go names its own clause.",
    "ATT-13": "The school's own assessment is made by a named head in one policy only.",
    "ATT-14": "Entry by appointment is one policy's.",
    "ATT-15": "The signatures on the record of an appointment are one policy's.",
    "ATT-16": "The alarm device is one policy's.",
    "ATT-32": "The weekly list is one policy's.",
    "ATT-40": "The evaluation is one policy's; elsewhere the report is asked for with another clause.",
    "ATT-52": "Taking a pupil somewhere: by minibus in one policy, alone only where one may go alone.",
    "ATT-70": "The infection-control annex is one policy's.",
    "ATT-72": "The infection-control annex is one policy's.",
    "ATT-74": "The infection-control annex is one policy's.",
    "ATT-80": "The permission form and the lowest risk of a first visit are one policy's.",
    "MAT-10": "Need, why not at school, whom to see: one policy's.",
    "MAT-12": "The page where the safeguarding team decides on what was found opens for that team alone.",
    "MAT-20": "The report: the policy has a clause of its own.",
    "MAT-21": "The safe word is one policy's; what was heard on a call is noted on a page that opens for the office alone.",
    "MAT-22": "Waiting until everyone has arrived is one policy's.",
    "MAT-27": "Whether two make it worse is asked in one policy.",
    "MAT-30": "The hazard matrix is one policy's.",
    "PRI-01": "The risk assessment: the policy has a clause of its own.",
    "PRI-02": "A senior leader's word lifts the rule of two in one policy only.",
    "PRI-17": "The briefing: the policy has a clause of its own.",
    "PRI-22": "What is ticked with professional curiosity is never stopped: the clause says whose eyes that section is for.",
    "PRI-19": "Deciding that the police are not called: the page never opens for those who are out.",
}
PREFIX = {PRI: "PRI", ATT: "ATT", MAT: "MAT", ALT: "ALT", SEC: "SEC"}


def not_stopped(preset: str) -> set[str]:
    """What no page of a policy has to stop: of its own clauses few, each explained."""
    others = {one for one in OTHERS_NOT_STOPPED if not one.startswith(PREFIX[preset])}
    return others | {one for one in OWN_NOT_STOPPED if one.startswith(PREFIX[preset])}


_CLAUSE = re.compile(r"(PRI|ATT|MAT|ALT|SEC)-\d\d")


def named_in_rules(preset: str) -> set[str]:
    """Every clause that the code of `visits/rules` can name under a policy: written out, in a table by policy, or behind a setting."""
    found: set[str | None] = set()
    for file in sorted(Path(rules.__file__).parent.glob("*.py")):
        tree = ast.parse(file.read_text())
        tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
        in_tables = {id(one) for table in tables for one in table.values}
        for table in tables:
            rows = dict(zip((_text(key) for key in table.keys), (_text(value) for value in table.values), strict=True))
            found.add(rows.get(preset))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in in_tables:
                found.add(_text(node))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "clause":
                settings = {_text(one) for one in ast.walk(node.args[1])} & set(setting_rows())
                found |= {clause_for(preset, str(setting)) for setting in settings}
    return {one for one in found if one and _CLAUSE.fullmatch(one)}


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
