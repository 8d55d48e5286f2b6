import { table } from '../../i18n/language'
import fr from './texts.fr'

export const texts = table(fr, () => import('./texts.en'))
