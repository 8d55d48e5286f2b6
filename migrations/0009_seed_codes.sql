-- +goose Up
-- First rows of the dated list. Amounts and dates are to be confirmed by the hospital.
INSERT INTO activity_code (id, code, label, amount_cents, modality, valid_from, valid_to, source) VALUES
(gen_random_uuid(), 'TCG', 'Téléconsultation, médecine générale', 2500, 'any', '2018-09-15', NULL,
    'ameli.fr 13/09/2018 ; praticien.qare.fr 2025 — à confirmer par l''établissement'),
(gen_random_uuid(), 'TC', 'Téléconsultation, toutes spécialités', NULL, 'any', '2018-09-15', NULL,
    'SNDS prestation_covid 2021 ; ameli.fr 13/09/2018 — à confirmer par l''établissement'),
(gen_random_uuid(), 'TCS', 'Téléconsultation, médecin spécialiste', NULL, 'video', '2024-12-22', NULL,
    'praticien.qare.fr 2025 — à confirmer par l''établissement'),
(gen_random_uuid(), 'TTE', 'Téléconsultation du médecin traitant, résident d''EHPAD', NULL, 'video', '2018-09-15', NULL,
    'SNDS prestation_covid 2021 — à confirmer par l''établissement');
