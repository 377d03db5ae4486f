"""What the project's code says of a column and the database does not: the labels of an enum, whether JSON is a list."""
import contextlib


def hints_of(many):
    """What the models say of a column and the database does not: the labels of an enum, whether JSON is a list."""
    found = {}
    for metadata in many:
        for table in getattr(metadata, "tables", {}).values():
            for column in table.columns:
                with contextlib.suppress(Exception):  # models may be anything
                    hint = hint_of(column)
                    if hint:
                        found.setdefault(table.fullname, {})[column.name] = hint
    return found


def hint_of(column):
    kind = getattr(column.type, "impl", column.type)
    labels = getattr(column.type, "enums", None) or getattr(kind, "enums", None)
    if labels:
        return {"labels": [str(label) for label in labels]}
    default = getattr(column.default, "arg", None)
    made = getattr(default, "__wrapped__", default)
    if "JSON" in type(kind).__name__.upper():
        return {"json": "list" if made is list or isinstance(made, list) else "dict"} if made is not None else {}
    return {}


class Attached:
    """Every column that is put into a table while the project runs: models, and what migrations write down for themselves."""

    def __init__(self):
        self.found = {}

    def listen(self):
        from sqlalchemy import event
        from sqlalchemy.schema import Column

        event.listen(Column, "after_parent_attach", self.note)

    def note(self, column, table):
        with contextlib.suppress(Exception):  # whatever a column is put into
            hint = hint_of(column)
            if hint:
                self.found.setdefault(table.fullname, {}).setdefault(column.name, []).append(hint)

    def over(self, models):
        """The hints of the models, with labels that everybody who writes the column down knows."""
        merged = {table: dict(columns) for table, columns in models.items()}
        for table, columns in self.found.items():
            for name, hints in columns.items():
                held = merged.setdefault(table, {})
                lists = [hint["labels"] for hint in hints + [held.get(name, {})] if hint.get("labels")]
                common = [label for label in lists[0] if all(label in other for other in lists)] if lists else []
                if common or name not in held:
                    held[name] = dict(held.get(name) or hints[0], **({"labels": common} if common else {}))
        return merged
