"""Many tables made at once are those made one by one (that they go again: tests/architecture/test_deployment.py)."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.state import ProjectState

from common.operations import CreateModels

SHELF = migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
BOX = migrations.CreateModel(
    "Box",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("shelf", models.ForeignKey("archive.Shelf", models.CASCADE, related_name="boxes")),
    ],
)


def test_models_made_at_once_know_each_other_and_those_before():
    state = ProjectState()
    SHELF.state_forwards("archive", state)
    before = state.apps.get_model("archive", "Shelf")
    CreateModels([BOX]).state_forwards("archive", state)
    shelf, box = state.apps.get_model("archive", "Shelf"), state.apps.get_model("archive", "Box")
    assert box._meta.get_field("shelf").related_model is shelf
    assert [relation.related_model for relation in shelf._meta.related_objects] == [box]
    assert before._meta.related_objects == ()


def test_an_operation_says_how_it_was_written():
    operation = CreateModels([SHELF, BOX])
    assert operation.deconstruct() == ("CreateModels", ([SHELF, BOX],), {})
    assert operation.describe() == "Create 2 models"
