"""What a load balancer asks."""

import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_health_answers_anybody_while_the_database_does(client: Client) -> None:
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-cache" in answer["Cache-Control"]
    assert client.post("/health/").status_code == 405


@pytest.mark.django_db
def test_health_fails_when_the_database_does_not_answer(client: Client) -> None:
    from django.db import OperationalError

    def broken(execute: object, sql: str, *rest: object) -> object:
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(broken):
        assert client.get("/health/").status_code == 503
