-- +goose Up
-- Validated apart from their creation, so that no lock is held while rows are read.
ALTER TABLE message VALIDATE CONSTRAINT message_purpose_check;
ALTER TABLE message VALIDATE CONSTRAINT message_follows_fkey;
ALTER TABLE message VALIDATE CONSTRAINT message_wording_fkey;
ALTER TABLE message_callback VALIDATE CONSTRAINT message_callback_message_fkey;
