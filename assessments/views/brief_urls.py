"""Addresses of renewals and their briefs."""

from django.urls import path, re_path

from assessments.views import brief_files, briefs

urlpatterns = [
    path("renewals/", briefs.renewal_list, name="renewal-list"),
    path("contracts/<int:pk>/brief/", briefs.brief_open, name="brief-open"),
    path("renewals/<int:pk>/", briefs.brief_detail, name="brief-detail"),
    path("renewals/<int:pk>/documents/", briefs.brief_documents, name="brief-documents"),
    path(
        "renewals/<int:pk>/documents/<int:document>.pdf",
        brief_files.brief_download,
        name="brief-download",
    ),
    path("renewals/<int:pk>/words/", briefs.brief_texts, name="brief-texts"),
    path("renewals/<int:pk>/asks/<slug:key>/", briefs.brief_ask, name="brief-ask"),
    path(
        "renewals/<int:pk>/asks/<slug:key>/outcome/",
        brief_files.brief_outcome,
        name="brief-outcome",
    ),
    re_path(
        r"^renewals/(?P<pk>[0-9]+)/(?P<part>gives|objections)/$",
        briefs.brief_rows,
        name="brief-rows",
    ),
    path("renewals/<int:pk>/figures/", briefs.brief_rebuild, name="brief-rebuild"),
    path("renewals/<int:pk>/send/", briefs.brief_send, name="brief-send"),
    path("renewals/<int:pk>/take-back/", briefs.brief_take_back, name="brief-take-back"),
    path("renewals/<int:pk>/drop/", briefs.brief_drop, name="brief-drop"),
    path("renewals/<int:pk>/opinion/", briefs.brief_opinion, name="brief-opinion"),
    path("renewals/<int:pk>/decide/", briefs.brief_decide, name="brief-decide"),
    re_path(
        r"^renewals/(?P<pk>[0-9]+)/print/(?P<audience>internal|vendor)/$",
        briefs.brief_print,
        name="brief-print",
    ),
    path("renewals/<int:pk>/record.json", brief_files.brief_record, name="brief-record"),
]
