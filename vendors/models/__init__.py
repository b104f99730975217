"""The portfolio: what we depend on."""

from vendors.models.amendment import Amendment, DataActSetting
from vendors.models.commitment import Commitment, CommitmentPeriod
from vendors.models.contract import Contract
from vendors.models.document import ContractDocument, DocumentPage
from vendors.models.imports import ImportBatch, ImportMapping
from vendors.models.vendor import AIModel, Service, Vendor, VendorAlias
from vendors.models.workload import Asset, Dependency, Workload

__all__ = [
    "AIModel",
    "Amendment",
    "Asset",
    "Commitment",
    "CommitmentPeriod",
    "Contract",
    "ContractDocument",
    "DataActSetting",
    "Dependency",
    "DocumentPage",
    "ImportBatch",
    "ImportMapping",
    "Service",
    "Vendor",
    "VendorAlias",
    "Workload",
]
