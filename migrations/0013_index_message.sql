-- +goose NO TRANSACTION
-- +goose Up
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
-- Built while messages are being sent; goose runs this file outside a transaction. "IF NOT EXISTS" lets it run again.

-- A slot is filled once, and a message is followed once, however often somebody looks.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_slot ON message (encounter_id, slot)
WHERE slot <> '' AND status <> 'cancelled';
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_follows ON message (follows) WHERE follows IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS encounter_follow_up ON encounter (follow_up_at) WHERE follow_up_at IS NOT NULL;
