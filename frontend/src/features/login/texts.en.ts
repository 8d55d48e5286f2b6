import type { Translated } from '../../i18n/language'
import type fr from './texts.fr'

const en: Translated<typeof fr> = {
  title: 'Sign in',
  again: 'Your session has ended',
  againWhy: 'Sign in again: you find your page as it was, nothing is lost.',
  claim: 'The hospital’s teleconsultations, from appointment to coding.',
  email: 'Professional e-mail address',
  password: 'Password',
  shared: 'Shared device',
  sharedHint: 'Nothing you read is kept on this device.',
  submit: 'Sign in',
  wrong: 'Wrong address or password.',
  other: 'Sign in as somebody else',
  language: 'Français',
}

export default en
