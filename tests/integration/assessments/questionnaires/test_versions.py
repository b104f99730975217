"""Questionnaire versions: drafts, publication, and that a published one never changes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.urls import reverse

from assessments.models import QuestionnaireVersion
from assessments.questionnaires import versions
from lockin.canonical import digest
from tests.factories.questionnaires import edited

REWORDED = {
    "How far does this workload rely on the vendor to guarantee": (
        "How much does this workload rely on the vendor to guarantee"
    )
}


@pytest.fixture
def draft(version, organisation, chair, now):
    return versions.load_draft(
        edited(REWORDED, label="2026.2"), organisation=organisation, by=chair, now=now
    )


class TestLoadDraft:
    def test_keeps_the_canonical_manifest_with_its_hash(self, draft):
        assert digest(draft.manifest) == draft.sha256

    def test_replaces_a_draft_of_the_same_label(self, draft, organisation, chair, now):
        changed = edited({}, label="2026.2")
        again = versions.load_draft(changed, organisation=organisation, by=chair, now=now)
        assert (again.pk, again.sha256 != draft.sha256) == (draft.pk, True)

    def test_refuses_the_label_of_a_published_version(self, version, organisation, chair, now):
        with pytest.raises(versions.UnableToLoad, match="never changes"):
            versions.load_draft(
                edited({}, label="2026.1"), organisation=organisation, by=chair, now=now
            )

    def test_names_the_fault_of_a_broken_file(self, organisation, chair, now):
        with pytest.raises(versions.UnableToLoad, match="not TOML"):
            versions.load_draft(b"label = ", organisation=organisation, by=chair, now=now)

    def test_refuses_a_scheme_that_nothing_can_score(self, organisation, chair, now):
        source = edited({'scheme = "2026.1"': 'scheme = "1999"'}, label="2026.3")
        with pytest.raises(versions.UnableToLoad, match="1999"):
            versions.load_draft(source, organisation=organisation, by=chair, now=now)


class TestPublish:
    def test_new_assessments_pin_it(self, draft, organisation, chair, now):
        versions.publish(version=draft, by=chair, now=now)
        assert versions.in_use(organisation).label == "2026.2"

    def test_refuses_a_draft_that_was_replaced_since_it_was_seen(self, draft, chair, now):
        with pytest.raises(versions.UnableToPublish, match="replaced"):
            versions.publish(version=draft, by=chair, now=now, sha256="0" * 64)

    def test_refuses_to_publish_twice(self, version, chair, now):
        with pytest.raises(versions.UnableToPublish, match="already"):
            versions.publish(version=version, by=chair, now=now)

    def test_names_what_changed(self, draft):
        older, found = versions.changes(draft)
        assert (older.label, [change.new_key for change in found.reworded]) == (
            "2026.1",
            ["api.schema-guarantee"],
        )


class TestRetire:
    def test_takes_it_out_of_use(self, version, draft, organisation, chair, now):
        versions.publish(version=draft, by=chair, now=now)
        versions.retire(version=draft, by=chair, now=now)
        assert versions.in_use(organisation) == version

    def test_keeps_the_only_one_in_use(self, version, chair, now):
        with pytest.raises(versions.UnableToRetire, match="only version in use"):
            versions.retire(version=version, by=chair, now=now)


class TestFrozen:
    @pytest.mark.parametrize("column", ["manifest", "sha256", "label", "scheme", "notes"])
    def test_the_database_refuses_a_change_through_the_model(self, version, column):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            QuestionnaireVersion.objects.filter(pk=version.pk).update(**{column: "other"})

    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            ("UPDATE assessments_questionnaireversion SET manifest = '{}'", "never changed"),
            ("UPDATE assessments_questionnaireversion SET published_at = NULL", "never changed"),
            ("DELETE FROM assessments_questionnaireversion", "never removed"),
        ],
    )
    def test_the_database_refuses_plain_sql(self, version, statement, words):
        with (
            pytest.raises(Error, match=words),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


class TestPages:
    def test_the_list_says_which_is_in_use(self, client_as, owner, version):
        text = client_as(owner).get(reverse("assessments:questionnaire")).content.decode()
        assert "In use" in text

    def test_a_version_shows_its_questions(self, client_as, auditor, version):
        address = reverse("assessments:questionnaire-version", args=[version.pk])
        text = client_as(auditor).get(address).content.decode()
        assert "The questions have that hash" in text

    def test_drafts_are_for_the_chair(self, client_as, owner, draft):
        address = reverse("assessments:questionnaire-version", args=[draft.pk])
        assert client_as(owner).get(address).status_code == 404

    def test_only_the_chair_uploads(self, client_as, council, owner, version):
        address = reverse("assessments:questionnaire-upload")
        found = {
            user.name: client_as(user).get(address).status_code
            for user in (*council.values(), owner)
        }
        assert {name for name, status in found.items() if status == 200} == {"Nadia Berg"}

    def test_an_upload_leads_to_what_it_would_change(self, client_as, chair, version):
        file = SimpleUploadedFile("v.toml", edited(REWORDED, label="2026.2"))
        address = reverse("assessments:questionnaire-upload")
        text = client_as(chair).post(address, {"file": file}, follow=True).content.decode()
        assert "What changed since 2026.1" in text
        assert "How much does this workload rely" in text

    def test_a_broken_upload_says_where(self, client_as, chair, version):
        file = SimpleUploadedFile("v.toml", edited({"weight = 15\n": "weight = 16\n"}, label="x"))
        response = client_as(chair).post(
            reverse("assessments:questionnaire-upload"), {"file": file}
        )
        assert response.status_code == 422
        assert "add up to" in response.content.decode()

    def test_publishing_needs_the_draft_that_was_shown(self, client_as, chair, draft):
        address = reverse("assessments:questionnaire-publish", args=[draft.pk])
        client_as(chair).post(address, {"sha256": draft.sha256})
        draft.refresh_from_db()
        assert draft.published_by == chair

    def test_a_draft_can_be_thrown_away(self, client_as, chair, draft):
        client_as(chair).post(reverse("assessments:questionnaire-discard", args=[draft.pk]))
        assert not QuestionnaireVersion.objects.filter(pk=draft.pk).exists()
