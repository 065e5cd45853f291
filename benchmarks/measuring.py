"""CPU time of a call, many times over. Only the standard library: Isso's process uses it too."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds of CPU for one call: the median, and what nine in ten measurements lie between.

    Wall-clock time says little on a shared machine; the wait for a disk is not CPU.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, seconds: list[float]) -> Sample:
        """Return what measurements say together."""
        ordered = sorted(seconds)
        margin = len(ordered) // 20
        return cls(statistics.median(ordered), ordered[margin], ordered[-1 - margin])


def cpu(call: Call, repeats: int = 100, batch: int = 1) -> Sample:
    """Measure a call, each measurement being the mean of a batch of calls."""
    return side_by_side({"": call}, repeats, batch)[""]


def side_by_side(
    calls: Mapping[str, Call], repeats: int = 100, batch: int = 1
) -> dict[str, Sample]:
    """Measure calls in turns, so that a slow minute of the machine meets all of them."""
    for call in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            seconds[name].append(_batch(call, batch))
    return {name: Sample.of(values) for name, values in seconds.items()}


def alternating(measured: Call, undo: Call, repeats: int = 100) -> Sample:
    """Measure a call that changes something; what undoes it is not counted."""
    seconds = []
    for _ in range(repeats):
        seconds.append(_batch(measured, 1))
        undo()
    return Sample.of(seconds[1:])  # the first one warms up


def _batch(call: Call, size: int) -> float:
    start = time.process_time()
    for _ in range(size):
        call()
    return (time.process_time() - start) / size
