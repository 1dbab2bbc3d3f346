"""The registry of what is held: one function a kind of record, each naming the models that it brings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model

from homevisits.people.models import Pupil

from .facts import Facts


@dataclass(frozen=True)
class Found:
    """One record: where it stands, what it is called, its day, what it says; a file by its hash. `apart`: of the child protection file."""

    source: str
    source_id: str
    title: str
    on: date | None
    facts: Facts = field(default_factory=list)
    file: str = ""
    holds: str = ""
    apart: bool = False
    shared: tuple[str, ...] = ()  # names of other children whom the record is about too


Collector = Callable[[Pupil], Iterator[Found]]


@dataclass(frozen=True)
class Kind:
    """One kind of record: its code, its words, the models that it brings, how it is collected."""

    code: str
    words: str
    models: tuple[type[Model], ...]
    collect: Collector


KINDS: dict[str, Kind] = {}


def held(code: str, words: str, *models: type[Model]) -> Callable[[Collector], Collector]:
    """Register a function that finds one kind of record about a pupil, and name the models that it brings."""

    def register(collect: Collector) -> Collector:
        KINDS[code] = Kind(code, words, models, collect)
        return collect

    return register


def found(
    row: Model, title: str, on: date | None, facts: Facts, *, part: str = "", apart: bool = False, shared: tuple[str, ...] = ()
) -> Found:
    """A record of one row; `part` names a list that belongs to it."""
    return Found(row._meta.label, f"{row.pk}{'-' + part if part else ''}", title[:200], on, facts, apart=apart, shared=shared)


def others_of(row: Model, pupil: Pupil) -> tuple[str, ...]:
    """The names of the other children of a row that is about several (`pupils`)."""
    return tuple(str(each) for each in row.pupils.all() if each.pk != pupil.pk)  # type: ignore[attr-defined]  # rows with pupils only
