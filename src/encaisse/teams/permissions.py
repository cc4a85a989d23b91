"""Every permission there is, in one list, and what each role may do."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What an actor may do. Format: ``<room>:<action>``."""

    ARCHIVE_READ = "archive:read"
    CASH_POST = "cash:post"
    CASH_READ = "cash:read"
    DELIVERY_SEND = "delivery:send"
    DUNNING_APPROVE = "dunning:approve"
    DUNNING_CONFIGURE = "dunning:configure"
    DUNNING_PLAN = "dunning:plan"
    FOLLOWUP_WRITE = "followup:write"
    INTAKE_UPLOAD = "intake:upload"
    LEDGER_POST = "ledger:post"
    LEDGER_READ = "ledger:read"
    TEAMS_MANAGE = "teams:manage"


_READ = frozenset({Permission.LEDGER_READ, Permission.CASH_READ})
_COLLECT = _READ | {Permission.FOLLOWUP_WRITE, Permission.DUNNING_PLAN, Permission.ARCHIVE_READ}
_BOOK = _READ | {
    Permission.ARCHIVE_READ,
    Permission.CASH_POST,
    Permission.INTAKE_UPLOAD,
    Permission.LEDGER_POST,
}


class Role(StrEnum):
    """What a person does in an organization."""

    OWNER = "owner"
    MANAGER = "manager"
    COLLECTOR = "collector"
    ACCOUNTANT = "accountant"
    READER = "reader"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - {Permission.TEAMS_MANAGE},
    Role.COLLECTOR: _COLLECT | {Permission.DUNNING_APPROVE, Permission.DELIVERY_SEND},
    Role.ACCOUNTANT: _BOOK,
    Role.READER: _READ,
}
"""The permissions of each role."""
