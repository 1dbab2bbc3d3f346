"""What the connector calls our codes and pupils: asked for once a day, and when something is missing."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.people.models import Pupil, School

from ..connectors import Connector, connector_for
from ..connectors.base import NotAnswered, Remote
from ..models import RemoteCode, RemotePupil, WriteBack, WriteBackAccount

LEARNER = SystemJob("the connector of the information system")
STALE = timedelta(hours=20)
AGAIN = timedelta(hours=1)  # before it is asked again because something is missing


def learn(*, school: School, connector: Connector, by: Actor, now: datetime) -> tuple[int, int]:
    """Ask for codes and pupils, and keep them: by UPN first, by number where the UPN is unknown on either side.

    How many codes and pupils are known now. Raises NotAnswered, and then what was known stays.
    """
    codes, listed = connector.codes(), list(connector.pupils())
    known = _matched(school, listed)
    with transaction.atomic():
        account, _ = WriteBackAccount.objects.select_for_update().get_or_create(school=school)
        RemoteCode.objects.filter(school=school).delete()
        RemoteCode.objects.bulk_create([RemoteCode(school=school, code=code, remote_id=number) for code, number in codes.items()])
        RemotePupil.objects.filter(pupil__school=school).delete()
        RemotePupil.objects.bulk_create([RemotePupil(pupil_id=pupil, remote_id=number) for pupil, number in known.items()])
        account.learnt_at = now
        account.save(update_fields=["learnt_at"])
        record("attendance.write_back.learnt", by=by, now=now, school_id=school.pk, detail={"codes": len(codes), "pupils": len(known)})
    return len(codes), len(known)


def learn_due(real: datetime) -> int:
    """Ask for the schools that have something to write and whose knowledge is old, or lacks something. How many were asked."""
    asked = 0
    for account in WriteBackAccount.objects.exclude(remote_school="").select_related("school"):
        school, now = account.school, account.school.at(real)
        if not _due(account, now):
            continue
        connector = connector_for(school)
        if connector is None:
            continue
        try:
            learn(school=school, connector=connector, by=LEARNER, now=now)
        except NotAnswered:
            # Tried again with the next hour; the marks wait meanwhile.
            WriteBackAccount.objects.filter(pk=account.pk).update(learnt_at=now - STALE + timedelta(minutes=5))
        asked += 1
    return asked


def _due(account: WriteBackAccount, now: datetime) -> bool:
    rows = WriteBack.objects.filter(school=account.school_id, next_attempt_at__isnull=False)
    if not rows.exists():
        return False
    if account.learnt_at is None or account.learnt_at <= now - STALE:
        return True
    codes = RemoteCode.objects.filter(school=account.school_id).values("code")
    return account.learnt_at <= now - AGAIN and (rows.filter(pupil__remote=None).exists() or rows.exclude(code__in=codes).exists())


def _matched(school: School, listed: list[Remote]) -> dict[int, str]:
    """Our pupil -> their id. A number that stands for two pupils stands for none: a mark must not go to another child."""
    ours = list(Pupil.objects.filter(school=school).exclude(status=Pupil.Status.LEFT).values_list("pk", "upn", "mis_id"))
    by_upn = _once([(remote.upn.upper(), remote) for remote in listed if remote.upn])
    by_number = _once([(remote.mis_id.lstrip("0"), remote) for remote in listed if remote.mis_id.lstrip("0")])
    found: dict[int, str] = {}
    for pk, upn, mis_id in ours:
        remote = by_upn.get(upn.upper()) if upn else None
        if remote is None and mis_id:
            remote = by_number.get(mis_id.lstrip("0"))
            # The same number with another UPN is another child.
            remote = None if remote is not None and upn and remote.upn else remote
        if remote is not None:
            found[pk] = remote.id
    seen = Counter(found.values())
    return {pk: number for pk, number in found.items() if seen[number] == 1}


def _once(pairs: list[tuple[str, Remote]]) -> dict[str, Remote]:
    seen = Counter(key for key, _ in pairs)
    return {key: remote for key, remote in pairs if seen[key] == 1}
