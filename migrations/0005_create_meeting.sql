-- +goose Up
CREATE TABLE meeting_link (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    tool text NOT NULL,
    -- erased after the consultation; null for an ORTIF session without a link
    url text,
    meeting_number text NOT NULL DEFAULT '',
    passcode text NOT NULL DEFAULT '',
    topic text NOT NULL DEFAULT '',
    -- ORTIF's reference of the session
    reference text NOT NULL DEFAULT '',
    -- what the practitioner declared about the meeting's settings: codes of meeting.Checklist
    declared text [] NOT NULL DEFAULT '{}',
    -- codes of findings and differences that a person settled
    settled text [] NOT NULL DEFAULT '{}',
    -- e-mail of the account that hosts: only its holder can admit the patient
    host_account text NOT NULL DEFAULT '',
    attached_by uuid NOT NULL REFERENCES staff (id),
    attached_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- when url and passcode were erased, a day after the consultation
    erased_at timestamptz,
    CHECK (url IS NOT NULL OR reference <> '' OR revoked_at IS NOT NULL OR erased_at IS NOT NULL)
);
CREATE INDEX meeting_link_kept ON meeting_link (attached_at) WHERE revoked_at IS NULL AND erased_at IS NULL;
CREATE UNIQUE INDEX meeting_link_standing ON meeting_link (encounter_id) WHERE revoked_at IS NULL;
ALTER TABLE meeting_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_link FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON meeting_link USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- A meeting serves one encounter, ever, over all departments: keyed hashes only, kept after the link is erased.
CREATE TABLE meeting_use (
    key_hash bytea PRIMARY KEY,
    encounter_id uuid NOT NULL,
    first_used_at timestamptz NOT NULL
);

-- Which account of a tool a practitioner hosts with.
CREATE TABLE host_account (
    staff_id uuid NOT NULL REFERENCES staff (id),
    tool text NOT NULL,
    email text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, tool)
);
