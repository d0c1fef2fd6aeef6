"""Every renderer of every operator, one by one: what all of them keep, and the physical units of some."""

from __future__ import annotations

import math

import pytest
import torch

from mmaif.degradation import OPERATORS, degrade
from mmaif.degradation.blur import anisotropic, defocus, elliptic, gaussian, generalised, zoom_blur
from mmaif.degradation.compression import quality, through_jpeg, webp
from mmaif.degradation.contrast import faded, flat, steep
from mmaif.degradation.exposure import clipped_stops, stops
from mmaif.degradation.haze import deep
from mmaif.degradation.infrared import drifting, fixed
from mmaif.degradation.lens import lens_drops
from mmaif.degradation.motion import exposed, path_kernel, shaken_path, turning
from mmaif.degradation.noise import coarse
from mmaif.degradation.particles import grain_kernel, shower
from mmaif.degradation.random_stream import Draws
from mmaif.degradation.resample import reduced, resize
from mmaif.degradation.sensor import demosaicked, impulses, poisson
from mmaif.degradation.variety import Recent, pick
from mmaif.images import linear_to_srgb, srgb_to_linear
from tests.pictures import psnr, scene

NAMES = tuple(OPERATORS)
WEATHER = ("rain", "snow", "haze")

RENDERERS = [(name, renderer) for name in NAMES for renderer, _ in OPERATORS[name].renderers]
IDS = [f"{name}-{renderer.__name__}" for name, renderer in RENDERERS]
every = pytest.mark.parametrize(("name", "renderer"), RENDERERS, ids=IDS)
# what these add depends on what is there: a drop shows the scene, a lamp glows
SEES_THE_PICTURE = ("lens_drops", "night")
VEILS = [
    (name, renderer)
    for name, renderer in RENDERERS
    if name in WEATHER and (renderer.__name__ not in SEES_THE_PICTURE or name == "rain" and renderer is not lens_drops)
]


def spoil(name: str, renderer, image: torch.Tensor, severity: float, seed: int, clip: bool = True) -> torch.Tensor:
    """`[C, H, W]` by one renderer, with a fresh stream."""
    spoiled = renderer(image, severity, Draws(seed, name))
    return spoiled.clamp(0, 1) if clip else spoiled


def test_every_fault_has_independent_renderers() -> None:
    for operator in OPERATORS.values():
        names = [renderer.__name__ for renderer, _ in operator.renderers]
        assert len(names) == len(set(names)) >= 3, operator.name
        assert all(renderer.__doc__ and weight > 0 for renderer, weight in operator.renderers)
        drawn = {pick(operator.renderers, Draws(seed, operator.name)) for seed in range(300)}
        assert drawn == {renderer for renderer, _ in operator.renderers}


@every
def test_shape_range_and_determinism(name: str, renderer) -> None:
    for shape in ((3, 37, 53), (1, 61, 40), (3, 5, 7), (1, 1, 1), (3, 1, 9)):
        image = torch.rand(shape, generator=torch.Generator().manual_seed(0))
        before = image.clone()
        for severity in (0.02, 0.5, 1.0):
            spoiled = spoil(name, renderer, image, severity, 7)
            assert spoiled.shape == image.shape and spoiled.dtype == torch.float32
            assert torch.isfinite(spoiled).all()
            assert torch.equal(spoiled, spoil(name, renderer, image, severity, 7))
        assert torch.equal(image, before)


@every
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_changes_more_with_severity(name: str, renderer, seed: int) -> None:
    image = scene(96, 96)[0]
    values = [psnr(spoil(name, renderer, image, s, seed), image) for s in (0.02, 0.25, 0.5, 0.75, 1.0)]
    # a file has fewer colours and another grid however good it is, and this picture is all noise
    least, fall = (20, 2) if name in ("downsample", "jpeg") else (27, 6)
    assert values[0] > least, "nearly nothing at severity 0"
    assert values[-1] < 32 and values[-1] < values[0] - fall
    # a resampling whose grid happens to fit, or one more drop, may gain a little back
    slack = 0.6 if name in ("downsample", "jpeg") or renderer is lens_drops else 0.02
    assert all(later < earlier + slack for earlier, later in zip(values, values[1:], strict=False)), values


@every
def test_seeds_differ(name: str, renderer) -> None:
    image = scene(48, 48)[0]
    variants = {spoil(name, renderer, image, 0.7, seed).numpy().tobytes() for seed in range(6)}
    assert len(variants) >= (1 if renderer is gaussian else 2 if name in ("jpeg", "downsample") else 6)


