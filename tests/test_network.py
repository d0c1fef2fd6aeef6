"""The Diffusion Transformer against plain re-computations of what each part claims to be."""

import pytest
import torch
import torch.nn.functional as F
from einops import rearrange

from mmaif.network.attention import ValueResidualAttention, rotary_2d, rotate
from mmaif.network.dit import Block, Condition, DiTConfig, FusionDiT, SourceMixer, sinusoidal
from mmaif.network.moe import MixtureGLU, load_balance
from mmaif.network.naf import NAFBlock
from mmaif.tasks import TASKS

SMALL = {"width": 32, "depth": 2, "heads": 2, "hidden": 32, "modulation_rank": 4, "text_width": 24}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def randomise(module: torch.nn.Module) -> torch.nn.Module:
    """Give every parameter, also those that start at zero, something to do, and values of the order of one."""
    for parameter in module.parameters():
        inputs = parameter[0].numel() if parameter.dim() > 1 else 25
        torch.nn.init.normal_(parameter, std=inputs**-0.5)
    return module.eval()


def inputs(batch=2, sources=2, height=6, width=8, words=5):
    return {
        "sources": torch.randn(batch, sources, 16, height, width),
        "tokens": torch.randn(batch, words, 24),
        "mask": torch.ones(batch, words, dtype=torch.bool),
        "pooled": torch.randn(batch, 24),
        "task": torch.full((batch,), TASKS.index("mef")),
    }


def run(model, sources, noisy=None, timestep=None, **asked):
    return model(sources, Condition(**asked), noisy=noisy, timestep=timestep)


def test_rotary_positions_are_relative():
    angles = rotary_2d(9, 11, 16, torch.device("cpu")).unflatten(0, (9, 11))
    query, key = torch.randn(16), torch.randn(16)

    def score(a, b):
        return torch.dot(rotate(query[None], angles[a][None])[0], rotate(key[None], angles[b][None])[0])

    assert torch.allclose(score((1, 2), (3, 7)), score((5, 4), (7, 9)), atol=1e-4)
    assert not torch.allclose(score((1, 2), (3, 7)), score((1, 2), (7, 3)), atol=1e-3)  # rows are not columns


def test_rotation_keeps_length_and_the_origin():
    angles = rotary_2d(4, 4, 8, torch.device("cpu"))
    x = torch.randn(16, 8)
    assert torch.allclose(rotate(x, angles).norm(dim=-1), x.norm(dim=-1), atol=1e-5)
    assert torch.allclose(rotate(x, angles)[0], x[0])


def test_rotary_needs_a_multiple_of_four():
    with pytest.raises(ValueError, match="multiple of 4"):
        rotary_2d(4, 4, 6, torch.device("cpu"))


def units(mixture, index, x):
    """The GLU number `index` of a mixture, 0 the shared one, written out."""
    rows = slice(index * mixture.hidden, (index + 1) * mixture.hidden)
    gate, value = (x @ layer.weight[rows].T + layer.bias[rows] for layer in (mixture.gate, mixture.value))
    out = (F.silu(gate) * value) @ mixture.out.weight[:, rows].T
    own = mixture.out.weight[:, -4:][:, index - 1] if index else mixture.out.bias
    return out + own


def test_mixture_equals_the_sum_over_the_chosen_experts():
    mixture = randomise(MixtureGLU(16, 24, experts=4, top_k=2))
    x = torch.randn(2, 7, 16)
    out, _ = mixture(x)
    for b in range(2):
        for i in range(7):
            token = x[b, i]
            chance = mixture.router(token).softmax(-1)
            best = chance.topk(2).indices
            total = units(mixture, 0, token)
            for e in best:
                total = total + chance[e] / chance[best].sum() * units(mixture, 1 + int(e), token)
            assert torch.allclose(out[b, i], total, atol=1e-5)


