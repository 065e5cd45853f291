"""The tables, and what one row knows of itself. Queries live in the modules of verbs."""

from __future__ import annotations

from comments_api.models.base import Codes, Id, Model, Moment
from comments_api.models.comments import (
    Comment,
    CommentKind,
    Complaint,
    Decision,
    Edit,
    IdempotencyKey,
    Memento,
    Note,
    Revision,
    Status,
    Thread,
)
from comments_api.models.letters import Outcome, Permission, Reply, Report, Salt
from comments_api.models.mail import Announced, Outbox, Scope, Subscription
from comments_api.models.people import (
    MODERATING,
    Confirmation,
    Identity,
    KnownBrowser,
    Moderator,
    Pace,
    ProviderSignIn,
    Role,
    Session,
    SignInLink,
)
from comments_api.models.rules import Block, BlockedField, Bucket, Change, Switches, WordList
from comments_api.models.site import Clock, DirtyRegion, Sign
from comments_api.models.transfer import ErasedComment, ErasedPerson, Imported

__all__ = [
    "MODERATING",
    "Announced",
    "Block",
    "BlockedField",
    "Bucket",
    "Change",
    "Clock",
    "Codes",
    "Comment",
    "CommentKind",
    "Complaint",
    "Confirmation",
    "Decision",
    "DirtyRegion",
    "Edit",
    "ErasedComment",
    "ErasedPerson",
    "Id",
    "IdempotencyKey",
    "Identity",
    "Imported",
    "KnownBrowser",
    "Memento",
    "Model",
    "Moderator",
    "Moment",
    "Note",
    "Outbox",
    "Outcome",
    "Pace",
    "Permission",
    "ProviderSignIn",
    "Reply",
    "Report",
    "Revision",
    "Role",
    "Salt",
    "Scope",
    "Session",
    "Sign",
    "SignInLink",
    "Status",
    "Subscription",
    "Switches",
    "Thread",
    "WordList",
]
