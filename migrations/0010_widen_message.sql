-- +goose Up
-- The second form of the delivery engine: slots and fallback, wording of a department, shared budgets, prices, bounces.

-- What a department writes in place of the product's own words; rows never change, a new version is a new row.
CREATE TABLE message_wording (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    template text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    -- 1, 2, … per department, template, channel and language; the highest stands
    version bigint NOT NULL CHECK (version > 0),
    -- e-mail only, '' for SMS
    subject text NOT NULL DEFAULT '',
    -- with placeholders such as {date}; '' goes back to the product's own words
    body text NOT NULL,
    written_by uuid NOT NULL REFERENCES staff (id),
    written_at timestamptz NOT NULL,
    UNIQUE (department_id, template, channel, language, version)
);
ALTER TABLE message_wording ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_wording FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON message_wording USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

ALTER TABLE message DROP CONSTRAINT message_purpose_check;
ALTER TABLE message ADD CONSTRAINT message_purpose_check CHECK (purpose IN (
    'notice', 'consent-reminder', 'invitation', 'link-test', 'reminder', 'delay', 'cancellation', 'prescription-notice', 'test'
)) NOT VALID;

-- What the message is for within its encounter, such as 'reminder/1440/2026-05-12T12:30:00Z'; '' for one that may be repeated.
ALTER TABLE message ADD COLUMN slot text NOT NULL DEFAULT '';
-- The message that this one takes the place of, on the next channel.
ALTER TABLE message ADD COLUMN follows uuid;
ALTER TABLE message ADD CONSTRAINT message_follows_fkey FOREIGN KEY (follows) REFERENCES message (id) NOT VALID;
-- When it was first to go; each try that fails moves not_before. Null for what was written before this column was there.
ALTER TABLE message ADD COLUMN first_due_at timestamptz;
ALTER TABLE message ADD COLUMN wording_id uuid;
ALTER TABLE message ADD CONSTRAINT message_wording_fkey FOREIGN KEY (wording_id) REFERENCES message_wording (id) NOT VALID;
-- What the provider asked for it, in millionths of the currency; null until it said so.
ALTER TABLE message ADD COLUMN price_micros bigint;
ALTER TABLE message ADD COLUMN price_currency text NOT NULL DEFAULT '';
-- How often, and when last, the provider was asked what became of an SMS; and how many of these looks in a row said that it
-- was never taken. All begin anew with a new attempt.
ALTER TABLE message ADD COLUMN looks smallint NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN looked_at timestamptz;
ALTER TABLE message ADD COLUMN absent smallint NOT NULL DEFAULT 0;

-- A bounce names the message and no attempt. Only this server reads the table.
-- squawk-ignore ban-drop-not-null
ALTER TABLE message_callback ALTER COLUMN attempt_id DROP NOT NULL;
ALTER TABLE message_callback ADD COLUMN message_id uuid;
ALTER TABLE message_callback ADD CONSTRAINT message_callback_message_fkey FOREIGN KEY (message_id) REFERENCES message (id) NOT VALID;
ALTER TABLE message_callback ADD COLUMN detail text NOT NULL DEFAULT '';

-- Addresses whose last message failed: keyed hash of the recipient, never the recipient.
CREATE TABLE message_failure (
    recipient_hash bytea NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    code text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (recipient_hash, channel)
);

-- Token buckets that all instances share: 'smtp', 'twilio', '<department id>/sms', …
CREATE TABLE send_budget (
    name text PRIMARY KEY,
    -- it holds ten seconds' worth, and at least one
    per_minute double precision NOT NULL CHECK (per_minute > 0),
    tokens double precision NOT NULL,
    refilled_at timestamptz NOT NULL
);
