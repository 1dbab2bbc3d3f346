"""The on-screen outbox: for demo, training and shadow mode. Nothing leaves the product."""

from homevisits.messaging.outcome import Kind, Outcome, Outgoing, Transport


class OnScreen(Transport):
    """Accepts at once; the outbox page shows the text as on a phone."""

    name = "screen"
    inline = True
    can_look_up = False

    def send(self, message: Outgoing) -> Outcome:
        """Accepted: the row itself is the delivery."""
        return Outcome(Kind.ACCEPTED)
