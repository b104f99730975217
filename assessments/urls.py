"""Addresses of this app, one list from each part of it."""

from django.urls import URLPattern, URLResolver

from assessments.views.audit_urls import urlpatterns as audit
from assessments.views.brief_urls import urlpatterns as briefs
from assessments.views.clause_urls import urlpatterns as clauses
from assessments.views.passage_urls import urlpatterns as passages
from assessments.views.portfolio_urls import urlpatterns as portfolio
from assessments.views.questionnaire_urls import urlpatterns as questionnaire
from assessments.views.report_urls import urlpatterns as report

app_name = "assessments"

urlpatterns: list[URLPattern | URLResolver] = [
    *portfolio,
    *audit,
    *briefs,
    *clauses,
    *passages,
    *questionnaire,
    *report,
]
