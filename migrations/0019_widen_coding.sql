-- +goose Up
-- The code list in the hands of the managers, refusals and second thoughts, and numbered batches for the activity software.

-- What the rows of the list and the departments have in common; '' is every speciality, or one that nobody said.
ALTER TABLE activity_code ADD COLUMN speciality text NOT NULL DEFAULT '';
ALTER TABLE activity_code ADD CONSTRAINT activity_code_speciality_check CHECK (
    speciality IN ('', 'general', 'specialist', 'psychiatry', 'neurology', 'gynaecology')
) NOT VALID;
-- Null while the hospital has not confirmed the row.
ALTER TABLE activity_code ADD COLUMN confirmed_by uuid;
ALTER TABLE activity_code ADD CONSTRAINT activity_code_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES staff (id) NOT VALID;
ALTER TABLE activity_code ADD COLUMN confirmed_at timestamptz;
ALTER TABLE activity_code ADD CONSTRAINT activity_code_confirmed_check CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)) NOT VALID;
-- One code has a row per speciality and modality; that no two of them are valid on one day is the use cases' care. The
-- table has some tens of rows.
ALTER TABLE activity_code DROP CONSTRAINT activity_code_code_valid_from_key;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX activity_code_row ON activity_code (code, speciality, modality, valid_from);

-- The department's own speciality proposes a code; its unit (UF) is what the activity software files an act under.
ALTER TABLE department ADD COLUMN speciality text NOT NULL DEFAULT '';
ALTER TABLE department ADD CONSTRAINT department_speciality_check CHECK (
    speciality IN ('', 'general', 'specialist', 'psychiatry', 'neurology', 'gynaecology')
) NOT VALID;
ALTER TABLE department ADD COLUMN unit text NOT NULL DEFAULT '';

UPDATE activity_code SET speciality = 'general', source = 'SNDS prestation_covid 2021 (TCG, PS5 1192) ; ameli.fr 13/09/2018 ; praticien.qare.fr 2025'
WHERE code = 'TCG';
UPDATE activity_code SET source = 'SNDS prestation_covid 2021 (TC, PS5 1191) ; ameli.fr 13/09/2018 : 23 à 58,50 € selon la spécialité' WHERE code = 'TC';
UPDATE activity_code SET speciality = 'specialist', source = 'praticien.qare.fr 2025 ; montant selon la spécialité' WHERE code = 'TCS';
UPDATE activity_code SET source = 'SNDS prestation_covid 2021 (TTE, PS5 1096)', label = 'Téléconsultation du médecin traitant, résident d’EHPAD' WHERE code = 'TTE';
INSERT INTO activity_code (id, code, label, amount_cents, modality, speciality, valid_from, valid_to, source) VALUES
(gen_random_uuid(), 'TCS', 'Téléconsultation, psychiatre', 5020, 'video', 'psychiatry', '2024-12-22', NULL, 'praticien.qare.fr 2025'),
(gen_random_uuid(), 'TCS', 'Téléconsultation, neurologue', 5020, 'video', 'neurology', '2024-12-22', NULL, 'praticien.qare.fr 2025'),
(gen_random_uuid(), 'TCS', 'Téléconsultation, gynécologue', 3200, 'video', 'gynaecology', '2024-12-22', NULL, 'praticien.qare.fr 2025');

-- refused: by the activity software or the coding staff; reopened: to be coded anew. The last row stands.
ALTER TABLE coding_entry DROP CONSTRAINT coding_entry_state_check;
ALTER TABLE coding_entry ADD CONSTRAINT coding_entry_state_check CHECK (
    state IN ('coded', 'not-billable', 'refused', 'reopened')
) NOT VALID;
-- A word of the product's lists ('' before there were any); only it leaves the hospital's walls, the text beside it never.
ALTER TABLE coding_entry ADD COLUMN reason_code text NOT NULL DEFAULT '';

-- Whether a row of the list was ever used.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX coding_entry_code ON coding_entry (activity_code_id);

-- A numbered batch for the activity software, with its files as they were first made.
CREATE TABLE coding_export (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    -- 1, 2, … within the department, without holes
    number bigint NOT NULL CHECK (number > 0),
    -- the last day of its acts
    until date NOT NULL,
    acts bigint NOT NULL CHECK (acts > 0),
    corrections bigint NOT NULL,
    -- the software and the unit as they were called then
    target text NOT NULL,
    unit text NOT NULL,
    -- sealed with the server's key: they name patients
    csv bytea NOT NULL,
    xlsx bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    UNIQUE (department_id, number)
);
ALTER TABLE coding_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE coding_export FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON coding_export USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- Which entries a batch took: each once, whoever asks how often.
CREATE TABLE coding_export_row (
    coding_entry_id uuid PRIMARY KEY REFERENCES coding_entry (id),
    export_id uuid NOT NULL REFERENCES coding_export (id),
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id)
);
CREATE INDEX coding_export_row_encounter ON coding_export_row (encounter_id);
CREATE INDEX coding_export_row_export ON coding_export_row (export_id);
ALTER TABLE coding_export_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE coding_export_row FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON coding_export_row USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
