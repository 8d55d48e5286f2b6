-- +goose Up
-- The message table is the queue: written in the use case's transaction, claimed with a lease.
CREATE TABLE message (
    -- also the SMTP Message-ID, the same over all attempts
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    encounter_id uuid REFERENCES encounter (id),
    purpose text NOT NULL CHECK (purpose IN (
        'notice', 'invitation', 'reminder', 'cancellation', 'prescription-notice'
    )),
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    -- e-mail address or E.164 number
    recipient text NOT NULL,
    -- e-mail address of the department at the time of writing, '' for SMS
    reply_to text NOT NULL DEFAULT '',
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    -- template name and hash of its text at the time of writing
    template text NOT NULL,
    template_version text NOT NULL,
    -- template parameters without secrets (JSON object)
    params jsonb NOT NULL DEFAULT '{}',
    -- sealed JSON object of the secret parameters (link token, calendar); wiped once it cannot be sent again
    secrets bytea,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN (
        'queued', 'sending', 'accepted', 'delivered', 'undelivered', 'unknown', 'expired', 'cancelled'
    )),
    -- 1 a patient waits now, 2 single, 3 bulk
    priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 1 AND 3),
    -- not sent before / useless after
    not_before timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    lease_owner uuid,
    -- taken back while it was being sent: it is not tried again
    cancel_asked_at timestamptz,
    -- identifier at the provider (Twilio SID), '' when none
    provider_id text NOT NULL DEFAULT '',
    -- last provider code ('21610', '550 5.1.1') and its sentence
    last_code text NOT NULL DEFAULT '',
    segments smallint,
    created_at timestamptz NOT NULL,
    accepted_at timestamptz,
    -- when the final state was reached
    settled_at timestamptz
);
CREATE INDEX message_due ON message (priority, not_before) WHERE status = 'queued';
CREATE INDEX message_leased ON message (lease_until) WHERE status = 'sending';
CREATE INDEX message_unknown ON message (not_before) WHERE status = 'unknown';
CREATE INDEX message_expiry ON message (expires_at) WHERE status IN ('queued', 'unknown');
CREATE INDEX message_encounter ON message (encounter_id, created_at);
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id <> '';
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON message USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

CREATE TABLE message_attempt (
    -- also the Twilio status-callback parameter
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES message (id),
    department_id uuid NOT NULL REFERENCES department (id),
    number bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- null while under way
    outcome text CHECK (outcome IN ('accepted', 'retry', 'undelivered', 'unknown', 'abandoned')),
    code text NOT NULL DEFAULT '',
    provider_id text NOT NULL DEFAULT ''
);
CREATE INDEX message_attempt_message ON message_attempt (message_id, number);
ALTER TABLE message_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON message_attempt USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- Every change of state and every receipt, append-only.
CREATE TABLE message_event (
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES message (id),
    department_id uuid NOT NULL REFERENCES department (id),
    at timestamptz NOT NULL,
    -- a status, or 'read' (the patient's proof on the page), or 'receipt' (a provider's word as it came)
    kind text NOT NULL CHECK (kind IN (
        'queued', 'sending', 'accepted', 'delivered', 'retry', 'undelivered', 'unknown', 'expired', 'cancelled',
        'read', 'receipt'
    )),
    code text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX message_event_message ON message_event (message_id, at);
ALTER TABLE message_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_event FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON message_event USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- A provider's callback is stored first and applied after; the same one twice is one row.
CREATE TABLE message_callback (
    id uuid PRIMARY KEY,
    provider text NOT NULL,
    attempt_id uuid NOT NULL,
    provider_id text NOT NULL,
    provider_status text NOT NULL,
    code text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    UNIQUE (provider, provider_id, provider_status, code)
);
CREATE INDEX message_callback_waiting ON message_callback (received_at) WHERE applied_at IS NULL;

-- A channel that refused for good (opt-out): keyed hash of the recipient, never the recipient.
CREATE TABLE message_suppression (
    recipient_hash bytea NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    code text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (recipient_hash, channel)
);
