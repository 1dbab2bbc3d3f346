"""What is agreed with the family, what staff have to know and check before they leave, and their calendars."""

from django.db import models

from homevisits.messaging.models import Message
from homevisits.people.models import Contact, School, Staff

from .visits import HomeVisit


class Appointment(models.Model):
    """A time offered to the family; a new time is a new row. One of a visit is current (PRI-13)."""

    class State(models.TextChoices):
        """What the family said, or the office for them."""

        OFFERED = "offered", "Offered, no answer yet"
        CONFIRMED = "confirmed", "Confirmed"
        CHANGE_ASKED = "change_asked", "Another time asked for"
        REFUSED = "refused", "Refused"
        REPLACED = "replaced", "Replaced by another time"
        WITHDRAWN = "withdrawn", "Withdrawn"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="appointments")
    at = models.DateTimeField()
    length_minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=300)
    at_school = models.BooleanField(default=False, help_text="Meeting at school instead (PRI-12)")
    what_happens = models.TextField()
    questions = models.TextField(help_text="The kinds of question")
    state = models.CharField(max_length=12, choices=State, default=State.OFFERED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Null: by the link")
    answer_words = models.CharField(max_length=500, blank=True)
    link_expires_at = models.DateTimeField()
    link_closed_at = models.DateTimeField(null=True, blank=True, help_text="The office has shut the link")
    token = models.UUIDField(null=True, blank=True, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=~models.Q(state__in=["replaced", "withdrawn"]), name="appointment_one_current_a_visit"
            )
        ]


class AppointmentMessage(models.Model):
    """How a contact was told of an appointment: by a message of the outbox, or by a letter (PRI-13)."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="messages")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, help_text="text, email, letter")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class AgreementCall(models.Model):
    """The call in which the visit was agreed, with the hazards asked about (SEC-04, PRI-14)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="agreement_calls")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    animals = models.TextField(blank=True, help_text="What was said about animals and other hazards")
    says = models.TextField(blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class CalendarFeed(models.Model):
    """The secret address of a person's calendar; a new one ends the old one."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="calendar_feeds")
    school = models.ForeignKey(School, models.CASCADE, related_name="calendar_feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class DepartureCheck(models.Model):
    """One line of the departure checklist, answered by one of those who go, for themselves (or for the visit)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="departure_checks")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    item = models.CharField(max_length=40)
    yes = models.BooleanField()
    version = models.PositiveIntegerField(help_text="The visit's version that it was answered for")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "staff", "item"], name="departure_check_once")]
