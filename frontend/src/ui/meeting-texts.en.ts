import type { Translated } from '../i18n/language'
import type fr from './meeting-texts.fr'

const en: Translated<typeof fr> = {
  pasteDenied: 'The browser did not give access to the clipboard: paste into the field.',
  checklist: 'Settings of the meeting',
  checklistHint: 'The meeting was made by hand: tick what is set.',
  all: 'Everything is set like this',
  check: {
    id_generated: 'ID generated automatically',
    password_required: 'Password required',
    host_video_on: 'Video on for the host',
    participant_video_on: 'Video on for the participant',
    audio_both: 'Audio by telephone and computer',
    no_join_before_host: 'No access before the host',
    waiting_room_on: 'Waiting room on',
    lobby_on: 'Lobby on (participants wait until admitted)',
    no_auto_recording: 'No automatic recording',
  },
}

export default en
