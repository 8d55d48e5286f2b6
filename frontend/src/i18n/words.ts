import { table } from './language'
import fr from './words.fr'

export const words = table(fr, () => import('./words.en'))
