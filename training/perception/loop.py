"""The training loop: bounded in time, written down as it goes, resumable after a kill."""

import json
import math
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from timm.optim import Muon
from torch import Tensor
from torch.nn import functional

from scenegraph3d.roomnet.network import RoomNetwork, normalised
from scenegraph3d.rooms.catalogue import LABELS
from scenegraph3d.rooms.rendering.photograph import photograph

from . import checkpoint
from .losses import Weights, losses, total
from .samples import Batch
from .stream import Pool, Source, World
from .team import Team
from .validate import validate

GRADIENT_NORM = 5.0  # longer gradients are shortened to it


def shapes_of(longer: int) -> tuple[tuple[int, int], ...]:
    """Pictures of common shapes with that longer side, pixels; a multiple of 16."""
    return ((longer, longer), (longer, longer * 3 // 4), (longer * 3 // 4, longer), (longer, longer // 16 * 9))


@dataclass(frozen=True)
class Stage:
    """A part of the training.

    Attributes:
        until: share of the whole time at which it ends.
        shapes: widths and heights of pictures.
        batch: pictures in a batch.
    """

    until: float
    shapes: tuple[tuple[int, int], ...]
    batch: int


@dataclass(frozen=True)
class Settings:
    """How the network is trained.

    Attributes:
        minutes: of training in all, all resumed runs together.
        seed: of weights and draws; rooms have seeds of their own (`World.first_seed`).
        rate, weight_decay: of Muon, whose steps are as long as AdamW's would be (Liu et al., Muon is scalable for LLM
            training, 2025); the rate rises for `warm_steps` and falls to 0 by a cosine over the time.
        ema: how slowly the average of the weights, which is what ships, follows.
        pool_px: pixels of each shape in the pool.
        draws: how often a picture is drawn on average.
        first_rooms: rooms in the pool before the first step.
        stages: sizes of pictures over time.
        report_steps, save_steps: how often means of the losses are logged, and the state saved and validated.
        validation: how many rooms are looked at for that.
        least_px: of the longer side of a picture.
        coarser: by how much a batch's pictures are made smaller before the camera's faults, and blown up again after
            them; drawn with equal chance.
    """

    minutes: float = 60.0
    seed: int = 0
    rate: float = 1e-2
    weight_decay: float = 0.02
    warm_steps: int = 200
    ema: float = 0.999
    pool_px: int = 6_000 * 128 * 128
    draws: int = 3
    first_rooms: int = 128
    stages: tuple[Stage, ...] = (
        Stage(0.3, ((96, 96), (96, 72), (72, 96), (96, 56)), 12),
        Stage(0.65, shapes_of(128), 12),
        Stage(1.0, shapes_of(192), 12),
    )
    report_steps: int = 100
    save_steps: int = 500
    validation: int = 64
    least_px: int = 64
    coarser: tuple[int, ...] = (1, 1, 1, 2, 4)


PRESETS = {
    "cpu": Settings(),
    "onwards": replace(
        Settings(),
        minutes=105,
        rate=7e-3,
        draws=5,
        stages=(Stage(0.5, shapes_of(192), 18), Stage(1.0, shapes_of(256), 16)),
    ),
    "gpu": replace(
        Settings(),
        minutes=25,
        rate=2e-2,
        first_rooms=2048,
        pool_px=40_000 * 128 * 128,
        stages=(
            Stage(0.4, shapes_of(128), 96),
            Stage(0.7, shapes_of(192), 64),
            Stage(1.0, shapes_of(256), 48),
        ),
    ),
}  # on two cores; on two cores from the weights that ship; on one large GPU


class Trainer:
    """The state of a training: network, average, optimiser, progress.

    Args:
        out: folder of the log and the state; a state that is there is gone on from.
        settings: see `Settings`.
        device: "cpu" or "cuda".
        workers: processes that render rooms.
        start: weights that ship, to begin with instead of random ones.
    """

    def __init__(self, out: Path, settings: Settings, device: str, workers: int, start: Path | None = None) -> None:
        self.team = Team(device)
        torch.manual_seed(settings.seed)
        self.out, self.settings, self.device, self.workers = out, settings, device, workers
        self.network = RoomNetwork(LABELS).to(device, memory_format=torch.channels_last)
        if start is not None:
            self.network.load_state_dict({name: value.float() for name, value in load_file(start).items()})
        self.average = RoomNetwork(LABELS).to(device, memory_format=torch.channels_last).eval()
        self.average.load_state_dict(self.network.state_dict())
        self.optimiser = Muon(
            self.network.parameters(),
            lr=settings.rate,
            weight_decay=settings.weight_decay,
            nesterov=True,
            adjust_lr_fn="match_rms_adamw",
        )
        self.progress = checkpoint.Progress()
        self._begun = time.monotonic()
        out.mkdir(parents=True, exist_ok=True)
        if (out / checkpoint.NAME).exists():
            self.progress = checkpoint.load(out, self.network, self.average, self.optimiser)
            self.log(event="resumed", **asdict(self.progress))
        else:
            began = "random weights" if start is None else start.name
            self.log(event="started", begun=began, device=device, threads=torch.get_num_threads(), **asdict(settings))

    def log(self, **row: object) -> None:
        """Append a row to log.jsonl."""
        if not self.team.leads:
            return
        with (self.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")

    def run(self) -> None:
        """Train until the time is up; what is interrupted is saved first."""
        self._begun = time.monotonic() - self.progress.seconds
        try:
            for stage in self.settings.stages:
                if self.share < stage.until:
                    self._stage(stage)
        except KeyboardInterrupt:
            self.save()
            raise
        self.save()

    @property
    def share(self) -> float:
        """Of the whole time that has passed."""
        return self.progress.seconds / (self.settings.minutes * 60)

    def _stage(self, stage: Stage) -> None:
        world = World(stage.shapes, first_seed=self.progress.next_seed)
        pool = Pool(self.settings.pool_px)
        random = np.random.default_rng([self.settings.seed, self.progress.steps, self.team.rank])
        sums: dict[str, Tensor] = {}
        fresh = drawn = 0
        reported = self.progress.steps
        with Source(world, self.device, self.workers, self.team) as source:
            while self.share < stage.until:
                while fresh < max(drawn / self.settings.draws, self.settings.first_rooms):
                    self.progress.next_seed, chunk = source.get()
                    pool.put(chunk)
                    fresh += len(chunk)
                batch = pool.draw(stage.batch, random).to(self.device)
                drawn += len(batch)
                for name, value in self.step(batch, random).items():
                    sums[name] = sums.get(name, torch.zeros_like(value)) + value
                self.progress.steps += 1
                self.progress.pictures += len(batch) * self.team.size
                if self.progress.steps % self.settings.report_steps == 0:
                    self._report(sums, fresh, self.progress.steps - reported)
                    sums, reported = {}, self.progress.steps
                if self.progress.steps % self.settings.save_steps == 0:
                    self.save()

    def step(self, batch: Batch, random: np.random.Generator) -> dict[str, Tensor]:
        """One step of the optimiser."""
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * self._rate()
        seen = self._taken(batch, random)
        start = (int(random.integers(2)), int(random.integers(2)))
        with torch.autocast(self.device, torch.bfloat16):
            maps = self.network(seen.to(memory_format=torch.channels_last))
        each = losses({name: value.float() for name, value in maps.items()}, batch, start)
        loss = total(each, Weights())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.progress.seconds = self.team.share(self.network, time.monotonic() - self._begun)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_NORM)
        self.optimiser.step()
        self._follow()
        return {name: value.detach() for name, value in each.items()}

    def _taken(self, batch: Batch, random: np.random.Generator) -> Tensor:
        """The network's input: what a camera of some resolution makes of the rooms."""
        longer = max(batch.rgb.shape[1:3])
        by = min(int(random.choice(self.settings.coarser)), longer // self.settings.least_px)
        seeds = random.integers(2**31, size=len(batch)).tolist()
        if by == 1:
            return normalised(photograph(batch.rgb, seeds))
        small = functional.avg_pool2d(batch.rgb.permute(0, 3, 1, 2).float(), by).round().to(torch.uint8)
        taken = normalised(photograph(small.permute(0, 2, 3, 1).contiguous(), seeds))
        return functional.interpolate(taken, batch.rgb.shape[1:3], mode="bilinear", align_corners=False)

    def _rate(self) -> float:
        warm = min((self.progress.steps + 1) / self.settings.warm_steps, 1.0)
        return warm * 0.5 * (1 + math.cos(math.pi * min(self.share, 1.0)))

    def _follow(self) -> None:
        keep = min(self.settings.ema, (1 + self.progress.steps) / (10 + self.progress.steps))
        with torch.no_grad():
            for ours, theirs in zip(
                self.average.state_dict().values(), self.network.state_dict().values(), strict=True
            ):
                if ours.is_floating_point():
                    ours.lerp_(theirs, 1 - keep)
                else:
                    ours.copy_(theirs)

    def save(self) -> None:
        """Write the state, and what the average makes of rooms that are never trained on."""
        if not self.team.leads:
            return
        checkpoint.save(self.out, self.network, self.average, self.optimiser, self.progress)
        self.log(
            event="validated", **asdict(self.progress), **validate(self.average, self.device, self.settings.validation)
        )

    def _report(self, sums: dict[str, Tensor], fresh: int, steps: int) -> None:
        means = {name: round(float(value) / steps, 4) for name, value in sums.items()}
        self.log(event="trained", **asdict(self.progress), fresh=fresh, **means)
