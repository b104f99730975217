"""Records that hold parts: workloads with dependencies and assets, commitments with periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from vendors.api.fields import (
    AddressField,
    AmountField,
    CurrencyField,
    KeyField,
    PersonField,
    in_minor,
)
from vendors.api.shapes import RecordSerializer, Strict
from vendors.models import (
    AIModel,
    Asset,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    Service,
    Workload,
)

# More than any workload or commitment has; a longer list is a mistake.
LIST: dict[str, Any] = {"required": False, "max_length": 500}
PART_ID = "Of a part on file, which it changes. Left out: a new part."


class DependencySerializer(Strict):
    """What a workload depends on. Parts left out of a list that is given are taken away."""

    id = serializers.IntegerField(required=False, min_value=1, help_text=PART_ID)
    service = KeyField(Service, required=False, allow_null=True, help_text="The service's key.")
    model = KeyField(AIModel, required=False, allow_null=True, help_text="The model's key.")
    contract = KeyField(Contract, required=False, allow_null=True, help_text="The contract's key.")

    class Meta:
        model = Dependency
        fields = ("id", "service", "model", "contract", "share", "path", "role")
        validators = ()


class AssetSerializer(Strict):
    """What would have to be rebuilt, re-embedded or carried over."""

    id = serializers.IntegerField(required=False, min_value=1, help_text=PART_ID)
    model = KeyField(AIModel, required=False, allow_null=True, help_text="The model's key.")
    service = KeyField(Service, required=False, allow_null=True, help_text="The service's key.")

    class Meta:
        model = Asset
        fields = (
            *("id", "kind", "name", "count", "tokens_each", "dimension", "held_by"),
            *("exportable", "model", "service", "note"),
        )
        validators = ()


class WorkloadSerializer(RecordSerializer):
    """One use of AI. The yearly spend is absent without the right to amounts."""

    for_amounts = ("annual_spend", "currency")
    parts = ("dependencies", "assets")

    owner = PersonField(required=False, allow_null=True)
    owner_name = serializers.CharField(source="owner.name", read_only=True, default=None)
    owner_address = AddressField()
    currency = CurrencyField()
    annual_spend = AmountField("annual_spend_minor")
    dependencies = DependencySerializer(many=True, **LIST)
    assets = AssetSerializer(many=True, **LIST)

    class Meta:
        model = Workload
        fields = (
            *("key", "name", "description", "owner", "owner_name", "owner_address"),
            *(
                "business_unit",
                "criticality",
                "currency",
                "annual_spend",
                "daily_users",
                "is_paid_external",
            ),
            *("time_to_exit_weeks", "own_copy_of_data", "dependencies", "assets", "archived_at"),
        )
        read_only_fields = ("archived_at",)
        extra_kwargs = {"key": {"required": False}}
        validators = ()

    def validate_dependencies(self, value: Sequence[Any]) -> Sequence[Any]:
        return _each_once(value)

    def validate_assets(self, value: Sequence[Any]) -> Sequence[Any]:
        return _each_once(value)


class PeriodSerializer(Strict):
    """What is due in one period; both days belong to it."""

    amount = AmountField("amount_minor", needed=True)

    class Meta:
        model = CommitmentPeriod
        fields = ("starts_on", "ends_on", "amount")
        validators = ()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # A change of the commitment may leave out its periods, but a period is given whole.
        missing = [name for name in ("starts_on", "ends_on", "amount") if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: ["This is needed."] for name in missing})
        return attrs


class CommitmentSerializer(RecordSerializer):
    """What we promised to spend under a contract, all of it in one currency."""

    parts = ("periods",)

    contract = KeyField(Contract, help_text="The contract's key; it stays the same.")
    currency = CurrencyField()
    used_to_date = AmountField("used_to_date_minor")
    periods = PeriodSerializer(many=True, **LIST)

    class Meta:
        model = Commitment
        fields = (
            *("contract", "key", "name", "kind", "burn", "currency"),
            *("used_to_date", "used_as_of", "note", "periods"),
        )
        extra_kwargs = {"key": {"required": False}}
        validators = ()

    def validate_contract(self, value: Contract) -> Contract:
        if self.instance and self.instance.contract_id != value.pk:
            raise serializers.ValidationError("A commitment stays with its contract.")
        return value

    def first_currency(self, attrs: dict[str, Any]) -> str:
        return attrs["contract"].currency

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        currency, row = attrs["currency"], self.instance
        if "periods" in attrs:
            attrs["periods"] = [
                {
                    "starts_on": item["starts_on"],
                    "ends_on": item["ends_on"],
                    "amount_minor": in_minor(item["amount"], currency=currency, field="periods"),
                }
                for item in attrs["periods"]
            ]
        elif row and currency != row.currency and row.periods.exists():
            raise serializers.ValidationError(
                {"currency": [f"Give the periods in {currency} too, or their amounts change."]}
            )
        return attrs

    def given(self) -> dict[str, Any]:
        # None leaves a schedule on file as it is.
        return {"periods": None if self.instance else (), **super().given()}


def _each_once(parts: Sequence[Any]) -> Sequence[Any]:
    ids = [part["id"] for part in parts if "id" in part]
    if len(ids) != len(set(ids)):
        raise serializers.ValidationError("One part is given twice.")
    return parts
