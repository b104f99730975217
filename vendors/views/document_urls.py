"""Addresses of documents."""

from django.urls import path

from vendors.views import documents as views

urlpatterns = [
    path("contracts/<int:pk>/documents/", views.document_list, name="document-list"),
    path("contracts/<int:pk>/documents/add/", views.document_upload, name="document-upload"),
    path("documents/<int:pk>/", views.document_detail, name="document-detail"),
    path("documents/<int:pk>/progress/", views.document_progress, name="document-progress"),
    path("documents/<int:pk>/file/", views.document_fetch, name="document-fetch"),
    path("documents/<int:pk>/read-again/", views.document_read_again, name="document-read-again"),
    path("documents/<int:pk>/put-aside/", views.document_put_aside, name="document-put-aside"),
]
