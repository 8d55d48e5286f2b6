-- +goose Up
-- A delivery goes on by itself: what was sent arrives, or comes back. Rows are only added, by people and by the system.
-- An instance of the release before joins what it reads with staff: until it is replaced, it shows the row before the news.
-- squawk-ignore ban-drop-not-null
ALTER TABLE prescription_step ALTER COLUMN recorded_by DROP NOT NULL;
ALTER TABLE prescription_step DROP CONSTRAINT prescription_step_state_check;
ALTER TABLE prescription_step ADD CONSTRAINT prescription_step_state_check
CHECK (state IN ('announced', 'sent', 'delivered', 'failed')) NOT VALID;
-- the drop, or the message, that the rows of one delivery are about; null for one that is told in words only
ALTER TABLE prescription_step ADD COLUMN delivery_id uuid;
-- when this channel was decided on; the news of its delivery leave it as it is
ALTER TABLE prescription_step ADD COLUMN decided_at timestamptz;
-- how the risk of ordinary e-mail was accepted: oral, telephone, written; '' for the other channels
ALTER TABLE prescription_step ADD COLUMN risk_accepted_how text NOT NULL DEFAULT '';
