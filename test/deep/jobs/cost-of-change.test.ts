import { after, test } from 'node:test'
import { assertDriveCosts, assertMailCosts } from '../../jobs/cost-of-change.ts'
import { openDriveLab } from '../../jobs/drive-lab.ts'

const lab = await openDriveLab({ users: 1, mails: 20, files: 20, sites: 1 })
after(() => lab.stop())

test('ten new mails cost the same in a mailbox of 1,000 and of 100,000', async () => {
  await lab.backUp()
  await assertMailCosts(lab, [1_000, 100_000])
})

test('one changed file costs the same in a drive of 1,000 and of 100,000', async () => {
  await assertDriveCosts(lab, [1_000, 100_000])
})
