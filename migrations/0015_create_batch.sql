-- +goose Up
-- A list of people who are invited together: a draft until somebody confirms it, then the work and its result.
CREATE TABLE batch (
    id uuid PRIMARY KEY,
    department_id uuid NOT NULL REFERENCES department (id),
    source text NOT NULL CHECK (source IN ('file', 'text', 'encounters')),
    -- '' unless it came as a file; of a workbook, the sheet that was read and those that were not
    file_name text NOT NULL DEFAULT '',
    sheet text NOT NULL DEFAULT '',
    other_sheets text [] NOT NULL DEFAULT '{}',
    -- [{header, field, sample}], in the order of the cells
    columns jsonb NOT NULL DEFAULT '[]',
    -- review.Defaults
    defaults jsonb NOT NULL,
    -- cancelled: what had not left stays
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'sending', 'paused', 'cancelled')),
    -- rises with every change of what would be sent; that which was confirmed last
    revision bigint NOT NULL DEFAULT 1,
    confirmed_revision bigint NOT NULL DEFAULT 0,
    -- when it is to go, null for at once
    send_at timestamptz,
    created_by uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    -- when the open rows were last held against what the hospital knows
    reviewed_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES staff (id),
    confirmed_at timestamptz,
    CHECK ((state = 'draft') = (confirmed_at IS NULL)),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX batch_recent ON batch (department_id, created_at, id);
CREATE INDEX batch_age ON batch (changed_at);
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON batch USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

CREATE TABLE batch_row (
    batch_id uuid NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    -- 1, 2, … within the list
    number bigint NOT NULL,
    department_id uuid NOT NULL REFERENCES department (id),
    -- as the spreadsheet shows it
    line bigint NOT NULL,
    hidden boolean NOT NULL DEFAULT false,
    -- as they came, and what a person wrote in their place (field -> text)
    cells text [] NOT NULL DEFAULT '{}',
    corrections jsonb NOT NULL DEFAULT '{}',
    -- codes of problems that a person overruled
    accepted text [] NOT NULL DEFAULT '{}',
    left_out boolean NOT NULL DEFAULT false,
    -- the encounter that the row was made from, or the one that was planned for it
    encounter_id uuid REFERENCES encounter (id),
    planned_here boolean NOT NULL DEFAULT false,
    -- released: confirmed, not worked on yet; withdrawing: what has not left is being taken back
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'released', 'done', 'withdrawing', 'cancelled')),
    told_at timestamptz,
    -- what the review said: 2 an error, 1 a warning; the rest for the screen, and what sending would do
    severity smallint NOT NULL DEFAULT 0,
    review jsonb NOT NULL,
    -- that of the row's link, '' without one
    tool text NOT NULL DEFAULT '',
    -- numbers of what the row may have in common with others
    keys bigint [] NOT NULL DEFAULT '{}',
    emails smallint NOT NULL DEFAULT 0,
    sms smallint NOT NULL DEFAULT 0,
    segments smallint NOT NULL DEFAULT 0,
    cents double precision NOT NULL DEFAULT 0,
    PRIMARY KEY (batch_id, number),
    CHECK (state IN ('open', 'released', 'cancelled') OR (encounter_id IS NOT NULL AND told_at IS NOT NULL))
);
CREATE INDEX batch_row_waiting ON batch_row (batch_id, number) WHERE state IN ('released', 'withdrawing');
CREATE INDEX batch_row_encounter ON batch_row (encounter_id) WHERE encounter_id IS NOT NULL;
ALTER TABLE batch_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_row FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON batch_row USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- What a department said last about a header: which field its column holds ('' for none).
CREATE TABLE batch_header (
    department_id uuid NOT NULL REFERENCES department (id),
    -- column.Key of the header
    header text NOT NULL,
    field text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (department_id, header)
);
ALTER TABLE batch_header ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_header FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON batch_header USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
