"""The papers that amend a contract, and the dates of the terms in force, as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission
from vendors.api.shapes import Strict
from vendors.models import Amendment
from vendors.portfolio.amendments import AMENDABLE, AMOUNTS


class AmendmentSerializer(Strict):
    """A signed paper. It is written once; `changes` maps each changed term to its new value."""

    changes = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="Term → value from that day on, such as notice_value: 90. Null: not known. "
        f"Terms: {', '.join(AMENDABLE)}.",
    )
    withdraws: serializers.SlugRelatedField[Amendment] = serializers.SlugRelatedField(
        slug_field="number", read_only=True, allow_null=True, help_text="Number of the paper."
    )

    class Meta:
        model = Amendment
        fields = (
            *("number", "kind", "name", "reference", "signed_on", "effective_on", "changes"),
            *("note", "withdraws", "recorded_at", "recorded_by_name"),
        )
        read_only_fields = ("number", "recorded_at", "recorded_by_name")
        validators = ()

    def validate_changes(self, value: dict[str, Any]) -> dict[str, Any]:
        if not self._sees_amounts() and (hidden := AMOUNTS & set(value)):
            raise serializers.ValidationError(f"{min(hidden)} cannot be given here.")
        return value

    def to_representation(self, instance: Amendment) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not self._sees_amounts():
            shown["changes"] = {k: v for k, v in shown["changes"].items() if k not in AMOUNTS}
        return shown

    def _sees_amounts(self) -> bool:
        return may(self.context["request"].user, Permission.AMOUNTS_VIEW)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a paper is taken back."""

    reason = serializers.CharField(max_length=2000)


class DatesSerializer(serializers.Serializer[Any]):
    """Every day that counts for a contract, as amended, with the steps that lead to it."""

    on = serializers.DateField(help_text="The day that all is seen from.")
    current_end = serializers.DateField(allow_null=True)
    ended = serializers.BooleanField()
    computed_notice_day = serializers.DateField(allow_null=True)
    arrives_by = serializers.DateField(allow_null=True)
    last_notice_day = serializers.DateField(allow_null=True)
    notice_opens_on = serializers.DateField(allow_null=True)
    deadline_at = serializers.DateTimeField(allow_null=True)
    act_by = serializers.DateField(allow_null=True)
    brief_due = serializers.DateField(allow_null=True)
    alternatives_tested = serializers.DateField(allow_null=True)
    audit_opens = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    missed = serializers.BooleanField()
    next_end_if_renewed = serializers.DateField(allow_null=True)
    next_notice_day = serializers.DateField(allow_null=True)
    first_unilateral_exit = serializers.DateField(allow_null=True)
    arithmetic = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
