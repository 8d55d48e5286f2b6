-- +goose Up
-- What the practitioner adds to the note of an encounter, as it is being typed. What was put into the record is kept
-- with its transfer; here only the last text stands.
CREATE TABLE note_draft (
    encounter_id uuid PRIMARY KEY REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    findings text NOT NULL DEFAULT '',
    conclusion text NOT NULL DEFAULT '',
    follow_up text NOT NULL DEFAULT '',
    -- the report is written elsewhere, later
    report_follows boolean NOT NULL DEFAULT false,
    -- how the practitioner knew the patient during the call: who they said they are, a document shown, known before,
    -- an identity that was qualified before; '' while nothing was said
    identity_check text NOT NULL DEFAULT '' CHECK (identity_check IN ('', 'stated', 'document', 'known', 'qualified')),
    -- others who took part: name, role, where
    participants text NOT NULL DEFAULT '',
    revision bigint NOT NULL,
    -- the editor that wrote this revision: one that never heard of its own success may go on
    writer uuid NOT NULL,
    changed_by uuid NOT NULL REFERENCES staff (id),
    changed_at timestamptz NOT NULL,
    -- when the typed text was deleted, null while it is there
    erased_at timestamptz,
    CHECK (erased_at IS NULL OR (findings = '' AND conclusion = '' AND follow_up = '' AND participants = ''))
);
ALTER TABLE note_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE note_draft FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON note_draft USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- A version of the note has a number, and loses its text some time after the last transfer; the rest is evidence.
ALTER TABLE record_transfer ADD COLUMN number bigint NOT NULL DEFAULT 1;
ALTER TABLE record_transfer ADD COLUMN erased_at timestamptz;
SELECT set_config('teleconsult.system', 'migration', true);
UPDATE record_transfer AS t SET number = n.number
FROM (
    SELECT id, row_number() OVER (PARTITION BY encounter_id ORDER BY transferred_at, id) AS number FROM record_transfer
) AS n
WHERE n.id = t.id;
SELECT set_config('teleconsult.system', '', true);
ALTER TABLE record_transfer ALTER COLUMN number DROP DEFAULT;
-- The one change of a transfer that is possible is the deletion of its text.
CREATE POLICY only_erasure ON record_transfer AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (
    note = '' AND erased_at IS NOT NULL
);

-- Somebody found the encounter complete. It is closed as long as nothing that this covers was recorded later.
CREATE TABLE encounter_closing (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    closed_by uuid NOT NULL REFERENCES staff (id),
    closed_at timestamptz NOT NULL
);
CREATE INDEX encounter_closing_encounter ON encounter_closing (encounter_id, closed_at);
ALTER TABLE encounter_closing ENABLE ROW LEVEL SECURITY;
ALTER TABLE encounter_closing FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON encounter_closing USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
