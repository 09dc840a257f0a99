import { faultTests } from './fault-suite.ts'

faultTests({ bare: 3, retried: 1 })
