"""Addresses of reports."""

from django.urls import path

from assessments.views import reports as views

urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/<int:pk>/", views.report_detail, name="report-detail"),
    path("reports/<int:pk>/progress/", views.report_progress, name="report-progress"),
    path("reports/<int:pk>/manifest/", views.report_manifest, name="report-manifest"),
    path("reports/<int:pk>/zip/", views.report_zip, name="report-zip"),
    path("reports/<int:pk>/volumes/<int:number>/", views.report_download, name="report-download"),
    path("audits/<int:pk>/report/ask/", views.report_ask, name="report-ask"),
]
