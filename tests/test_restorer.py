"""The repair of one source: exact where nothing is asked, the same in tiles, within its budget."""

import json

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from mmaif.__main__ import main
from mmaif.checkpoint import WEIGHTS, load_checkpoint, save_checkpoint
from mmaif.data.scenes import Scene
from mmaif.data.single import SingleConfig, SingleMaker
from mmaif.images import save_image
from mmaif.network.bands import BANDS, DIRECTIONS, SCALES, differences, octaves, weighed_bands
from mmaif.network.film import gate
from mmaif.network.fusion import FusionConfig, FusionPath, mix
from mmaif.network.parts import load_part
from mmaif.network.repair import AGAIN, AMOUNT, DOUBT, SourceRepair, said_of_sources
from mmaif.network.restorer import STRIDE, Restorer, RestorerConfig
from mmaif.network.tone import ToneConfig, ToneGrid, reduce_picture
from mmaif.repairs import LOCAL, OPERATOR_REPAIR, REPAIRS, TONE
from mmaif.tiling import Tiles
from mmaif.training.restorer import Record
from mmaif.training.shared import begin_from

SAID = 256 + 4 * len(REPAIRS)
BUDGET = 220e3  # FLOP per pixel for two sources, a multiply-add being two


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def said(*repairs: str, chance: float = 1.0, batch: int = 1) -> torch.Tensor:
    """What a sentence says that asks for these repairs."""
    row = torch.zeros(batch, SAID)
    row[:, :256] = torch.randn(256)
    for repair in repairs:
        row[:, 256 + REPAIRS.index(repair)] = chance
    return row


def awake(module: torch.nn.Module) -> torch.nn.Module:
    """Layers that begin at zero get something to do."""
    for parameter in module.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    return module.eval().requires_grad_(False)


def decibels(a: torch.Tensor, b: torch.Tensor) -> float:
    return -10 * (a - b).square().mean().clamp_min(1e-12).log10().item()


def test_nothing_asked_is_a_bit_exact_copy():
    repair, picture = awake(SourceRepair()), torch.rand(2, 3, 40, 56)
    assert torch.equal(repair(picture, torch.zeros(2, SAID)), picture)
    assert torch.equal(repair(picture, said(*REPAIRS, chance=0.15, batch=2)), picture)


def test_each_half_answers_to_its_own_repairs():
    repair, picture = awake(SourceRepair()), torch.rand(1, 3, 32, 32)
    for name in REPAIRS:
        toned = repair.tone.apply(picture, repair.look(picture, said(name)))
        assert torch.equal(toned, picture) == (name not in TONE)
        assert torch.equal(repair.restorer(picture, picture, said(name)), picture) == (name not in LOCAL)


@pytest.mark.parametrize("names", [("rain",), ("blur", "jpeg")])
def test_what_the_restorer_changes_little_is_taken_back(names, monkeypatch):
    """It is applied twice; the more it changes, the larger is the share of it that stays."""
    repair, picture = SourceRepair().eval(), torch.rand(1, 3, 40, 56)
    shares = []
    for step in (0.0005, 0.005, 0.05):
        monkeypatch.setattr(repair.restorer, "forward", lambda toned, source, said, step=step: toned + step)
        change = repair.mend(picture, picture, said(*names)) - picture
        again = sum((step / AGAIN[name]) ** 2 for name in names)
        whole = step + step * again / (1 + again)
        power = sum((whole / DOUBT[name]) ** 2 for name in names)
        assert torch.allclose(change, torch.tensor(whole * power / (1 + power)), rtol=1e-3, atol=1e-6)
        shares.append(change.mean().item() / (2 * step))
    assert shares == sorted(shares) and shares[0] < 0.5 < 0.95 < shares[-1]


def test_a_tone_is_changed_by_its_amount_but_while_it_learns():
    repair, picture = awake(SourceRepair()), torch.rand(1, 3, 32, 32)
    for names, amount in ((("low_exposure",), AMOUNT["low_exposure"]), (("haze",), 1.0)):
        words = said(*names)
        learned = repair.train().look(picture, words)
        assert torch.allclose(repair.eval().look(picture, words), learned * amount, rtol=1e-5)


