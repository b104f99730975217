"""Addresses of proposed passages."""

from django.urls import path

from assessments.views import passages as views

urlpatterns = [
    path("documents/<int:pk>/passages/", views.document_passages, name="document-passages"),
]
