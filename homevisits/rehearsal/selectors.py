"""Which rehearsals a school has played."""

from django.db.models import QuerySet

from homevisits.people.models import School

from .models import RehearsalRun


def runs_of(school: School) -> QuerySet[RehearsalRun]:
    """A school's rehearsals, the newest first, without their logs."""
    return RehearsalRun.objects.filter(school=school).select_related("by", "policy").defer("result").order_by("-asked_at", "-pk")


def run_of(school: School, number: int) -> RehearsalRun | None:
    """One rehearsal of the school; None for another's."""
    return RehearsalRun.objects.filter(school=school, pk=number).select_related("by", "policy").first()


def counterpart(run: RehearsalRun) -> RehearsalRun | None:
    """The last playing of the same scenario with the other choice of policy, at the same school; None when there is none."""
    others = RehearsalRun.objects.filter(school_id=run.school_id, scenario=run.scenario, status=RehearsalRun.Status.DONE)
    return others.exclude(choice=run.choice).select_related("policy").order_by("-asked_at", "-pk").first()
