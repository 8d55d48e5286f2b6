-- +goose NO TRANSACTION
-- +goose Up
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
-- Built while messages are being sent; goose runs this file outside a transaction. "IF NOT EXISTS" lets it run again.

-- A slot is filled once, and a message is followed once, however often somebody looks.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_slot ON message (encounter_id, slot)
WHERE slot <> '' AND status <> 'cancelled';
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS message_follows ON message (follows) WHERE follows IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS encounter_follow_up ON encounter (follow_up_at) WHERE follow_up_at IS NOT NULL;
-- How often a lost link was sent again within a day.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_event_lost_link ON audit_event (at) WHERE action = 'patient.lost-link';
-- SMS that the provider is still to be asked about: what became of them, what they cost.
CREATE INDEX CONCURRENTLY IF NOT EXISTS message_unpriced ON message (created_at)
WHERE channel = 'sms' AND provider_id <> '' AND (price_micros IS NULL OR status = 'accepted') AND looks < 4;
