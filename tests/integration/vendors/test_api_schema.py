"""The schema of the API: complete, without a warning, with the token as a way in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.core.management import call_command


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("schema") / "schema.yml"
    # Ends with an error on the first warning, from whatever part of the API.
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", ["vendors", "services", "models", "contracts", "workloads", "commitments"]
)
def test_every_record_is_described_with_its_writes(schema, name):
    place = "{contract}/{key}" if name == "commitments" else "{key}"

    assert {"get", "post"} <= set(schema["paths"][f"/api/v1/{name}/"])
    assert {"get", "patch"} <= set(schema["paths"][f"/api/v1/{name}/{place}/"])


def test_a_token_is_a_way_in(schema):
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_amounts_are_described_as_texts_with_a_currency(schema):
    amount = schema["components"]["schemas"]["MoneyAmount"]["properties"]

    assert (amount["amount"]["type"], amount["currency"]["type"]) == ("string", "string")
