"""What every record's serializer does: strict keys, bounded numbers, amounts for those who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission
from vendors.api.fields import AmountField, in_minor

# What PostgreSQL keeps in the columns; SQLite would take more.
LARGEST, LARGEST_BIG = 2**31 - 1, 2**63 - 1


class Strict(serializers.ModelSerializer[Any]):
    """Refuses keys it does not know, since a misspelt one would be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted({str(name)[:80] for name in data} - writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field cannot be given here."] for name in unknown}
                )
        return super().to_internal_value(data)

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        cls, options = super().build_standard_field(field_name, model_field)
        if issubclass(cls, serializers.IntegerField) and not options.get("read_only"):
            big = isinstance(model_field, models.PositiveBigIntegerField)
            limit = LARGEST_BIG if big else LARGEST
            options["max_value"] = min(options.get("max_value") or limit, limit)
        return cls, options


class RecordSerializer(Strict):
    """A record of the portfolio. The rules about it are the domain's, not said here again."""

    # Fields that only those who may see amounts get, or give.
    for_amounts: ClassVar[tuple[str, ...]] = ()
    # Fields that hold lists of parts, written by the domain apart from the record's own values.
    parts: ClassVar[tuple[str, ...]] = ()

    def get_fields(self) -> Any:
        fields = super().get_fields()
        view, request = self.context.get("view"), self.context.get("request")
        describing = request is None or getattr(view, "swagger_fake_view", False)
        if not describing and not may(request.user, Permission.AMOUNTS_VIEW):  # type: ignore[union-attr]
            for name in self.for_amounts:
                fields.pop(name, None)
        return fields

    def amount_columns(self) -> dict[str, str]:
        """Return the amount fields with the column of each."""
        return {
            name: field.column
            for name, field in self.fields.items()
            if isinstance(field, AmountField)
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        columns = self.amount_columns()
        if columns:
            attrs["currency"] = currency = self._currency(attrs, columns)
            for name, column in columns.items():
                if name in attrs:
                    attrs[column] = in_minor(attrs.pop(name), currency=currency, field=name)
        return attrs

    def _currency(self, attrs: dict[str, Any], columns: dict[str, str]) -> str:
        """Return the record's currency: the one given, its own, or the one it begins with.

        :raises ValidationError: if an amount on file would get another currency unseen
        """
        row = self.instance
        given = [attrs[name].currency for name in columns if name in attrs]
        first = next((code for code in given if code), None)
        currency = attrs.get("currency") or (row.currency if row else first)
        currency = str(currency or self.first_currency(attrs))
        if row and currency != row.currency:
            for name, column in columns.items():
                if name not in attrs and getattr(row, column) is not None:
                    raise serializers.ValidationError(
                        {"currency": [f"Give {name} in {currency} too, or the amount changes."]}
                    )
        return currency

    def first_currency(self, attrs: dict[str, Any]) -> str:
        """Return the currency of a new record that names none."""
        return self.context["request"].user.organisation.base_currency

    def given(self) -> dict[str, Any]:
        """Return what was given as the domain calls take it: the values, and each list of parts."""
        values = dict(self.validated_data)
        parts = {name: values.pop(name) for name in self.parts if name in values}
        return {"values": values, **parts}

    def refused(self, errors: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the domain refused, under the names that the caller used."""
        names = {column: name for name, column in self.amount_columns().items()}
        return {
            names.get(name, name) or "non_field_errors": texts for name, texts in errors.items()
        }
