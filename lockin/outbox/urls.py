"""Addresses of a person's messages."""

from django.urls import path

from lockin.outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.message_list, name="message-list"),
    path("read/", views.mark_read, name="messages-read"),
]
