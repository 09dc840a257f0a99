/** The faults of `test/repository/faults.test.ts` with many more seeds. */
import { faultTests } from '../../repository/fault-suite.ts'

faultTests({ bare: 16, retried: 6 })
