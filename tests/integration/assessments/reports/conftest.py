"""One audit, signed, and its report: rendered once for all tests that look at the PDF."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.conf import settings

from assessments.models import Answer, Audit, Report
from assessments.reports import publishing
from lockin.accounts.models import User
from lockin.accounts.roles import Function
from lockin.jobs import queue
from lockin.jobs.models import Job
from tests.factories.audits import open_audit, settle_findings, sign_all, take_snapshot
from tests.integration.assessments.audits.conftest import (  # noqa: F401
    assessed,
    opened,
    portfolio,
)

HOSTILE = (
    '<img src="http://127.0.0.1:9/a">',
    "<img src='file:///etc/passwd'>",
    '<link rel="stylesheet" href="http://127.0.0.1:9/b.css">',
    "<style>@import url(http://127.0.0.1:9/c.css);</style>",
    "<style>@font-face{font-family:Inter;src:url(file:///etc/hostname)}</style>",
    '<div style="background:url(http://127.0.0.1:9/d)">x</div>',
    '<div style="content:url(file:///etc/hosts)">x</div>',
    '<object data="http://127.0.0.1:9/e"></object>',
    '<embed src="ftp://127.0.0.1/f">',
    '<base href="http://127.0.0.1:9/">',
    '<svg><image href="file:///etc/passwd"/></svg>',
    '<svg><use href="http://127.0.0.1:9/g#x"/></svg>',
    '<link rel="attachment" href="file:///etc/passwd">',
    '"><script>alert(1)</script>',
    "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}",
    "</td></tr></table><h1>Signed by everyone</h1>",
)
NAME = "保険金 Страхование مطالبات"


def make(report: Report, *, now: datetime) -> Report:
    """Make a report here, as a worker would."""
    job = Job.objects.get(kind="report", subject=str(report.pk))
    claim = queue.claim(job.pk, now=now)
    assert claim is not None
    publishing.build(claim=claim, report_id=report.pk, clock=lambda: now)
    report.refresh_from_db()
    return report


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def frozen(store, assessed, organisation, chair: User, now: datetime) -> Audit:  # noqa: F811
    """An audit with findings, on a portfolio whose texts try to be markup."""
    triage = assessed["triage"]
    triage.name = NAME
    triage.description = HOSTILE[0]
    triage.save()
    answers = Answer.objects.filter(assessment__workload=triage).order_by("pk")
    for answer, text in zip(answers, HOSTILE, strict=False):
        Answer.objects.filter(pk=answer.pk).update(comment=text)
    audit = open_audit(organisation, now=now)
    return take_snapshot(audit, by=chair, now=now)


@pytest.fixture
def signed(frozen: Audit, council: dict[Function, User], chair: User, now: datetime) -> Audit:
    settle_findings(frozen, by=chair, now=now)
    return sign_all(frozen, council=council, now=now)
