"""The commands of `python -m app`: one file each, with `arguments(parser)` and `run(args, home) -> exit status`."""

from app.core.errors import UserError

COMMANDS = {
    "run": "run",
    "serve": "serve",
    "worker": "worker",
    "init": "init",
    "doctor": "doctor",
    "index": "index",
    "ask": "ask",
    "chat": "chat",
    "check": "check",
    "simulate": "simulate",
    "import": "import_data",
    "export": "export_data",
    "order": "order",
    "unanswered": "unanswered",
    "flows": "flows",
    "backup": "backup",
    "restore": "restore",
    "set-password": "set_password",
}


class WrongUsage(UserError):
    """The command was called in a way it does not know, or with a file that is malformed: exit 2."""
