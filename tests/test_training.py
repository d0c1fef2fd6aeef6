"""Every trainer for a second or two on made-up pictures: it learns, it stops in time, it goes on, it can be packed."""

import json
from dataclasses import dataclass
from statistics import median

import pytest
import torch
from safetensors.torch import save_file

from mmaif import FusionPipeline
from mmaif.__main__ import main
from mmaif.checkpoint import load_checkpoint
from mmaif.errors import InputError
from mmaif.images import save_image
from mmaif.repairs import REPAIRS
from mmaif.training.loop import LoopConfig, fit, mixed_precision, resumed_step, stream_seed
from mmaif.training.shared import timesteps
from mmaif.training.teacher import build_teacher


@dataclass(frozen=True)
class Stage:
    """The least that a stage's configuration holds."""

    loop: LoopConfig
    out: str


SMALL_MODEL = {"width": 32, "depth": 1, "heads": 2, "hidden": 32, "modulation_rank": 4}
SMALL_AUTOENCODER = {
    "encoder_fine": 16,
    "encoder_deep": 16,
    "encoder_blocks": [1, 1],
    "decoder_half": 8,
    "decoder_fine": 16,
    "decoder_deep": 16,
    "decoder_blocks": [1, 1, 1],
    "detail_half": 8,
    "detail_quarter": 8,
    "detail_deep": 8,
    "detail_blocks": [1, 1],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with a manifest, and a teacher of the right shape."""
    torch.manual_seed(0)
    root = tmp_path_factory.mktemp("training")
    rows = ["kind\tname\torigin\tlicence\tfiles"]

    def picture(name: str) -> str:
        coarse = torch.nn.functional.interpolate(torch.rand(1, 3, 12, 12), (288, 288), mode="bicubic")
        save_image(coarse[0], root / f"{name}.jpg")
        return f"{name}.jpg"

    for index in range(24):
        kind = ("clean", "clean", "vif", "mef", "mff", "clean_hires")[index % 6]
        keys = {"vif": "AB", "mff": "AB", "mef": ("E0", "E1")}.get(kind, "A")
        files = " ".join(f"{key}={picture(f'{kind}{index}{key}')}" for key in keys)
        rows.append(f"{kind}\tscene{index * 100}\tmade up\tnone\t{files}")
    (root / "manifest.tsv").write_text("\n".join(rows) + "\n")
    for name, module in build_teacher().items():
        save_file(module.state_dict(), root / f"taef1_{name}.safetensors")
    return root


@pytest.fixture(autouse=True)
def _every_scene_is_both_train_and_val(monkeypatch):
    """The real split needs more than two dozen scenes."""
    for module in (
        "mmaif.data.crops",
        "mmaif.training.shared",
    ):
        monkeypatch.setattr(f"{module}.split", lambda scenes, fold: list(scenes))


def train(
    part: str, root, name: str, steps: int, *arguments: str, optimizer: str = "adamw", rate: float = 0.002, **values
) -> list[dict]:
    """Run a stage through the command line for some steps, however long they take, and return its log."""
    config = root / f"{name}.json"
    loop = {"minutes": 60, "steps": steps, "log_seconds": 0, "warmup_steps": 5, "learning_rate": rate}
    loop["optimizer"] = optimizer  # torch's Muon is slow where bfloat16 is imitated: one stage takes it
    config.write_text(json.dumps({"out": str(root / name), "loop": loop, **values}))
    assert main(["train", part, "--config", str(config), *arguments]) == 0
    return [json.loads(line) for line in (root / name / "log.jsonl").read_text().splitlines()]


def learned(log: list[dict], name: str = "loss") -> bool:
    """Whether the last third of a run's steps has as a rule (median) a smaller loss than the first: batches of four
    samples differ by as much as one run learns."""
    values = [row[name] for row in log if name in row]
    third = len(values) // 3
    return median(values[-third:]) < median(values[:third])


def test_all_stages_train_resume_and_pack(folder, tmp_path, monkeypatch):
    data = {"data": str(folder)}
    stages = ("ae", "text", "grams", "dit", "flow", "detail", "joint", "faults")
    parts = {name: str(tmp_path / name / "weights.safetensors") for name in stages}

    log = train(
        "autoencoder",
        tmp_path,
        "ae",
        16,
        **data,
        teachers=str(folder),
        model=SMALL_AUTOENCODER,
        crop=64,
        pool=48,
        batch=4,
        own=2,
        through=1,
    )
    assert learned(log)
    assert log[-1]["val_own_latent_own_decoder"] > 5

    log = train("text", tmp_path, "text", 48, corpus=600, vocabulary=500, batch=16)
    assert learned(log) and learned(log, "severity")
    assert {"val_severity", "val_severity_right", "val_foreign"} <= set(log[-1])
    before = log[-1]["step"]
    log = train("text", tmp_path, "text", 50, "--resume", corpus=600, vocabulary=500, batch=16)
    assert before == 48 and log[-1]["step"] == 50

    more = {"start": parts["text"], "faithful": 1.0, "corpus": 200, "vocabulary": 500, "batch": 16}
    log = train("text", tmp_path, "more", 4, rate=0.0002, **more)  # by 48 steps the encoder is easily thrown off
    encoders = (parts["text"], tmp_path / "more" / "weights.safetensors")
    texts = [load_checkpoint(path).config["text"] for path in encoders]
    assert texts[0] == texts[1] and all(0 <= row["drift"] < 1 for row in log[:4])

    log = train("grams", tmp_path, "grams", 16, start=parts["text"], buckets=512, batch=128, rate=0.05, distraction=0)
    assert learned(log)
    whole, alone = (load_checkpoint(parts[name]) for name in ("grams", "text"))
    assert all(torch.equal(whole.tensors["text"][name], tensor) for name, tensor in alone.tensors["text"].items())
    parts["text"] = parts["grams"]

    dit = {**data, "autoencoder": parts["ae"], "text": parts["text"], "size": 64, "batch": 4, "validation": 4}
    dit |= {"workers": 0, "capacity": 64}
    log = train("dit", tmp_path, "dit", 4, **dit, model=SMALL_MODEL, optimizer="muon")
    assert {"val_vif", "val_mef", "val_mff", "val_restore", "val_ceiling"} <= set(log[-1])
    assert (tmp_path / "dit" / "validation.jpg").is_file()
    train("dit", tmp_path, "flow", 2, **dit, start=parts["dit"], model={**SMALL_MODEL, "variant": "flow"})
    shared = [load_checkpoint(parts[name]).config["dit"]["variant"] for name in ("dit", "flow")]
    assert shared == ["regression", "flow"]

    log = train("detail", tmp_path, "detail", 24, **dit, dit=parts["dit"])
    assert learned(log)
    for precision in (torch.bfloat16, torch.float32):
        with monkeypatch.context() as patch:
            patch.setattr("mmaif.training.loop.quickest", lambda device_type, precision=precision: precision)
            assert train("detail", tmp_path, str(precision), 1, **dit, dit=parts["dit"])[0]["loss"] < 1

    log = train(
        "detail", tmp_path, "joint", 40, **dit, dit=parts["dit"], start=parts["detail"], trained=["detail", "dit"]
    )
    assert learned(log)
    moved = load_checkpoint(parts["joint"]).tensors
    assert not torch.equal(moved["dit"]["head.weight"], load_checkpoint(parts["dit"]).tensors["dit"]["head.weight"])
    assert all(name.startswith("detail.") for name in moved["autoencoder"])

    log = train("detail", tmp_path, "through", 4, **dit, dit=parts["flow"], start=parts["detail"], trained=["dit"])
    moved = load_checkpoint(str(tmp_path / "through" / "weights.safetensors")).tensors
    assert set(moved) == {"dit"} and {"latent", "picture", "plain"} <= set(log[0])
    assert not torch.equal(moved["dit"]["head.weight"], load_checkpoint(parts["flow"]).tensors["dit"]["head.weight"])

    faults = {key: value for key, value in dit.items() if key not in ("text", "autoencoder")}
    log = train("diagnosis", tmp_path, "faults", 16, **faults)
    assert learned(log)
    assert 0 <= log[-1]["val_recall"] <= 1

    for variant in ("dit", "flow"):
        packed = tmp_path / f"packed_{variant}.safetensors"
        files = [parts[name] for name in ("ae", "text", variant, "detail", "faults")]
        assert main(["pack", *files, "-o", str(packed)]) == 0
        pipe = FusionPipeline.from_pretrained(packed)
        image = torch.rand(48, 64, 3)
        fused = pipe([image, image], "remove the rain", steps=2)
        assert fused.shape == image.shape and fused.isfinite().all()
        named = pipe.diagnose(torch.rand(1, 1, 3, 48, 64))
        assert len(named) == 1 and set(named[0]) <= set(REPAIRS)
    again, other = pipe([image], steps=2, seed=1), pipe([image], steps=2, seed=2)
    assert torch.equal(again, pipe([image], steps=2, seed=1))
    assert not torch.equal(again, other)


def test_training_that_learns_nothing_stops(tmp_path):
    model = torch.nn.Linear(2, 2)

    def step(_: int) -> dict[str, torch.Tensor]:
        return {"loss": model(torch.full((1, 2), torch.nan)).sum()}

    with pytest.raises(InputError, match="finite"):
        fit(model, step, lambda _: {}, lambda _: None, Stage(LoopConfig(minutes=1), str(tmp_path)), False)


def test_a_run_goes_on_with_its_own_configuration_and_new_samples(tmp_path):
    def settings(**changes) -> Stage:
        return Stage(LoopConfig(**{"minutes": 0.002, "optimizer": "adamw", **changes}), str(tmp_path))

    def run(stage: Stage, resume: bool) -> None:
        model = torch.nn.Linear(2, 2)
        fit(
            model,
            lambda _: {"loss": model(torch.ones(1, 2)).square().sum()},
            lambda _: {},
            lambda _: None,
            stage,
            resume,
        )

    with pytest.raises(InputError, match="Nothing to resume"):
        resumed_step(tmp_path, True)
    run(settings(), False)
    steps = resumed_step(tmp_path, True)
    assert steps > 0 and resumed_step(tmp_path, False) == 0
    with pytest.raises(InputError, match="'loop'.*0.01"):
        run(settings(learning_rate=0.01), True)
    assert resumed_step(tmp_path, True) == steps
    run(settings(minutes=0.004), True)
    assert resumed_step(tmp_path, True) > steps


def test_steps_take_the_precision_that_is_quickest(monkeypatch):
    for wanted in (torch.bfloat16, torch.float32):
        monkeypatch.setattr("mmaif.training.loop.quickest", lambda device_type, wanted=wanted: wanted)
        with mixed_precision(torch.device("cpu")):
            assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == wanted


def test_streams_of_samples_lie_apart():
    streams = {
        stream_seed(stage, seed, rank, step)
        for stage in ("dit", "detail")
        for seed in range(3)
        for rank in range(3)
        for step in (0, 100, 2000)
    }
    assert len(streams) == 54 and min(streams) >= 1 << 32
    ordered = sorted(streams)
    assert min(b - a for a, b in zip(ordered, ordered[1:], strict=False)) > 10_000_000
    assert stream_seed("dit", 0, 0, 5) == stream_seed("dit", 0, 0, 5)


def test_times_cover_the_path_and_its_start():
    times = timesteps(4000, torch.device("cpu"))
    assert 0 <= times.min() and times.max() == 1
    assert (times == 1).float().mean().item() == pytest.approx(0.2, abs=0.03)
    assert times[times < 1].mean().item() == pytest.approx(0.5, abs=0.03)


def test_a_wrong_entry_is_named(folder, capsys):
    config = folder / "wrong.json"
    config.write_text(json.dumps({"data": str(folder), "learnig_rate": 1}))
    assert main(["train", "dit", "--config", str(config)]) == 2
    assert "learnig_rate" in capsys.readouterr().err


def test_a_missing_teacher_is_named(folder, capsys, tmp_path):
    config = folder / "no_teacher.json"
    config.write_text(json.dumps({"data": str(folder), "teachers": str(tmp_path), "out": str(tmp_path / "out")}))
    assert main(["train", "autoencoder", "--config", str(config)]) == 2
    assert "taef1_encoder" in capsys.readouterr().err