def test_mixture_trains_router_and_chosen_experts():
    mixture = randomise(MixtureGLU(16, 24))
    out, balance = mixture(torch.randn(2, 30, 16))
    (out.square().mean() + balance).backward()
    assert mixture.router.weight.grad.abs().sum() > 0
    for layer in (mixture.gate, mixture.value):
        assert layer.weight.grad.unflatten(0, (5, 24)).abs().sum((1, 2)).min() > 0
    assert mixture.out.weight.grad.abs().sum(0).min() > 0


def test_transformer_is_one_graph_without_breaks():
    """What picks tokens for experts, or looks at values, would cut torch.compile's graph and stall a GPU."""
    model = randomise(FusionDiT(DiTConfig(**SMALL)))
    given = inputs()
    call = (given.pop("sources"), Condition(**given))
    explained = torch._dynamo.explain(model)(*call)
    assert explained.graph_break_count == 0 and explained.graph_count == 1, explained.break_reasons
    torch._dynamo.reset()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    with torch.no_grad():
        assert torch.allclose(compiled(*call).latent, model(*call).latent, atol=1e-5)


def test_load_balance_is_one_when_even_and_grows_when_not():
    even = torch.full((1, 8, 4), 0.25)
    turns = torch.tensor([[True, True, False, False], [False, False, True, True]]).repeat(4, 1)[None]
    assert load_balance(even, turns).item() == pytest.approx(1.0)
    skewed = torch.tensor([0.7, 0.1, 0.1, 0.1]).expand(1, 8, -1)
    assert load_balance(skewed, turns[:, :1].expand(1, 8, -1)) > 1.2


def test_value_residual_without_eta_is_plain_attention():
    attention = randomise(ValueResidualAttention(32, 4, eta=0.0))
    attention.eta.data.zero_()
    x, angles = torch.randn(2, 12, 32), rotary_2d(3, 4, 8, torch.device("cpu"))
    out, _ = attention(x, angles, previous=torch.randn(2, 4, 12, 8))
    projected = F.linear(x, attention.qkv.weight, attention.qkv.bias).chunk(3, -1)
    query, key, value = (rearrange(part, "b l (h d) -> b h l d", h=4) for part in projected)
    query, key = (rotate(F.rms_norm(part, (8,)), angles) for part in (query, key))
    weights = (query @ key.transpose(-1, -2) / 8**0.5).softmax(-1)
    plain = attention.out(rearrange(weights @ value, "b h l d -> b l (h d)"))
    assert torch.allclose(out, plain, atol=1e-5)


def test_value_residual_with_full_eta_takes_the_previous_values():
    attention = randomise(ValueResidualAttention(32, 4))
    attention.eta.data.fill_(1.0)
    previous = torch.randn(2, 4, 12, 8)
    _, values = attention(torch.randn(2, 12, 32), rotary_2d(3, 4, 8, torch.device("cpu")), previous=previous)
    assert torch.allclose(values, previous, atol=1e-6)


def test_masked_words_do_not_matter():
    attention = randomise(ValueResidualAttention(32, 4))
    x, angles, words = torch.randn(1, 12, 32), rotary_2d(3, 4, 8, torch.device("cpu")), torch.randn(1, 6, 32)
    mask = torch.tensor([[True] * 4 + [False] * 2])
    padded, _ = attention(x, angles, words, mask)
    short, _ = attention(x, angles, words[:, :4], mask[:, :4])
    assert torch.allclose(padded, short, atol=1e-5)
    assert not torch.allclose(padded, attention(x, angles, words)[0], atol=1e-3)


def test_block_with_zero_gates_is_position_and_naf_alone():
    config = DiTConfig(**SMALL)
    block = randomise(Block(config))
    torch.nn.init.zeros_(block.modulation.up.weight)
    torch.nn.init.zeros_(block.modulation.up.bias)
    x = torch.randn(2, 16, 16, 32)
    out, _, _ = block(x, torch.randn(2, 32), rotary_2d(16, 16, 16, torch.device("cpu")))
    assert torch.allclose(out, block.naf(x + block.position.movedim(1, -1)), atol=1e-5)


