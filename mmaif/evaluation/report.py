"""What measuring finds: scores of pictures, and seconds and bytes of runs. Dictionaries are made for JSON alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..checks import check_whole
from ..errors import InputError

Scores = dict[str, float | None]  # metric -> value; None where it is not defined
STAGES = ("encode", "text", "repair", "sample", "decode", "detail")
DTYPES = ("float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Summary:
    """Per metric the mean over pictures and its 95 % confidence interval [low, high]."""

    mean: Scores
    ci95: dict[str, list[float] | None]


@dataclass(frozen=True)
class MethodScores(Summary):
    """One method: the scores of each scene too."""

    images: dict[str, Scores]

    def to_json(self) -> dict[str, Any]:
        """As it goes into the file."""
        return {"images": self.images, "mean": self.mean, "ci95": self.ci95}


@dataclass(frozen=True)
class Evaluation:
    """Methods side by side; `metrics` says which way each one is better: "higher", "lower" or "none"."""

    methods: dict[str, MethodScores]
    metrics: dict[str, str]

    @property
    def first(self) -> MethodScores:
        """The method that was named first."""
        return next(iter(self.methods.values()))

    def to_json(self) -> dict[str, Any]:
        """{"images", "mean", "ci95"} of the first method, "methods": {name: the same} and "metrics"."""
        methods = {name: scores.to_json() for name, scores in self.methods.items()}
        return {**self.first.to_json(), "methods": methods, "metrics": self.metrics}


@dataclass(frozen=True)
class Settings:
    """What a benchmark measures; the options of `python -m mmaif benchmark`."""

    sizes: tuple[int, ...] = (512, 1024, 2048)
    repeats: int = 3
    sources: int = 2
    model: str = "regression"
    steps: int = 4
    tile: int | None = None
    device: str | None = None
    dtypes: tuple[str, ...] = ("bfloat16",)
    compile: bool = False
    baselines: bool = False
    export: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be measured."""
        if not self.sizes or min(self.sizes) < 16:
            raise InputError("--sizes must be sides of at least 16 px, such as 512,1024.")
        if max(self.sizes) > 1 << 15:
            raise InputError(f"--sizes goes up to {max(self.sizes)}; give sides of at most {1 << 15} px.")
        check_whole(self.repeats, "--repeats", 1, 1000)
        check_whole(self.sources, "--sources", 1, 1000)
        check_whole(self.steps, "--steps", 1, 1000)
        if unknown := set(self.dtypes) - set(DTYPES):
            raise InputError(f"Unknown dtype {sorted(unknown)[0]!r} in --dtypes; use {', '.join(DTYPES)}.")


@dataclass(frozen=True)
class Machine:
    """What ran it; `device` is the GPU's name, or cpu."""

    processor: str
    threads: int
    device: str
    system: str
    python: str
    torch: str


@dataclass(frozen=True)
class Run:
    """What is timed: a method at a size (side in px of square pictures)."""

    method: str
    dtype: str
    compile: bool
    size: int

    @property
    def variant(self) -> str:
        """Method, dtype and compilation in one name."""
        if self.method != "mmaif":
            return self.method
        return f"mmaif {self.dtype}{' compiled' if self.compile else ''}"


@dataclass(frozen=True)
class Timing(Run):
    """One stage of a run, or "total" for all of it; None stands for what cannot be told.

    seconds             median
    quartiles           (low, high), of the seconds
    pixels_per_second   of the fused picture
    peak_bytes          of the process (CUDA: allocated)
    working_bytes       those of them that were not held before
    flops_per_pixel     of matrix products and convolutions, for each pixel of the fused picture
    matrix_share        of the matrix rate that was measured
    """

    stage: str
    seconds: float
    quartiles: tuple[float, float]
    pixels_per_second: float | None
    peak_bytes: int | None
    working_bytes: int | None
    flops_per_pixel: float | None
    matrix_share: float | None


@dataclass(frozen=True)
class Benchmark:
    """All timings, and where they were taken; date: ISO 8601, matrix_flops_per_second: by dtype."""

    date: str
    machine: Machine
    settings: Settings
    matrix_flops_per_second: dict[str, float]
    rows: list[Timing]

    def runs(self) -> dict[tuple[str, int], dict[str, Timing]]:
        """The rows as {(variant, size): {stage: timing}}."""
        runs: dict[tuple[str, int], dict[str, Timing]] = {}
        for row in self.rows:
            runs.setdefault((row.variant, row.size), {})[row.stage] = row
        return runs

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Benchmark":
        """Of what `to_json` gave, through a file or not."""
        settings = data["settings"]
        lists = {name: tuple(settings[name]) for name in ("sizes", "dtypes")}
        rows = [Timing(**row | {"quartiles": tuple(row["quartiles"])}) for row in data["rows"]]
        machine, rates = Machine(**data["machine"]), data["matrix_flops_per_second"]
        return cls(data["date"], machine, Settings(**settings | lists), rates, rows)
