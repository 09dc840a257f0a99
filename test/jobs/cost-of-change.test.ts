/** A small change costs the same in a large resource as in a small one; the full size is in `test/deep/jobs`. */
import { after, test } from 'node:test'
import { assertDriveCosts, assertMailCosts } from './cost-of-change.ts'
import { openDriveLab } from './drive-lab.ts'

const lab = await openDriveLab({ users: 1, mails: 20, files: 20, sites: 1 })
after(() => lab.stop())

test('ten new mails cost the same in a mailbox of 1,000 and of 3,000, and an unchanged run writes the root alone', async () => {
  await lab.backUp()
  await assertMailCosts(lab, [1_000, 3_000])
})

test('one changed file costs the same in a drive of 1,000 and of 3,000, and an unchanged run writes the root alone', async () => {
  await assertDriveCosts(lab, [1_000, 3_000])
})
