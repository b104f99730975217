"""The questionnaire over the API: the same rules, the same scope, versions that refuse stale saves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from assessments.models import Answer, Assessment, QuestionnaireVersion
from assessments.questionnaires import answering, delegating, evidence
from lockin.accounts.roles import Function, Role
from tests.factories.people import make_user
from tests.factories.portfolio import make_workload
from tests.factories.questionnaires import answer_everything, save_answer, start_assessment

FEATURE = "api.deepest-feature"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def url(assessment):
    return f"/api/v1/assessments/{assessment.pk}/answers/{FEATURE}/"


def put(client, url, **fields):
    body = {"kind": "option", "option": "streaming", "grade": "declared", "version": 0, **fields}
    return client.put(url, body, content_type="application/json")


class TestAnswers:
    def test_saves_and_shows_the_new_version(self, client_as, owner, url):
        answer = put(client_as(owner), url).json()
        assert (answer["option"], answer["points"], answer["version"]) == ("streaming", 25, 1)

    def test_a_stale_save_gets_409_with_both_texts(
        self, client_as, owner, chair, url, assessment, now
    ):
        save_answer(assessment, by=chair, now=now, comment="Scanned")
        response = put(client_as(owner), url, comment="From memory")
        body = response.json()
        assert response.status_code == 409
        assert (body["mine"]["comment"], body["theirs"]["comment"]) == ("From memory", "Scanned")

    def test_says_which_field_is_missing(self, client_as, owner, url):
        response = put(client_as(owner), url, grade="")
        assert (response.status_code, list(response.json())) == (400, ["grade"])

    def test_an_auditor_reads(self, client_as, auditor, url):
        assert client_as(auditor).get(url).status_code == 200

    def test_an_auditor_does_not_write(self, client_as, auditor, url):
        assert put(client_as(auditor), url).status_code == 404

    def test_another_owner_finds_nothing(self, client_as, other_owner, url):
        assert client_as(other_owner).get(url).status_code == 404

    def test_nobody_signed_in_gets_401(self, client, url):
        assert client.get(url).status_code == 401

    def test_come_in_pages(self, client_as, owner, assessment):
        body = client_as(owner).get(f"/api/v1/assessments/{assessment.pk}/answers/").json()
        assert (body["count"], len(body["results"])) == (50, 50)

    def test_a_body_nested_for_ever_is_refused(self, client_as, owner, url):
        body = "[" * 100_000
        answer = client_as(owner).put(url, body, content_type="application/json")
        assert answer.status_code == 400

    def test_a_number_that_is_none_is_not_found(self, client_as, owner, assessment):
        assert client_as(owner).get("/api/v1/assessments/²/").status_code == 404
        assert client_as(owner).get("/api/v1/evidence/²/file/").status_code == 404

    @pytest.mark.parametrize("number", ["1e30", "9" * 30, "1.5", "NaN"])
    @pytest.mark.parametrize("place", ["evidence/?workload", "findings/?audit", "scores/?owner"])
    def test_a_filter_refuses_what_numbers_no_row(self, client_as, owner, place, number):
        assert client_as(owner).get(f"/api/v1/{place}={number}").status_code == 400


class TestDelegate:
    @pytest.fixture
    def delegate(self, organisation, assessment, owner, now):
        person = make_user(organisation, "Lena Fuchs", roles=[(Role.OWNER, "")])
        delegating.ask(
            assessment=assessment,
            dimension="api",
            question_key=FEATURE,
            to=person,
            title="Deepest feature",
            by=owner,
            now=now,
        )
        return person

    def test_lists_the_one_question(self, client_as, delegate, assessment):
        body = client_as(delegate).get(f"/api/v1/assessments/{assessment.pk}/answers/").json()
        assert [row["question"] for row in body["results"]] == [FEATURE]

    def test_saves_it(self, client_as, delegate, url):
        assert put(client_as(delegate), url).status_code == 200

    def test_saves_no_other(self, client_as, delegate, assessment):
        other = f"/api/v1/assessments/{assessment.pk}/answers/api.integration-points/"
        assert put(client_as(delegate), other, option="3-to-10").status_code == 404

    def test_cannot_open_evidence_by_attaching_it(
        self, client_as, delegate, owner, assessment, url, now
    ):
        hidden = evidence.add_link(
            workload=assessment.workload,
            link="https://git.example/the-owners-own",
            dated_on=now.date(),
            by=owner,
            now=now,
        )
        response = put(client_as(delegate), url, evidence=[hidden.pk])
        assert (response.status_code, list(response.json())) == (400, ["evidence"])

    @pytest.mark.parametrize("act", ["", "send/"])
    def test_has_no_whole(self, client_as, delegate, assessment, act):
        address = f"/api/v1/assessments/{assessment.pk}/{act}"
        client = client_as(delegate)
        response = client.post(address) if act else client.get(address)
        assert response.status_code == 404


class TestAssessments:
    def test_are_listed_with_filters(self, client_as, chair, assessment):
        client = client_as(chair)
        assert client.get("/api/v1/assessments/", {"state": "draft"}).json()["count"] == 1
        assert client.get("/api/v1/assessments/", {"state": "sent"}).json()["count"] == 0

    def test_of_others_are_not_listed(self, client_as, other_owner, assessment):
        assert client_as(other_owner).get("/api/v1/assessments/").json()["count"] == 0

    def test_detail_says_where_it_stands(self, client_as, owner, assessment, now):
        save_answer(assessment, by=owner, now=now)
        body = client_as(owner).get(f"/api/v1/assessments/{assessment.pk}/").json()
        assert (body["done"], body["total"], body["sections"][0]["score"]) == (1, 50, None)

    def test_start_on_an_own_workload(self, client_as, owner, version, workload):
        response = client_as(owner).post(
            "/api/v1/assessments/", {"workload": workload.pk, "label": "2026"}
        )
        assert (response.status_code, Assessment.objects.count()) == (201, 1)

    def test_not_on_anothers(self, client_as, other_owner, version, workload):
        response = client_as(other_owner).post(
            "/api/v1/assessments/", {"workload": workload.pk, "label": "2026"}
        )
        assert response.status_code == 404

    def test_from_answers_to_acceptance(self, client_as, assessment, owner, council, now):
        answer_everything(assessment, by=owner, now=now)
        address = f"/api/v1/assessments/{assessment.pk}/"
        client_as(owner).post(f"{address}send/")
        reviewer = client_as(council[Function.LEGAL])
        reviewer.post(f"{address}answers/{FEATURE}/review/", {"act": "return", "comment": "Which?"})
        assert reviewer.post(f"{address}conclude/").json()["state"] == "returned"
        put(client_as(owner), f"{address}answers/{FEATURE}/", version=1)
        client_as(owner).post(f"{address}send/")
        assert reviewer.post(f"{address}conclude/").json()["state"] == "accepted"

    def test_who_answered_does_not_review(self, client_as, assessment, owner, chair, now):
        save_answer(assessment, by=chair, now=now)
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        answering.send(assessment=assessment, by=owner, now=now)
        response = client_as(chair).post(f"/api/v1/assessments/{assessment.pk}/conclude/")
        assert response.status_code == 400

    def test_the_list_takes_as_many_queries_for_many_as_for_one(
        self, client_as, chair, owner, organisation, assessment, now, django_assert_max_num_queries
    ):
        for number in range(4):
            start_assessment(
                make_workload(organisation, f"Workload {number}", owner=owner), by=owner, now=now
            )
        client = client_as(chair)
        # Session, person, organisation, roles, count, rows.
        with django_assert_max_num_queries(6):
            assert client.get("/api/v1/assessments/").json()["count"] == 5


class TestEvidence:
    def test_is_added_and_fetched(self, client_as, owner, assessment):
        client = client_as(owner)
        file = SimpleUploadedFile("scan.csv", b"place\n")
        made = client.post(
            "/api/v1/evidence/",
            {"assessment": assessment.pk, "file": file, "dated_on": "2026-10-12"},
        ).json()
        response = client.get(f"/api/v1/evidence/{made['id']}/file/")
        assert b"".join(response.streaming_content) == b"place\n"

    def test_too_large_a_file_is_refused_with_its_size(
        self, client_as, owner, assessment, settings
    ):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024
        file = SimpleUploadedFile("scan.csv", b"a" * (3 * 1024 * 1024))
        response = client_as(owner).post(
            "/api/v1/evidence/",
            {"assessment": assessment.pk, "file": file, "dated_on": "2026-10-12"},
        )
        assert response.status_code == 400
        assert "Too large: 3.0 MB" in response.json()["file"][0]

    def test_of_other_owners_is_not_found(self, client_as, owner, other_owner, assessment):
        made = (
            client_as(owner)
            .post(
                "/api/v1/evidence/",
                {
                    "assessment": assessment.pk,
                    "link": "https://git.example",
                    "dated_on": "2026-10-12",
                },
            )
            .json()
        )
        other = client_as(other_owner)
        assert other.get(f"/api/v1/evidence/{made['id']}/").status_code == 404
        assert other.get("/api/v1/evidence/").json()["count"] == 0

    def test_an_auditor_adds_none(self, client_as, auditor, assessment):
        response = client_as(auditor).post(
            "/api/v1/evidence/",
            {"assessment": assessment.pk, "link": "https://git.example", "dated_on": "2026-10-12"},
        )
        assert response.status_code == 404


class TestVersions:
    def test_one_shows_the_manifest_that_its_hash_is_over(self, client_as, owner, version):
        body = client_as(owner).get(f"/api/v1/questionnaire-versions/{version.pk}/").json()
        assert (body["sha256"], body["manifest"]) == (version.sha256, version.manifest)


def test_the_schema_of_these_addresses_is_clean(db):
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    said = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    # How tokens sign in is the whole schema's matter, not these addresses'.
    own = [line for line in said if "api/assessments.py" in line and "authenticator" not in line]
    assert own == []
    assert "/api/v1/assessments/{id}/answers/{key}/" in schema["paths"]


class TestCommand:
    def test_publishes_the_version_that_is_shipped(self, organisation, capsys):
        call_command("publish_questionnaire")
        version = QuestionnaireVersion.objects.get()
        assert (version.label, version.published_by_name) == ("2026.1", "Lockin")

    def test_says_why_it_cannot(self, version):
        with pytest.raises(CommandError, match="never changes"):
            call_command("publish_questionnaire")

    def test_names_a_missing_file(self, organisation):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("publish_questionnaire", "nowhere.toml")


def test_answers_are_kept_by_nobody_but_the_domain_call(client_as, owner, url):
    put(client_as(owner), url)
    assert Answer.objects.get().question_text.startswith("What is the deepest")
