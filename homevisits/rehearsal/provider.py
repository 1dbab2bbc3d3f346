"""The message provider of a rehearsal: up, failing or down, on the virtual clock. It sends nothing."""

from datetime import timedelta

from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport

UP, FAILING, DOWN = "up", "failing", "down"
TIME_OUT = timedelta(seconds=30)


class StageProvider(Transport):
    """Answers as its state says: `failing` with 503, `down` lets a request time out after 30 virtual seconds."""

    name = "rehearsal"
    inline = False
    can_look_up = True

    def __init__(self) -> None:
        self.state = UP
        self.accepted: set[str] = set()

    def send(self, message: Outgoing) -> Outcome:
        """Accept, refuse for now, or never answer."""
        if self.state == DOWN:
            return Outcome(Kind.UNSURE, error="The provider does not answer", elapsed=TIME_OUT)
        if self.state == FAILING:
            return Outcome(Kind.BUSY, error="503")
        self.accepted.add(str(message.reference))
        return Outcome(Kind.ACCEPTED, provider_id=str(message.reference))

    def find(self, message: Outgoing) -> LookedUp:
        """Whether it accepted this message, by its reference."""
        reference = str(message.reference)
        if self.state != UP:
            return LookedUp(Found.NO_ANSWER, elapsed=TIME_OUT if self.state == DOWN else None)
        return LookedUp(Found.YES if reference in self.accepted else Found.NO, provider_id=reference if reference in self.accepted else "")
