/** The machine of a measurement in general terms: no names, no paths. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

/** Like `2 cores (Example CPU), 24 GiB of memory, flash or virtual disk, Node 24.1.0`. */
export function describeMachine(): string {
  const all = cpus()
  const model = all[0]?.model.trim() || 'unknown processor'
  return [
    `${all.length} cores (${model})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    diskKind(),
    `Node ${process.version.slice(1)}`,
  ].join(', ')
}

function diskKind(): string {
  try {
    const disks = readdirSync('/sys/block').filter((name) => /^(sd|vd|xvd|nvme)/.test(name))
    const turning = disks.some(
      (name) => readFileSync(`/sys/block/${name}/queue/rotational`, 'utf8').trim() === '1',
    )
    const virtual = disks.some((name) => /^x?vd/.test(name))
    return virtual ? 'a virtual disk' : turning ? 'a hard disk' : 'a solid-state disk'
  } catch {
    return 'a disk of unknown kind'
  }
}
