-- +goose Up
CREATE TABLE encounter (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    patient_id uuid NOT NULL REFERENCES patient (id),
    practitioner_id uuid NOT NULL REFERENCES staff (id),
    -- FHIR R4 Encounter.status, the part that applies here
    status text NOT NULL DEFAULT 'planned'
    CHECK (status IN ('planned', 'arrived', 'in-progress', 'finished', 'cancelled')),
    modality text NOT NULL CHECK (modality IN ('video', 'telephone')),
    telephone_reason text CHECK (telephone_reason IN (
        'covid', 'age-70', 'ald', 'pregnancy', 'no-broadband', 'no-terminal', 'technical-fallback', 'other'
    )),
    -- 'telephone' when the modality is
    tool text NOT NULL CHECK (tool IN (
        'ortif', 'zoom', 'lasuite_visio', 'teams', 'webex', 'jitsi', 'google_meet', 'bigbluebutton',
        'doctolib', 'doxy_me', 'other', 'telephone'
    )),
    -- why the department's first tool was not used, '' when it was
    tool_reason text NOT NULL DEFAULT '',
    planned_start timestamptz NOT NULL,
    planned_end timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text CHECK (cancel_reason IN (
        'patient', 'practitioner', 'no-show', 'technical', 'consent-refused', 'other'
    )),
    -- rises with every change of a planned field: the ETag
    version bigint NOT NULL DEFAULT 1,
    created_by uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Summary of the chain, written with every fact by encounter.Settle (never by hand).
    -- next_step is null when the chain is complete.
    next_step text CHECK (next_step IN (
        'appointment', 'information', 'consent', 'portal', 'link', 'invitation', 'held',
        'prescription', 'record', 'coding'
    )),
    acts_next text NOT NULL DEFAULT 'nobody'
    CHECK (acts_next IN ('patient', 'secretary', 'practitioner', 'system', 'nobody')),
    due_at timestamptz,
    -- the standing decision for the tool in use
    consent text NOT NULL DEFAULT 'unknown' CHECK (consent IN ('unknown', 'agreed', 'refused', 'withdrawn')),
    CHECK (planned_end > planned_start),
    CHECK ((modality = 'telephone') = (telephone_reason IS NOT NULL)),
    CHECK ((modality = 'telephone') = (tool = 'telephone')),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
    CHECK ((status = 'finished') = (finished_at IS NOT NULL AND cancelled_at IS NULL)),
    CHECK (status NOT IN ('in-progress', 'finished') OR started_at IS NOT NULL),
    CHECK (finished_at IS NULL OR finished_at >= started_at)
);
CREATE INDEX encounter_day ON encounter (department_id, planned_start, id);
CREATE INDEX encounter_practitioner_day ON encounter (practitioner_id, planned_start, id);
CREATE INDEX encounter_missing ON encounter (department_id, due_at, id) WHERE next_step IS NOT NULL;
CREATE INDEX encounter_patient ON encounter (patient_id, planned_start);
ALTER TABLE encounter ENABLE ROW LEVEL SECURITY;
ALTER TABLE encounter FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON encounter USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- Facts of an encounter that have no table of their own. Append-only: a correction is a new row.
CREATE TABLE encounter_event (
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    kind text NOT NULL CHECK (kind IN (
        'scheduled', 'rescheduled', 'appointment-planned', 'information-given', 'portal-answered',
        'page-read', 'arrived', 'in-meeting', 'left', 'started', 'finished', 'cancelled',
        'incident', 'ortif-invited', 'difference-settled', 'on-site-offered', 'modality-changed'
    )),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('patient', 'staff', 'system')),
    actor_id uuid,
    data jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX encounter_event_encounter ON encounter_event (encounter_id, recorded_at);
ALTER TABLE encounter_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE encounter_event FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON encounter_event USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- Who is there now: a fact that expires, apart from the status.
CREATE TABLE presence (
    encounter_id uuid PRIMARY KEY REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    state text NOT NULL CHECK (state IN ('present', 'in-meeting', 'away')),
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX presence_here ON presence (seen_at) WHERE state = 'present';
ALTER TABLE presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE presence FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON presence USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- The personal link of the patient. The token is stored hashed for look-up and sealed for later messages.
CREATE TABLE patient_access (
    token_hash bytea PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    token_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    failures bigint NOT NULL DEFAULT 0,
    locked_until timestamptz
);
CREATE INDEX patient_access_encounter ON patient_access (encounter_id);
ALTER TABLE patient_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient_access FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON patient_access USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
