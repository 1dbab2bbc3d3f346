"""Suggested codes on their way into the school's information system, through a connector; which holds the statutory register."""

import uuid

from django.db import models

from homevisits.people.models import Pupil, School, Staff

from .registers import MisEntry, Session


class WriteBackAccount(models.Model):
    """A school's place at the connector. Without one, and without a key on the server, nothing is ever written back."""

    school = models.OneToOneField(School, models.CASCADE, related_name="write_back_account")
    remote_school = models.CharField(max_length=40, blank=True, help_text="The school's id at the connector; empty: off")
    by_itself = models.BooleanField(default=False, help_text="The school's switch: suggestions are written back without a button")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    learnt_at = models.DateTimeField(null=True, blank=True, help_text="When codes and pupils were last asked for")
    told_refused_at = models.DateTimeField(null=True, blank=True, help_text="When the office was last told that the key is refused")


class RemoteCode(models.Model):
    """What the connector calls an attendance code of ours."""

    school = models.ForeignKey(School, models.CASCADE, related_name="remote_codes")
    code = models.CharField(max_length=2)
    remote_id = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="remote_code_once")]


class RemotePupil(models.Model):
    """What the connector calls a pupil."""

    pupil = models.OneToOneField(Pupil, models.CASCADE, related_name="remote")
    remote_id = models.CharField(max_length=60)


class WriteBack(models.Model):
    """One mark to be written: claimed with a lease, sent, recorded; asked about before it is sent again."""

    class State(models.TextChoices):
        """states.py has what may follow what."""

        WAITING = "waiting", "To be written"
        SENDING = "sending", "Being written"
        RETRYING = "retrying", "To be tried again"
        UNKNOWN = "unknown", "To be looked up: no answer came"
        WRITTEN = "written", "Accepted"
        FAILED = "failed", "Not written: a person enters it"
        CANCELLED = "cancelled", "Not written: the suggestion changed"

    school = models.ForeignKey(School, models.PROTECT, related_name="write_backs")
    entry = models.ForeignKey(MisEntry, models.SET_NULL, null=True, related_name="write_backs")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="write_backs")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    code = models.CharField(max_length=2)
    comment = models.CharField(max_length=300, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Our own name for it")
    remote_id = models.CharField(max_length=80, blank=True, help_text="The connector's name for it")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True, help_text="When it was first sent")
    error = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField()
    queued_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the school's switch")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], name="write_back_one_active",
                condition=models.Q(state__in=["waiting", "sending", "retrying", "unknown"], entry__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["next_attempt_at"], name="write_back_due", condition=models.Q(next_attempt_at__isnull=False)),
            models.Index(fields=["school", "state"], name="write_back_by_state"),
        ]
