-- +goose Up
-- What became of the prescription; the last row stands.
CREATE TABLE prescription_step (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    -- none: no prescription needed; portal: announced on the patient portal for the next day
    channel text NOT NULL CHECK (channel IN ('none', 'portal', 'mssante', 'dispose', 'drop', 'email', 'on-site')),
    state text NOT NULL CHECK (state IN ('announced', 'delivered')),
    wanted_today boolean NOT NULL DEFAULT false,
    -- what proves the delivery, in words
    proof text NOT NULL DEFAULT '',
    -- plain e-mail only: the patient accepted the risk
    risk_accepted_by text NOT NULL DEFAULT '',
    risk_accepted_at timestamptz,
    recorded_by uuid NOT NULL REFERENCES staff (id),
    recorded_at timestamptz NOT NULL,
    CHECK (channel <> 'email' OR (risk_accepted_at IS NOT NULL AND risk_accepted_by <> '')),
    CHECK (channel IN ('none', 'portal') OR state <> 'delivered' OR proof <> '')
);
CREATE INDEX prescription_step_encounter ON prescription_step (encounter_id, recorded_at);
ALTER TABLE prescription_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE prescription_step FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON prescription_step USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- A version of the note that was put into the record (ORBIS).
CREATE TABLE record_transfer (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    -- hex SHA-256 of the text
    note_version text NOT NULL,
    note text NOT NULL,
    transferred_by uuid NOT NULL REFERENCES staff (id),
    transferred_at timestamptz NOT NULL
);
CREATE INDEX record_transfer_encounter ON record_transfer (encounter_id, transferred_at);
ALTER TABLE record_transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_transfer FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON record_transfer USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

CREATE TABLE activity_code (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    label text NOT NULL,
    amount_cents bigint,
    modality text NOT NULL CHECK (modality IN ('video', 'telephone', 'any')),
    valid_from date NOT NULL,
    -- last day, null while it is valid
    valid_to date,
    -- where the row comes from, and that the hospital has to confirm it
    source text NOT NULL,
    UNIQUE (code, valid_from)
);

CREATE TABLE coding_entry (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    state text NOT NULL CHECK (state IN ('coded', 'not-billable')),
    activity_code_id uuid REFERENCES activity_code (id),
    reason text NOT NULL DEFAULT '',
    coded_by uuid NOT NULL REFERENCES staff (id),
    coded_at timestamptz NOT NULL,
    CHECK ((state = 'coded') = (activity_code_id IS NOT NULL)),
    CHECK (state = 'coded' OR reason <> '')
);
CREATE INDEX coding_entry_encounter ON coding_entry (encounter_id, coded_at);
ALTER TABLE coding_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE coding_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON coding_entry USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