def test_new_block_is_the_identity():
    block = Block(DiTConfig(**SMALL))
    x = torch.randn(2, 5, 7, 32)
    out, _, _ = block(x, torch.randn(2, 32), rotary_2d(5, 7, 16, torch.device("cpu")))
    assert torch.equal(out, x)


def test_naf_block_sees_only_its_neighbourhood():
    block = randomise(NAFBlock(8))
    x = torch.randn(1, 9, 9, 8)
    changed = x.clone()
    changed[0, 4, 4, 0] += 1  # one channel: the norm takes out what all of them share
    difference = (block(changed) - block(x)).abs().sum(-1)[0]
    assert difference[3:6, 3:6].min() > 0
    difference[3:6, 3:6] = 0
    assert difference.max() == 0


@pytest.mark.parametrize("variant", ["regression", "flow"])
@pytest.mark.parametrize("size", [(6, 8), (5, 7), (2, 2), (33, 1)])
def test_any_latent_size_works(variant, size):
    model = randomise(FusionDiT(DiTConfig(variant=variant, **SMALL)))
    extra = {"noisy": torch.randn(2, 16, *size), "timestep": torch.rand(2)} if variant == "flow" else {}
    out, balance = run(model, **inputs(height=size[0], width=size[1]), **extra)
    assert out.shape == (2, 16, *size)
    assert out.isfinite().all()
    assert balance.isfinite()


def test_new_regression_network_gives_the_mean_of_its_sources():
    model = FusionDiT(DiTConfig(**SMALL)).eval()
    torch.nn.init.zeros_(model.mixer.pixel_score.weight)
    torch.nn.init.zeros_(model.mixer.pixel_score.bias)
    given = inputs()
    assert torch.allclose(run(model, **given).latent, given["sources"].mean(1), atol=1e-5)


@pytest.mark.parametrize("task", ["auto", "mef", "mff"])
def test_order_of_the_sources_does_not_matter(task):
    model = randomise(FusionDiT(DiTConfig(**SMALL)))
    given = inputs(sources=3)
    given["task"][:] = TASKS.index(task)
    swapped = {**given, "sources": given["sources"][:, [2, 0, 1]]}
    assert torch.allclose(run(model, **given).latent, run(model, **swapped).latent, atol=1e-4)


def test_visible_and_infrared_are_told_apart():
    model = randomise(FusionDiT(DiTConfig(**SMALL)))
    given = inputs()
    given["task"][:] = TASKS.index("vif")
    swapped = {**given, "sources": given["sources"].flip(1)}
    assert not torch.allclose(run(model, **given).latent, run(model, **swapped).latent, atol=1e-2)


