"""Vendors, services, models and contracts as the API shows and takes them."""

from __future__ import annotations

from zoneinfo import available_timezones

from rest_framework import serializers

from vendors.api.fields import AddressField, AmountField, CurrencyField, KeyField, PersonField
from vendors.api.shapes import RecordSerializer
from vendors.models import AIModel, Contract, Service, Vendor, VendorAlias


class VendorSerializer(RecordSerializer):
    """A company that we buy AI from."""

    country = serializers.RegexField(
        r"^[A-Za-z]{2}\Z",
        required=False,
        allow_blank=True,
        help_text="Two letters, such as US or DE.",
        error_messages={"invalid": "Write a country code of two letters, such as US or DE."},
    )
    aliases: serializers.SlugRelatedField[VendorAlias] = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True, help_text="Other spellings of the name."
    )
    merged_into: serializers.SlugRelatedField[Vendor] = serializers.SlugRelatedField(
        slug_field="key", read_only=True, allow_null=True, help_text="Key of the vendor it is now."
    )

    class Meta:
        model = Vendor
        fields = (
            *("key", "name", "website", "country", "note"),
            *("aliases", "merged_into", "archived_at"),
        )
        read_only_fields = ("archived_at",)
        extra_kwargs = {"key": {"required": False}}
        validators = ()

    def validate_country(self, value: str) -> str:
        return value.upper()


class ServiceSerializer(RecordSerializer):
    """Something a vendor runs."""

    vendor = KeyField(Vendor, help_text="The vendor's key.")
    vendor_name = serializers.CharField(source="vendor.name", read_only=True)

    class Meta:
        model = Service
        fields = (
            *("key", "vendor", "vendor_name", "name", "kind", "tuning_ends_on", "note"),
            "archived_at",
        )
        read_only_fields = ("archived_at",)
        extra_kwargs = {"key": {"required": False}}
        validators = ()


class ModelSerializer(RecordSerializer):
    """An AI model at one host. Prices are absent without the right to amounts."""

    for_amounts = ("input_price", "output_price", "price_currency")

    publisher = KeyField(Vendor, help_text="Key of the vendor that made it.")
    host = KeyField(Vendor, help_text="Key of the vendor that serves it.")
    host_name = serializers.CharField(source="host.name", read_only=True)
    service = KeyField(Service, required=False, allow_null=True, help_text="The service's key.")
    price_currency = CurrencyField(help_text="Of both prices, which are per million tokens.")

    class Meta:
        model = AIModel
        fields = (
            *("key", "registry_key", "name", "mode", "publisher", "host", "host_name", "service"),
            *("open_weights", "input_price", "output_price", "price_currency"),
            *("embedding_dimension", "announced_on", "retires_on", "source", "source_url"),
            *("observed_on", "confidence", "archived_at"),
        )
        read_only_fields = ("archived_at",)
        extra_kwargs = {
            "key": {"required": False},
            "input_price": {"min_value": 0},
            "output_price": {"min_value": 0},
        }
        validators = ()


class ContractSerializer(RecordSerializer):
    """A contract as first signed. What is null nobody has read out of the paper; never zero.

    What amends it, and the dates of the terms in force, have addresses of their own.

    The yearly value, its currency and the discount are absent without the right to amounts.
    """

    for_amounts = ("annual_value", "currency", "discount_percent")

    vendor = KeyField(Vendor, help_text="The vendor's key.")
    vendor_name = serializers.CharField(source="vendor.name", read_only=True)
    owner = PersonField(required=False, allow_null=True)
    owner_name = serializers.CharField(source="owner.name", read_only=True, default=None)
    owner_address = AddressField()
    currency = CurrencyField()
    annual_value = AmountField("annual_value_minor")

    class Meta:
        model = Contract
        fields = (
            *(
                "key",
                "vendor",
                "vendor_name",
                "name",
                "owner",
                "owner_name",
                "owner_address",
                "reference",
                "state",
            ),
            *("currency", "annual_value", "signed_on", "starts_on", "ends_on", "term_months"),
            *("renewal", "renewal_months", "notice_value", "notice_unit", "notice_form"),
            *("notice_address", "notice_delivery_value", "notice_delivery_unit"),
            *("notice_earliest_value", "notice_earliest_unit", "notice_by", "current_end_on"),
            *("reminder_set", "time_zone", "holiday_country", "jurisdiction", "data_act"),
            *("discount_percent", "uplift", "uplift_basis", "uplift_cap_percent"),
            *("termination_for_convenience", "convenience_from_month"),
            *("convenience_notice_days", "termination_for_cause", "cause_cure_days"),
            *("early_termination", "early_termination_percent", "release_on_retirement"),
            *("release_on_price_rise", "release_on_service_level"),
            *("document_on_file", "decision", "decided_at", "notice_given_on", "note"),
            "archived_at",
        )
        read_only_fields = (
            *(
                "notice_by",
                "current_end_on",
                "decision",
                "decided_at",
                "notice_given_on",
                "archived_at",
            ),
        )
        extra_kwargs = {
            "key": {"required": False},
            "notice_by": {"help_text": "Day by which somebody must act, as amended."},
            "current_end_on": {"help_text": "Last day of the present period, as amended."},
        }
        validators = ()

    def validate_time_zone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError("This is no time zone, such as Europe/Dublin.")
        return value
