"""What the project tells Alembic and its databases."""
import contextlib
import re

from . import extensions, losses, reached
from .hints import Attached, hints_of


def to_context(runner):
    """Notes how env.py configures Alembic, and makes the models' tables when a baseline asks for it."""
    from alembic.runtime.environment import EnvironmentContext

    configure = EnvironmentContext.configure
    runner.create_models, runner.attached = False, Attached()
    runner.attached.listen()

    def configured(context, connection=None, url=None, target_metadata=None, **options):
        runner.context_options, runner.acquainted = options, True
        many = target_metadata if isinstance(target_metadata, (list, tuple)) else [target_metadata]
        runner.tables = sum(len(metadata.tables) for metadata in many if hasattr(metadata, "tables"))
        runner.hints = hints_of(many)
        if runner.create_models and connection is not None:
            for metadata in many:
                if metadata is not None:
                    metadata.create_all(connection)
            if hasattr(connection, "commit"):
                connection.commit()
        return configure(context, connection=connection, url=url, target_metadata=target_metadata, **options)

    EnvironmentContext.configure = configured


def to_statements(runner):
    """Notes what is said to the databases, and the first error: what comes after it may only say that a transaction is lost."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def before(connection, cursor, statement, parameters, _context, _many):
        if connection.dialect.name == "postgresql":
            statement = extensions.said(cursor, statement)
        if runner.recording and "alembic_version" not in statement and "pg_catalog." not in statement:
            runner.statements.append(statement)
            runner.mentioned |= texts_in(parameters) | literals_in(statement)
            reached.note(runner.reached, statement, parameters)
        return statement, parameters

    def failed(context):
        if runner.recording and runner.first_error is None:
            runner.first_error = context.original_exception

    event.listen(Engine, "before_cursor_execute", before, retval=True)
    with contextlib.suppress(Exception):  # SQLAlchemy before 1.4 knows it by another signature
        event.listen(Engine, "handle_error", failed)
    with contextlib.suppress(ImportError, AttributeError):
        from alembic.operations.batch import BatchOperationsImpl

        flush = BatchOperationsImpl.flush

        def flushed(batch):
            # What Alembic sends for a copy says nothing of what is asked for; the operations do.
            began = len(runner.statements)
            done = flush(batch)
            if runner.recording:
                copies = [sql for sql in runner.statements[began:] if losses.COPY in sql]
                asked = [losses.batch_words(batch.table_name, name, args, options) for name, args, options in batch.batch]
                runner.statements[began:] = asked + copies
            return done

        BatchOperationsImpl.flush = flushed


def texts_in(parameters):
    """The short texts among the parameters of a statement."""
    if isinstance(parameters, str):
        return {parameters} if 0 < len(parameters) <= 64 else set()
    inner = parameters.values() if isinstance(parameters, dict) else parameters if isinstance(parameters, (list, tuple)) else ()
    return {text for each in list(inner)[:200] for text in texts_in(each)}


def literals_in(statement):
    return {text.replace("''", "'") for text in re.findall(r"'((?:[^']|''){1,64})'", statement[:20000])}
