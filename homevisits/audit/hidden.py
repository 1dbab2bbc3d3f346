"""What of the trail a reader must not learn. Higher apps say so here, in their `AppConfig.ready`; the screens of the trail ask.

A rule takes the reader and answers which events are hidden from them: not shown, not counted, not exported, not among the kinds to
choose from. Hiding is for reading alone: every event stays in the trail, in its chain, for `manage.py audit_verify`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from .models import AuditEvent


@dataclass(frozen=True)
class Reader:
    """Who reads the trail of a school: the person, and the roles they hold there today."""

    school_id: int
    staff_id: int
    roles: frozenset[str]


Rule = Callable[[Reader], Q]
_rules: dict[str, Rule] = {}


def hide(name: str, rule: Rule) -> None:
    """Register a rule under a name of its own; the same name again takes its place.

    Hide by act and by object, not by act alone: `Q(act__startswith="safeguarding.concern") | Q(object_type="Concern")`.
    A rule that hides nothing from this reader answers `NOTHING`.
    """
    _rules[name] = rule


NOTHING = Q(pk__in=[])


def shown_to(reader: Reader, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Of these events, those that the reader may learn of."""
    for rule in _rules.values():
        # By a list of what is hidden, not by NOT: an event whose detail lacks what a rule asks about is no event to hide.
        events = events.exclude(pk__in=AuditEvent.objects.filter(rule(reader)).order_by().values("pk"))
    return events
