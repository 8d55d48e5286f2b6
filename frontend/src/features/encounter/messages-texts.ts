import { table } from '../../i18n/language'
import fr from './messages-texts.fr'

export const messagesTexts = table(fr, () => import('./messages-texts.en'))
