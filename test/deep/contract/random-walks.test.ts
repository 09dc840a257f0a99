import { describeContract } from '../../contract/suite.ts'

/** `CONTRACT_SEEDS=11,12,13` walks other ways. */
const seeds = (process.env['CONTRACT_SEEDS'] ?? '1,2,3').split(',').map(Number)

for (const seed of seeds)
  await describeContract({
    seed,
    sizes: { users: 2, mails: 60, events: 24, contacts: 16, tasks: 16, files: 40, sites: 2 },
    steps: 40,
    runs: 4,
  })
