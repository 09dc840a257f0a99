/** A backup lab for files, and a comparison of restic's own restore with the tenant that shares no code with the product. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type BackupLab, openBackupLab } from './backup-lab.ts'

export interface TenantDrive {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly userId?: string
  readonly siteId?: string
}
export interface TenantItem {
  readonly id: string
  readonly path: readonly string[]
  readonly kind: string
  readonly modified: string
  readonly permissions: number
  readonly faults: readonly string[]
  readonly size?: number
  readonly sha256?: string
}

export interface DriveLab extends BackupLab {
  drive<T = Record<string, unknown>>(verb: string, body?: object): Promise<T>
  drives(): Promise<TenantDrive[]>
}

export async function openDriveLab(
  options: Partial<SimulatorOptions> = {},
  settings: Parameters<typeof openBackupLab>[1] = {},
): Promise<DriveLab> {
  const lab = await openBackupLab({ users: 2, mails: 1, files: 20, sites: 2, ...options }, settings)
  await lab.database.db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(['mail', 'files']) })
    .execute()
  const drive = async <T>(verb: string, body: object = {}): Promise<T> => {
    const address = lab.simulator.ready.clouds.global?.control
    const response = await fetch(`${address}/drives/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`)
    return (await response.json()) as T
  }
  return Object.assign(Object.create(lab) as BackupLab, {
    drive,
    drives: async () => (await drive<{ drives: TenantDrive[] }>('drives')).drives,
  }) as DriveLab
}

interface Line {
  readonly file: string
  readonly sha256: string
  readonly item: { readonly id: string; readonly name: string; readonly permissions?: readonly object[] }
}

/**
 * Has stock restic restore the newest restore point and compares it with what the tenant says of itself: each file by place, name, bytes, time
 * and sharing, each folder by name.
 * @param missing ids of files that are known not to be there
 */
export async function assertDrivesAsTenant(
  lab: DriveLab,
  { missing = [], without = [] }: { missing?: readonly string[]; without?: readonly string[] } = {},
): Promise<number> {
  const target = mkdtempSync(join(tmpdir(), 'bdrcloud-drives-'))
  try {
    await lab.restic('restore', 'latest', '--target', target, '--include', '/drives')
    const restored = new Map<string, string>()
    for (const fan of readdirSync(join(target, 'drives'))) {
      for (const name of readdirSync(join(target, 'drives', fan))) {
        const place = join(target, 'drives', fan, name)
        const { id } = JSON.parse(readFileSync(join(place, '_resource.json'), 'utf8')) as { id: string }
        restored.set(id, place)
      }
    }
    let files = 0
    for (const drive of await lab.drives()) {
      if (without.includes(drive.id)) continue
      const place = restored.get(drive.userId ?? drive.id)
      assert.ok(place, `no directory of ${drive.name} ${drive.id}`)
      const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive: drive.id })
      const expected = items.filter(({ id }) => !missing.includes(id)).map(tenantEntry)
      const found = await restoredEntries(join(place, 'files'), [])
      files += found.length
      const text = (entries: readonly unknown[]) => entries.map((entry) => JSON.stringify(entry)).sort()
      assert.deepEqual(text(found), text(expected), drive.name)
    }
    return files
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

function tenantEntry({ path, kind, sha256, modified, permissions }: TenantItem): unknown[] {
  return kind === 'file' ? [...path, sha256, modified, permissions] : [...path, 'folder', permissions]
}

async function restoredEntries(directory: string, path: readonly string[]): Promise<unknown[][]> {
  const entries: unknown[][] = []
  const names = readdirSync(directory, { withFileTypes: true })
  const lines = names.some(({ name }) => name === '_items.jsonl')
    ? readFileSync(join(directory, '_items.jsonl'), 'utf8').split('\n').filter(Boolean)
    : []
  const described = new Map(
    lines.map((line) => [
      (JSON.parse(line) as Line).file,
      JSON.parse(line) as Line & { item: { modifiedAt: string } },
    ]),
  )
  for (const entry of names) {
    const place = join(directory, entry.name)
    if (entry.isDirectory() && /^_[0-9a-f]{2}$/.test(entry.name)) {
      entries.push(...(await restoredEntries(place, path)))
    } else if (entry.isDirectory()) {
      const folder = JSON.parse(readFileSync(join(place, '_folder.json'), 'utf8')) as {
        name: string
        permissions?: object[]
      }
      const own = [...path, folder.name]
      entries.push([...own, 'folder', folder.permissions?.length ?? 0])
      entries.push(...(await restoredEntries(place, own)))
    } else if (!entry.name.startsWith('_')) {
      const line = described.get(entry.name)
      assert.ok(line, `${entry.name} has no line`)
      described.delete(entry.name)
      const hash = createHash('sha256')
      for await (const bytes of createReadStream(place)) hash.update(bytes as Buffer)
      const sha256 = hash.digest('hex')
      assert.equal(sha256, line.sha256)
      entries.push([
        ...path,
        line.item.name,
        sha256,
        line.item.modifiedAt,
        line.item.permissions?.length ?? 0,
      ])
    }
  }
  assert.deepEqual([...described.keys()], [], 'every line has a file')
  return entries
}
