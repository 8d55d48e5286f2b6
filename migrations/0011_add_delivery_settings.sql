-- +goose Up
-- How a department reaches its patients: channels per purpose, reminders, follow-ups, budgets (outreach.Settings as JSON);
-- what is missing in it stands for the product's own rule.
ALTER TABLE department ADD COLUMN delivery jsonb NOT NULL DEFAULT '{}';

-- When time alone has next something to say about an encounter's messages; null when it has not.
ALTER TABLE encounter ADD COLUMN follow_up_at timestamptz;
