-- What the server's role may do, applied after every migration run. Evidence tables are insert-and-read only.
GRANT USAGE ON SCHEMA public TO %[1]s;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO %[1]s;
GRANT INSERT, UPDATE ON
department, staff, session, attempt_counter, idempotency_key, patient, encounter, presence, patient_access,
meeting_link, meeting_use, host_account, message, message_attempt, message_callback, message_failure, send_budget, activity_code,
batch, batch_row, batch_header, note_draft, document_drop, patient_ins, document TO %[1]s;
GRANT INSERT ON
staff_role, encounter_event, notice, consent_decision, message_wording, message_event, message_suppression, prescription_step,
record_transfer, coding_entry, coding_export, coding_export_row, day_digest, audit_event, encounter_closing, figure_week, figure_change,
document_drop_chunk, document_drop_event, document_chunk, document_mail, document_mail_event TO %[1]s;
-- The text of a note is deleted in the end (policy only_erasure); what else is known of its transfer stays.
GRANT UPDATE (note, erased_at) ON record_transfer TO %[1]s;
GRANT DELETE ON session, attempt_counter, idempotency_key, staff_role, host_account, message_suppression, message_failure, send_budget,
batch, batch_row, figure_week, figure_change, document_drop_chunk, document_chunk TO %[1]s;
