-- +goose Up
-- A document that waits for a patient, encrypted with a password that is stored nowhere in clear.
CREATE TABLE document_drop (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    -- arriving: its bytes are being written; used-up: the last download has begun; abandoned: it never came whole
    state text NOT NULL CHECK (state IN ('arriving', 'standing', 'expired', 'revoked', 'used-up', 'abandoned')),
    -- keyed hash of the link's token
    token_hash bytea NOT NULL UNIQUE,
    media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    -- bytes before encryption, 0 while it is arriving
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    link_message_id uuid REFERENCES message (id),
    -- null: it is told by telephone
    password_message_id uuid REFERENCES message (id),
    created_by uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- tries since the last success or unlock; each is counted before it is looked at
    tries smallint NOT NULL DEFAULT 0,
    tried_at timestamptz,
    -- when the last try was found to be wrong
    locked_at timestamptz,
    -- downloads that began
    downloads smallint NOT NULL DEFAULT 0,
    downloaded_at timestamptz,
    -- the first download that went through to its end
    fetched_at timestamptz,
    -- when the chunks were deleted
    erased_at timestamptz,
    CHECK (state IN ('arriving', 'abandoned') OR (size > 0 AND link_message_id IS NOT NULL))
);
CREATE INDEX document_drop_encounter ON document_drop (encounter_id, created_at);
CREATE UNIQUE INDEX document_drop_standing ON document_drop (encounter_id) WHERE state = 'standing';
CREATE INDEX document_drop_kept ON document_drop (expires_at) WHERE erased_at IS NULL;
ALTER TABLE document_drop ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_drop FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_drop USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- The encrypted document (age, version 1) in parts.
CREATE TABLE document_drop_chunk (
    drop_id uuid NOT NULL REFERENCES document_drop (id),
    -- 1, 2, …
    number bigint NOT NULL,
    department_id uuid NOT NULL REFERENCES department (id),
    content bytea NOT NULL,
    PRIMARY KEY (drop_id, number)
);
-- What is encrypted does not compress.
ALTER TABLE document_drop_chunk ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE document_drop_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_drop_chunk FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_drop_chunk USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- The receipt: it stays when the document is gone.
CREATE TABLE document_drop_event (
    id uuid PRIMARY KEY,
    drop_id uuid NOT NULL REFERENCES document_drop (id),
    department_id uuid NOT NULL REFERENCES department (id),
    at timestamptz NOT NULL,
    -- told: the password, by telephone; tried: counted, right or wrong; opened: it was right, a download began;
    -- fetched and broken-off: how that ended
    kind text NOT NULL CHECK (kind IN (
        'created', 'told', 'tried', 'opened', 'fetched', 'broken-off', 'locked', 'unlocked', 'revoked', 'expired', 'erased'
    )),
    -- null: the patient, or the system
    staff_id uuid REFERENCES staff (id)
);
CREATE INDEX document_drop_event_drop ON document_drop_event (drop_id, at);
ALTER TABLE document_drop_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_drop_event FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_drop_event USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- Two purposes more. What is there already has one of the others, so that nothing is left to validate.
ALTER TABLE message DROP CONSTRAINT message_purpose_check;
ALTER TABLE message ADD CONSTRAINT message_purpose_check CHECK (purpose IN (
    'notice', 'consent-reminder', 'invitation', 'link-test', 'reminder', 'delay', 'cancellation', 'prescription-notice',
    'document-link', 'document-password', 'day-digest', 'test'
)) NOT VALID;
