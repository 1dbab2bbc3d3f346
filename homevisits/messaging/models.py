"""The outbox and what staff are told. Attendance writes rows here; nothing here knows of cases or visits."""

import uuid

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.documents.models import Document
from homevisits.people.models import Contact, Pupil, Role, School, Staff


class Template(models.Model):
    """A school's wording of one message in one language; the shipped wording serves where there is no row."""

    school = models.ForeignKey(School, models.CASCADE, related_name="message_templates")
    name = models.CharField(max_length=40, help_text="first_day_absence, first_day_absence_escalation, all_clear …")
    language = models.CharField(max_length=40, blank=True, help_text="As on the contact; empty is English")
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(help_text="With ((fields)) of that message")
    notify_id = models.UUIDField(null=True, blank=True, help_text="The template's id in GOV.UK Notify")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name", "language"], name="template_once_a_language")]


class SchoolAccount(models.Model):
    """How a school's messages leave, and what its provider allows. A school without one sends nothing: on screen only."""

    class Way(models.TextChoices):
        """The ways out."""

        SCREEN = "screen", "On screen only: nothing leaves"
        EMAIL = "email", "By email"
        NOTIFY = "notify", "GOV.UK Notify"

    school = models.OneToOneField(School, models.CASCADE, related_name="message_account")
    way = models.CharField("how messages leave", max_length=6, choices=Way, default=Way.SCREEN)
    service = models.CharField(max_length=120, blank=True, help_text="The service's name in GOV.UK Notify")
    sender_id = models.UUIDField(null=True, blank=True, help_text="The text message sender in Notify; empty is the service's own")
    any_template_id = models.UUIDField(
        null=True, blank=True, help_text="A Notify template that says only ((message)): serves every message without its own template"
    )
    daily_limit = models.PositiveIntegerField(default=250_000, help_text="Texts a day; 50 in Notify's trial mode")
    token_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the bearer token that receipts come with")
    token_made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["token_hash"], name="account_by_token")]


class SendingBudget(models.Model):
    """What one account at the provider has used: shared by every process and school that sends through it."""

    account = models.CharField(max_length=80, unique=True, help_text="The provider's number of the account")
    seconds = models.JSONField(default=dict, help_text="Hand-overs of the last minute: second -> count")
    day = models.DateField(null=True)
    used = models.PositiveIntegerField(default=0, help_text="Handed over on `day`")
    stopped_until = models.DateTimeField(null=True, blank=True, help_text="The day's limit is reached")


class Message(models.Model):
    """One message to one address: rendered, addressed, and written with the act that causes it.

    `purpose` makes it unique: the same school, day, address and template is written once whatever crashes.
    """

    class Channel(models.TextChoices):
        """How it goes."""

        TEXT = "text", "Text"
        EMAIL = "email", "Email"
        LETTER = "letter", "Letter"

    class Status(models.TextChoices):
        """In flight, retrying, failed and sent are different things."""

        HELD = "held", "Held by the brake"
        WAITING = "waiting", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        RETRYING = "retrying", "Will be tried again"
        UNKNOWN = "unknown", "Sent or not: the provider has not answered"
        ACCEPTED = "accepted", "Accepted by the provider"
        DELIVERED = "delivered", "Delivered"
        UNDELIVERED = "undelivered", "Not delivered"
        FAILED = "failed", "Failed"
        MISSED = "missed", "Too late to send"
        CANCELLED = "cancelled", "Cancelled before it was sent"
        SHADOW = "shadow", "Shadow mode: would have been sent"

    school = models.ForeignKey(School, models.PROTECT, related_name="messages")
    day = models.DateField(help_text="The school day it belongs to")
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.TEXT)
    template = models.CharField(max_length=40)
    to = models.CharField(max_length=254, help_text="E.164, or an email address")
    purpose = models.CharField(max_length=120, help_text="Unique per school: usually day:template:to")
    language = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(default=dict, help_text="The template's named fields as they were filled, for Notify")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", help_text="What it carries")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    reference = models.UUIDField(default=uuid.uuid4, unique=True, help_text="What the provider knows it by; carries no personal data")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When the policy set it to go: lateness is counted from here")
    next_attempt_at = models.DateTimeField(null=True, help_text="When it is next sent or looked up; null when finished")
    give_up_at = models.DateTimeField(null=True, blank=True, help_text="Handed over, not accepted by then: failed")
    miss_at = models.DateTimeField(null=True, blank=True, help_text="Never handed over by then: not sent")
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, blank=True, help_text="First handed to the provider")
    accepted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="Accepted, failed, missed or cancelled")
    provider = models.CharField(max_length=12, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=300, blank=True)
    recalled = models.BooleanField(default=False, help_text="Its reason came while it was on its way: not sent again if it did not arrive")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "purpose"], name="message_once_a_purpose")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name="message_due"),
            models.Index(fields=["school", "day"], name="message_by_day"),
            models.Index(fields=["to"], name="message_by_address"),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="message_by_provider_id"),
        ]


