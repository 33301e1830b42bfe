"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
oldest_able = ${repr(up_revision)}  # the oldest schema whose code can still open a database of this one


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


