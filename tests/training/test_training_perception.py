"""Training: it learns, what it saves is what it had, and a killed run goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from scenegraph3d.roomnet.perceive import Perception
from scenegraph3d.rooms.catalogue import CATALOGUE, LABELS
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.splits import seeds
from training.perception import checkpoint
from training.perception.export import fronts, write_weights
from training.perception.loop import Settings, Stage, Trainer
from training.perception.losses import Weights, total
from training.perception.samples import make_batch
from training.perception.stream import Pool

ROOT = Path(__file__).parents[2]
SMALL = replace(
    Settings(),
    stages=(Stage(1.0, ((64, 64),), 4),),
    coarser=(1,),
    first_rooms=8,
    warm_steps=5,
    report_steps=2,
    save_steps=4,
    validation=2,
)
RUN = """
from pathlib import Path
from dataclasses import replace
from tests.training.test_training_perception import SMALL
from training.perception.loop import Trainer
if __name__ == "__main__":
    Trainer(Path({out!r}), replace(SMALL, minutes={minutes}), "cpu", 1).run()
"""


@pytest.fixture(scope="module")
def batch():
    return make_batch([sample_room(seed) for seed in seeds("train")[:4]], (64, 64))


def test_what_it_sees_again_and_again_it_learns(tmp_path, batch):
    trainer = Trainer(tmp_path, replace(SMALL, minutes=1e9), "cpu", 1)
    random = np.random.default_rng(0)

    def cost():
        return float(total(trainer.step(batch, random), Weights()))

    before = cost()
    for _ in range(40):
        trainer.progress.steps += 1
        after = cost()
    assert after < before / 2


def test_a_saved_state_is_the_same_state(tmp_path, batch):
    first = Trainer(tmp_path, SMALL, "cpu", 1)
    first.step(batch, np.random.default_rng(0))
    first.progress.steps, first.progress.next_seed = 1, 1_000_008
    first.save()
    again = Trainer(tmp_path, SMALL, "cpu", 1)
    assert again.progress == first.progress
    for ours, theirs in zip(first.network.state_dict().values(), again.network.state_dict().values(), strict=True):
        assert torch.equal(ours, theirs)
    one, other = (t.step(batch, np.random.default_rng(1)) for t in (first, again))
    for name in one:
        torch.testing.assert_close(other[name], one[name], rtol=1e-5, atol=1e-6)
    for ours, theirs in zip(first.network.state_dict().values(), again.network.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_a_killed_run_goes_on(tmp_path):
    out = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", RUN.format(out=str(out), minutes=1e6)], cwd=ROOT)
    while not (out / checkpoint.NAME).exists():
        assert process.poll() is None
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    saved = load_file(out / checkpoint.NAME)
    done = max(row["steps"] for row in rows(out) if "steps" in row)
    subprocess.run([sys.executable, "-c", RUN.format(out=str(out), minutes=1e-9)], cwd=ROOT, check=True)
    events = [row["event"] for row in rows(out)]
    assert events.count("resumed") == 1
    assert done >= SMALL.save_steps
    for name, value in load_file(out / checkpoint.NAME).items():
        assert torch.equal(value, saved[name])


def rows(out):
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


def test_the_pool_keeps_the_newest(batch):
    pool = Pool(capacity_px=3 * 8 * 64 * 64)
    double = [make_batch([sample_room(1_000_000 + 8 * k + i) for i in range(8)], (64, 64)) for k in range(2)]
    for chunk in (*double, *double):
        pool.put(chunk)
    assert len(pool.chunks[64, 64]) == 3
    drawn = pool.draw(5, np.random.default_rng(0))
    assert drawn.rgb.shape == (5, 64, 64, 3)


def test_weights_that_ship_are_the_average_in_half_precision(tmp_path, batch):
    trainer = Trainer(tmp_path, SMALL, "cpu", 1)
    trainer.step(batch, np.random.default_rng(0))
    trainer.save()
    write_weights(tmp_path, tmp_path / "rooms.safetensors")
    assert (tmp_path / "rooms.safetensors").stat().st_size < 16e6
    shipped = Perception.load(tmp_path / "rooms.safetensors", device="cpu")
    onwards = Trainer(tmp_path / "next", SMALL, "cpu", 1, start=tmp_path / "rooms.safetensors")
    average = trainer.average.state_dict()
    for name, value in onwards.network.state_dict().items():
        torch.testing.assert_close(value, average[name], rtol=2e-3, atol=1e-4)
    for name, value in shipped.network.state_dict().items():
        torch.testing.assert_close(value, average[name].to(value.dtype), rtol=2e-3, atol=1e-4)


def test_categories_with_fronts_are_those_of_the_catalogue():
    named = {LABELS[row] for row in fronts()}
    assert {"chair", "sofa", "laptop", "tv"} <= named
    assert not named & {"ball", "bowl", "table", "stool"}
    assert named <= set(CATALOGUE)


TEAM = """
from dataclasses import replace
from pathlib import Path
from tests.training.test_training_perception import SMALL
from training.perception.loop import Trainer
if __name__ == "__main__":
    trainer = Trainer(Path({out!r}), replace(SMALL, minutes=0.05), "cpu", 1)
    trainer.run()
    weights = sum(float(value.abs().sum()) for value in trainer.network.parameters())
    Path({out!r}, f"rank{{trainer.team.rank}}").write_text(f"{{trainer.progress.steps}} {{weights:.6f}}")
"""


def test_two_processes_train_one_network(tmp_path):
    out = tmp_path / "run"
    script = tmp_path / "team.py"
    script.write_text(TEAM.format(out=str(out)))
    words = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, check=True)
    first, second = ((out / f"rank{rank}").read_text() for rank in (0, 1))
    assert first == second
    steps = int(first.split()[0])
    assert steps > 0
    assert rows(out)[-1]["pictures"] == 2 * SMALL.stages[0].batch * steps
    assert [row["event"] for row in rows(out)].count("started") == 1
