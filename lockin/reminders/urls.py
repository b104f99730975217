"""Addresses of a person's reminders and calendar."""

from django.urls import path

from lockin.reminders import views

app_name = "reminders"

urlpatterns = [
    path("reminders/", views.mine, name="mine"),
    path("reminders/mail/", views.choose_mail, name="mail"),
    path("reminders/calendar/", views.make_link, name="calendar-make"),
    path("reminders/calendar/revoke/", views.revoke_link, name="calendar-revoke"),
    path("calendar/<str:secret>.ics", views.calendar, name="calendar"),
]
