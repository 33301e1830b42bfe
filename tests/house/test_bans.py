"""What the code must not contain, whoever writes it (TRUST S-09, S-19, rules 7 to 9)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("app", "migrations", "tools") for path in (ROOT / folder).rglob("*.py"))
PAGES = sorted(
    path for folder in ("app", "web_widget") for end in ("html", "js") for path in (ROOT / folder).rglob(f"*.{end}")
)

CODE_IN_DATA = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "jsonpickle"}
CLIENTS = {"requests", "urllib3", "aiohttp", "pycurl", "http.client", "urllib.request", "httpx"}
ONE_DOOR = "app/core/http.py"
MAIL_DOOR = "app/notify/email.py"  # speaks to the server in .env, which is the operator's word
CALLS = {
    "eval",
    "exec",
    "__import__",
    "os.system",
    "os.popen",
    "yaml.load",
    "torch.load",
    "joblib.load",
    "faiss.read_index",
    "yaml.unsafe_load",
    "yaml.full_load",
    "Markup",
    "markupsafe.Markup",
}
SQL = re.compile(r"\s*(select|insert|update|delete|drop|alter|create|vacuum|attach)\s", re.IGNORECASE)
RUNS_SQL = {"execute", "exec_driver_sql", "executemany", "executescript", "text", "scalar", "scalars"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def built_at_run_time(node: ast.expr) -> bool:
    """SQL glued together from parts: an f-string, `%`, `+` or `.format`."""
    if isinstance(node, ast.JoinedStr):
        words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return bool(SQL.match(words)) and any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return built_from_text(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return built_from_text(node.func.value)
    return False


def built_from_text(node: ast.expr) -> bool:
    return built_at_run_time(node) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.match(node.value))
    )


def test_no_code_hides_in_data() -> None:
    found = [f"{file}:{line} {name}" for file, tree in trees() for name, line in imported(tree) if name in CODE_IN_DATA]
    assert found == []


def test_only_one_door_leads_out() -> None:
    found = [
        f"{file}:{line} {name}"
        for file, tree in trees()
        for name, line in imported(tree)
        if name in CLIENTS and file != ONE_DOOR
    ]
    assert found == []


def test_mail_leaves_by_its_own_door_only() -> None:
    found = [
        f"{file}:{line} {name}"
        for file, tree in trees()
        for name, line in imported(tree)
        if name.split(".")[0] in {"smtplib", "imaplib", "poplib", "ftplib", "telnetlib"} and file != MAIL_DOOR
    ]
    assert found == []


SECRET = re.compile(r"secret|password|csrf|signature|token|api_key", re.IGNORECASE)
GATES = ("app/web/", "app/accounts/", "app/channels/", "app/payments/")
TYPED_TWICE = "call.field('again')"  # both typed by the one who is asked


def secrets_compared(name: str, tree: ast.Module) -> Iterator[str]:
    """`==` between values of which one is called a secret: it stops at the first letter that differs (TRUST S-27)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
            sides = [side for side in (node.left, *node.comparators) if not isinstance(side, ast.Constant)]
            by_digest = any(".c." in ast.unparse(side) for side in sides)  # a row looked up
            named = any(
                SECRET.search(ast.unparse(side).rpartition(".")[2]) for side in sides if not isinstance(side, ast.Call)
            )
            if len(sides) > 1 and named and not by_digest and TYPED_TWICE not in ast.unparse(node):
                yield f"{name}:{node.lineno} {ast.unparse(node)}"


def test_no_secret_is_compared_with_equals() -> None:
    assert [found for name, tree in trees() if name.startswith(GATES) for found in secrets_compared(name, tree)] == []


@pytest.mark.parametrize(
    "text", ["if given_token == kept: pass", "ok = signature != self.expected", "a = env.csrf_secret == b"]
)
def test_the_scan_sees_a_secret_compared(text: str) -> None:
    assert list(secrets_compared("x", ast.parse(text)))


def test_nothing_is_evaluated_and_no_shell_is_called() -> None:
    found = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                shell = any(
                    word.arg == "shell" and getattr(word.value, "value", True) is not False for word in node.keywords
                )
                if called(node) in CALLS or shell:
                    found.append(f"{file}:{node.lineno} {called(node)}")
    assert found == []


def reads_pickles(node: ast.Call) -> bool:
    """numpy reads and writes objects as pickles unless told not to; anything but a plain False is no telling."""
    allowed = [word.value for word in node.keywords if word.arg == "allow_pickle"]
    if any(not (isinstance(value, ast.Constant) and value.value is False) for value in allowed):
        return True
    return called(node) in {"np.load", "numpy.load"} and not allowed


def test_arrays_are_read_and_written_without_pickle() -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and reads_pickles(node)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["np.load(path)", "np.load(path, allow_pickle=True)", "np.savez(f, allow_pickle=x)"])
def test_the_scan_sees_pickles_in_arrays(text: str) -> None:
    assert reads_pickles(ast.parse(text).body[0].value)  # type: ignore[attr-defined]
    assert not reads_pickles(ast.parse("np.load(path, allow_pickle=False)").body[0].value)  # type: ignore[attr-defined]


def test_sql_is_never_glued_together() -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] in RUNS_SQL
        for argument in node.args
        if built_at_run_time(argument)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ['conn.execute(f"SELECT * FROM {table}")', 'text("DELETE FROM " + name)', 'execute("UPDATE a SET b = %s" % value)'],
)
def test_the_scan_sees_glued_sql(text: str) -> None:
    call = ast.parse(text).body[0].value  # type: ignore[attr-defined]
    assert any(built_at_run_time(argument) for argument in call.args)


SWAPS = re.compile(r'hx-(?:swap|status:\w+)="[^"]*"')  # how HTMX puts in what the server has escaped


def test_no_page_switches_escaping_off() -> None:
    switched = re.compile(r"\|\s*safe\b|autoescape\s+false|innerHTML|outerHTML|insertAdjacentHTML|document\.write")
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number} {line.strip()[:80]}"
        for path in PAGES
        if "vendor" not in path.parts and not path.name.endswith(".min.js")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if switched.search(SWAPS.sub("", line))
    ]
    assert found == []


def test_templates_are_rendered_with_autoescape_on() -> None:
    made = [
        (file, ast.unparse(node))
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] == "Environment"
    ]
    assert made
    assert [entry for entry in made if "autoescape=True" not in entry[1]] == []


def test_no_test_is_skipped_and_nothing_is_left_for_later() -> None:
    words = [re.compile(r"pytest\.(mark\.)?(skip|xfail)\b"), re.compile(r"#.*\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")]
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")]
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(word.search(line) for word in words)
    ]
    assert found == []