@pytest.mark.parametrize(("name", "renderer"), VEILS, ids=[f"{n}-{r.__name__}" for n, r in VEILS])
@pytest.mark.parametrize("seed", range(3))
def test_weather_is_the_same_for_every_source(name: str, renderer, seed: int) -> None:
    """J becomes J * through + light, whatever J is: sources of a scene and its truth, in colour or gray."""
    black, white = torch.zeros(3, 64, 80), torch.ones(3, 64, 80)
    light = spoil(name, renderer, black, 0.7, seed, clip=False)
    through = spoil(name, renderer, white, 0.7, seed, clip=False) - light
    assert light.min() >= -1e-6 and through.min() >= -1e-6 and through.max() <= 1 + 1e-6
    a = scene(64, 80, seed=1)[0]
    assert torch.allclose(spoil(name, renderer, a, 0.7, seed, clip=False), a * through + light, atol=1e-5)
    gray = spoil(name, renderer, a[:1], 0.7, seed, clip=False)
    assert torch.allclose(gray, a[:1] * through[:1] + light.mean(0, keepdim=True), atol=1e-5)


@pytest.mark.parametrize(("name", "renderer"), VEILS, ids=[f"{n}-{r.__name__}" for n, r in VEILS])
def test_weather_thickens_where_it_is(name: str, renderer) -> None:
    """Milder weather is a part of heavier weather, drop by drop."""
    black, white = torch.zeros(1, 64, 80), torch.ones(1, 64, 80)
    hidden, added = [], []
    for severity in (0.1, 0.4, 0.7, 1.0):
        light = spoil(name, renderer, black, severity, 5, clip=False)
        hidden.append(1 - (spoil(name, renderer, white, severity, 5, clip=False) - light))
        added.append(light)
    for lighter, heavier in zip(hidden, hidden[1:], strict=False):
        assert (heavier - lighter).min() > -1e-4
    for lighter, heavier in zip(added, added[1:], strict=False):
        assert heavier.mean() > lighter.mean()


