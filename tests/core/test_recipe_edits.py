"""Edits of a recipe's parts: what presets say of a part follows it, and no preset that was not meant changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.codegen.optimisers import OPTIMISERS, SCHEDULES
from app.core import recipe_edits
from app.core.changes import Changed, EditError
from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Goal,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.recipe import plain_recipe
from app.core.recipe_edits import Part

LR = "stages.train.generate.optimiser.lr"
VALUES = {
    "stages.train.steps": 10,
    LR: 0.5,
    "stages.train.phases.judge.every": 3,
    "stages.tune.generate.optimiser.lr": 0.25,
    "evaluations.test.every": 7,
    "previews.samples.every": 9,
    "data.size": 8,
    "batch_size": 2,
}


def two_stages() -> Document:
    """Two stages of the same phases, an evaluation that a goal asks for, and presets in both spellings of paths."""
    phases = tuple(
        Phase(name=name, step=f"{name}Step", models=(name,), optimiser=Optimiser("SGD", {"lr": 1.0, "momentum": 0.9}))
        for name in ("judge", "generate")
    )
    recipe = Recipe(
        data=DataSource("Digits", {"size": 28, "flat": True}),
        stages=(Stage(name="train", phases=phases), Stage(name="tune", phases=phases)),
        evaluations=(Evaluation(name="validation", graph="E", every=5), Evaluation(name="test", graph="E")),
        previews=(Preview(name="samples", graph="S", show="images"),),
    )
    quick = Preset(name="quick", recipe=VALUES, goal=Goal(evaluation="test", metric="score", at_least=1.0))
    return Document(recipe=recipe, presets={"paper": Preset(name="paper"), "quick": quick}, preset="paper")


def parts(document: Document) -> list[Part]:
    recipe = document.recipe
    assert recipe is not None
    return [
        *(("stages", stage.name) for stage in recipe.stages),
        *(("stages", stage.name, phase.name) for stage in recipe.stages for phase in stage.phases),
        *(("evaluations", item.name) for item in recipe.evaluations),
        *(("previews", item.name) for item in recipe.previews),
    ]


PARTS = st.sampled_from(parts(two_stages()))


def renamed_in(recipe: Recipe, part: Part, new: str) -> Recipe:
    """The same by hand, on the recipe alone."""

    def one(item: Any, path: Part) -> Any:
        return replace(item, name=new) if path == part else item

    stages = tuple(
        one(
            replace(stage, phases=tuple(one(phase, ("stages", stage.name, phase.name)) for phase in stage.phases)),
            ("stages", stage.name),
        )
        for stage in recipe.stages
    )
    return replace(
        recipe,
        stages=stages,
        evaluations=tuple(one(item, ("evaluations", item.name)) for item in recipe.evaluations),
        previews=tuple(one(item, ("previews", item.name)) for item in recipe.previews),
    )


@given(PARTS, st.sampled_from(["paper", "quick"]))
def test_a_renamed_part_has_the_same_values_in_every_preset(part: Part, preset: str) -> None:
    before = two_stages()
    after = recipe_edits.rename_part(before, part, "other name").document
    wanted, found = plain_recipe(before, preset), plain_recipe(after, preset)
    assert wanted is not None
    assert found == renamed_in(wanted, part, "other name")
    back = recipe_edits.rename_part(after, (*part[:-1], "other name"), part[-1]).document
    assert plain_recipe(back, preset) == wanted


@given(PARTS)
def test_what_is_removed_is_spoken_of_no_more(part: Part) -> None:
    before = two_stages()
    if part == ("evaluations", "test"):
        with pytest.raises(EditError, match="goal of quick"):
            recipe_edits.remove_part(before, part)
        return
    after = recipe_edits.remove_part(before, part).document
    assert part not in parts(after)
    assert plain_recipe(after, "quick") is not None, "every path of the preset still leads somewhere"
    gone = set(before.presets["quick"].recipe) - set(after.presets["quick"].recipe)
    assert all(part[-1] in path.split(".") for path in gone)
    assert ("batch_size" in gone, "data.size" in gone) == (False, False)


@given(PARTS, st.integers(-3, 3))
def test_moving_keeps_all_parts(part: Part, by: int) -> None:
    before = two_stages()
    after = recipe_edits.move_part(before, part, by).document
    assert sorted(parts(after)) == sorted(parts(before))
    assert after.presets is before.presets
    if after is not before:
        assert parts(after) != parts(before)


def test_the_goal_follows_its_evaluation() -> None:
    goal = recipe_edits.rename_part(two_stages(), ("evaluations", "test"), "exam").document.presets["quick"].goal
    assert goal is not None
    assert goal.evaluation == "exam"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda d: recipe_edits.rename_part(d, ("stages", "train", "judge"), "steps"), "stage’s own steps"),
        (lambda d: recipe_edits.rename_part(d, ("stages", "train"), "a.b"), "letters, digits"),
        (lambda d: recipe_edits.rename_part(d, ("previews", "samples"), "../up"), "letters, digits"),
        (lambda d: recipe_edits.rename_part(d, ("stages", "train"), "tune"), "already"),
        (lambda d: recipe_edits.rename_part(d, ("stages", "none"), "x"), "there are: train, tune"),
        (lambda d: recipe_edits.add_part(d, ("stages",), d.recipe.stages[0]), "already"),
        (lambda d: recipe_edits.set_part(d, ("stages", "train"), steps=1.5), "cannot be so"),
        (lambda d: recipe_edits.remove_part(Document(), ("stages", "train")), "no recipe"),
    ],
)
def test_refusals_are_sentences(edit: Callable[[Document], Changed], sentence: str) -> None:
    with pytest.raises(EditError, match=sentence):
        edit(two_stages())


def test_the_last_of_what_learns_stays() -> None:
    document = recipe_edits.remove_part(two_stages(), ("stages", "tune")).document
    with pytest.raises(EditError, match="only stage"):
        recipe_edits.remove_part(document, ("stages", "train"))
    document = recipe_edits.remove_part(document, ("stages", "train", "judge")).document
    with pytest.raises(EditError, match="only phase"):
        recipe_edits.remove_part(document, ("stages", "train", "generate"))


def learner(document: Document, preset: str, what: str) -> Optimiser | Schedule:
    recipe = plain_recipe(document, preset)
    assert recipe is not None
    found: Optimiser | Schedule = getattr(recipe.stages[0].phases[1], what)
    return found


@given(st.sampled_from(list(OPTIMISERS)), st.sampled_from(list(OPTIMISERS)), st.sampled_from(["", "quick", "paper"]))
def test_another_optimiser_takes_what_it_is_given_and_no_other_preset_changes(
    first: str, second: str, preset: str
) -> None:
    path = "stages.train.generate.optimiser"
    before = two_stages()
    for name in (first, second):
        after = recipe_edits.choose_learner(before, path, name, tuple(OPTIMISERS[name]), preset).document
        concerned = [preset] if preset else ["paper", "quick"]
        for each in after.presets:
            found = learner(after, each, "optimiser")
            assert set(found.arguments) <= set(OPTIMISERS[found.name])
            if each in concerned:
                assert found.name == name
                assert found.arguments["lr"] == learner(before, each, "optimiser").arguments["lr"]
            else:
                assert found == learner(before, each, "optimiser")
        before = after


@given(st.sampled_from(list(SCHEDULES)), st.sampled_from(list(SCHEDULES)))
def test_the_documents_choice_leaves_a_presets_own_alone(own: str, name: str) -> None:
    path = "stages.train.generate.schedule"
    document = two_stages()
    document = recipe_edits.choose_learner(document, path, own, tuple(SCHEDULES[own]), "quick").document
    after = recipe_edits.choose_learner(document, path, name, tuple(SCHEDULES[name])).document
    assert learner(after, "quick", "schedule") == learner(document, "quick", "schedule")
    assert learner(after, "paper", "schedule").name == name


def test_data_for_one_preset_and_back() -> None:
    before = two_stages()
    after = recipe_edits.choose_source(before, "Shapes", ("size",), "quick").document
    assert after.presets["quick"].data == DataSource("Shapes", {"size": 8})
    assert "data.size" not in after.presets["quick"].recipe
    assert plain_recipe(after, "paper") == plain_recipe(before, "paper")
    back = recipe_edits.release_data(after, "quick").document
    found = plain_recipe(back, "quick")
    assert found is not None
    assert found.data == before.recipe.data  # type: ignore[union-attr]


def test_data_for_the_document_keep_what_both_take() -> None:
    after = recipe_edits.choose_source(two_stages(), "Shapes", ("size",)).document
    assert after.recipe is not None
    assert after.recipe.data == DataSource("Shapes", {"size": 28})
    assert after.presets["quick"].recipe["data.size"] == 8
