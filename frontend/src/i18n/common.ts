import fr from './common.fr'
import { table } from './language'

export const common = table(fr, () => import('./common.en'))
