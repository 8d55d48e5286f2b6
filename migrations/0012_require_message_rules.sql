-- +goose Up
-- Validated apart from their creation, so that no lock is held while rows are read.
ALTER TABLE message VALIDATE CONSTRAINT message_purpose_check;
ALTER TABLE message VALIDATE CONSTRAINT message_follows_fkey;
ALTER TABLE message VALIDATE CONSTRAINT message_wording_fkey;
ALTER TABLE message_callback VALIDATE CONSTRAINT message_callback_message_fkey;
ALTER TABLE encounter_event VALIDATE CONSTRAINT encounter_event_kind_check;

-- What was planned before gets the reminders and follow-ups that are now written ahead.
SELECT set_config('teleconsult.system', 'migration', true);
UPDATE encounter SET follow_up_at = now() WHERE status IN ('planned', 'arrived') AND planned_end > now();
-- A reminder that waits already is the one of two hours before: no patient gets a second one.
UPDATE message AS m SET slot = 'reminder/120/' || to_char(e.planned_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '/' || m.channel
FROM encounter AS e
WHERE e.id = m.encounter_id AND m.purpose = 'reminder' AND m.slot = '' AND m.status = 'queued' AND NOT EXISTS (
    SELECT FROM message AS o
    WHERE o.encounter_id = m.encounter_id AND o.purpose = 'reminder' AND o.channel = m.channel AND o.status = 'queued' AND o.id > m.id
);
SELECT set_config('teleconsult.system', '', true);
