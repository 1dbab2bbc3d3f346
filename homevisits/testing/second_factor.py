"""A forced sign-in counts as one with a second factor proved just now, whatever time a test lives in; `prove_long_ago` makes it old."""

from typing import Any

from django.test import Client

_FORCED = "test: proved just now"


def let_forced_sign_ins_count() -> None:
    """In this test process only: most tests are about what comes after the second factor."""
    from homevisits.common import clock
    from homevisits.people import proofs

    whole, kept = Client.force_login, proofs.proof_of

    def force_login(self: Client, user: Any, backend: str | None = None) -> None:
        whole(self, user, backend)
        session = self.session
        session[_FORCED] = user.pk
        session.save()

    def proof_of(request: Any) -> proofs.Proof | None:
        forced = request.session.get(_FORCED) == request.user.pk
        return proofs.Proof(clock.now(), "totp") if forced else kept(request)

    Client.force_login = force_login  # type: ignore[method-assign,assignment]
    proofs.proof_of = proof_of


def prove_long_ago(client: Client) -> None:
    """The last proof of this client's person is out of date: what is behind the step-up asks again."""
    session = client.session
    session.pop(_FORCED, None)
    session.pop("proved", None)
    session.save()
