import { table } from '../i18n/language'
import fr from './meeting-texts.fr'

export const meetingTexts = table(fr, () => import('./meeting-texts.en'))

/** A setting in words; one that only the server knows yet keeps its code. */
export function settingLabel(code: string): string {
  const labels: Readonly<Record<string, string>> = meetingTexts().check
  return labels[code] ?? code
}
