-- +goose Up
CREATE TABLE patient (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    -- hospital identifier (IPP), 10 to 13 digits beginning with 80 at AP-HP
    ipp text CHECK (ipp ~ '^80[0-9]{8,11}$'),
    family_name text NOT NULL,
    given_name text NOT NULL,
    -- family and given name, lower case, without accents or punctuation: for look-up only
    search_name text NOT NULL,
    birth_date date NOT NULL,
    -- '' when there is none
    email text NOT NULL DEFAULT '',
    -- E.164, '' when there is none
    mobile text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
    -- why somebody else decides and receives the messages
    protection text NOT NULL DEFAULT 'none' CHECK (protection IN ('none', 'minor', 'protected-adult')),
    representative_name text NOT NULL DEFAULT '',
    representative_relationship text NOT NULL DEFAULT ''
    CHECK (representative_relationship IN ('', 'parent', 'guardian', 'curator', 'other')),
    representative_email text NOT NULL DEFAULT '',
    representative_mobile text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (department_id, ipp),
    CHECK (protection = 'none' OR representative_name <> ''),
    CHECK (email <> '' OR mobile <> '' OR representative_email <> '' OR representative_mobile <> '')
);
CREATE INDEX patient_name ON patient (department_id, search_name text_pattern_ops);
CREATE INDEX patient_birth_date ON patient (department_id, birth_date);
-- a lost link is looked up without knowing the department
CREATE INDEX patient_lost_link ON patient (birth_date);
ALTER TABLE patient ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON patient USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
