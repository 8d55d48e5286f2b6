-- What the server's role may do, applied after every migration run. Evidence tables are insert-and-read only.
GRANT USAGE ON SCHEMA public TO %[1]s;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO %[1]s;
GRANT INSERT, UPDATE ON
department, staff, session, attempt_counter, idempotency_key, patient, encounter, presence, patient_access,
meeting_link, meeting_use, host_account, message, message_attempt, message_callback, message_failure, send_budget, activity_code,
batch, batch_row, batch_header, patient_ins, document TO %[1]s;
GRANT INSERT ON
staff_role, encounter_event, notice, consent_decision, message_wording, message_event, message_suppression, prescription_step,
record_transfer, coding_entry, audit_event, document_chunk, document_mail, document_mail_event TO %[1]s;
GRANT DELETE ON session, attempt_counter, idempotency_key, staff_role, host_account, message_suppression, message_failure, send_budget,
batch, batch_row, document_chunk TO %[1]s;
