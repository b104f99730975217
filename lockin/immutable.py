"""What may never change, twice: a model mixin for clear errors, a database trigger for the truth.

`QuerySet.update()` and plain SQL walk past `save()`, so the trigger is what counts; the mixin
says it earlier and in words.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class UnableToChange(Exception):
    """The row is frozen. The message is written for the user."""


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> int:
        raise UnableToChange(f"{self.model._meta.verbose_name} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise UnableToChange(f"{self.model._meta.verbose_name} rows are never removed.")


class AppendOnly(models.Model):
    """A row that is written once and never changed or removed."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise UnableToChange(f"{self._meta.verbose_name} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise UnableToChange(f"{self._meta.verbose_name} rows are never removed.")


class ForbidChanges(Operation):
    """Migration operation: refuse UPDATE and DELETE on a table, always or under a condition.

    `when` is SQL over OLD that SQLite and PostgreSQL both understand, such as
    `OLD.published_at IS NOT NULL` or `EXISTS (SELECT 1 FROM … WHERE … = OLD.id)`.
    `new_when` adds INSERT to what is refused, with SQL over NEW. Columns in `may_become_null`
    are keys to people or records that may be deleted: they can be emptied, never re-pointed.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        table: str,
        *,
        message: str,
        when: str = "",
        on: tuple[str, ...] = ("UPDATE", "DELETE"),
        new_when: str = "",
        may_become_null: tuple[str, ...] = (),
        name: str = "frozen",
    ) -> None:
        self.table = table
        self.message = message
        self.when = when
        self.on = on
        self.new_when = new_when
        self.may_become_null = may_become_null
        self.name = name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            self.__class__.__name__,
            [self.table],
            {
                "message": self.message,
                "when": self.when,
                "on": self.on,
                "new_when": self.new_when,
                "may_become_null": self.may_become_null,
                "name": self.name,
            },
        )

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        columns = self._columns(to_state)
        for event in self._events():
            for statement in self._create(event, schema_editor.connection.vendor, columns):
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        for event in self._events():
            trigger = self._trigger(event)
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f'DROP TRIGGER IF EXISTS {trigger} ON "{self.table}"', params=None
                )
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {trigger}()", params=None)
            else:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger}", params=None)

    def describe(self) -> str:
        return f"Forbid changes of {self.table}"

    def _events(self) -> tuple[str, ...]:
        return self.on + (("INSERT",) if self.new_when else ())

    def _trigger(self, event: str) -> str:
        return f"{self.table}_{self.name}_{event.lower()}"

    def _columns(self, state: Any) -> list[str]:
        for model in state.apps.get_models():
            if model._meta.db_table == self.table:
                return [field.column for field in model._meta.concrete_fields]
        raise LookupError(f"No model has the table {self.table}.")

    def _condition(self, event: str, columns: list[str]) -> str:
        if event == "INSERT":
            return self.new_when
        if event == "DELETE" or not self.may_become_null:
            return self.when
        # `IS NOT` compares nulls too; PostgreSQL spells it IS DISTINCT FROM (see _create).
        changed = [
            f'OLD."{name}" IS NOT NEW."{name}"'
            for name in columns
            if name not in self.may_become_null
        ] + [
            f'(NEW."{name}" IS NOT NULL AND OLD."{name}" IS NOT NEW."{name}")'
            for name in self.may_become_null
        ]
        change = "(" + " OR ".join(changed) + ")"
        return f"({self.when}) AND {change}" if self.when else change

    def _create(self, event: str, vendor: str, columns: list[str]) -> list[str]:
        trigger = self._trigger(event)
        condition = self._condition(event, columns)
        message = self.message.replace("'", "''")
        if vendor == "postgresql":
            condition = condition.replace(' IS NOT NEW."', ' IS DISTINCT FROM NEW."')
            raise_it = (
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
            )
            body = f"IF {condition} THEN {raise_it} END IF;" if condition else raise_it
            row = "OLD" if event == "DELETE" else "NEW"
            return [
                (
                    f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger AS $frozen$ "
                    f"BEGIN {body} RETURN {row}; END; $frozen$ LANGUAGE plpgsql"
                ),
                (
                    f'CREATE TRIGGER {trigger} BEFORE {event} ON "{self.table}" '
                    f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
                ),
            ]
        when = f" WHEN {condition}" if condition else ""
        return [
            (
                f'CREATE TRIGGER {trigger} BEFORE {event} ON "{self.table}" FOR EACH ROW{when} '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        ]
