"""Addresses of this app, one list from each part of it."""

from django.urls import URLPattern, URLResolver

from assessments.views.portfolio_urls import urlpatterns as portfolio

app_name = "assessments"

urlpatterns: list[URLPattern | URLResolver] = [
    *portfolio,
]
