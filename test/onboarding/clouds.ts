import { cloudsFile } from '../../simulator/clouds-file.ts'
import type { RunningSimulator } from '../../simulator/start.ts'

/** What a server needs to know of the simulated clouds, as its file of clouds. */
export const cloudsOf = ({ ready }: Pick<RunningSimulator, 'ready'>) => cloudsFile(ready)
