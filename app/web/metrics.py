"""What Prometheus reads: requests, messages, how long answers take, and jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Metrics:
    """One process' counters."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.messages: Counter[str] = Counter()
        self.refused_signatures: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._guard = Lock()

    def count_request(self, route: str, method: str, status: int) -> None:
        self.requests[route, method, status] += 1

    def count_turn(self, channel: str, seconds: float) -> None:
        """One answered message and how long it took."""
        self.messages[channel] += 1
        with self._guard:
            self._seconds += seconds
            self._buckets[next((i for i, top in enumerate(BUCKETS) if seconds <= top), len(BUCKETS))] += 1

    def text(self, jobs: Mapping[str, int]) -> str:
        """The exposition format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats)."""
        lines = ["# TYPE tendero_http_requests_total counter"]
        for (route, method, status), count in sorted(self.requests.items()):
            labels = f'route="{_label(route)}",method="{_label(method)}",status="{status}"'
            lines.append(f"tendero_http_requests_total{{{labels}}} {count}")
        lines.append("# TYPE tendero_messages_total counter")
        lines += [f'tendero_messages_total{{channel="{name}"}} {n}' for name, n in sorted(self.messages.items())]
        lines.append("# TYPE tendero_turn_seconds histogram")
        so_far = 0
        for top, count in zip((*map(str, BUCKETS), "+Inf"), self._buckets, strict=True):
            so_far += count
            lines.append(f'tendero_turn_seconds_bucket{{le="{top}"}} {so_far}')
        lines += [f"tendero_turn_seconds_sum {self._seconds:.6f}", f"tendero_turn_seconds_count {so_far}"]
        lines.append("# TYPE tendero_jobs gauge")
        lines += [f'tendero_jobs{{state="{_label(state)}"}} {count}' for state, count in sorted(jobs.items())]
        return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
