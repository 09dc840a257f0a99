import { describeContract } from './suite.ts'

await describeContract({
  seed: 7,
  sizes: { users: 1, mails: 16, events: 12, contacts: 7, tasks: 7, files: 16, sites: 1 },
  steps: 10,
  runs: 2,
})
