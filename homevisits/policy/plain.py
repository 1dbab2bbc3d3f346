"""The policy for parents, in plain English, made from the settings: the page and the PDF say what the software does."""

from dataclasses import dataclass

from .shown import clock_time, count, joined, lower_first
from .values import Values
from .words import SENIOR_ON_DUTY, role_words


@dataclass(frozen=True)
class Section:
    """One part of the policy: its heading, and its sentences as paragraphs or steps."""

    heading: str
    lines: tuple[str, ...]
    steps: tuple[tuple[str, str], ...] = ()


def sections(values: Values) -> tuple[Section, ...]:
    """All parts, in the order in which a parent meets them."""
    return (_report(values), _morning(values), _visit(values), _door(values), _arranged(values), _staff(values), _worry(values))


def _report(values: Values) -> Section:
    deadline = clock_time(values.reporting_deadline)
    return Section(
        "If your child cannot come to school",
        (
            f"Please tell us by {deadline} on the first day, and say why. You can ring, leave a message, send an email or tell the office.",
            "Once you have told us, we do not send you a text, ring you or come to your door about that absence.",
        ),
    )


def _morning(values: Values) -> Section:
    first, call, visit = clock_time(values.first_text_at), clock_time(values.call_at), clock_time(values.welfare_visit_at)
    steps = [
        (first, "We send a text to your child's first contacts and ask where your child is."),
        (call, "If nobody has answered, we ring the contacts in the order you gave us. If we reach nobody, we send another text."),
        (visit, "If we have still not heard from anybody, at least two of our staff come to your home to see that your child is safe."),
    ]
    if values.minimum_staff == 1:
        steps[2] = (visit, "If we have still not heard from anybody, our staff come to your home to see that your child is safe.")
    lines = ["If your child is not at school and nobody has told us why, this is what we do on that morning:"]
    after = ["It stops as soon as we have spoken to you, or your child has arrived."]
    if values.all_clear:
        after.append("If we have texted you, we text again when your child is accounted for.")
    return Section("If your child is absent and nobody rings", (*lines, *after), tuple(steps))


def _visit(values: Values) -> Section:
    others = "Otherwise we come unannounced only when we have an urgent worry about your child's safety."
    if values.unannounced_allowed_for.get("other_purposes") or values.unannounced_allowed_for.get("roles"):
        others = "Otherwise we come unannounced only rarely, and with a reason that is written down."
    return Section(
        "When we come because we have not heard from you",
        (
            "This visit is not announced. It is about one thing: that your child is safe.",
            "We ask to see your child. It is not enough for us to be told that they are at home.",
            f"If nobody answers, we leave {_left_behind(values)} and tell our safeguarding team straight away. "
            "They may tell the education welfare officer or children's services.",
            others,
        ),
    )


def _left_behind(values: Values) -> str:
    return {
        "letter_through_door": "a letter",
        "parent_copy": "your copy of our visit form",
        "calling_card": "a card with the number to ring",
    }[values.nobody_home_leaves]


def _door(values: Values) -> Section:
    inside = {
        "block": "We only come in when an adult is at home and asks us in.",
        "block_without_parent": "We only come in by appointment, and when a parent or carer is at home.",
        "warn": "We would like a parent or another adult to be at home.",
    }[values.adult_present_rule]
    animals = {
        "may_ask": "We may ask you to put animals in another room.",
        "other_room_or_cancel": "Please put any animal that could be dangerous in another room. Otherwise we cannot stay.",
        "none_in_the_room": "Please keep animals out of the room while we are there.",
        "other_room_or_outside_or_cancel": "Please put any animal that could be dangerous in another room or outside. "
        "Otherwise we cannot stay.",
    }[values.animals_rule]
    shown_by = {
        "school_id_carried": "carry their school ID",
        "card_on_front_of_clothing": "wear their ID card on the front of their clothing",
        "carried_without_necklace_lanyard": "carry identification",
        "badge_on_quick_release_lanyard": "wear a badge",
    }[values.identification]
    return Section("At your door", (f"Our staff {shown_by} and show it to you.", inside, animals))


def _arranged(values: Values) -> Section:
    where = "in their car" if values.wait_place == "car" else "outside"
    absent, joiner = count(values.parents_absent_wait, "minutes"), count(values.in_year_visit_within, "days")
    late = ""
    if values.parents_late_wait > values.parents_absent_wait:
        late = f" If you let us know that you are late, they wait up to {count(values.parents_late_wait, 'minutes')}."
    return Section(
        "Visits that we arrange with you",
        (
            f"We agree the time with you. A visit takes about {count(values.standard_length, 'minutes')}.",
            "We tell you beforehand what will happen and what kinds of question we ask. You may say no.",
            f"If you are not in, staff wait {where} for {absent}, and then the visit is cancelled.{late}",
            f"A child who joins us during the year is visited within {joiner} of the first day if possible.",
        ),
    )


def _staff(values: Values) -> Section:
    number = {1: "One member of staff may come, or two.", 2: "Two members of staff come, never one."}
    if values.minimum_staff == 2 and (values.pair_override != "never" or values.lone_visit_allowed):
        number[2] = "Two members of staff come; one alone only where a senior person has decided it."
    who = [lower_first(role_words(role)) for role in values.approvers]
    approved = joined(who, "and" if values.approvals_needed == "all" else "or")
    if set(values.approvers) == {SENIOR_ON_DUTY}:
        approved = "senior manager on duty"
    return Section(
        "Who comes",
        (
            number.get(values.minimum_staff, f"At least {values.minimum_staff} members of staff come."),
            f"Every visit has a risk assessment and is approved by the {approved} before staff leave.",
            "What we see and hear stays in the school, and we don't speak about other families.",
        ),
    )


def _worry(values: Values) -> Section:
    lines = [
        "If something worries us about your child's safety, we tell our safeguarding team. If it is safe to do so, we tell you what "
        "worries us, whom we will tell and what happens next.",
    ]
    if values.legal_threshold:
        below, months = values.legal_threshold["below"], count(values.legal_threshold["months"], "months")
        lines.append(f"If attendance is under {below} % over {months}, we have to tell the local authority.")
    return Section("If we are worried", tuple(lines))
