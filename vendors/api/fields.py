"""Fields that the records of the API share: keys of other records, people, amounts, currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lockin import money
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission

LARGEST_NUMBER = 2**63
_KEY = re.compile(r"[-a-zA-Z0-9_]{1,120}")


@dataclass(frozen=True, kw_only=True)
class GivenAmount:
    """An amount as the caller wrote it; what it is in minor units depends on the record."""

    amount: Decimal | None
    currency: str | None


class KeyField(serializers.SlugRelatedField[Any]):
    """Another record, by its key: one that the caller may see, and that is in use or held."""

    default_error_messages = {
        "unknown": "There is no such record here.",
        "archived": "This record is archived. Restore it first.",
    }

    def __init__(self, model: Any, **options: Any) -> None:
        self.model = model
        super().__init__(slug_field="key", queryset=model.objects.none(), **options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not _KEY.fullmatch(data):
            self.fail("unknown")
        user = self.context["request"].user
        row = self.model.objects.for_user(user).filter(key=data).order_by("pk").first()
        if row is None:
            self.fail("unknown")
        if row.archived_at and not self._holds(row):
            self.fail("archived")
        return row

    def _holds(self, row: Any) -> bool:
        """Whether the record under edit names it already, itself or in one of its parts."""
        held, parent = getattr(self.root, "instance", None), self.parent
        if held is None:
            return False
        source = str(self.source)
        if parent is self.root:
            return bool(getattr(held, f"{source}_id") == row.pk)
        parts = getattr(held, str(parent.parent.source))
        return bool(parts.filter(**{source: row}).exists())


@extend_schema_field(OpenApiTypes.INT)
class PersonField(serializers.RelatedField[User, Any, int]):
    """A colleague: shown as a number, taken as that number or as the sign-in address."""

    default_error_messages = {"unknown": "Nobody here has this number or sign-in address."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "The person's number; taken as a sign-in address too.")
        super().__init__(queryset=User.objects.none(), **options)

    def use_pk_only_optimization(self) -> bool:
        return True

    def to_representation(self, value: Any) -> int:
        return int(value.pk)

    def to_internal_value(self, data: Any) -> User:
        people = User.objects.filter(organisation_id=self.context["request"].user.organisation_id)
        if isinstance(data, int) and not isinstance(data, bool) and abs(data) < LARGEST_NUMBER:
            people = people.filter(pk=data)
        elif isinstance(data, str) and "\0" not in data and len(data) <= 254:
            people = people.filter(email__iexact=data)
        else:
            self.fail("unknown")
        row = people.order_by("pk").first()
        held = getattr(self.root, "instance", None)
        if row is None or not (row.is_active or getattr(held, "owner_id", None) == row.pk):
            self.fail("unknown")
        return row


class AddressField(serializers.CharField):
    """The sign-in address of `row.owner`: for that person and for who administers people."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "Null unless it is yours, or you administer people.")
        super().__init__(**{"source": "owner", "read_only": True, "allow_null": True, **options})

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        reader = self.context["request"].user
        known = reader.pk == value.pk or may(reader, Permission.PEOPLE_MANAGE)
        return value.email if known else None


class CurrencyField(serializers.CharField):
    """An ISO 4217 code."""

    default_error_messages = {"unknown": "This is no ISO 4217 currency code, such as USD or EUR."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_length": 3, "max_length": 3, "required": False, **options})

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).upper()
        if code not in money.CURRENCIES:
            self.fail("unknown")
        return code


class MoneyAmount(serializers.Serializer[Any]):
    """An amount with its currency. `amount` null: nobody has read it out, which is not zero."""

    amount = serializers.RegexField(
        r"^[0-9]+(\.[0-9]+)?$", allow_null=True, help_text="Such as 1240000.00."
    )
    currency = CurrencyField(help_text="The record's own. Left out: taken from the record.")


@extend_schema_field(MoneyAmount)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """A column of minor units, shown as an amount in the currency of `row.currency`."""

    default_error_messages = {
        "shape": 'Write an amount as {{"amount": "1240000.00", "currency": "USD"}}.',
        "number": 'Write the amount as text, such as "1240000.00".',
        "unknown_currency": "This is no ISO 4217 currency code, such as USD or EUR.",
        "empty": "An amount is needed here; nothing at all is 0.",
    }

    def __init__(self, column: str, *, needed: bool = False, **options: Any) -> None:
        self.column, self.needed = column, needed
        options.setdefault("required", needed)
        super().__init__(**{"source": "*", "allow_null": not needed, **options})

    def to_representation(self, value: Any) -> dict[str, str | None]:
        currency = value.currency if hasattr(value, "currency") else value.commitment.currency
        return shown(getattr(value, self.column), currency)

    def to_internal_value(self, data: Any) -> dict[str, GivenAmount]:
        name = str(self.field_name)
        if data is None:
            return {name: GivenAmount(amount=None, currency=None)}
        if not isinstance(data, dict) or set(data) - {"amount", "currency"} or "amount" not in data:
            self.fail("shape")
        currency = data.get("currency")
        if currency is not None and (
            not isinstance(currency, str) or currency not in money.CURRENCIES
        ):
            self.fail("unknown_currency")
        return {name: GivenAmount(amount=self._read(data["amount"]), currency=currency)}

    def _read(self, amount: Any) -> Decimal | None:
        if amount is None:
            if self.needed:
                self.fail("empty")
            return None
        if isinstance(amount, bool) or not isinstance(amount, str | int):
            self.fail("number")
        try:
            return money.parse_amount(str(amount))
        except money.UnableToReadAmount as error:
            raise serializers.ValidationError(str(error)) from None


def shown(minor: int | None, currency: str) -> dict[str, str | None]:
    """Return minor units as the API writes them."""
    if minor is None:
        return {"amount": None, "currency": currency}
    amount = money.Money.from_minor(minor, currency).amount
    return {"amount": format(amount, "f"), "currency": currency}


def in_minor(given: GivenAmount, *, currency: str, field: str) -> int | None:
    """Return what was written in minor units of the record's currency.

    :raises ValidationError: if it names another currency, or decimals that this one has not
    """
    if given.currency not in (None, currency):
        raise serializers.ValidationError(
            {field: [f"This record is in {currency}. Give `currency` too to change that."]}
        )
    if given.amount is None:
        return None
    try:
        money.refuse_hidden_decimals(given.amount, currency=currency)
    except money.UnableToReadAmount as error:
        raise serializers.ValidationError({field: [str(error)]}) from None
    return money.Money(given.amount, currency).to_minor()
