-- +goose Up
-- Who was told at the end of which day, in a department, how much waits for them: once, however many instances ask.
CREATE TABLE day_digest (
    staff_id uuid NOT NULL REFERENCES staff (id),
    department_id uuid NOT NULL REFERENCES department (id),
    -- own: what waits for the reader; overdue: what others left undone
    kind text NOT NULL CHECK (kind IN ('own', 'overdue')),
    -- of the department
    day date NOT NULL,
    steps bigint NOT NULL,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, department_id, kind, day)
);
ALTER TABLE day_digest ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_digest FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON day_digest USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

ALTER TABLE message DROP CONSTRAINT message_purpose_check;
ALTER TABLE message ADD CONSTRAINT message_purpose_check CHECK (purpose IN (
    'notice', 'consent-reminder', 'invitation', 'link-test', 'reminder', 'delay', 'cancellation', 'prescription-notice',
    'day-digest', 'test'
)) NOT VALID;