def test_gate_is_zero_for_small_readings_and_grows():
    chances = torch.linspace(0, 1, 21)
    weights = gate(chances[:, None])[:, 0]
    assert (weights[chances < 0.2] == 0).all() and (weights[chances > 0.61] == 1).all()
    assert (weights.diff() >= 0).all()


def test_a_batch_is_its_pictures_one_by_one():
    repair, pictures = awake(SourceRepair()), torch.rand(3, 3, 48, 32)
    words = torch.cat([said("noise"), said("haze"), said("jpeg", "low_exposure")])
    together = repair(pictures, words)
    alone = torch.cat([repair(p[None], w[None]) for p, w in zip(pictures, words, strict=True)])
    assert torch.allclose(together, alone, atol=1e-5)
    order = [2, 0, 1]
    assert torch.allclose(repair(pictures[order], words[order]), together[order], atol=1e-5)


@pytest.mark.parametrize("size", [(16, 16), (17, 31), (64, 40), (100, 250)])
def test_any_size(size):
    picture = torch.rand(1, 3, *size)
    out = awake(SourceRepair())(picture, said("noise", "haze"))
    assert out.shape == picture.shape and torch.isfinite(out).all()


def test_a_tile_equals_the_whole():
    """Tone and pixels, in a tile that begins at a multiple of the stride, away from its seams."""
    repair = awake(SourceRepair())
    smooth = torch.rand(1, 3, 12, 20)
    picture = torch.nn.functional.interpolate(smooth, (384, 640), mode="bicubic").clamp(0, 1)
    words, margin = said("noise", "rain", "haze", "low_exposure"), 64
    whole = repair(picture, words)
    grid = repair.look(picture, words)
    top, left, bottom, right = 5 * STRIDE, 8 * STRIDE, 5 * STRIDE + 256, 8 * STRIDE + 320
    window = torch.tensor([[top / 384, left / 640, bottom / 384, right / 640]])
    tile = repair(picture[..., top:bottom, left:right], words, grid, window)
    inside = (..., slice(margin, -margin), slice(margin, -margin))
    assert decibels(tile[inside], whole[..., top:bottom, left:right][inside]) >= 60


def test_all_tiles_share_one_tone():
    """A long hazy picture: the grid decides, so a tile has the very tone of the whole."""
    tone = awake(ToneGrid())
    picture = torch.linspace(0, 1, 1400).expand(1, 3, 320, 1400) * torch.tensor([0.9, 0.7, 0.5]).view(1, 3, 1, 1)
    words = said("haze")
    grid = tone(reduce_picture(picture), words)
    whole = tone.apply(picture, grid)
    assert (whole - picture).abs().max() > 1e-3
    for left in range(0, 1400 - 350 + 1, 350):
        window = torch.tensor([[0.0, left / 1400, 1.0, (left + 350) / 1400]])
        tile = tone.apply(picture[..., left : left + 350], grid, window)
        assert decibels(tile, whole[..., left : left + 350]) > 80


def test_tone_of_a_reduced_copy_fits_any_resolution():
    tone, words = awake(ToneGrid()), said("low_exposure")
    small = torch.nn.functional.interpolate(torch.rand(1, 3, 4, 6), (128, 192), mode="bicubic").clamp(0, 1)
    large = torch.nn.functional.interpolate(small, (512, 768), mode="bilinear").clamp(0, 1)
    for picture in (small, large):
        reduced = reduce_picture(picture)
        assert max(reduced.shape[-2:]) <= 256 and not any(side % 16 for side in reduced.shape[-2:])
    grid = tone(reduce_picture(large), words)
    shrunk = torch.nn.functional.interpolate(tone.apply(large, grid), (128, 192), mode="area")
    assert decibels(shrunk, tone.apply(small, grid)) > 35


def fusion_path() -> FusionPath:
    return awake(FusionPath(FusionConfig(), 16, 96))


