"""Who may visit: what the policy in force asks of each member of staff, and where somebody lacks it (ATT-20)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from homevisits.people.models import Role, School, Staff
from homevisits.people.selectors.registers import expiry, off_visits
from homevisits.people.selectors.staff import Person, staff_here
from homevisits.people.words import CODE_OF_CONDUCT
from homevisits.policy import words
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import staff_who_have_read

# Whose work visits are. Anybody else of the staff may go, too, once they have what the policy asks.
VISITING = frozenset({Role.VISITING_STAFF, Role.ATTENDANCE_OFFICER, Role.EDUCATION_WELFARE_OFFICER, Role.PUPIL_SUPPORT_LEAD})
# Clauses behind one of several things that a setting lists; else the setting's own.
READING = {"attendance-officer": "ATT-02"}
CONDUCT = {"alternative-provision": "ALT-27"}
MOBILE = {"attendance-officer": "ATT-11", "academy-trust": "MAT-18", "alternative-provision": "ALT-26", "secondary": "SEC-08"}
BY_PURPOSE = "dbs_level_by_purpose"


@dataclass(frozen=True)
class Need:
    """One thing that the policy asks of whoever visits; `always` False: for some purposes only, so that lacking it is no gap."""

    kind: str  # check, training, conduct, read, mobile
    code: str
    words: str
    clause: str
    always: bool = True


@dataclass(frozen=True)
class Held:
    """How a person stands with one need: state and words of a status, and the day on which it ends."""

    need: Need
    state: str
    words: str
    expires_on: date | None = None

    @property
    def lacks(self) -> bool:
        """Whether it keeps the person off visits."""
        return self.state == "due"


@dataclass(frozen=True)
class Line:
    """One member of staff with all their needs."""

    person: Person
    held: tuple[Held, ...]
    visits: bool
    unwell: bool

    @property
    def gaps(self) -> list[Held]:
        """What they lack."""
        return [each for each in self.held if each.lacks]

    @property
    def ending(self) -> list[Held]:
        """What ends within thirty days."""
        return [each for each in self.held if each.state == "open"]


def needs_of(version: PolicyVersion) -> list[Need]:
    """What a version asks of whoever visits, in the order of its lists."""
    values, preset = version.values, version.preset
    checks, training = clause_for(preset, "required_checks") or "", clause_for(preset, "required_training") or ""
    found = []
    for level in values.required_checks:
        if level == BY_PURPOSE:
            found.append(Need("check", "enhanced_dbs", words.CHECKS["enhanced_dbs"], checks))
            found.append(Need("check", "barred_list", f"{words.CHECKS['barred_list']}, for tutoring and transport", checks, always=False))
        else:
            found.append(Need("check", level, words.CHECKS.get(level, level), checks))
    for name in values.required_training:
        if name == "policy_read":
            found.append(Need("read", name, words.TRAINING[name], READING.get(preset, training)))
        elif name == CODE_OF_CONDUCT:
            found.append(Need("conduct", name, words.TRAINING[name], CONDUCT.get(preset, training)))
        else:
            found.append(Need("training", name, words.TRAINING.get(name, name), training))
    return [*found, Need("mobile", "mobile", "Mobile number", MOBILE.get(preset, ""), always=preset in MOBILE)]


def lines_of(school: School, version: PolicyVersion, day: date, needs: Sequence[Need] = ()) -> list[Line]:
    """Everybody who works in the school: those whose work visits are first, then by name. A handful of queries.

    `needs` are those of the version unless others are given.
    """
    people = staff_here(school, day)
    staff = [person.staff for person in people]
    prefetch_related_objects(staff, "checks", "training", "unwell")
    needs, readers = needs or needs_of(version), staff_who_have_read(version, staff)
    annex = version.values.infection_annex
    isolation = annex["isolation_days"] if annex else 0
    lines = []
    for person in people:
        held = tuple(_held(person.staff, need, version, readers, day) for need in needs)
        visits = any(row.role in VISITING for row in person.roles)
        unwell = any(off_visits(row, day, isolation) for row in person.staff.unwell.all())
        lines.append(Line(person, held, visits, unwell))
    return sorted(lines, key=lambda line: not line.visits)


def line_of(school: School, version: PolicyVersion, staff: Staff, day: date) -> Line | None:
    """One person's line; None for somebody who does not visit."""
    return next((line for line in lines_of(school, version, day) if line.person.staff.pk == staff.pk), None)


def gaps_of(lines: Iterable[Line]) -> list[tuple[Line, Held]]:
    """Every gap of those whose work visits are, as (whose, what)."""
    return [(line, gap) for line in lines if line.visits for gap in line.gaps]


def ending_of(lines: Iterable[Line]) -> list[tuple[Line, Held]]:
    """What ends within thirty days, of everybody, the soonest first."""
    found = [(line, held) for line in lines for held in line.ending]
    return sorted(found, key=lambda pair: pair[1].expires_on or date.max)


def _held(staff: Staff, need: Need, version: PolicyVersion, readers: Collection[int], day: date) -> Held:
    if need.kind == "read":
        return _yes_or_no(need, staff.pk in readers, "Read")
    if need.kind == "mobile":
        return _yes_or_no(need, bool(staff.mobile), "Held")
    if need.kind == "conduct":
        versions = {row.for_version for row in staff.training.all() if row.name == need.code}
        if version.pk not in versions and versions:
            return Held(need, "due", "Earlier version only")
        return _yes_or_no(need, version.pk in versions, "Confirmed")
    checks = {row.level: row.expires_on for row in staff.checks.all()}
    held = checks if need.kind == "check" else {row.name: row.expires_on for row in staff.training.all()}
    if need.code not in held:
        return _yes_or_no(need, False, "")
    state, said = expiry(held[need.code], day)
    return Held(need, state if need.always or state != "due" else "resting", said, held[need.code])


def _yes_or_no(need: Need, has: bool, said: str) -> Held:
    if has:
        return Held(need, "done", said)
    return Held(need, "due", "Missing") if need.always else Held(need, "resting", "None")
