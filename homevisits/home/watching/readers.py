"""Whether what is kept from others has anybody left who reads it. That nobody does says nothing of whether there is anything."""

from collections.abc import Iterable

from homevisits.people.access import roles_held
from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Role, StaffRole

from .look import Found, Look

WATCHED = (
    (
        "nobody_reads_concerns",
        SAFEGUARDING,
        "Nobody is safeguarding lead or deputy any more: nobody can read concerns. Ask for the role for somebody, under “Chair and leads”.",
    ),
    (
        "nobody_reads_of_heads",
        frozenset({Role.CHAIR_OF_GOVERNORS}),
        "Nobody chairs the governors any more: nobody can read what is said about a head. Have one named, under “Chair and leads”.",
    ),
)


def nobody_reads(look: Look) -> Iterable[Found]:
    """Schools in which somebody held such a role and nobody does today; one that is being set up has not had one yet."""
    for kind, roles, says in WATCHED:
        had = set(StaffRole.objects.filter(school__in=look.ids, role__in=roles).values_list("school_id", flat=True))
        for pk in sorted(had):
            if not roles_held(look.schools[pk], roles, look.day).exists():
                yield Found(pk, kind, f"school {pk}", says)
