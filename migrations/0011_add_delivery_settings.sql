-- +goose Up
-- How a department reaches its patients: channels per purpose, reminders, follow-ups, budgets (outreach.Delivery as JSON);
-- what is missing in it stands for the product's own rule.
ALTER TABLE department ADD COLUMN delivery jsonb NOT NULL DEFAULT '{}';

-- When time alone has next something to say about an encounter's messages; null when it has not.
ALTER TABLE encounter ADD COLUMN follow_up_at timestamptz;

-- What the patient says about the device, a call of the secretary, and a delay that was announced.
ALTER TABLE encounter_event DROP CONSTRAINT encounter_event_kind_check;
ALTER TABLE encounter_event ADD CONSTRAINT encounter_event_kind_check CHECK (kind IN (
    'scheduled', 'rescheduled', 'appointment-planned', 'information-given', 'portal-answered',
    'page-read', 'arrived', 'in-meeting', 'left', 'started', 'finished', 'cancelled',
    'incident', 'ortif-invited', 'difference-settled', 'on-site-offered', 'modality-changed',
    'device-tested', 'patient-called', 'delay-announced'
)) NOT VALID;
