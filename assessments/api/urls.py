"""Addresses of the API for this app, one list from each part of it."""

from django.urls import URLPattern, URLResolver

from assessments.api.audit_urls import urlpatterns as audit
from assessments.api.brief_urls import urlpatterns as briefs
from assessments.api.clause_urls import urlpatterns as clauses
from assessments.api.portfolio_urls import urlpatterns as portfolio
from assessments.api.questionnaire_urls import urlpatterns as questionnaire
from assessments.api.report_urls import urlpatterns as report

urlpatterns: list[URLPattern | URLResolver] = [
    *portfolio,
    *audit,
    *briefs,
    *clauses,
    *questionnaire,
    *report,
]