def test_batch_equals_singles():
    model = randomise(FusionDiT(DiTConfig(**SMALL)))
    given = inputs(batch=3)
    together = run(model, **given).latent
    alone = [run(model, **{k: v[i : i + 1] for k, v in given.items()}).latent for i in range(3)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_words_task_and_time_reach_the_output():
    model = randomise(FusionDiT(DiTConfig(variant="flow", **SMALL)))
    given = inputs()
    noisy, time = torch.randn(2, 16, 6, 8), torch.tensor([0.2, 0.8])
    base = run(model, **given, noisy=noisy, timestep=time).latent
    for change in (
        {"tokens": given["tokens"] + 1},
        {"pooled": given["pooled"] + 1},
        {"task": given["task"] * 0},
        {"timestep": time + 0.1},
        {"noisy": noisy + 1},
    ):
        other = run(model, **{**given, "noisy": noisy, "timestep": time, **change}).latent
        assert not torch.allclose(base, other, atol=1e-3), change.keys()


def test_flow_needs_noise_and_time():
    model = FusionDiT(DiTConfig(variant="flow", **SMALL))
    with pytest.raises(ValueError, match="timestep"):
        run(model, **inputs())


@pytest.mark.parametrize("phases", [1, 2])
def test_a_new_flow_network_begins_as_its_regression(phases):
    regression = randomise(FusionDiT(DiTConfig(**SMALL, phases=phases)))
    flow = FusionDiT(DiTConfig(**SMALL, phases=phases, variant="flow")).eval()
    left = flow.load_state_dict(regression.state_dict(), strict=False)
    assert left.unexpected_keys == [] and all("noisy" in key or "time" in key for key in left.missing_keys)
    given, noisy = inputs(), torch.randn(2, 16, 6, 8)
    velocity = run(flow, **given, noisy=noisy, timestep=torch.ones(2)).latent
    assert torch.allclose(noisy - velocity, run(regression, **given).latent, atol=1e-5)


@pytest.mark.parametrize("time", [0.001, 0.05, 0.4, 0.9])
def test_flow_weighs_both_estimates_by_their_precision(time):
    """x0 = z_t - t v is the best linear estimate from the network's output (off by s) and z_t / (1 - t)."""
    flow = randomise(FusionDiT(DiTConfig(**SMALL, variant="flow")))
    given, noisy, t = inputs(), torch.randn(2, 16, 6, 8), torch.full((2,), time)
    s, off = flow.config.residual, time / (1 - time)
    velocity = run(flow, **given, noisy=noisy, timestep=t).latent
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mmaif.network.dit._velocity", lambda fused, *_: fused)
        fused = run(flow, **given, noisy=noisy, timestep=t).latent
    share = s**2 / (s**2 + off**2)
    expected = share * noisy / (1 - time) + (1 - share) * fused
    assert torch.allclose(noisy - time * velocity, expected, atol=1e-4)


def test_phases_average_shifted_patch_grids():
    model = randomise(FusionDiT(DiTConfig(**SMALL)))
    twice = FusionDiT(DiTConfig(**SMALL, phases=2)).eval()
    twice.load_state_dict(model.state_dict())
    given = inputs()
    margin = [F.pad(source, (1, 1, 1, 1), mode="replicate") for source in given["sources"].unbind(1)]
    shifted = run(model, **{**given, "sources": torch.stack(margin, 1)}).latent[..., 1:-1, 1:-1]
    assert torch.allclose(run(twice, **given).latent, (run(model, **given).latent + shifted) / 2, atol=1e-5)
    twice.train()
    assert torch.allclose(run(twice, **given).latent, run(model, **given).latent, atol=1e-5)


def test_gradients_reach_every_parameter():
    model = randomise(FusionDiT(DiTConfig(variant="flow", **SMALL)))
    given = inputs(batch=4)
    given["task"][:2] = TASKS.index("vif")
    out, balance = run(model, **given, noisy=torch.randn(4, 16, 6, 8), timestep=torch.rand(4))
    (out.square().mean() + balance).backward()
    unused = [n for n, p in model.named_parameters() if p.grad is None or p.grad.abs().sum() == 0]
    assert unused == ["blocks.0.attention.eta"]  # the first block has no previous values


def test_mixer_share_is_convex():
    mixer = randomise(SourceMixer(DiTConfig(**SMALL)))
    same = torch.randn(1, 1, 16, 4, 4).expand(1, 3, -1, -1, -1)
    _, mixed = mixer(same, torch.zeros(1, 3, dtype=torch.long))
    assert torch.allclose(mixed, same[:, 0], atol=1e-5)


def test_sinusoidal_features_differ_over_the_whole_range():
    features = sinusoidal(torch.linspace(0, 1, 21), 32)
    distance = torch.cdist(features, features) + torch.eye(21) * 9
    assert distance.min() > 0.5


def test_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant"):
        DiTConfig(variant="diffusion")
