"""Train: GraphSAGE, GIN and gated graph networks, on BlockGraph.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_block_graph
from model import graphsage_gin_mpnn as build_graphsage_gin_mpnn
from runtime import Data, Run, launch
from steps import Classify, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 1
EVAL_BATCH_SIZE = 1
STEPS = 200
LEARNING_RATE = 0.01
WEIGHT_DECAY = 0.0005
VALIDATION_EVERY = 50
CLASSES_EVERY = 50


def load(split: str) -> Data:
    """One split of the data."""
    return data_block_graph.load(split, vertices=2708, classes=7, features=1433)


def evaluate_validation(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(
                batch["features"],
                batch["edge_index"],
                batch["label"],
                batch["validation_mask"],
            )
        run.record(name, metrics.compute())


def evaluate_test(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(
                batch["features"],
                batch["edge_index"],
                batch["label"],
                batch["test_mask"],
            )
        run.record(name, metrics.compute())


def preview(run: Run, look: Classify, data: Data) -> None:
    """The most likely class of every vertex."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        edge_index, label = look(batch["features"], batch["edge_index"])
    run.show("classes", "graph", {"edge_index": edge_index, "label": label}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    graphsage_gin_mpnn = run.keep("graphsage_gin_mpnn", build_graphsage_gin_mpnn())

    train_step = TrainStep(graphsage_gin_mpnn).to(run.device)
    optimiser = torch.optim.Adam(
        graphsage_gin_mpnn.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, accuracy = train_step(
            batch["features"], batch["edge_index"], batch["label"], batch["train_mask"]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate_validation(
                run, "validation", Evaluate(graphsage_gin_mpnn), data["validation"]
            )
        if (step + 1) % CLASSES_EVERY == 0 or step + 1 == STEPS:
            preview(run, Classify(graphsage_gin_mpnn), data["validation"])

    evaluate_test(run, "test", Evaluate(graphsage_gin_mpnn), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )
