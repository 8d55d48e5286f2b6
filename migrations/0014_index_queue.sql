-- +goose NO TRANSACTION
-- +goose Up
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
-- Built while messages are being sent; goose runs this file outside a transaction. "IF [NOT] EXISTS" lets it run again.

-- A dispatcher takes what is due department by department, so that one that is held back by its own limit holds up no
-- other, and looks at nothing that lies in the future.
CREATE INDEX CONCURRENTLY IF NOT EXISTS message_turn ON message (channel, department_id, priority, not_before)
WHERE status = 'queued';
DROP INDEX CONCURRENTLY IF EXISTS message_due;

-- These rows copy the department of their message in the same statement; checking it again for each attempt and each
-- event costs a fifth of the database's time in a campaign, and locks the department's row.
ALTER TABLE message_attempt DROP CONSTRAINT IF EXISTS message_attempt_department_id_fkey;
ALTER TABLE message_event DROP CONSTRAINT IF EXISTS message_event_department_id_fkey;
