"""What this process has done, counted for Prometheus. Labels are few and ours: no address, no workspace, no word."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.errors import DeliveryError
from bot.watch import Reading

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
"""Upper ends of the buckets: a warm reading takes tenths of a second, a slow site 20 seconds, a hopeless text 60."""


class Metrics:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.readings = Counter(
            "nutgraf_readings",
            "Stories by how their reading ended: read, refused (by the error's name), failed, stopped.",
            ["ended", "kind"],
            registry=self.registry,
        )
        self.stages = Histogram(
            "nutgraf_stage_seconds",
            "Seconds that a stage of a reading took.",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.seconds = Histogram(
            "nutgraf_reading_seconds", "Seconds that a reading took.", buckets=SECONDS, registry=self.registry
        )
        self.statements = Counter(
            "nutgraf_statements",
            "Statements in briefs by whether their speaker was named or left open.",
            ["speaker"],
            registry=self.registry,
        )
        self.deliveries = Counter(
            "nutgraf_deliveries", "Answers that a platform took.", ["platform"], registry=self.registry
        )
        self.platform_errors = Counter(
            "nutgraf_platform_errors",
            "Messages that a platform did not take: for now, or for good.",
            ["platform", "lasting"],
            registry=self.registry,
        )

    def count(self, reading: Reading) -> None:
        """Count a reading and its stages."""
        self.readings.labels(reading.ended, reading.kind).inc()
        self.seconds.observe(reading.seconds)
        for lap in reading.laps:
            self.stages.labels(lap.stage.name.lower()).observe(lap.seconds)
        self.statements.labels("named").inc(reading.statements - reading.unattributed)
        self.statements.labels("unattributed").inc(reading.unattributed)

    def count_refused(self, platform: str, error: DeliveryError) -> None:
        """Count a message that *platform* did not take."""
        self.platform_errors.labels(platform, str(error.lasting).lower()).inc()
