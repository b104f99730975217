"""The form of a control: what it is, how far it reaches, what shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from assessments.mitigating import Given, Proof
from assessments.models import Evidence, EvidenceVersion, Mitigation
from assessments.scoring.dimensions import Dimension
from assessments.scoring.scheme import CURRENT_SCHEME
from lockin.accounts.models import User
from vendors.models import Workload

HUNDRED = Decimal(100)
KNOWN = [("", "Nobody has checked"), ("yes", "Yes"), ("no", "No")]
FLAGS = ("gateway_single_maintainer", "gateway_unpinned", "gateway_without_break_glass")


class VersionField(forms.ModelChoiceField):
    """Evidence by its title and version."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.evidence.title}, version {obj.number}"


class MitigationForm(forms.Form):
    """Coverage is typed in percent and kept as a share."""

    control = forms.ChoiceField(label="Control", choices=Mitigation.Control.choices)
    dimension = forms.ChoiceField(
        label="Form of lock-in it acts on",
        choices=[(str(dimension), dimension.full_name) for dimension in Dimension],
    )
    coverage = forms.DecimalField(
        label="Coverage, percent",
        help_text="The part of the traffic, corpus or flows that it covers.",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    measured_coverage = forms.DecimalField(
        label="Measured coverage, percent",
        help_text="From a gateway log or an invoice. It stands before what is declared.",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
    )
    grade = forms.ChoiceField(
        label="How do you know?", choices=Mitigation.Grade.choices, widget=forms.RadioSelect
    )
    tested_on = forms.DateField(
        label="Day of the test or drill",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    drill = forms.ChoiceField(
        label="Swap drill",
        help_text="Same contract, golden set, service level, cost, security and rollback.",
        choices=Mitigation.Drill.choices,
        required=False,
    )
    gateway_single_maintainer = forms.ChoiceField(
        label="Does one person alone maintain the gateway?", choices=KNOWN, required=False
    )
    gateway_unpinned = forms.ChoiceField(
        label="Is its version left unpinned?", choices=KNOWN, required=False
    )
    gateway_without_break_glass = forms.ChoiceField(
        label="Is there no way round it in an emergency?", choices=KNOWN, required=False
    )
    version = VersionField(
        label="Evidence on file", queryset=EvidenceVersion.objects.none(), required=False
    )
    file = forms.FileField(label="Or a new file", help_text="Up to 25 MB.", required=False)
    link = forms.CharField(label="Or a link", max_length=1000, required=False)
    dated_on = forms.DateField(
        label="The evidence’s own date",
        help_text="For a new file or link. Empty: today.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label="Note", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, workload: Workload, user: User, fixed: Mitigation | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        mine = Evidence.objects.for_user(user).filter(workload=workload)
        version = self.fields["version"]
        assert isinstance(version, VersionField)
        version.queryset = (
            EvidenceVersion.objects.filter(evidence__in=mine)
            .select_related("evidence")
            .order_by("evidence__title", "-number", "pk")
        )
        version.empty_label = "None"
        if fixed is not None:
            for name in ("control", "dimension"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        control, dimension = cleaned.get("control"), cleaned.get("dimension")
        earned = CURRENT_SCHEME.mitigations.credits
        if control and dimension and (control, dimension) not in earned:
            takes = [d.full_name for c, d in earned if c == control]
            self.add_error(
                "dimension",
                f"{Mitigation.Control(control).label} counts for {', '.join(takes)} alone.",
            )
        return cleaned

    def given(self) -> Given:
        """Return what was typed, as the domain takes it."""
        values = self.cleaned_data
        upload = values["file"]
        measured = values["measured_coverage"]
        version = values["version"]
        return Given(
            control=values["control"],
            dimension=values["dimension"],
            coverage=values["coverage"] / HUNDRED,
            measured_coverage=None if measured is None else measured / HUNDRED,
            grade=values["grade"],
            tested_on=values["tested_on"],
            drill=values["drill"],
            note=values["note"],
            proof=Proof(
                version_id=version.pk if version else None,
                file_name=upload.name if upload else "",
                chunks=upload.chunks() if upload else (),
                size=upload.size if upload else None,
                link=values["link"].strip(),
                dated_on=values["dated_on"],
            ),
            **{name: {"yes": True, "no": False}.get(values[name]) for name in FLAGS},
        )


def initial_of(row: Mitigation) -> dict[str, Any]:
    """Return what the form of an entry starts with."""

    def percent(share: Decimal | None) -> str:
        return "" if share is None else format((share * HUNDRED).normalize(), "f")

    return {
        "control": row.control,
        "dimension": row.dimension,
        "coverage": percent(row.coverage),
        "measured_coverage": percent(row.measured_coverage),
        "grade": row.grade,
        "tested_on": row.tested_on,
        "drill": row.drill,
        "version": row.evidence_id,
        "note": row.note,
        **{name: {True: "yes", False: "no"}.get(getattr(row, name), "") for name in FLAGS},
    }
