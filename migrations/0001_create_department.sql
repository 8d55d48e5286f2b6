-- +goose Up
-- The wall: every table with patient data carries department_id, and a policy lets a
-- transaction see only the departments it named (db.InTx) or, for the few machine tasks
-- that serve all departments, a named system scope. The policies call these functions as they
-- are, so that the planner inlines them (docs/adr/0011).
CREATE FUNCTION app_departments() RETURNS uuid [] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('teleconsult.departments', true), '')::uuid[]
$$;

CREATE FUNCTION app_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('teleconsult.system', true), '') <> ''
$$;

CREATE TABLE department (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    hospital text NOT NULL,
    -- shown to patients: "if nobody comes, call …"
    phone text NOT NULL,
    -- Reply-To of every e-mail
    email text NOT NULL,
    timezone text NOT NULL DEFAULT 'Europe/Paris',
    -- tools in order of preference; the first needs no reason
    tools text [] NOT NULL DEFAULT '{ortif,zoom,lasuite_visio,teams,webex,jitsi,other}',
    -- tools the hospital holds to be secure for health data; another one is announced as provisional in the notice
    secure_tools text [] NOT NULL DEFAULT '{ortif,lasuite_visio}',
    -- hosts of its own meeting servers (self-hosted Jitsi, BigBlueButton)
    meeting_hosts text [] NOT NULL DEFAULT '{}',
    doxy_me_allowed boolean NOT NULL DEFAULT false,
    portal_url text NOT NULL DEFAULT 'https://espace-patient.aphp.fr',
    notify_both_channels boolean NOT NULL DEFAULT false,
    birth_date_asked boolean NOT NULL DEFAULT true,
    -- name of the activity software that acts are coded in
    coding_target text NOT NULL DEFAULT 'Gilda',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE staff (
    id uuid PRIMARY KEY,
    -- lower case
    email text NOT NULL UNIQUE,
    family_name text NOT NULL,
    given_name text NOT NULL,
    -- "Dr", "Pr", "Mme", "M." as shown to patients
    title text NOT NULL DEFAULT '',
    rpps text CHECK (rpps ~ '^[0-9]{11}$'),
    -- argon2id, PHC string
    password_hash text NOT NULL,
    is_admin boolean NOT NULL DEFAULT false,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE staff_role (
    staff_id uuid NOT NULL REFERENCES staff (id),
    department_id uuid NOT NULL REFERENCES department (id),
    role text NOT NULL CHECK (role IN ('secretary', 'practitioner', 'manager')),
    PRIMARY KEY (staff_id, department_id, role)
);
CREATE INDEX staff_role_department ON staff_role (department_id, role);

CREATE TABLE session (
    -- SHA-256 of the cookie
    token_hash bytea PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    -- absolute limit
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_staff ON session (staff_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Failed sign-ins by keyed hash of the address or the client, so that guessing is slowed without storing who tried.
CREATE TABLE attempt_counter (
    key_hash bytea PRIMARY KEY,
    failures bigint NOT NULL DEFAULT 0,
    window_start timestamptz NOT NULL,
    locked_until timestamptz
);

-- The stored answer of a POST that creates or sends, so that a repeated request does it once.
CREATE TABLE idempotency_key (
    staff_id uuid NOT NULL REFERENCES staff (id),
    key text NOT NULL CHECK (length(key) BETWEEN 8 AND 100),
    -- SHA-256 of method, path and body: the same key for another request is an error
    request_hash bytea NOT NULL,
    status bigint,
    content_type text,
    -- sealed: an answer can hold a patient's data
    body bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