def fusion_inputs(sources: int, height: int = 64, width: int = 64) -> list[torch.Tensor]:
    """sources, decoded, features, change."""
    features, change = torch.rand(1, 96, height // 4, width // 4), torch.rand(1, sources, 16, height // 8, width // 8)
    return [torch.rand(1, sources, 3, height, width), torch.rand(1, 3, height, width), features, change]


def flops(function, *inputs) -> int:
    with FlopCounterMode(display=False) as counter:
        function(*inputs)
    return counter.get_total_flops()


def test_budget_of_arithmetic_and_of_parameters():
    """At a megapixel: what the tone grid costs is the same at any size."""
    repair, fusion = awake(SourceRepair()), fusion_path()
    picture = torch.rand(1, 3, 128, 128)
    pixels = 2 * flops(repair.restorer, picture, picture, said("noise")) + flops(fusion, *fusion_inputs(2, 128, 128))
    tone = 2 * flops(repair.tone, torch.rand(1, 3, 256, 256), said("haze"))
    assert pixels / 128**2 + tone / 1024**2 <= BUDGET
    assert sum(p.numel() for m in (repair, fusion) for p in m.parameters()) < 6e6


def test_fusion_lets_no_grid_of_the_decoder_into_a_smooth_sky():
    """Untrained, and with a decoder whose picture and features are nothing but its grid over a smooth sky."""
    fusion = fusion_path()
    sky = torch.linspace(0.6, 0.9, 128).expand(1, 2, 3, 128, 128).contiguous()
    grid = torch.zeros(8, 8)
    grid[::2, ::4] = 0.1
    grid[1, 3] = 0.2
    tiles = grid.repeat(16, 16)
    rough = torch.rand(96)[:, None, None] * torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat(16, 16)
    change = torch.randn(1, 1, 16, 1, 1).expand(1, 2, 16, 16, 16)
    features = torch.rand(1, 96, 1, 1)

    def fused(extra: torch.Tensor, feature: torch.Tensor) -> torch.Tensor:
        given = sky[:, 0] + extra, (features + feature).expand(1, 96, 32, 32), change
        return fusion(sky, *given)[..., 16:-16, 16:-16]

    clean, gridded = fused(torch.zeros(1), torch.zeros(1)), fused(tiles - tiles.mean(), rough)
    spectrum = torch.fft.rfft(gridded.mean(1)[0].double() - gridded.mean().double(), dim=1).abs().mean(0)
    for period in (8, 4):
        place = 96 // period
        around = torch.cat([spectrum[place - 3 : place - 1], spectrum[place + 2 : place + 4]]).mean()
        assert spectrum[place] < 1.5 * around
    assert decibels(clean, gridded) > 60


def test_fusion_takes_any_number_of_sources_in_any_order():
    fusion = fusion_path()
    sources, decoded, features, change = fusion_inputs(3)
    out = fusion(sources, decoded, features, change)
    turned = fusion(sources[:, [2, 0, 1]], decoded, features, change[:, [2, 0, 1]])
    assert torch.allclose(out, turned, atol=1e-5)
    assert fusion(sources[:, :1], decoded, features, change[:, :1]).shape == out.shape


def test_where_pixels_are_chosen_they_are_those_of_one_source():
    """Of two scenes the first is chosen from: what is left of the mix is nearly one source's pixel, and no other's."""
    fusion = fusion_path()
    sources, decoded, features, change = fusion_inputs(3)
    inputs = [x.expand(2, *x.shape[1:]) for x in (sources, decoded, features, change)]
    mixed, chosen = fusion(*inputs, choice=torch.tensor([0.0, 1.0]))
    assert torch.allclose(mixed, fusion(sources, decoded, features, change)[0], atol=1e-5)
    own, shared = 4 * torch.randn(1, 3, 5, 8, 8), 4 * torch.randn(1, 4, 8, 8)
    pictures, picture = torch.rand(1, 3, 3, 8, 8), torch.rand(1, 3, 8, 8)
    candidates = torch.cat([pictures, picture[:, None]], 1)
    logits = torch.cat([own[:, :, :1], shared[:, None, :1]], 1)
    best = candidates.gather(1, logits.argmax(1, keepdim=True).expand(-1, -1, 3, -1, -1))[:, 0]
    error = [(mix(pictures, picture, own, shared, c) - best).abs().mean() for c in (None, torch.ones(1))]
    assert error[1] < 0.05 < error[0]
    assert not torch.allclose(mixed, chosen, atol=1e-3)


def test_a_head_per_repair_weighs_by_the_reading():
    restorer, picture = awake(Restorer()), torch.rand(1, 3, 32, 32)
    assert torch.equal(restorer(picture, picture, said("haze")), picture)
    assert not torch.equal(restorer(picture, picture, said("noise")), picture)
    features, weights = torch.randn(3, 32, 8, 8), torch.rand(3, len(LOCAL))
    each = restorer.head(features).unflatten(1, (len(LOCAL), 12)) * weights[:, :, None, None, None]
    assert torch.allclose(restorer._asked(restorer.head, features, weights), each.sum(1), atol=1e-5)


def test_weights_of_a_repair_serve_it_alone(tmp_path):
    """They begin as nothing, and what one repair learns in them moves no other."""
    plain, expert, picture = awake(Restorer()), Restorer(RestorerConfig(experts=2)), torch.rand(1, 3, 32, 32)
    save_checkpoint(tmp_path / "plain.safetensors", {"repair": (RestorerConfig(), plain.state_dict())})
    begin_from(expert, str(tmp_path / "plain.safetensors"), "repair")
    expert.eval().requires_grad_(False)
    both = torch.cat([said("noise"), said("jpeg")]), picture.expand(2, -1, -1, -1)
    before = expert(both[1], both[1], both[0])
    assert decibels(before, plain(both[1], both[1], both[0])) > 60  # a file holds half precision
    for name, weight in expert.named_parameters():
        if ".experts." in name:
            own = weight.unflatten(0, (len(LOCAL), -1))[LOCAL.index("jpeg")]
            torch.nn.init.normal_(own, std=0.02)
    after = expert(both[1], both[1], both[0])
    assert torch.equal(after[0], before[0]) and not torch.equal(after[1], before[1])
    cost = [flops(net, picture, picture, said("noise")) for net in (plain, expert)]
    assert cost[1] < 1.35 * cost[0]  # of a picture of 32 px; adding weights up costs the same at any size


def test_bands_are_blind_to_what_is_even_and_see_one_direction():
    flat = torch.full((1, 3, 48, 48), 0.3)
    assert octaves(flat).abs().max() < 1e-6 and differences(flat[:, :1]).abs().max() < 1e-6
    rows = torch.rand(1, 3, 48, 1).expand(1, 3, 48, 48)  # all change is up and down
    directed = differences(rows[:, :1]).unflatten(1, (-1, DIRECTIONS))
    assert directed[:, :, 0].abs().max() < 1e-6 < 0.1 < directed[:, :, DIRECTIONS // 2].abs().max()
    weights = torch.zeros(1, BANDS, 48, 48)
    weights[:, :SCALES] = -1  # without its bands a picture is its smoothest copy
    assert torch.allclose(weighed_bands(rows, weights), -octaves(rows).sum(1), atol=1e-6)


def test_tone_begins_as_the_identity():
    tone, picture = ToneGrid(ToneConfig()), torch.rand(1, 3, 48, 64)
    assert torch.equal(tone.apply(picture, tone(reduce_picture(picture), said(*TONE))), picture)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Photos and a pair that somebody else spoiled."""
    torch.manual_seed(1)
    root = tmp_path_factory.mktemp("scenes")
    out = []
    for index in range(3):
        picture = torch.nn.functional.interpolate(torch.rand(1, 3, 9, 9), (144, 160), mode="bicubic").clamp(0, 1)[0]
        save_image(picture, root / f"{index}.png")
        save_image((picture + 0.1 * torch.randn_like(picture)).clamp(0, 1), root / f"{index}n.png")
        out.append(Scene("clean", str(index), str(index), {"A": root / f"{index}.png"}))
        files = {"A": root / f"{index}n.png", "GT": root / f"{index}.png"}
        out.append(Scene("pair_noise", f"p{index}", f"p{index}", files))
    return out


def test_samples_of_one_fault(scenes):
    maker = SingleMaker(scenes, 64, SingleConfig(single=1.0))
    names = set()
    for seed in range(40):
        sample = maker(seed)
        assert sample.sources.shape == (1, 3, 64, 64) and sample.target.shape == (3, 64, 64)
        assert len(sample.recipe.ops[0]) <= 1
        asked = sample.recipe.named
        if sample.recipe.ops[0] and not asked:  # another fault is named: all must stay
            assert torch.equal(sample.sources[0], sample.target)
        names |= sample.recipe.present
        assert torch.equal(maker(seed).sources, sample.sources)
    assert len(names) > 8


def test_samples_of_every_kind(scenes):
    maker = SingleMaker(scenes, 64, SingleConfig(single=0.2, pairs=0.4))
    assert {len(maker(seed).recipe.ops[0]) for seed in range(30)} >= {1, 2}


def test_one_source_of_a_scene_is_freed_of_what_is_named(scenes):
    maker = SingleMaker(scenes, 64, SingleConfig(single=0.0, sources=1.0))
    stays = mended = 0
    for seed in range(40):
        sample = maker(seed)
        assert sample.sources.shape == (1, 3, 64, 64) and sample.task in ("mef", "mff")
        source, repaired = sample.sources[0], not torch.equal(sample.sources[0], sample.target)
        if not sample.recipe.named:
            assert not repaired
        if not sample.recipe.remaining:
            assert torch.equal(sample.target, sample.clean)
        mended += repaired
        stays += bool(sample.recipe.named) and torch.equal(source, sample.clean) and not repaired
    assert mended > 10 and stays > 1


SMALL = {"widths": [8, 8, 8, 8], "words": 16}


@pytest.fixture
def stage(scenes, tmp_path, monkeypatch) -> dict:
    """The configuration of four small steps on the scenes."""
    for module in ("training.restorer", "data.exam"):
        monkeypatch.setattr(f"mmaif.{module}.read_scenes", lambda root: scenes)
        monkeypatch.setattr(f"mmaif.{module}.split", lambda given, fold: list(given))
    monkeypatch.setattr("mmaif.data.exam.validation_pairs", lambda root: [])
    return {
        "data": ".",
        "text": str(WEIGHTS / "shared.safetensors"),
        "out": str(tmp_path / "out"),
        "loop": {"minutes": 60, "steps": 4, "log_seconds": 0, "warmup_steps": 5, "optimizer": "adamw"},
        "network": {"restorer": SMALL, "tone": SMALL},
        "size": 64, "crop": 32, "batch": 2, "workers": 0, "validation": 1, "capacity": 64,
    }  # fmt: skip


def test_a_batch_that_asks_for_nothing_moves_nothing(stage, tmp_path, monkeypatch):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(stage))
    silent = [Record(*torch.zeros(2, 3, 64, 64, dtype=torch.uint8), *torch.zeros(2, SAID))]
    monkeypatch.setattr("mmaif.training.restorer.records", lambda text, samples: silent * len(samples))
    assert main(["train", "restorer", "--config", str(path)]) == 0
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == 4 and all(row.get("loss", 0) == 0 for row in log)


def test_the_stage_trains_resumes_and_is_a_part(stage, tmp_path):
    config, path = stage, tmp_path / "config.json"
    path.write_text(json.dumps(config))
    assert main(["train", "restorer", "--config", str(path)]) == 0
    config["loop"]["steps"] = 6
    path.write_text(json.dumps(config))
    assert main(["train", "restorer", "--config", str(path), "--resume"]) == 0
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    wanted = {f"val_{figure}_{operator}" for operator in OPERATOR_REPAIR for figure in ("gain", "stays")}
    assert wanted | {"val_mean_gain"} <= set(log[-1]) and log[-1]["step"] == 6
    assert (tmp_path / "out" / "validation.jpg").is_file()
    repair = load_part(load_checkpoint(tmp_path / "out" / "weights.safetensors"), "repair")
    assert repair(torch.rand(1, 3, 20, 20), said("noise")).shape == (1, 3, 20, 20)

    config |= {"start": str(tmp_path / "out" / "weights.safetensors"), "trained": ["experts"], "workers": 0}
    config |= {"out": str(tmp_path / "more"), "network": {"restorer": SMALL | {"experts": 1}, "tone": SMALL}}
    config["samples"] = {"single": 1.0, "menu": {"noise": 1}, "other": 0.0}
    path.write_text(json.dumps(config))
    assert main(["train", "restorer", "--config", str(path)]) == 0
    before, after = (
        load_checkpoint(tmp_path / folder / "weights.safetensors").tensors["repair"] for folder in ("out", "more")
    )
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    learned = {name for name in after.keys() - before.keys() if after[name].any()}
    assert learned and all(".experts." in name for name in after.keys() - before.keys())


def test_whole_pictures_keep_their_tone_in_tiles():
    """Haze, darkness and contrast are decided once, local faults in tiles: no tile knows better than the whole."""
    repair, picture = awake(SourceRepair()), torch.rand(1, 3, 320, 1400)
    words = said("haze", "noise")
    one, cut = Tiles(1 << 30, 0), Tiles(1 << 30, 512)
    whole, tiles = repair.whole(picture, words, one), repair.whole(picture, words, cut)
    assert decibels(whole, tiles) > 60
    assert (whole - picture).abs().mean() > 0.01
    assert torch.equal(repair.whole(picture, said(), cut), picture)
    one = repair(picture, words).clamp(0, 1)
    assert decibels(one, whole) > 60


def test_each_source_of_a_pair_is_told_what_it_can_have():
    rows = said_of_sources(said("low_exposure", "stripes", "rain")[0], "vif", 2)
    asked = rows[:, 256 : 256 + len(REPAIRS)]
    names = [{name for name, value in zip(REPAIRS, row, strict=True) if value} for row in asked]
    assert names == [{"low_exposure", "rain"}, {"stripes", "rain"}]
    alike = said_of_sources(said("low_exposure")[0], "mff", 3)
    assert alike.shape[0] == 3 and torch.equal(alike[0], alike[2]) and alike[0].any()
    bracket = said_of_sources(said("low_exposure", "noise")[0], "mef", 3)
    assert torch.equal(bracket[0, 256:], said("noise")[0, 256:]) and torch.equal(bracket[0], bracket[2])
    lone = said("low_exposure")
    assert torch.equal(said_of_sources(lone[0], "auto", 1), lone)


def test_a_frame_in_the_right_light_stays_beside_a_dark_one():
    """All frames of a focus stack were taken in one light: one that the others match once they are repaired stays."""
    repair = SourceRepair().eval()
    with torch.no_grad():  # a repair of tone that doubles whatever it is shown
        repair.tone.head.bias.view(12, -1)[[0, 4, 8]] = 1.0 / AMOUNT["low_exposure"]
    right = 0.2 + 0.3 * torch.rand(3, 32, 32)
    dark, asked, tiles = right / 2, said("low_exposure")[0], Tiles(1 << 30, 0)
    for order in ([right, dark], [dark, right], [dark, right, dark]):
        for mended in repair.scene(torch.stack(order), asked, "mff", tiles):
            assert decibels(mended, right) > 60
    assert decibels(repair.scene(torch.stack([dark, dark]), asked, "mff", tiles)[1], right) > 60
    spared = repair.scene(torch.stack([right, dark]), asked, "mef", tiles)
    assert torch.equal(spared, torch.stack([right, dark]))


def test_words_of_a_foreign_encoder_repair_nothing():
    repair = SourceRepair()
    assert repair.understands(said()) and not repair.understands(torch.rand(1, 256))
