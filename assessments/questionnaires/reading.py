"""PURE. Reads plain tables field by field; every fault names the key and the field."""

from collections.abc import Iterator, Mapping
from typing import Any


class UnableToReadDefinition(ValueError):
    """The file or manifest is no questionnaire version. The message names the place."""

    def __init__(self, text: str, *, where: str = "", field: str = "", line: int = 0) -> None:
        place = ", ".join(part for part in (f"line {line}" if line else "", where, field) if part)
        super().__init__(f"{place}: {text}" if place else text)
        self.text, self.where, self.field, self.line = text, where, field, line


class Table:
    """One table. What is not read from it is refused at the end, so a slip cannot hide."""

    def __init__(self, content: object, *, where: str, prefix: str = "") -> None:
        if not isinstance(content, Mapping):
            raise UnableToReadDefinition(
                "A table is expected here.", where=where, field=prefix.rstrip(".")
            )
        self.content: Mapping[str, Any] = content
        self.where, self.prefix = where, prefix
        self.read: set[str] = set()

    def text(self, field: str, default: str | None = None) -> str:
        value = self._value(field, default)
        if not isinstance(value, str):
            raise self._unable(field, "A text is expected here.")
        return value

    def number(self, field: str) -> int:
        value = self._value(field, None)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._unable(field, "A whole number is expected here.")
        return value

    def truth(self, field: str) -> bool:
        value = self._value(field, None)
        if not isinstance(value, bool):
            raise self._unable(field, "true or false is expected here.")
        return value

    def texts(self, field: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._value(field, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self._unable(field, "A list of texts is expected here.")
        return tuple(value)

    def table(self, field: str) -> "Table":
        return Table(self._value(field, None), where=self.where, prefix=f"{self.prefix}{field}.")

    def table_if_any(self, field: str) -> "Table | None":
        if self.content.get(field) is None:
            self.read.add(field)
            return None
        return self.table(field)

    def records(self, field: str) -> "Iterator[Table]":
        """Return the tables of a list, each known by its own key from here on."""
        for position, content in self._list(field):
            yield Table(content, where=_own_key(content) or f"{field} {position}")

    def parts(self, field: str) -> "Iterator[Table]":
        """Return the tables of a list that have no life of their own: faults name this one."""
        for position, content in self._list(field):
            part = _own_key(content) or position
            yield Table(content, where=self.where, prefix=f"{self.prefix}{field}.{part}.")

    def done(self) -> None:
        """Refuse fields that nothing has read."""
        for field in sorted(set(self.content) - self.read):
            raise self._unable(field, "This field is not known.")

    def _list(self, field: str) -> Iterator[tuple[int, object]]:
        value = self._value(field, None)
        if not isinstance(value, list):
            raise self._unable(field, "A list of tables is expected here.")
        return iter(enumerate(value, 1))

    def _value(self, field: str, default: Any) -> Any:
        self.read.add(field)
        value = self.content.get(field, default)
        if value is None:
            raise self._unable(field, "This is missing.")
        return value

    def _unable(self, field: str, text: str) -> UnableToReadDefinition:
        return UnableToReadDefinition(text, where=self.where, field=f"{self.prefix}{field}")


def _own_key(content: object) -> str:
    key = content.get("key") if isinstance(content, Mapping) else None
    return key if isinstance(key, str) else ""
