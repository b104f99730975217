"""Forms about people."""

from django import forms

from lockin.accounts.roles import Function, Role
from lockin.form_fields import LineField


class InviteForm(forms.Form):
    """A new person."""

    name = LineField(max_length=200, label="Name")
    email = forms.EmailField(label="E-mail address", help_text="The person signs in with it.")
    job_title = LineField(max_length=200, label="Job title", required=False)


class GrantForm(forms.Form):
    """A role for a person."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role], label="Role")
    function = forms.ChoiceField(
        choices=[("", "None"), *[(item.value, item.label) for item in Function]],
        required=False,
        label="Function",
        help_text="For council members: the part of an audit that the person signs.",
    )
    standing = forms.ChoiceField(
        choices=[("member", "Member"), ("chair", "Chair"), ("deputy", "Deputy")],
        label="Standing in the council",
        required=False,
    )


class TokenForm(forms.Form):
    """A new API token."""

    name = LineField(
        max_length=100, label="What it is for", help_text="Such as: nightly export to the ledger."
    )
