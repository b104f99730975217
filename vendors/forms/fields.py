"""Fields that several forms of the portfolio share: days, amounts, currencies, things unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from lockin import money

KNOWN = (("", "Nobody has checked"), ("yes", "Yes"), ("no", "No"))


class DayField(forms.DateField):
    """A day, typed in the browser's own way."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)


class KnownField(forms.TypedChoiceField):
    """Yes, no, or nobody has checked."""

    def __init__(self, **options: Any) -> None:
        options.pop("choices", None)
        super().__init__(
            choices=KNOWN,
            coerce=lambda text: text == "yes",
            empty_value=None,
            **{**options, "required": False},
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class CurrencyField(forms.CharField):
    """An ISO 4217 code."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Currency")
        options.setdefault("max_length", 3)
        options.setdefault("widget", forms.TextInput(attrs={"class": "w-120", "size": 4}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).strip().upper()
        if code and code not in money.CURRENCIES:
            raise ValidationError(f"“{code}” is no ISO 4217 currency code, such as USD or EUR.")
        return code


class AmountField(forms.CharField):
    """An amount as a person writes it; the form turns it into minor units of its currency."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return money.parse_amount(text)
        except money.UnableToReadAmount as error:
            raise ValidationError(str(error)) from None


def to_minor(amount: Decimal | None, currency: str) -> int | None:
    """Return minor units.

    :raises ValidationError: if the currency has fewer decimals than the amount
    """
    if amount is None:
        return None
    try:
        money.refuse_hidden_decimals(amount, currency=currency)
    except money.UnableToReadAmount as error:
        raise ValidationError(str(error)) from None
    return money.Money(amount, currency).to_minor()


def as_typed(minor: int | None, currency: str) -> str:
    """Return minor units as an amount field shows them."""
    if minor is None:
        return ""
    text = format(money.Money.from_minor(minor, currency).amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def field_for(field: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """Return the form field for a model's field, in our words and widgets."""
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        options["form_class"] = DayField
    elif isinstance(field, models.BooleanField) and field.null:
        options["form_class"] = KnownField
    elif isinstance(field, models.URLField):
        options["assume_scheme"] = "https"
    elif isinstance(field, models.TextField):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
    elif field.name in ("currency", "price_currency"):
        options["form_class"] = CurrencyField
    return field.formfield(**options)
