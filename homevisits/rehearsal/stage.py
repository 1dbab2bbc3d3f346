"""What the events of a rehearsal act on."""

from dataclasses import dataclass

from .cast import Cast
from .provider import StageProvider
from .scenario import Scenario


@dataclass
class Stage:
    """The scenario, its people, the provider, and whether the engine runs."""

    scenario: Scenario
    cast: Cast
    provider: StageProvider
    workers_up: bool = True
