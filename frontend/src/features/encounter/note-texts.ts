import { table } from '../../i18n/language'
import fr from './note-texts.fr'

export const noteTexts = table(fr, () => import('./note-texts.en'))
