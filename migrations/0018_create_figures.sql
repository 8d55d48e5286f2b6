-- +goose Up
-- Figures of the head of department: counts per week and practitioner, and what has changed since they were counted
-- (server/figures). Triggers note the changes, so that no room above needs to know of figures, and none is missed.

CREATE TABLE figure_week (
    department_id uuid NOT NULL REFERENCES department (id),
    -- Monday of the ISO week of the planned start, on the department's clocks
    week date NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES staff (id),
    -- in each line a key, a space and a number (figures.counts): adding up two years of them is most of an answer's time,
    -- and takes a tenth of what JSON would. A migration that adds a key adds a figure_change for every department.
    counts text NOT NULL,
    -- when time alone will change the counts (24 hours after a consultation), null when it will not
    recount_at timestamptz,
    PRIMARY KEY (department_id, week, practitioner_id)
);
CREATE INDEX figure_week_recount ON figure_week (recount_at) WHERE recount_at IS NOT NULL;

-- Append-only until it is counted: two writers of one week never wait for each other, and a change that commits while
-- its week is being counted leaves its own row behind. Rows copy the department of what changed, without a check.
CREATE TABLE figure_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id uuid NOT NULL,
    -- its week is to be counted again
    encounter_id uuid,
    -- the week of this moment too; neither of both: all weeks of the department
    moment timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX figure_change_department ON figure_change (department_id, id);

-- What there is already is counted once; before the wall, which holds for the owner as well.
INSERT INTO figure_change (department_id) SELECT id FROM department;

ALTER TABLE figure_week ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_week FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON figure_week USING (
    department_id = ANY(app_departments()) OR app_is_system()
);
ALTER TABLE figure_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_change FORCE ROW LEVEL SECURITY;
CREATE POLICY department_wall ON figure_change USING (
    department_id = ANY(app_departments()) OR app_is_system()
);

-- +goose StatementBegin
CREATE FUNCTION note_encounters_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_change (department_id, encounter_id) SELECT department_id, id FROM added;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION note_encounter_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_change (department_id, encounter_id, moment) VALUES (OLD.department_id, OLD.id, OLD.planned_start);
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION note_facts_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_change (department_id, encounter_id)
    SELECT DISTINCT department_id, encounter_id FROM added WHERE encounter_id IS NOT NULL;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION note_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_change (department_id, encounter_id) VALUES (NEW.department_id, NEW.encounter_id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION note_other_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO figure_change (department_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER figure_added AFTER INSERT ON encounter
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_encounters_added();
-- The summary of the chain is written with every fact; of its columns only the consent is counted.
CREATE TRIGGER figure_changed AFTER UPDATE ON encounter FOR EACH ROW
WHEN (
    (OLD.planned_start, OLD.practitioner_id, OLD.status, OLD.modality, OLD.telephone_reason, OLD.tool, OLD.started_at,
        OLD.finished_at, OLD.cancel_reason, OLD.consent, OLD.department_id)
    IS DISTINCT FROM
    (NEW.planned_start, NEW.practitioner_id, NEW.status, NEW.modality, NEW.telephone_reason, NEW.tool, NEW.started_at,
        NEW.finished_at, NEW.cancel_reason, NEW.consent, NEW.department_id)
)
EXECUTE FUNCTION note_encounter_changed();
CREATE TRIGGER figure_removed AFTER DELETE ON encounter FOR EACH ROW EXECUTE FUNCTION note_encounter_changed();

CREATE TRIGGER figure_added AFTER INSERT ON encounter_event FOR EACH ROW
WHEN (NEW.kind IN ('finished', 'cancelled')) EXECUTE FUNCTION note_fact();
CREATE TRIGGER figure_added AFTER INSERT ON message
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_facts_added();
-- Only what changes a count: a message on its usual way (queued, sending, accepted, delivered) costs nothing here.
CREATE TRIGGER figure_changed AFTER UPDATE OF status ON message FOR EACH ROW
WHEN (
    NEW.encounter_id IS NOT NULL AND OLD.status <> NEW.status
    AND (OLD.status IN ('undelivered', 'expired', 'cancelled') OR NEW.status IN ('undelivered', 'expired', 'cancelled'))
)
EXECUTE FUNCTION note_fact();
CREATE TRIGGER figure_added AFTER INSERT ON prescription_step
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_facts_added();
CREATE TRIGGER figure_added AFTER INSERT ON record_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_facts_added();
CREATE TRIGGER figure_added AFTER INSERT ON coding_entry
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_facts_added();
CREATE TRIGGER figure_changed AFTER UPDATE OF timezone ON department FOR EACH ROW
WHEN (OLD.timezone <> NEW.timezone) EXECUTE FUNCTION note_other_clocks();
