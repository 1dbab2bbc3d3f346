"""What is known of a pupil's session: the register, marks, messages from home, arrivals."""

from django.db import models

from homevisits.people.models import Contact, Pupil, School, Staff


class Session(models.TextChoices):
    """Half a day."""

    AM = "AM", "Morning"
    PM = "PM", "Afternoon"


class SchoolDay(models.Model):
    """One school's weekday: prepared once, whether the school has pupils in or not."""

    school = models.ForeignKey(School, models.PROTECT, related_name="school_days")
    day = models.DateField()
    is_open = models.BooleanField()
    closed_because = models.CharField(max_length=200, blank=True)
    prepared_at = models.DateTimeField()
    next_action_at = models.DateTimeField(null=True, help_text="On a closed day: when its close is noted; null when done")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day"], name="school_day_once")]
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="school_day_due")]


class Register(models.Model):
    """One class's register of one session. Until it has closed and been taken nobody of it is missing."""

    school = models.ForeignKey(School, models.PROTECT, related_name="registers")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    class_name = models.CharField(max_length=20, blank=True, help_text="Empty for pupils without a class")
    closes_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    opened_cases_at = models.DateTimeField(null=True, blank=True)
    told_not_taken_at = models.DateTimeField(null=True, blank=True)
    next_action_at = models.DateTimeField(null=True, help_text="Its close, its grace, or null when nothing more is due")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day", "session", "class_name"], name="register_once")]
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="register_due")]


class Mark(models.Model):
    """A pupil's mark of one session as it stands. The information system keeps the statutory register."""

    school = models.ForeignKey(School, models.PROTECT, related_name="marks")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="marks")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    code = models.CharField(max_length=2)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pupil", "day", "session"], name="mark_once_a_session")]
        indexes = [models.Index(fields=["school", "day", "session", "code"], name="mark_by_session")]


class MarkChange(models.Model):
    """An amendment: the original entry, the reason, the date, and who."""

    mark = models.ForeignKey(Mark, models.CASCADE, related_name="changes")
    was = models.CharField(max_length=2)
    became = models.CharField(max_length=2)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: an import")


class AbsenceMessage(models.Model):
    """A reason that arrived (PRI-30, PRI-32): by whom, how, for which days. Undone, never deleted."""

    class Channel(models.TextChoices):
        """How it came."""

        VOICEMAIL = "voicemail", "Voicemail"
        EMAIL = "email", "Email"
        TEACHER = "teacher", "Class teacher"
        GATE = "gate", "At the gate"
        OFFICE = "office", "Told the office"
        REPLY = "reply", "Reply to our text"
        CALL = "call", "On our call"
        MIS = "mis", "From the information system"

    school = models.ForeignKey(School, models.PROTECT, related_name="absence_messages")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="absence_messages")
    first_day = models.DateField()
    last_day = models.DateField(help_text="Included; the same day unless the days to come are explained too")
    channel = models.CharField(max_length=10, choices=Channel)
    code = models.CharField(max_length=2, help_text="Suggested code for the register")
    reason = models.CharField(max_length=300, blank=True, help_text="In their words")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    caller = models.CharField(max_length=160, blank=True, help_text="Who it was, where not a contact on file")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    undone_because = models.CharField(max_length=200, blank=True)
    token = models.UUIDField(null=True, unique=True, help_text="Of the form: a double tap changes nothing")

    class Meta:
        constraints = [models.CheckConstraint(name="absence_days_in_order", condition=models.Q(last_day__gte=models.F("first_day")))]
        indexes = [models.Index(fields=["pupil", "last_day"], name="absence_by_pupil")]


class Arrival(models.Model):
    """That a child is at school after all: seen, by whom, when."""

    school = models.ForeignKey(School, models.PROTECT, related_name="arrivals")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="arrivals")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=2, help_text="Suggested: L before the register closed, U after")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    token = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["pupil", "day"], name="arrival_by_pupil")]


class MisEntry(models.Model):
    """Something to enter into the information system: ticked off, exported, or written back."""

    school = models.ForeignKey(School, models.PROTECT, related_name="mis_entries")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="mis_entries")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    code = models.CharField(max_length=2, help_text="Suggested")
    comment = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil", "day", "session"], condition=models.Q(done_at__isnull=True), name="mis_entry_one_open")
        ]
        indexes = [models.Index(fields=["school", "done_at"], name="mis_entry_open")]