@pytest.mark.parametrize(
    ("name", "renderer"),
    [(n, r) for n, r in RENDERERS if n not in (*WEATHER, "jpeg") and r.__name__ not in ("dusk", "filed")],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_gray_gets_what_the_first_channel_gets(name: str, renderer) -> None:
    gray = scene(channels=1)[0]
    if renderer.__name__ == "harsh" or renderer.__name__ == "washed":
        colour = spoil(name, renderer, gray.expand(3, -1, -1), 0.5, 6)
        assert torch.allclose(colour[0], colour[2], atol=1e-5)
        return
    colour = spoil(name, renderer, gray.expand(3, -1, -1), 0.5, 6)
    assert torch.allclose(spoil(name, renderer, gray, 0.5, 6), colour[:1], atol=1e-5)


@every
def test_gradients_flow(name: str, renderer) -> None:
    if name == "jpeg":
        return
    image = scene(24, 32)[0].requires_grad_()
    spoil(name, renderer, image, 0.4, 0, clip=False).sum().backward()
    assert image.grad is not None and torch.isfinite(image.grad).all()
    assert image.grad.abs().mean() > 0.05


@pytest.mark.parametrize(("name", "renderer"), [(n, r) for n, r in RENDERERS if "blur" in n and r is not exposed])
def test_blurs_are_linear_and_keep_flat_pictures(name: str, renderer) -> None:
    for seed in range(3):
        a, b = scene(seed=1)[0], scene(seed=2)[0]
        mixed = spoil(name, renderer, 0.3 * a + 0.7 * b, 0.8, seed)
        apart = 0.3 * spoil(name, renderer, a, 0.8, seed) + 0.7 * spoil(name, renderer, b, 0.8, seed)
        assert torch.allclose(mixed, apart, atol=1e-5)
        even = torch.full((3, 30, 44), 0.4)
        assert torch.allclose(spoil(name, renderer, even, 0.8, seed), even, atol=1e-5)


# Physical units -------------------------------------------------------------------------------------------


def test_gaussian_sigma_is_four_pixels() -> None:
    impulse = torch.zeros(1, 65, 65)
    impulse[..., 32, 32] = 1
    x = torch.arange(65.0) - 32
    spread = gaussian(impulse, 1.0, Draws(0, "gaussian_blur"))[0]
    assert math.sqrt(float((spread.sum(0) * x**2).sum())) == pytest.approx(4.0, abs=0.05)
    for renderer, most in ((anisotropic, 4.6), (defocus, 4.6), (generalised, 6.5)):
        spread = renderer(impulse, 1.0, Draws(1, "gaussian_blur"))[0]
        assert float(spread.sum()) == pytest.approx(1, abs=1e-3)
        assert 1 < math.sqrt(float((spread.sum(0) * x**2).sum())) < most


def test_kernels_have_their_axes() -> None:
    kernel = elliptic(4.0, 1.0, 0.0, lambda r: torch.exp(-0.5 * r))
    x = torch.arange(len(kernel)) - len(kernel) // 2
    along, across = ((kernel.sum(axis) * x**2).sum().sqrt() for axis in (0, 1))
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
    assert float(along) == pytest.approx(4, rel=0.05) and float(across) == pytest.approx(1, rel=0.05)


def test_zoom_and_turning_blur_more_far_from_the_centre() -> None:
    spokes = torch.zeros(1, 101, 101)
    spokes[..., ::5] = 1.0
    for renderer in (zoom_blur, turning):
        blurred = renderer(spokes, 1.0, Draws(3, "x"))
        assert (blurred - spokes).abs().mean() > 0.05
    steady = zoom_blur(torch.eye(64)[None], 0.01, Draws(3, "x"))
    assert torch.allclose(steady, torch.eye(64)[None], atol=0.1)


def test_a_shutter_adds_up_light() -> None:
    image = torch.zeros(3, 48, 48)
    image[:, 20:28, 20:28] = 1.0
    for seed in range(4):
        blurred = exposed(image, 0.6, Draws(seed, "motion_blur"))
        assert blurred.mean() > 1.02 * image.mean(), "in file values it is brighter"


def test_shaken_paths_stay_within_their_length() -> None:
    spans = []
    for seed in range(20):
        path = shaken_path(Draws(seed, "motion_blur"))
        assert float((path[1:] - path[:-1]).norm(dim=1).sum()) == pytest.approx(1, abs=0.02)
        kernel = path_kernel(path, 40.0)
        assert float(kernel.sum()) == pytest.approx(1, abs=1e-5) and kernel.min() >= 0
        spans.append(float((path.max(0).values - path.min(0).values).norm()))
    assert max(spans) < 1.05 and min(spans) < 0.7, "some run straight, some turn back"


def test_resampling_is_linear_before_it_is_rounded() -> None:
    image = torch.rand(1, 64, 64, generator=torch.Generator().manual_seed(0))
    once = resize(image, (16, 16), "bicubic", True)
    assert torch.allclose(resize(2 * image, (16, 16), "bicubic", True), 2 * once, atol=1e-5)
    for seed in range(6):
        assert torch.linalg.matrix_rank(reduced(image, 1.0, Draws(seed, "downsample"))[0] - 0.5, rtol=1e-4) <= 17


def test_exposure_is_counted_in_stops() -> None:
    image = scene().clamp(0.6, 0.9)[0]
    light = srgb_to_linear(image)
    for seed in range(4):
        ratio = srgb_to_linear(stops(image, 0.4, Draws(seed, "low_exposure"))) / light
        assert float(ratio.std()) < 0.02 and 2 ** (-7 * 0.4) - 0.02 < float(ratio.mean()) < 2 ** (-3 * 0.4) + 0.02
    dim = linear_to_srgb(torch.full((3, 8, 8), 0.02))
    lifted = srgb_to_linear(clipped_stops(dim, 0.8, Draws(0, "high_exposure"))) / 0.02
    assert 2 ** (1.5 * 0.8) - 0.05 < float(lifted.mean()) < 2 ** (3.5 * 0.8) + 0.05
    assert torch.allclose(linear_to_srgb(light), image, atol=1e-6)


def test_contrast_gain() -> None:
    image = 0.45 + 0.1 * scene()[0]
    low = flat(image, 0.5, Draws(2, "low_contrast"))
    assert float(low.std() / image.std()) == pytest.approx(0.6, abs=1e-3)
    high = steep(image, 0.5, Draws(2, "high_contrast"))
    assert float(high.std() / image.std()) == pytest.approx(2.0, abs=1e-3)
    black, white = faded(torch.tensor([0.0, 1.0]).expand(3, 1, 2), 1.0, Draws(2, "low_contrast"))[0, 0]
    assert 0.15 <= black <= 0.55 and 0.6 <= white <= 0.95


def test_sensor_noise_grows_with_light() -> None:
    dark, bright = linear_to_srgb(torch.tensor([0.05, 0.6]))
    for renderer in (poisson, demosaicked):
        for seed in range(3):
            spread = []
            for level in (dark, bright):
                even = torch.full((3, 96, 96), float(level))
                spread.append(srgb_to_linear(renderer(even, 0.3, Draws(seed, "sensor_noise"))).std())
            assert spread[1] > 1.3 * spread[0]


def test_coarse_noise_keeps_its_variance() -> None:
    grain = torch.randn(3, 128, 128, generator=torch.Generator().manual_seed(0))
    for sigma in (0.4, 0.9, 2.0):
        assert float(coarse(grain, sigma).std()) == pytest.approx(1, abs=0.08)


def test_impulses_hit_few_pixels() -> None:
    even = torch.full((3, 128, 128), 0.5)
    for seed in range(4):
        struck = (impulses(even, 1.0, Draws(seed, "sensor_noise")) != even).any(0).float().mean()
        assert 0.02 < float(struck) < 0.35


def test_haze_obeys_the_scattering_law() -> None:
    image = torch.cat([scene(), 1 - scene()])

    def hazy(distance: float) -> torch.Tensor:
        return torch.stack([deep(x, 0.8, Draws(4, "haze"), torch.full((1, 72, 96), distance)) for x in image])

    def transmission(distance: float) -> torch.Tensor:
        seen = hazy(distance)
        return (seen[0] - seen[1]).std() / (image[0] - image[1]).std()

    assert torch.equal(hazy(0.0), image)
    assert torch.allclose(transmission(1.0), transmission(0.5) ** 2, atol=1e-4)
    beta = -math.log(float(transmission(1.0)))
    assert 0.65 * 3.5 * 0.8 - 1e-3 <= beta <= 3.5 * 0.8 + 1e-3


def test_fixed_stripes_run_along_the_sensor() -> None:
    even = torch.full((1, 48, 64), 0.5)
    kinds = set()
    for seed in range(16):
        pattern = (fixed(even, 0.5, Draws(seed, "ir_stripes")) - even)[0]
        mixed = pattern - pattern.mean(0, keepdim=True) - pattern.mean(1, keepdim=True) + pattern.mean()
        assert mixed.abs().max() < 1e-5, "a sum of columns and rows has no interaction"
        kinds.add((bool(pattern.std(0).mean() > 1e-4), bool(pattern.std(1).mean() > 1e-4)))
    assert kinds == {(False, True), (True, False), (True, True)}


def test_drifting_stripes_change_along_the_column() -> None:
    even = torch.full((1, 64, 64), 0.5)
    for seed in range(4):
        pattern = (drifting(even, 1.0, Draws(seed, "ir_stripes")) - even)[0]
        assert pattern.std(0).mean() > 1e-3, "along a column"
        assert (pattern[1:] - pattern[:-1]).abs().mean() < 0.3 * (pattern[:, 1:] - pattern[:, :-1]).abs().mean()


def test_compression_reaches_the_worst_files() -> None:
    levels = [quality(severity, Draws(0, "jpeg")) for severity in (0.1, 0.3, 0.5, 0.7, 1.0)]
    assert levels == sorted(levels, reverse=True) and levels[0] > 60 and levels[-1] <= 10
    image = scene(64, 64)[0]
    assert psnr(through_jpeg(image, 5, 2), image) < psnr(through_jpeg(image, 60, 0), image)
    assert len(webp(scene(channels=1)[0], 0.5, Draws(0, "jpeg"))) == 1


def test_showers_cover_what_they_say() -> None:
    kernel = grain_kernel(20.0, 0.8, 0.3)
    assert float(kernel.max()) == 1 and abs(int(kernel.shape[0]) - 25) < 8
    covers = [float(shower((256, 256), s, Draws(1, "rain"), kernel, 0.2, 0.0).mean()) for s in (0.2, 0.6, 1.0)]
    assert covers == sorted(covers) and covers[-1] == pytest.approx(0.2, rel=0.15)


def test_recent_things_are_made_once_and_forgotten() -> None:
    made: list[int] = []
    recent = Recent(2)
    for key in (1, 2, 1, 3, 2):
        assert recent.get(key, lambda key=key: made.append(key) or f"thing {key}") == f"thing {key}"
    assert made == [1, 2, 3] and len(recent.made) == 2


def test_the_weather_of_a_scene_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmaif.degradation import veil

    image = scene()
    first = degrade(image, [("rain", 0.6)], 3)
    made = dict(veil.RECENT.made)
    assert torch.equal(degrade(image, [("rain", 0.6)], 3), first) and dict(veil.RECENT.made) == made
    veil.RECENT.made.clear()
    assert torch.equal(degrade(image, [("rain", 0.6)], 3), first)
