import { table } from '../../i18n/language'
import fr from './settings-texts.fr'

export const settingsTexts = table(fr, () => import('./settings-texts.en'))
