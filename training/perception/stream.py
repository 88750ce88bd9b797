"""Batches without end: rooms are rendered by a process of their own and drawn from a pool, each several times.

On a CPU rendering a room costs about as much as learning from it. So what was rendered stays in a pool for a while,
and each time that it is drawn, the camera's faults (`rooms.photograph`) are drawn anew.
"""

import queue
from dataclasses import dataclass, field, fields

import numpy as np
import torch

from scenegraph3d.rooms.layout.sample import sample_room

from .samples import Batch, make_batch, rows, together
from .team import Team

CHUNK = 8  # rooms that are rendered together
PATIENCE_S = 20.0  # before it is asked whether the processes still live


@dataclass(frozen=True)
class World:
    """What rooms are drawn.

    Attributes:
        shapes: widths and heights of pictures, multiples of 4, drawn with equal chance.
        presets: presets of `sample_room`, drawn with equal chance.
        first_seed: rooms are first_seed, first_seed + 1, ...
        supersample: rays per pixel side.
    """

    shapes: tuple[tuple[int, int], ...]
    presets: tuple[str, ...] = ("indoor", "indoor", "indoor", "tabletop")
    first_seed: int = 1_000_000
    supersample: int = 1


class Source:
    """Chunks of rendered rooms from processes of their own, no room twice; use as a context."""

    def __init__(self, world: World, device: str, workers: int, team: Team) -> None:
        context = torch.multiprocessing.get_context("spawn")
        self._queue = context.Queue(maxsize=2 * workers)
        self._processes = [
            context.Process(target=_produce, args=(world, device, *place, self._queue), daemon=True)
            for place in [(team.rank * workers + i, team.size * workers) for i in range(workers)]
        ]

    def __enter__(self) -> "Source":
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.join()

    def get(self) -> tuple[int, Batch]:
        """The next chunk, and the seed from which nothing was rendered yet; waits."""
        while True:
            try:
                seed, columns = self._queue.get(timeout=PATIENCE_S)
                return seed, Batch(**{name: torch.from_numpy(value) for name, value in columns.items()})
            except queue.Empty:
                if not all(process.is_alive() for process in self._processes):
                    raise RuntimeError("a process that renders rooms has died; its error stands above") from None


def _produce(world: World, device: str, own: int, count: int, out: "torch.multiprocessing.Queue") -> None:
    torch.set_num_threads(1)
    seed = world.first_seed + own * CHUNK
    while True:
        draw = np.random.default_rng(seed)
        shape = world.shapes[draw.integers(len(world.shapes))]
        presets = [world.presets[i] for i in draw.integers(len(world.presets), size=CHUNK)]
        rooms = [sample_room(seed + i, preset) for i, preset in enumerate(presets)]
        batch = make_batch(rooms, shape, device, world.supersample).to("cpu")
        columns = {field.name: getattr(batch, field.name).numpy() for field in fields(batch)}
        seed += CHUNK * count
        while not _put(out, (seed, columns)):
            if not torch.multiprocessing.parent_process().is_alive():
                return


def _put(out: "torch.multiprocessing.Queue", chunk: tuple[int, dict[str, np.ndarray]]) -> bool:
    try:
        out.put(chunk, timeout=PATIENCE_S)
    except queue.Full:
        return False
    return True


@dataclass
class Pool:
    """Rendered rooms by shape, of which the oldest leave when it is full.

    Attributes:
        capacity_px: pixels of pictures that are kept for each shape.
    """

    capacity_px: int
    chunks: dict[tuple[int, int], list[Batch]] = field(default_factory=dict)

    def put(self, chunk: Batch) -> None:
        """Keep a chunk."""
        height, width = chunk.rgb.shape[1:3]
        kept = self.chunks.setdefault((width, height), [])
        kept.append(chunk)
        while len(kept) * CHUNK * height * width > self.capacity_px:
            kept.pop(0)

    def draw(self, count: int, random: np.random.Generator) -> Batch:
        """Pictures of one shape, each from a chunk that is drawn by chance."""
        shapes = list(self.chunks)
        kept = self.chunks[shapes[random.integers(len(shapes))]]
        picks = [kept[i] for i in random.integers(len(kept), size=count)]
        return together([rows(chunk, [int(random.integers(CHUNK))]) for chunk in picks])
