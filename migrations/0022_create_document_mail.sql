-- +goose Up
-- Documents that are mailed: by secure health mail (MSSanté), or protected by a password by ordinary e-mail.

ALTER TABLE message DROP CONSTRAINT message_channel_check;
ALTER TABLE message ADD CONSTRAINT message_channel_check CHECK (channel IN ('email', 'sms', 'mssante')) NOT VALID;
ALTER TABLE message DROP CONSTRAINT message_purpose_check;
ALTER TABLE message ADD CONSTRAINT message_purpose_check CHECK (purpose IN (
    'notice', 'consent-reminder', 'invitation', 'link-test', 'reminder', 'delay', 'cancellation', 'prescription-notice',
    'document-link', 'document-mail', 'document-password', 'day-digest', 'test'
)) NOT VALID;
ALTER TABLE message_suppression DROP CONSTRAINT message_suppression_channel_check;
ALTER TABLE message_suppression ADD CONSTRAINT message_suppression_channel_check CHECK (channel IN ('email', 'sms', 'mssante')) NOT VALID;
ALTER TABLE message_failure DROP CONSTRAINT message_failure_channel_check;
ALTER TABLE message_failure ADD CONSTRAINT message_failure_channel_check CHECK (channel IN ('email', 'sms', 'mssante')) NOT VALID;

-- The national health identity (INS) of a patient, as the identity desk knows it.
CREATE TABLE patient_ins (
    patient_id uuid PRIMARY KEY REFERENCES patient (id),
    department_id uuid NOT NULL REFERENCES department (id),
    -- the 15 characters, sealed with the server's key
    matricule bytea NOT NULL,
    -- OID of the kind of number: NIR or NIA
    oid text NOT NULL,
    -- RNIV, EXI SI 07: provisional, retrieved, validated, qualified
    status text NOT NULL CHECK (status IN ('PROV', 'RECUP', 'VALI', 'QUAL')),
    recorded_by uuid NOT NULL REFERENCES staff (id),
    recorded_at timestamptz NOT NULL
);
ALTER TABLE patient_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON patient_ins USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- What is mailed. Its content lives in document_chunk until its message cannot be sent again, 48 hours at the most.
CREATE TABLE document (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    size bigint NOT NULL CHECK (size > 0),
    chunks bigint NOT NULL CHECK (chunks > 0),
    created_at timestamptz NOT NULL,
    wiped_at timestamptz
);
CREATE INDEX document_kept ON document (created_at) WHERE wiped_at IS NULL;
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE document FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
CREATE TABLE document_chunk (
    document_id uuid NOT NULL REFERENCES document (id),
    -- 0, 1, …
    number bigint NOT NULL,
    department_id uuid NOT NULL REFERENCES department (id),
    -- sealed with the server's key, together with its place
    content bytea NOT NULL,
    PRIMARY KEY (document_id, number)
);
ALTER TABLE document_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_chunk FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_chunk USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- One document on its way to one recipient.
CREATE TABLE document_mail (
    -- chosen by who sends it, so that a repeated request sends nothing twice
    id uuid PRIMARY KEY,
    encounter_id uuid NOT NULL REFERENCES encounter (id),
    department_id uuid NOT NULL REFERENCES department (id),
    document_id uuid NOT NULL REFERENCES document (id),
    channel text NOT NULL CHECK (channel IN ('mssante', 'email')),
    addressee text NOT NULL CHECK (addressee IN ('pharmacist', 'patient')),
    -- the pharmacy's name, '' for the patient
    addressee_name text NOT NULL DEFAULT '',
    message_id uuid NOT NULL REFERENCES message (id),
    -- e-mail only: how the password goes, and the message that brings it
    password_by text NOT NULL DEFAULT '' CHECK (password_by IN ('', 'sms', 'telephone')),
    password_message_id uuid REFERENCES message (id),
    -- e-mail only: who accepted the risk, how and when
    risk_accepted_by text NOT NULL DEFAULT '',
    risk_accepted_how text NOT NULL DEFAULT '' CHECK (risk_accepted_how IN ('', 'oral', 'telephone', 'written')),
    risk_accepted_at timestamptz,
    sent_by uuid NOT NULL REFERENCES staff (id),
    sent_at timestamptz NOT NULL,
    CHECK ((channel = 'email') = (risk_accepted_by <> '' AND risk_accepted_how <> '' AND risk_accepted_at IS NOT NULL)),
    CHECK ((channel = 'email') = (password_by <> '')),
    CHECK ((password_by = 'sms') = (password_message_id IS NOT NULL)),
    CHECK (channel = 'mssante' OR addressee = 'patient')
);
CREATE INDEX document_mail_encounter ON document_mail (encounter_id, sent_at);
CREATE UNIQUE INDEX document_mail_message ON document_mail (message_id);
CREATE UNIQUE INDEX document_mail_password ON document_mail (password_message_id) WHERE password_message_id IS NOT NULL;
CREATE UNIQUE INDEX document_mail_document ON document_mail (document_id);
ALTER TABLE document_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_mail USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- What became of it, append-only: the evidence.
CREATE TABLE document_mail_event (
    id uuid PRIMARY KEY,
    document_mail_id uuid NOT NULL REFERENCES document_mail (id),
    department_id uuid NOT NULL REFERENCES department (id),
    at timestamptz NOT NULL,
    -- sent, delivered, failed: its state; read, refused: what the recipient's software said; password-told: by telephone
    kind text NOT NULL CHECK (kind IN ('sent', 'delivered', 'failed', 'read', 'refused', 'password-told')),
    -- French, one line
    proof text NOT NULL,
    -- null for the system
    staff_id uuid REFERENCES staff (id)
);
CREATE INDEX document_mail_event_mail ON document_mail_event (document_mail_id, at);
ALTER TABLE document_mail_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_mail_event FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON document_mail_event USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
