"""Every text of every row, from the registry of models: to put into it what people should never type."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Field, JSONField, Model, TextField

OURS = ("homevisits", "attendance", "visits", "safeguarding")
# Codes of ours, keys and hashes, which nobody types: in any model, and in one alone.
CODES = frozenset(
    """about about_type act act_id form channel clause code digest effect hash hint head head_hash holds identifier_hash item key kind
    language lead_role level object_type part password preset previous purpose receipt register role rung scenario secret_hash
    sha256 came_sha256 slug step strokes template template_hash token token_hash way was was2 became remote_id scan_says provider
    header_key mis_id upn postcode area mobile landline number phone welfare_officer_phone colour sex authority_code urn
    definition changes plan locked year_group class_name client_id email to provider_id""".split()  # noqa: SIM905  (a list of 80 texts reads worse)
)
CODES_OF = frozenset(
    """visits.VisitEvent.what attendance.CaseEvent.what attendance.SetAside.what people.StaffTraining.name people.ImportFile.name
    messaging.Template.name safeguarding.ChronologyExport.chosen safeguarding.SystemEntry.source""".split()  # noqa: SIM905
)


def models_of_ours() -> list[type[Model]]:
    """Every model of the product, those of history too."""
    return [model for model in apps.get_models(include_auto_created=False) if model.__module__.split(".")[0] in OURS]


def is_code(model: type[Model], name: str) -> bool:
    """Whether a field holds a code of ours and not words."""
    return name in CODES or f"{model._meta.label}.{name}" in CODES_OF


def free_texts(model: type[Model]) -> Iterator[Field]:  # type: ignore[type-arg]
    """The fields of a model in which words of people stand."""
    for each in model._meta.concrete_fields:
        if isinstance(each, CharField | TextField) and not each.choices and not is_code(model, each.name):
            yield each


def free_json(model: type[Model]) -> list[str]:
    """The fields of a model that hold answers and particulars."""
    return [each.name for each in model._meta.concrete_fields if isinstance(each, JSONField) and not is_code(model, each.name)]


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the triggers that keep rows as they are."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, made in triggers:
            cursor.execute(made)


def write_everywhere(text_for: Callable[[int], str]) -> int:
    """Put a text into every free text of every row; how many were written. `text_for` gets a number that goes up."""
    with unguarded():
        return _write_all(text_for)


def _write_all(text_for: Callable[[int], str]) -> int:
    count = 0
    for model in models_of_ours():
        texts, answers = list(free_texts(model)), free_json(model)
        for row in model._base_manager.all():
            changes: dict[str, object] = {}
            for each in texts:
                count += 1
                changes[each.attname] = _unlike(text_for(count), each, row.pk)
            for name in answers:
                count += 1
                changes[name] = _with_words(getattr(row, name), text_for(count))
            rewrite(model, row, changes)
    return count


def standing(texts: Sequence[str]) -> dict[str, set[str]]:
    """Of each field for free text that has a row: those of the texts that stand whole in one of its rows."""
    found: dict[str, set[str]] = {}
    for model in models_of_ours():
        for each in free_texts(model):
            values = "\n".join(filter(None, model._base_manager.values_list(each.attname, flat=True)))
            if values:
                found[f"{model._meta.label}.{each.name}"] = {text for text in texts if text in values}
    return found


def rewrite(model: type[Model], row: Model, changes: dict[str, object]) -> None:
    """Put texts into a row, as far as the database's own rules let it."""
    fields = {each.attname: each for each in model._meta.concrete_fields}
    cut = {
        name: text[: fields[name].max_length] if isinstance(text, str) and fields[name].max_length else text
        for name, text in changes.items()
    }
    if cut and not _write(model, row, cut):
        # The database holds some of them together ("withdrawn, with a reason"): then only those that are there.
        _write(model, row, {name: text for name, text in cut.items() if getattr(row, name)})


def _write(model: type[Model], row: Model, changes: dict[str, object]) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**changes)
    except IntegrityError:
        return False
    return True


def _unlike(text: str, into: Field, number: object) -> str:  # type: ignore[type-arg]
    """The text, unlike that of other rows where it must be."""
    return f"{text} {number}" if into.unique else text


def _with_words(value: object, text: str) -> object:
    """JSON in which each sentence (a text with a space) is the text."""
    if isinstance(value, dict):
        return {key: _with_words(each, text) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_words(each, text) for each in value]
    return text if isinstance(value, str) and " " in value.strip() else value
