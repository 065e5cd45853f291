"""What the rules make of a case: of one rule a finding, of all of them the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comments_api.models import Status

# What she who wrote it could change before it is stored.
MENDABLE = frozenset({"links", "repeat"})
_SEVERITY = (Status.APPROVED, Status.PENDING, Status.SPAM)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says: pass (`approved`), hold (`pending`) or spam, and why.

    :ivar reason: a code, or a code with a detail: `links:3`.
    """

    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a text, and why.

    :ivar reasons: of all rules that had one, in their order.
    :ivar nudge: every reason is one that whoever wrote it could mend.
    """

    status: Status
    reasons: tuple[str, ...] = ()
    nudge: bool = False


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return what the findings come to: the severest wins."""
    findings = list(findings)
    status = max((f.status for f in findings), key=_SEVERITY.index, default=Status.APPROVED)
    reasons = tuple(finding.reason for finding in findings)
    mendable = bool(reasons) and all(code_of(reason) in MENDABLE for reason in reasons)
    return Verdict(status, reasons, mendable and status == Status.PENDING)


def code_of(reason: str) -> str:
    """Return a reason without its detail, which can hold what somebody wrote."""
    return reason.partition(":")[0]


def codes_of(reasons: Iterable[str]) -> list[str]:
    """Return reasons without their details, as the record keeps them."""
    return [code_of(reason) for reason in reasons]
