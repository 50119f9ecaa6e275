"""What a walk of whole workers notes and asks in the database, so that no process has to live to tell of it."""

from __future__ import annotations

NOTES = """
CREATE TABLE walk_ends (workspace text, occasion text, attempt integer);
CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN INSERT INTO walk_ends VALUES (NEW.workspace, NEW.occasion, NEW.attempt); RETURN NULL; END $$;
CREATE TRIGGER walk AFTER UPDATE ON openphone_import.occasions FOR EACH ROW
WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION note_end();
CREATE TABLE walk_fences (journal integer, backend integer, workspace text, occasion text, attempt integer);
CREATE TABLE walk_late (workspace text, occasion text, fact bigint);
CREATE FUNCTION note_late() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN INSERT INTO walk_late SELECT workspace, occasion, txid_current() FROM walk_fences
WHERE journal = NEW.journal AND backend = pg_backend_pid(); RETURN NULL; END $$;
CREATE TRIGGER walk AFTER INSERT OR UPDATE ON openphone_import.contacts FOR EACH ROW EXECUTE FUNCTION note_late();
"""
ATTEMPTS = "SELECT workspace, occasion, attempt FROM openphone_import.occasions"
# One may have been on its way when the fence was moved.
LATE = "SELECT workspace, occasion FROM walk_late GROUP BY 1, 2 HAVING count(DISTINCT fact) > 1"
OPEN = "SELECT count(*) FROM openphone_import.occasions WHERE state IN ('queued', 'running')"
# What a worker that is silent for too long is still said to be at, with its process.
LEFT = (
    "SELECT pid, workspace, occasion FROM openphone_import.occasions AS occasions JOIN openphone_import.workers "
    "AS workers ON workers.id = occasions.worker WHERE state = 'running' AND workers.fleet = occasions.fleet"
)
ALIVE = (
    "SELECT pid FROM openphone_import.workers WHERE fleet = %s AND lanes > 0 "
    "AND clock_timestamp() - seen_at <= %s * interval '1 second'"
)
# Of a journal that is held by the lane of that attempt, not still by one that has died.
MOVE_FENCE = (
    "WITH moved AS (UPDATE openphone_import.journals AS journals SET fence = fence + 1 "
    "FROM openphone_import.occasions AS occasions WHERE journals.name = occasions.fleet || '/' || occasions.workspace "
    "AND left_at IS NULL AND state = 'running' AND workspace = %s AND taken_at >= started_at AND EXISTS (SELECT 1 FROM "
    "pg_stat_activity AS activity WHERE activity.pid = backend AND activity.backend_start = journals.backend_start) "
    "RETURNING journals.id, backend, workspace, occasion, attempt) INSERT INTO walk_fences SELECT * FROM moved "
    "RETURNING workspace, occasion, attempt"
)
