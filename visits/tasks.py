"""The knocks of visits: each finds its work in the database."""

from celery import shared_task

from homevisits.common import clock
from homevisits.messaging import heartbeat
from safeguarding.services.concern_decisions import remind_of_actions
from safeguarding.services.concern_telling import tell_again
from safeguarding.services.referral_reminders import remind_of_agencies, remind_of_referrals

from .services.agreements import remind_of_agreements
from .services.answer_notices import tell_classes
from .services.attachments import scan_waiting
from .services.break_glass import ask_for_reviews
from .services.climbing import sweep_alarms
from .services.filing import file_forms
from .services.in_year import remind_of_in_year
from .services.members import drop_those_who_cannot_go
from .services.printing import waiting, work_off
from .services.reports import chase_reports


def take_alarms() -> int:
    """Look at every alarm, and note that somebody did. How many had something due."""
    with heartbeat.ran(heartbeat.Part.ALARMS) as real:
        return sweep_alarms(real) + remind_of_referrals(real) + tell_again(real) + remind_of_actions(real)


@shared_task(name="visits.alarms")
def alarms_task() -> int:
    """Raise the steps of return alarms that are due, and tell again of referrals not sent and concerns not taken up."""
    return take_alarms()


@shared_task(name="visits.reports")
def reports_task() -> int:
    """Ask for reports that are owed, and for agencies of families that nobody has told."""
    real = clock.now()
    return chase_reports(real) + remind_of_agencies(real)


@shared_task(name="visits.ask_for_reviews")
def ask_for_reviews_task() -> int:
    """Ask for the reviews of visits that were sent at once."""
    return ask_for_reviews(clock.now())


@shared_task(name="visits.who_can_go")
def who_can_go_task() -> int:
    """Send visits back to be planned of which somebody has fallen ill or left."""
    return drop_those_who_cannot_go(clock.now())


@shared_task(name="visits.in_year")
def in_year_task() -> int:
    """Remind of in-year visits that are due soon or overdue."""
    return remind_of_in_year(clock.now())


@shared_task(name="visits.scan_attachments")
def scan_attachments_task() -> int:
    """Ask the virus scanner again about files that wait for it."""
    return scan_waiting(clock.now())


@shared_task(name="visits.forms")
def forms_task() -> int:
    """File forms that were handed in, tell class teachers of them, remind of agreements that are overdue."""
    real = clock.now()
    return file_forms(real) + tell_classes(real) + remind_of_agreements(real)


@shared_task(name="visits.print_run")
def print_run(run_id: int) -> bool:
    """Make the papers of one run; one that another worker is at is left alone."""
    return work_off(run_id=run_id, real=clock.now())


@shared_task(name="visits.print_runs")
def print_runs_task() -> int:
    """Make the papers of runs whose knock was lost or whose worker died."""
    return sum(work_off(run_id=run_id, real=clock.now()) for run_id in waiting(clock.now()))
