-- +goose Up
-- What was added as NOT VALID holds for every row.
ALTER TABLE message VALIDATE CONSTRAINT message_channel_check;
ALTER TABLE message VALIDATE CONSTRAINT message_purpose_check;
ALTER TABLE message_suppression VALIDATE CONSTRAINT message_suppression_channel_check;
ALTER TABLE message_failure VALIDATE CONSTRAINT message_failure_channel_check;
ALTER TABLE prescription_step VALIDATE CONSTRAINT prescription_step_state_check;
