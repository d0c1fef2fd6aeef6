"""Autoencoder, text encoder, sampling, tiling, checkpoint, pictures: contracts that hold without training."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from mmaif import sampling
from mmaif.checkpoint import from_tensors, load_checkpoint, merge, save_checkpoint
from mmaif.configuration import build, load
from mmaif.errors import InputError
from mmaif.images import (
    check_same_size,
    join_sources,
    load_image,
    save_image,
    socket_pictures,
    split_sources,
    stack_sources,
    to_batch,
)
from mmaif.metrics import psnr, ssim
from mmaif.network.autoencoder import Autoencoder, AutoencoderConfig, DetailPath
from mmaif.network.dit import DiTConfig
from mmaif.network.layers import pad_to_multiple
from mmaif.network.text import CONTEXT_SLICES, TextConfig, TextEncoder, relative_bucket
from mmaif.sources import gather
from mmaif.tasks import detect_task
from mmaif.training.text import train_tokenizer

TINY = AutoencoderConfig(
    encoder_fine=8,
    encoder_deep=8,
    encoder_blocks=(1, 1),
    decoder_half=8,
    decoder_fine=8,
    decoder_deep=8,
    decoder_blocks=(1, 1, 1),
    detail_half=8,
    detail_quarter=8,
    detail_deep=8,
    detail_blocks=(1, 1),
)


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


# --- autoencoder ----------------------------------------------------------------------------------------------


def test_autoencoder_shapes_and_range():
    model = Autoencoder(TINY)
    image = torch.rand(2, 3, 37, 50)
    latent = model.encode(image)
    assert latent.shape == (2, 16, 5, 7)
    picture = model.decode(latent, image[:, None].expand(-1, 3, -1, -1, -1))
    assert picture.shape == (2, 3, 40, 56)
    assert picture.min() >= 0 and picture.max() <= 1


def test_detail_path_ignores_the_order_and_takes_any_number():
    path = DetailPath(TINY).eval()
    torch.nn.init.normal_(path.change[2].weight)  # a new one ignores the latents
    sources, decoded, features = torch.rand(1, 3, 3, 16, 24), torch.rand(1, 3, 16, 24), torch.randn(1, 8, 4, 6)
    change, order = torch.randn(1, 3, 16, 2, 3), [2, 0, 1]
    out = path(sources, decoded, features, change)
    assert torch.allclose(out, path(sources[:, order], decoded, features, change[:, order]), atol=1e-5)
    assert not torch.allclose(out, path(sources, decoded, features, change[:, order]), atol=1e-5)
    assert path(sources[:, :1], decoded, features, change[:, :1]).shape == out.shape


def test_detail_strength_blends_from_the_plain_decode():
    model = Autoencoder(TINY).eval()
    latent, sources = torch.randn(1, 16, 4, 4), torch.rand(1, 2, 3, 32, 32)
    plain, full = model.decode(latent), model.decode(latent, sources)
    assert torch.equal(model.decode(latent, sources, 0.0), plain)
    half = model.decode(latent, sources, 0.5)
    assert not torch.allclose(plain, full, atol=1e-3)
    inside = (plain > 0) & (plain < 1) & (full > 0) & (full < 1)
    assert torch.allclose(half[inside], (plain + full)[inside] / 2, atol=1e-5)


def test_a_tile_sees_what_the_whole_sees():
    model = Autoencoder(AutoencoderConfig()).eval()
    latent = torch.randn(1, 16, 48, 48)
    with torch.no_grad():
        whole, part = model.decode(latent), model.decode(latent[..., 8:40, 8:40])
    assert torch.allclose(whole[..., 160:224, 160:224], part[..., 96:160, 96:160], atol=1e-4)


def test_padding_repeats_the_edge():
    image = torch.rand(1, 3, 5, 6)
    padded = pad_to_multiple(image, 4)
    assert padded.shape[-2:] == (8, 8)
    assert torch.equal(padded[..., :5, :6], image)
    assert torch.equal(padded[..., 7, :6], image[..., 4, :])


# --- text -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    texts = ["remove the rain please", "get rid of noise and haze", "derain and denoise this photo"] * 20
    tokenizer = train_tokenizer(texts, 320)
    config = TextConfig(tokenizer=tokenizer, repairs=("rain", "noise"), vocabulary=320, width=32, heads=4, hidden=32)
    return TextEncoder(config).eval()


def test_padding_does_not_change_a_sentence(encoder):
    short = encoder.encode(["remove the rain"])
    both = encoder.encode(["remove the rain", "get rid of the noise and of the haze, and derain it"])
    length = short.tokens.shape[1]
    assert both.mask[0].sum() == length < both.mask.shape[1]
    assert torch.allclose(both.pooled[0], short.pooled[0], atol=1e-5)
    assert torch.allclose(both.tokens[0, :length], short.tokens[0], atol=1e-5)


def test_any_sentence_has_tokens(encoder):
    for text in ("", "   ", "RAIN", "rmeove teh rian!!", "\u96e8\u3092\u6d88\u3057\u3066", "x" * 5000):
        encoded = encoder.encode([text])
        assert 1 <= encoded.tokens.shape[1] <= CONTEXT_SLICES * encoder.config.max_tokens
        assert encoded.pooled.isfinite().all()
    assert torch.equal(encoder.encode(["RAIN"]).pooled, encoder.encode(["rain"]).pooled)


def test_read_names_every_repair(encoder):
    repairs, task = encoder.read("remove the rain")
    assert set(repairs) == {"rain", "noise"}
    assert all(0 <= chance <= 1 for chance in repairs.values())
    assert task in ("auto", "vif", "mef", "mff", "restore")


def test_relative_buckets_know_side_and_distance():
    distance = torch.tensor([-200, -9, -1, 0, 1, 9, 200])
    buckets = relative_bucket(distance, 32, 64).tolist()
    assert len(set(buckets)) == 7
    assert max(buckets) == 31 and min(buckets) == 0


# --- sampling -------------------------------------------------------------------------------------------------


def test_schedule_runs_from_noise_to_picture():
    assert sampling.schedule(4) == [1.0, 0.75, 0.5, 0.25, 0.0]
    shifted = sampling.schedule(4, 3.0)
    assert shifted[0] == 1 and shifted[-1] == 0
    assert all(a > b for a, b in zip(shifted, sampling.schedule(4), strict=True) if 0 < b < 1)
    with pytest.raises(ValueError, match="steps"):
        sampling.schedule(0)


def test_straight_paths_are_exact_in_one_step():
    target, start = torch.randn(2, 4, 3, 3), torch.randn(2, 4, 3, 3)

    def velocity(z, t):
        return start - target

    assert torch.allclose(sampling.euler(velocity, start, sampling.schedule(1)), target, atol=1e-6)
    assert torch.allclose(sampling.heun(velocity, start, sampling.schedule(3)), target, atol=1e-6)


def test_second_order_converges_faster():
    def velocity(z, t):  # dz/dt = z, from t = 1 to 0: z(0) = z(1) / e
        return z

    start = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    exact = start / np.e
    errors = {
        name: [abs((f(velocity, start, sampling.schedule(n)) - exact).item()) for n in (8, 16)]
        for name, f in (("euler", sampling.euler), ("heun", sampling.heun))
    }
    assert errors["euler"][0] / errors["euler"][1] == pytest.approx(2, rel=0.2)
    assert errors["heun"][1] < errors["euler"][1] / 10


def test_noise_of_a_batch_is_that_of_its_pictures():
    both = sampling.noise((2, 4, 3, 3), 5)
    assert torch.equal(both[1:], sampling.noise((1, 4, 3, 3), 5)) and torch.equal(both[0], both[1])
    assert not torch.equal(both[:1], sampling.noise((1, 4, 3, 3), 6))
    comfy = torch.randn((1, 4, 3, 3), generator=torch.Generator().manual_seed(5))  # as ComfyUI draws it
    assert torch.equal(both[:1], comfy)
    flow = sampling.FlowSampling(seed=5)
    assert torch.equal(flow.start((2, 4, 3, 3), torch.device("cpu")), both)


def test_guidance_leads_away_from_the_empty_prompt():
    def said(z, t):
        return z + 2

    def unsaid(z, t):
        return z - t[:, None]

    z, t = torch.ones(2, 3), torch.tensor([0.5, 1.0])
    assert sampling.guided(said, unsaid, 1.0) is said
    assert torch.allclose(sampling.guided(said, unsaid, 0.0)(z, t), unsaid(z, t))
    twice = sampling.guided(said, unsaid, 2.0)(z, t)
    assert torch.allclose(twice, said(z, t) + (said(z, t) - unsaid(z, t)))


@pytest.mark.parametrize(
    "options",
    [{"steps": 0}, {"steps": 1001}, {"sampler": "dpm"}, {"shift": 0.0}, {"guidance": -1.0}, {"noise_device": "tpu"}],
)
def test_bad_sampling_is_explained(options):
    ((name, value),) = options.items()
    with pytest.raises(InputError, match=f"{name}.*{value}"):
        sampling.FlowSampling(**options)


# --- checkpoint and configuration -----------------------------------------------------------------------------


def test_checkpoint_round_trip_and_merge(tmp_path):
    a, b, both = tmp_path / "a.safetensors", tmp_path / "b.safetensors", tmp_path / "both.safetensors"
    save_checkpoint(a, {"dit": (DiTConfig(width=64, heads=2), {"x.weight": torch.ones(2, 3)})})
    save_checkpoint(b, {"text": ({"vocabulary": 7}, {"y": torch.zeros(4)})})
    merge([a, b], both)
    loaded = load_checkpoint(both)
    assert loaded.config["text"] == {"vocabulary": 7}
    assert build(DiTConfig, loaded.config["dit"]) == DiTConfig(width=64, heads=2)
    assert torch.equal(loaded.tensors["dit"]["x.weight"], torch.ones(2, 3, dtype=torch.bfloat16))
    merge([a, b], tmp_path / "dit.safetensors", shared="rest.safetensors")
    split = load_checkpoint(tmp_path / "dit.safetensors")
    assert split.config == loaded.config and torch.equal(split.tensors["text"]["y"], loaded.tensors["text"]["y"])
    merge([a], tmp_path / "other.safetensors", shared="rest.safetensors")  # a second network beside it
    assert load_checkpoint(tmp_path / "other.safetensors").config == loaded.config
    (tmp_path / "rest.safetensors").unlink()
    with pytest.raises(InputError, match="rest.safetensors is not there"):
        merge([a], tmp_path / "other.safetensors", shared="rest.safetensors")
    with pytest.raises(InputError, match="needs rest.safetensors"):
        load_checkpoint(tmp_path / "dit.safetensors")
    assert not list(tmp_path.glob("*partial*"))
    with pytest.raises(InputError, match="autoencoder"):
        loaded.require("autoencoder")


def test_bad_checkpoints_say_what_is_wrong(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        load_checkpoint(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\x00" * 100)
    with pytest.raises(InputError, match="damaged"):
        load_checkpoint(broken)
    with pytest.raises(InputError, match="not an MMAIF checkpoint"):
        from_tensors({}, {}, "foreign.safetensors")
    with pytest.raises(InputError, match="version 99"):
        from_tensors({}, {"format": "mmaif", "version": "99"}, "future.safetensors")


def test_configuration_is_strict_about_names(tmp_path):
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"width": 64, "heads": 2}))
    assert load(DiTConfig, file).width == 64
    file.write_text(json.dumps({"widht": 64}))
    with pytest.raises(InputError, match="widht"):
        load(DiTConfig, file)
    file.write_text("{")
    with pytest.raises(InputError, match="JSON"):
        load(DiTConfig, file)


# --- pictures -------------------------------------------------------------------------------------------------


def test_files_come_back_as_they_were(tmp_path):
    image = (torch.rand(3, 20, 30) * 255).round() / 255
    save_image(image, tmp_path / "a.png")
    assert torch.allclose(load_image(tmp_path / "a.png"), image, atol=1e-6)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_gray_and_sixteen_bit_pictures_become_colour(tmp_path):
    wide = (np.linspace(0, 65535, 64 * 64).reshape(64, 64)).astype(np.uint16)
    Image.fromarray(wide).save(tmp_path / "thermal.png")
    image = load_image(tmp_path / "thermal.png")
    assert image.shape == (3, 64, 64)
    assert image.min() == 0 and image.max() == 1
    assert abs(image.mean().item() - 0.5) < 0.01
    assert torch.equal(image[0], image[2])


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (torch.rand(4, 4, 2), "channels"),
        (torch.full((4, 4, 3), float("nan")), "NaN"),
        (torch.full((4, 4, 3), 255.0), "0..1"),
    ],
)
def test_bad_pictures_are_named(picture, message):
    with pytest.raises(InputError, match=message) as caught:
        to_batch(picture, "image_b")
    assert "image_b" in str(caught.value)


def test_pictures_of_every_kind_become_batches():
    array = np.random.default_rng(0).integers(0, 256, (8, 9, 3), dtype=np.uint8)
    expected = torch.from_numpy(array).movedim(-1, 0)[None] / 255
    for picture in (array, Image.fromarray(array), torch.from_numpy(array) / 255, array.astype(np.float32) / 255):
        assert torch.allclose(to_batch(picture, "x"), expected, atol=1e-6)
    gray = to_batch(torch.rand(2, 8, 9, 1), "x")
    assert gray.shape == (2, 3, 8, 9) and torch.equal(gray[:, 0], gray[:, 2])


def test_sources_must_fit_together():
    a = torch.rand(1, 3, 32, 40)
    assert stack_sources([a, a], ["a", "b"]).shape == (1, 2, 3, 32, 40)
    with pytest.raises(InputError, match="b.png is 40x24 but a.png is 40x32"):
        stack_sources([a, a[..., :24, :]], ["a.png", "b.png"])
    with pytest.raises(InputError, match="2 pictures"):
        stack_sources([a, a.repeat(2, 1, 1, 1)], ["a", "b"])
    with pytest.raises(InputError, match="a is 40x12; pictures must be at least 16x16"):
        check_same_size([a[..., :12, :]], ["a"])


def test_sockets_are_sources_by_name():
    frame = torch.rand(1, 32, 40, 3)
    named = socket_pictures(frame, None, torch.cat([frame, 1 - frame]))
    assert list(named) == ["image_a", "stack[0]", "stack[1]"]
    assert torch.equal(named["stack[1]"], 1 - named["image_a"])
    assert gather(list(named.values()), list(named)).stacked.shape == (1, 3, 3, 32, 40)
    with pytest.raises(InputError, match=r"stack\[0\] is 40x32 but image_a is 40x24"):
        small = socket_pictures(frame[:, :24], stack=frame)
        gather(list(small.values()), list(small))


def test_one_batch_and_back():
    sources = torch.rand(3, 2, 3, 16, 16)  # of three scenes
    batch = join_sources(sources)
    assert torch.equal(batch[:3], sources[:, 0])
    assert torch.equal(split_sources(batch, 3, "latents"), sources)
    with pytest.raises(InputError, match="sources holds 6 pictures, which is no multiple of the 4 latents"):
        split_sources(batch, 4, "latents")


# --- tasks and metrics ----------------------------------------------------------------------------------------


def test_tasks_are_told_from_the_pictures():
    torch.manual_seed(3)
    photo = torch.nn.functional.interpolate(torch.rand(1, 3, 8, 8), size=(64, 64), mode="bicubic").clamp(0, 1)[0]
    blurred = torch.nn.functional.avg_pool2d(photo[None], 5, 1, 2)[0]
    thermal = torch.rand(1, 64, 64).expand(3, -1, -1)
    assert detect_task(torch.stack([photo])) == "restore"
    assert detect_task(torch.stack([photo, thermal])) == "vif"
    assert detect_task(torch.stack([photo * 0.3, (photo * 2).clamp(max=1)])) == "mef"
    assert detect_task(torch.stack([photo, blurred])) == "mff"
    gray = photo.mean(0, keepdim=True).expand(3, -1, -1)
    assert detect_task(torch.stack([gray, thermal])) == "vif"
    assert detect_task(torch.stack([photo * g for g in (0.2, 0.6, 1.0)])) == "mef"


def test_psnr_and_ssim_by_hand():
    image = torch.rand(2, 3, 32, 32) * 0.5
    assert torch.allclose(psnr(image + 0.1, image), torch.tensor(20.0), atol=1e-3)
    assert torch.allclose(ssim(image, image), torch.ones(2), atol=1e-5)
    flat = torch.full((1, 1, 16, 16), 0.5)
    expected = (2 * 0.5 * 0.6 + 1e-4) / (0.25 + 0.36 + 1e-4)
    assert ssim(flat, flat + 0.1).item() == pytest.approx(expected, abs=1e-4)