class MessageAbout(models.Model):
    """Whom a message is about, and which contact its address stands for. A row withdrawn before sending is dropped."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="about")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="messages_about")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="messages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "pupil", "contact"], name="message_about_once")]


class DeliveryEvent(models.Model):
    """What happened to a message, in order: the history behind its status."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Message.Status)
    detail = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=100, blank=True, help_text="The receipt's own key, so that a replay changes nothing")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "receipt"], condition=~models.Q(receipt=""), name="receipt_once")]


class InboundText(models.Model):
    """A text from a parent, kept as it came until a person has accepted or dismissed it."""

    school = models.ForeignKey(School, models.PROTECT, related_name="inbound_texts")
    number = models.CharField(max_length=20, help_text="E.164")
    body = models.TextField()
    received_at = models.DateTimeField()
    provider_id = models.CharField(max_length=80)
    dealt_at = models.DateTimeField(null=True, blank=True)
    dealt_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    dealt_how = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id"], name="inbound_once")]
        indexes = [models.Index(fields=["school", "dealt_at"], name="inbound_open")]


class Notice(RandomAddress):
    """That a role, or the pair of a visit, was told something: always in the product, by message as each person chose."""

    school = models.ForeignKey(School, models.PROTECT, related_name="notices")
    role = models.CharField(max_length=30, help_text="A Role, or `pair`")
    about = models.CharField(max_length=30, help_text="vulnerable_absent, held, text_failed … as in rehearsal.md")
    says = models.CharField(max_length=400, help_text="The sentence, without a reason or a diagnosis")
    link = models.CharField(max_length=200, blank=True, help_text="Path of the page to act on")
    clause = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()
    alarm = models.BooleanField(default=False, help_text="Cannot be switched off and goes by text too")
    task = models.BooleanField(default=False, help_text="Stays open until somebody marks it done")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    pupils = models.ManyToManyField(Pupil, related_name="+", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "role", "at"], name="notice_by_role"),
            models.Index(fields=["school", "task", "done_at"], name="notice_open"),
        ]


class NoticeTo(models.Model):
    """One person who was told, and when they saw it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="people")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="notices")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "staff"], name="notice_once_a_person")]


class Heartbeat(models.Model):
    """When a part of the engine last ran, on the real clock whatever a demo school's shows. Pages and the watcher read it."""

    class Part(models.TextChoices):
        """What runs."""

        KNOCK = "knock", "Last knock"
        SWEEP = "sweep", "Last sweep of the ladder"
        DELIVERY = "delivery", "Last delivery of messages"
        WATCH = "watch", "Last look of the watcher"
        WELL = "well", "Last look that found nothing"
        ALARMS = "alarms", "Last look at return alarms"

    part = models.CharField(max_length=10, choices=Part, primary_key=True)
    at = models.DateTimeField()


class Quarantine(models.Model):
    """A school's data come from a backup: nothing is sent until a person has seen what may have gone since, and lets it go (R14).

    Written into the restored database before anything starts; every claim of the outbox looks at it in its own statement.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="quarantines")
    backup_at = models.DateTimeField(help_text="How things stood then")
    restored_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the provider was last asked")
    answered = models.BooleanField(default=False, help_text="It answered, or there is nobody to ask")
    found = models.JSONField(default=dict, help_text="How many messages: sent, not_sent, unknown, others")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], condition=models.Q(lifted_at=None), name="quarantine_one_a_school")]


class SentBefore(models.Model):
    """What went, or may have gone, between a backup and its restore: a message like it is never sent a second time.

    An empty field counts for every message. `sure`: the provider named it; else nobody can say whether it went.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    quarantine = models.ForeignKey(Quarantine, models.CASCADE, related_name="sent_before")
    sure = models.BooleanField()
    channel = models.CharField(max_length=6, blank=True)
    to = models.CharField(max_length=254, blank=True)
    template = models.CharField(max_length=40, blank=True)
    body = models.TextField(blank=True)
    day = models.DateField(null=True)
    due_until = models.DateTimeField(null=True, help_text="Only what was due by then")
    provider_id = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "to"], name="sent_before_by_address")]
        constraints = [
            models.UniqueConstraint(fields=["quarantine", "provider_id"], condition=~models.Q(provider_id=""), name="sent_before_once")
        ]


__all__ = [
    "DeliveryEvent",
    "Heartbeat",
    "InboundText",
    "Message",
    "MessageAbout",
    "Notice",
    "NoticeTo",
    "Quarantine",
    "Role",
    "SchoolAccount",
    "SendingBudget",
    "SentBefore",
    "Template",
]
