-- +goose Up
-- Every text that is evidence (read behind the birth date, or answered), by the hash of its content.
CREATE TABLE notice (
    -- hex SHA-256 of language, tool and text
    version text PRIMARY KEY CHECK (version ~ '^[0-9a-f]{64}$'),
    language text NOT NULL CHECK (language IN ('fr', 'en')),
    tool text NOT NULL,
    body text NOT NULL,
    first_used_at timestamptz NOT NULL
);

CREATE TABLE consent_decision (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    decision text NOT NULL CHECK (decision IN ('agreed', 'refused', 'withdrawn')),
    -- the tool the patient decided about: another tool asks again
    tool text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('web', 'oral', 'paper')),
    given_by text NOT NULL CHECK (given_by IN ('patient', 'representative')),
    -- name of the representative, '' for the patient
    giver_name text NOT NULL DEFAULT '',
    notice_version text REFERENCES notice (version),
    -- for a refusal: consequences explained, other way offered
    explanation text NOT NULL DEFAULT '',
    recorded_by uuid REFERENCES staff (id),
    decided_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    CHECK (mode = 'web' OR recorded_by IS NOT NULL),
    CHECK (mode <> 'web' OR notice_version IS NOT NULL)
);
CREATE INDEX consent_decision_encounter ON consent_decision (encounter_id, recorded_at);
ALTER TABLE consent_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON consent_decision USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
