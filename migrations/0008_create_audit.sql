-- +goose Up
-- Who did or saw what of whom, when, from where. The server may insert and read, never change.
CREATE TABLE audit_event (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    -- null only for events outside a department (sign-in)
    department_id uuid REFERENCES department (id),
    actor_kind text NOT NULL CHECK (actor_kind IN ('patient', 'staff', 'system')),
    -- staff.id, or null
    actor_id uuid,
    action text NOT NULL,
    encounter_id uuid,
    patient_id uuid,
    request_id text NOT NULL DEFAULT '',
    client_address text NOT NULL DEFAULT '',
    data jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_encounter ON audit_event (encounter_id, at);
CREATE INDEX audit_event_patient ON audit_event (patient_id, at);
CREATE INDEX audit_event_at ON audit_event (at);
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON audit_event USING (
    department_id IS NULL
    OR department_id = ANY(app_departments()) OR app_is_system()
);
