const fr = {
  pasteDenied: 'Le navigateur n’a pas donné accès au presse-papiers : collez dans le champ.',
  checklist: 'Réglages de la réunion',
  checklistHint: 'La réunion a été créée à la main : cochez ce qui est réglé.',
  all: 'Tout est réglé ainsi',
  check: {
    id_generated: 'ID généré automatiquement',
    password_required: 'Mot de passe exigé',
    host_video_on: 'Vidéo activée pour l’hôte',
    participant_video_on: 'Vidéo activée pour le participant',
    audio_both: 'Audio par téléphone et ordinateur',
    no_join_before_host: 'Pas d’accès avant l’hôte',
    waiting_room_on: 'Salle d’attente activée',
    lobby_on: 'Salle d’attente activée (les participants attendent d’être admis)',
    no_auto_recording: 'Pas d’enregistrement automatique',
  },
} as const

export default fr
