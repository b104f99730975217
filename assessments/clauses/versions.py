"""Versions of the policy: load or copy a draft, edit it, publish it for good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from assessments.clauses.checks import faults
from assessments.clauses.comparison import Change, compare
from assessments.clauses.definition import Policy, from_manifest, manifest
from assessments.clauses.editing import edited
from assessments.clauses.loading import load
from assessments.models import PolicyVersion
from assessments.questionnaires.reading import UnableToReadDefinition
from lockin.accounts.models import Organisation, User, actor_words
from lockin.canonical import digest, dumps
from lockin.trail.recording import record


class UnableToChangePolicy(Exception):
    """The act is refused. The message is written for the user."""


def canonical(policy: Policy) -> tuple[str, str]:
    """Return the manifest's canonical text and its SHA-256."""
    text = dumps(manifest(policy))
    return text, digest(text)


@transaction.atomic
def load_draft(
    source: Path | str | bytes, *, organisation: Organisation, by: User | None, now: datetime
) -> PolicyVersion:
    """
    Read a version from a file and keep it as a draft; a draft with the same label is replaced.

    :raises UnableToChangePolicy: if the file cannot be read, or its label is published already
    """
    try:
        policy = load(source)
    except UnableToReadDefinition as error:
        raise UnableToChangePolicy(str(error)) from error
    rows = PolicyVersion.objects.select_for_update().filter(
        organisation=organisation, label=policy.label
    )
    version = rows.first()
    if version is not None and version.published_at is not None:
        raise UnableToChangePolicy(
            f"Version {policy.label} is published and never changes. Give the file a new label."
        )
    version = version or PolicyVersion(organisation=organisation, label=policy.label)
    return _keep(version, policy, act="policy.loaded", by=by, now=now)


@transaction.atomic
def copy(*, version: PolicyVersion, label: str, by: User, now: datetime) -> PolicyVersion:
    """
    Begin a draft with the words of a version.

    :raises UnableToChangePolicy: if the label is empty or taken
    """
    label = label.strip()
    if not label or len(label) > 40:
        raise UnableToChangePolicy("Give the new version a label of at most 40 characters.")
    taken = PolicyVersion.objects.filter(organisation=version.organisation, label=label)
    if taken.exists():
        raise UnableToChangePolicy("A version with this label is on file already.")
    content = json.loads(version.manifest)
    content["label"] = label
    content["notes"] = f"Copied from version {version.label}."
    draft = PolicyVersion(organisation=version.organisation, label=label)
    return _keep(draft, from_manifest(content), act="policy.copied", by=by, now=now)


@transaction.atomic
def edit(
    *,
    version: PolicyVersion,
    changes: Mapping[str, Any],
    sha256: str,
    by: User,
    now: datetime,
) -> PolicyVersion:
    """
    Change a draft's words and figures.

    :param changes: path in the manifest to its new value, such as `clauses.0.asks`
    :param sha256: the draft that the person saw; one that moved meanwhile is refused
    :raises UnableToChangePolicy: if it is published, moved meanwhile, or would not be sound
    """
    version = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is not None:
        raise UnableToChangePolicy("A published version is only copied, never edited.")
    if sha256 != version.sha256:
        raise UnableToChangePolicy("This draft was changed since you looked at it. Look again.")
    try:
        policy = from_manifest(edited(json.loads(version.manifest), changes))
    except UnableToReadDefinition as error:
        raise UnableToChangePolicy(str(error)) from error
    for fault in faults(policy):
        raise UnableToChangePolicy(str(fault))
    return _keep(version, policy, act="policy.edited", by=by, now=now)


@transaction.atomic
def publish(
    *, version: PolicyVersion, by: User | None, now: datetime, sha256: str = ""
) -> PolicyVersion:
    """
    Publish a draft: from now on contracts are judged against it, and nothing can change it.

    :param sha256: the draft that the person saw; one replaced meanwhile is refused
    :raises UnableToChangePolicy: if it is published, was replaced, or is not sound
    """
    version = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is not None:
        raise UnableToChangePolicy(f"Version {version.label} is published already.")
    if sha256 and sha256 != version.sha256:
        raise UnableToChangePolicy("This draft was changed since you looked at it. Look again.")
    if digest(version.manifest) != version.sha256:
        raise UnableToChangePolicy("The draft does not match its own hash. Upload it again.")
    for fault in faults(version.definition):
        raise UnableToChangePolicy(f"The draft is not sound. {fault}")
    actor = actor_words(by)
    version.published_at = now
    version.published_by_id_text = actor["id"]
    version.published_by_name = actor["name"]
    version.published_by_role = actor["role"][:200]
    version.save(
        update_fields=[
            "published_at",
            "published_by_id_text",
            "published_by_name",
            "published_by_role",
        ]
    )
    record(
        "policy.published",
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        after={"label": version.label, "sha256": version.sha256},
    )
    return version


@transaction.atomic
def discard(*, version: PolicyVersion, by: User, now: datetime) -> None:
    """Throw a draft away. The database refuses it for anything published."""
    record(
        "policy.discarded",
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        before={"label": version.label, "sha256": version.sha256},
    )
    version.delete()


def in_use(organisation: Organisation) -> PolicyVersion | None:
    """Return the version that contracts are judged against."""
    return PolicyVersion.objects.filter(organisation=organisation).in_use().first()


def questions_answered(organisation: Organisation) -> frozenset[str]:
    """Return the keys of the questions that clauses of the policy in use can answer."""
    version = in_use(organisation)
    clauses = version.definition.clauses if version else ()
    return frozenset(item.question for clause in clauses for item in clause.answers)


def before(version: PolicyVersion) -> PolicyVersion | None:
    """Return the published version that this one follows."""
    rows = PolicyVersion.objects.filter(organisation_id=version.organisation_id)
    rows = rows.published().exclude(pk=version.pk).order_by("-published_at", "-pk")
    if version.published_at is not None:
        rows = rows.filter(published_at__lt=version.published_at)
    return rows.first()


def changes_of(version: PolicyVersion) -> tuple[PolicyVersion | None, tuple[Change, ...]]:
    """Return what a version changes, and against which; nothing for the first one."""
    older = before(version)
    if older is None:
        return None, ()
    return older, compare(older.definition, version.definition)


def manifest_matches(version: PolicyVersion) -> bool:
    """Whether the stored clauses still have the hash that they were published with."""
    text = version.manifest
    return digest(text) == version.sha256 and dumps(json.loads(text)) == text


def _keep(
    version: PolicyVersion, policy: Policy, *, act: str, by: User | None, now: datetime
) -> PolicyVersion:
    before = {"sha256": version.sha256} if version.pk else None
    version.manifest, version.sha256 = canonical(policy)
    version.notes = policy.notes
    version.created_at = now
    version.created_by_name = actor_words(by)["name"]
    version.save()
    record(
        act,
        version,
        organisation=version.organisation,
        by=by,
        now=now,
        before=before,
        after={"label": version.label, "sha256": version.sha256},
    )
    return version
