import { table } from '../../i18n/language'
import fr from './code-texts.fr'

export const codeTexts = table(fr, () => import('./code-texts.en'))
