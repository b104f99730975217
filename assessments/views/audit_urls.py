"""Addresses of audits, their sign-off and their findings."""

from django.urls import path

from assessments.views import audit_acts, audits, findings, signing

urlpatterns = [
    path("audits/", audits.audit_list, name="audit-list"),
    path("audits/plan/", audit_acts.audit_plan, name="audit-plan"),
    path("audits/open/", audit_acts.audit_open, name="audit-open"),
    path("audits/schedule/", audit_acts.audit_schedule, name="audit-schedule"),
    path("audits/<int:pk>/", audits.audit_detail, name="audit-detail"),
    path("audits/<int:pk>/progress/", audits.audit_progress, name="audit-progress"),
    path("audits/<int:pk>/remind/", audit_acts.audit_remind, name="audit-remind"),
    path("audits/<int:pk>/snapshot/", audit_acts.audit_snapshot, name="audit-snapshot"),
    path("audits/<int:pk>/agree/", audit_acts.audit_agree, name="audit-agree"),
    path("audits/<int:pk>/preview/", audit_acts.audit_preview, name="audit-preview"),
    path("audits/<int:pk>/sign/", signing.audit_sign, name="audit-sign"),
    path(
        "audits/<int:pk>/sign/<int:signature>/withdraw/",
        signing.audit_withdraw,
        name="audit-withdraw",
    ),
    path("audits/<int:pk>/change/", audits.audit_change_page, name="audit-change"),
    path(
        "audits/<int:pk>/change/<str:key>/",
        audits.audit_change_workload,
        name="audit-change-workload",
    ),
    path("audits/<int:pk>/record.json", audits.audit_record, name="audit-record"),
    path("audits/<int:pk>/scores.<slug:kind>", audits.audit_scores, name="audit-scores"),
    path("audits/<int:pk>/findings/add/", findings.finding_add, name="audit-finding-add"),
    path("findings/", findings.finding_list, name="finding-list"),
    path("findings/export.<slug:kind>", findings.finding_export, name="finding-export"),
    path("findings/<int:pk>/", findings.finding_detail, name="finding-detail"),
    path("findings/<int:pk>/edit/", findings.finding_edit, name="finding-edit"),
    path("findings/<int:pk>/assign/", findings.finding_assign, name="finding-assign"),
    path("findings/<int:pk>/drop/", findings.finding_drop, name="finding-drop"),
    path("findings/<int:pk>/restore/", findings.finding_restore, name="finding-restore"),
    path("findings/<int:pk>/respond/", findings.finding_respond, name="finding-respond"),
    path("findings/<int:pk>/done/", findings.finding_done, name="finding-done"),
]
