"""The server's settings: safe and private by default, fast and forgetful for tests."""

from __future__ import annotations

import os

from encaisse.database.location import Place

MEGABYTE = 1024 * 1024


def settings(place: Place, *, durable: bool) -> dict[str, str]:
    """PostgreSQL's settings by name, as its command line takes them."""
    socket = str(place.socket_folder).replace('"', '""')
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{_shared_megabytes(durable=durable)}MB",
        "maintenance_work_mem": "256MB",
        "work_mem": "32MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "log_checkpoints": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        # A vacuum at work would keep a login that is no superuser from dropping its database.
        chosen |= {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "autovacuum": "off",
        }
    return chosen


def _shared_megabytes(*, durable: bool) -> int:
    """An eighth of the memory, at least PostgreSQL's own 128 MB, at most 1 GB."""
    if not durable:
        return 128
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    return max(128, min(memory // 8, 1024))
