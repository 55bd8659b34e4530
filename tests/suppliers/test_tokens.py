"""Tokens: shown once, kept as a digest, never in a log."""

from __future__ import annotations

import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Entry
from common.exceptions import BusinessError
from suppliers.models import SupplierToken
from suppliers.services import make_token, revoke_token
from tests.factories import NOON


def test_the_text_of_a_token_stands_nowhere(noon, supplier_a, sam, client, caplog):
    caplog.set_level(logging.DEBUG)
    token, text = make_token(supplier=supplier_a, name="仓库", by=sam)
    client.get("/api/v1/orders/", HTTP_AUTHORIZATION=f"Bearer {text}")
    secret = text[len(token.prefix) :]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in repr(cursor.fetchall())
    assert secret not in caplog.text
    assert (token.created_by, token.scopes) == (sam, sorted(SupplierToken.Scope.values))


def test_last_used_is_written_at_most_once_a_minute(noon, supplier_a, client):
    token, text = make_token(supplier=supplier_a, name="t", by=None)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    for seconds, expected in ((0, 0), (30, 0), (31, 61)):
        noon.shift(seconds)
        client.get("/api/v1/orders/", **headers)
        token.refresh_from_db()
        assert (token.last_used_at - NOON).total_seconds() == expected


def test_revoking_is_recorded_once(noon, supplier_a, sam):
    token, _text = make_token(supplier=supplier_a, name="t", by=sam)
    revoke_token(token=token, by=sam)
    revoke_token(token=token, by=sam)
    assert Entry.objects.filter(action="suppliers.token_revoked").count() == 1


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_needs_known_scopes(noon, supplier_a, scopes):
    with pytest.raises(BusinessError):
        make_token(supplier=supplier_a, name="t", by=None, scopes=scopes)
    assert SupplierToken.objects.count() == 0


def test_the_command_prints_the_token_alone_on_a_line(noon, supplier_a, client, capsys):
    call_command("supplier_token", "GYSA")
    text = capsys.readouterr().out
    assert text.count("\n") == 1
    assert client.get("/api/v1/orders/", HTTP_AUTHORIZATION=f"Bearer {text.strip()}").status_code == 200


def test_the_command_refuses_an_unknown_supplier(db):
    with pytest.raises(CommandError):
        call_command("supplier_token", "NOBODY")
