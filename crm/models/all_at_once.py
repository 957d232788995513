"""An operation for the migration that makes all tables of an app."""

from django.db import router
from django.db.migrations.operations.base import Operation


class AllAtOnce(Operation):
    """Make the tables that the given operations describe, in one go.

    One after the other, each of them lets Django build all models anew that lead to the one it makes, directly or by
    others: half a minute for an empty database. Here the models are built once. What the tables are is written in the
    operations of Django, so that later migrations find what they expect.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # built anew when it is asked for next, with all of them
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def models(self, app_label, schema_editor, state):
        """The app had none before, so that its models are all ours."""
        database = schema_editor.connection.alias
        return [
            m
            for m in state.apps.get_app_config(app_label).get_models()
            if router.allow_migrate_model(database, m)
        ]

    def describe(self):
        return "Make all tables at once"
