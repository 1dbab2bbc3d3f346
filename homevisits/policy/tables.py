"""The settings of a version as rows of a page: value, preset's value, clause in words, changed or not."""

from dataclasses import dataclass

from .clauses import Clause, clause, clause_for
from .kinds import Setting
from .models import PolicyVersion
from .settings_schema import grouped
from .settings_text import GROUPS
from .shown import shown


@dataclass(frozen=True)
class SettingRow:
    """One setting of a version."""

    setting: Setting
    value: str
    preset_value: str
    changed: bool
    silent: bool
    clause: Clause | None


@dataclass(frozen=True)
class Group:
    """The rows under one heading; `slug` names it in an address."""

    name: str
    slug: str
    rows: tuple[SettingRow, ...]

    @property
    def changed(self) -> int:
        """How many of them differ from the preset."""
        return sum(row.changed for row in self.rows)


def slug_of(group: str) -> str:
    """A heading as an address names it: “Texts and the brake” is texts-and-the-brake."""
    return group.lower().replace(" ", "-")


GROUP_BY_SLUG = {slug_of(group): group for group in GROUPS}


def table(version: PolicyVersion, search: str = "", only_changed: bool = False) -> list[Group]:
    """The settings of a version, group by group; only those that `search` finds, in name, help, value or clause."""
    found = []
    for name, settings in grouped().items():
        rows = (_row(version, one) for one in settings)
        wanted = tuple(row for row in rows if _matches(row, search) and (row.changed or not only_changed))
        if wanted:
            found.append(Group(name, slug_of(name), wanted))
    return found


def _row(version: PolicyVersion, one: Setting) -> SettingRow:
    value, preset = getattr(version.values, one.name), one.preset_value(version.preset)
    acts_on = clause_for(version.preset, one.name)
    return SettingRow(
        one, shown(one.name, value), shown(one.name, preset), value != preset, not one.says_itself(version.preset),
        clause(acts_on) if acts_on else None,
    )  # fmt: skip


def _matches(row: SettingRow, search: str) -> bool:
    clause_words = f"{row.clause.id} {row.clause.says}" if row.clause else ""
    haystack = " ".join((row.setting.label, row.setting.help, row.setting.name, row.value, clause_words)).lower()
    return all(word in haystack for word in search.lower().split())
