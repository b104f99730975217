"""Ask, reckon, freeze, tell: the rows of steps 1 to 5."""

from assessments.models.assessment import (
    Answer,
    AnswerDraft,
    Assessment,
    Delegation,
    DimensionChoice,
    Grade,
)
from assessments.models.audit import (
    Audit,
    AuditSchedule,
    Closing,
    Signature,
    Snapshot,
    SnapshotItem,
)
from assessments.models.brief import Brief, BriefDocument, BriefOpinion, BriefOutcome
from assessments.models.clause import ClauseJudgement, PeerAcceptance
from assessments.models.evidence import AnswerEvidence, Evidence, EvidenceVersion
from assessments.models.finding import Finding, FollowUp
from assessments.models.policy import PolicyVersion
from assessments.models.questionnaire import QuestionnaireVersion
from assessments.models.report import Report, ReportVolume
from assessments.models.score import CurrentScore, Mitigation, ScoreRevision
from assessments.models.waiver import Waiver, WaiverApproval, WaiverEnd

__all__ = [
    "Answer",
    "AnswerDraft",
    "AnswerEvidence",
    "Assessment",
    "Audit",
    "AuditSchedule",
    "Brief",
    "BriefDocument",
    "BriefOpinion",
    "BriefOutcome",
    "ClauseJudgement",
    "Closing",
    "CurrentScore",
    "Delegation",
    "DimensionChoice",
    "Evidence",
    "EvidenceVersion",
    "Finding",
    "FollowUp",
    "Grade",
    "Mitigation",
    "PeerAcceptance",
    "PolicyVersion",
    "QuestionnaireVersion",
    "Report",
    "ReportVolume",
    "ScoreRevision",
    "Signature",
    "Snapshot",
    "SnapshotItem",
    "Waiver",
    "WaiverApproval",
    "WaiverEnd",
]
