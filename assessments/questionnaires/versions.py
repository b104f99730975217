"""Questionnaire versions: load a draft, publish it for good, retire it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import transaction

from assessments.models import QuestionnaireVersion
from assessments.questionnaires.comparison import Comparison, compare
from assessments.questionnaires.definition import Definition, check, manifest
from assessments.questionnaires.loading import load
from assessments.questionnaires.reading import UnableToReadDefinition
from assessments.scoring.scheme import UnknownScheme, scheme_named
from lockin.accounts.models import Organisation, User
from lockin.canonical import digest, dumps
from lockin.trail.recording import record


class UnableToLoad(Exception):
    """The file becomes no draft. The message is written for the user."""


class UnableToPublish(Exception):
    """The draft cannot be published. The message is written for the user."""


class UnableToRetire(Exception):
    """The version cannot be retired. The message is written for the user."""


def canonical(definition: Definition) -> tuple[str, str]:
    """Return the manifest's canonical text and its SHA-256."""
    text = dumps(manifest(definition))
    return text, digest(text)


@transaction.atomic
def load_draft(
    source: Path | str | bytes, *, organisation: Organisation, by: User | None, now: datetime
) -> QuestionnaireVersion:
    """
    Read a version from a file and keep it as a draft; a draft with the same label is replaced.

    :raises UnableToLoad: if the file cannot be read, or its label is published already
    """
    try:
        definition = load(source)
    except UnableToReadDefinition as error:
        raise UnableToLoad(str(error)) from error
    try:
        scheme_named(definition.scheme)
    except UnknownScheme as error:
        raise UnableToLoad(str(error)) from error
    text, sha256 = canonical(definition)
    rows = QuestionnaireVersion.objects.select_for_update().filter(
        organisation=organisation, label=definition.label
    )
    version = rows.first()
    if version is not None and version.published_at is not None:
        raise UnableToLoad(
            f"Version {definition.label} is published and never changes. Give the file a new label."
        )
    version = version or QuestionnaireVersion(organisation=organisation, label=definition.label)
    before = {"sha256": version.sha256} if version.pk else None
    version.scheme = definition.scheme
    version.manifest, version.sha256 = text, sha256
    version.notes = definition.notes
    version.created_at = now
    version.save()
    record(
        "questionnaire.loaded",
        version,
        organisation=organisation,
        by=by,
        now=now,
        before=before,
        after={"label": version.label, "scheme": version.scheme, "sha256": sha256},
    )
    return version


@transaction.atomic
def publish(
    *, version: QuestionnaireVersion, by: User | None, now: datetime, sha256: str = ""
) -> QuestionnaireVersion:
    """
    Publish a draft: from now on new assessments pin it, and nothing can change it.

    :param sha256: the draft that the person saw; one replaced meanwhile is refused
    :raises UnableToPublish: if it is published, was replaced, or is not clean
    """
    version = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is not None:
        raise UnableToPublish(f"Version {version.label} is published already.")
    if sha256 and sha256 != version.sha256:
        raise UnableToPublish("This draft was replaced since you looked at it. Look again.")
    if digest(version.manifest) != version.sha256:
        raise UnableToPublish("The draft does not match its own hash. Upload it again.")
    faults = check(version.definition)
    if faults:
        raise UnableToPublish(f"The draft is not clean. {faults[0]}")
    version.published_at = now
    version.published_by = by
    version.published_by_name = by.name if by else "Lockin"
    version.save(update_fields=["published_at", "published_by", "published_by_name"])
    record(
        "questionnaire.published",
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        after={"label": version.label, "sha256": version.sha256},
    )
    return version


@transaction.atomic
def retire(*, version: QuestionnaireVersion, by: User, now: datetime) -> QuestionnaireVersion:
    """
    Take a version out of use. Assessments that pin it go on with it.

    :raises UnableToRetire: if it is a draft, retired, or the only one in use
    """
    version = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is None:
        raise UnableToRetire("A draft is not in use.")
    if version.retired_at is not None:
        raise UnableToRetire(f"Version {version.label} is retired already.")
    others = QuestionnaireVersion.objects.filter(organisation=version.organisation).in_use()
    if not others.exclude(pk=version.pk).exists():
        raise UnableToRetire("It is the only version in use. Publish its successor first.")
    version.retired_at = now
    version.save(update_fields=["retired_at"])
    record(
        "questionnaire.retired",
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        after={"label": version.label},
    )
    return version


@transaction.atomic
def discard_draft(*, version: QuestionnaireVersion, by: User, now: datetime) -> None:
    """Throw a draft away. The database refuses it for anything published."""
    record(
        "questionnaire.discarded",
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        before={"label": version.label, "sha256": version.sha256},
    )
    version.delete()


def in_use(organisation: Organisation) -> QuestionnaireVersion | None:
    """Return the version that a new assessment pins."""
    return QuestionnaireVersion.objects.filter(organisation=organisation).in_use().first()


def before(version: QuestionnaireVersion) -> QuestionnaireVersion | None:
    """Return the published version that this one follows."""
    rows = QuestionnaireVersion.objects.filter(organisation_id=version.organisation_id)
    rows = rows.published().exclude(pk=version.pk).order_by("-published_at", "-pk")
    if version.published_at is not None:
        rows = rows.filter(published_at__lt=version.published_at)
    return rows.first()


def changes(version: QuestionnaireVersion) -> tuple[QuestionnaireVersion, Comparison] | None:
    """Return what a version changes, and against which; None for the first one."""
    older = before(version)
    if older is None:
        return None
    return older, compare(older.definition, version.definition)


def manifest_matches(version: QuestionnaireVersion) -> bool:
    """Whether the stored questions still have the hash that they were published with."""
    text = version.manifest
    return digest(text) == version.sha256 and dumps(json.loads(text)) == text
