/** From when on something is an alert, as far as operators can set it. */
import Value from 'typebox/value'
import { AlertThresholds } from '../contract/index.ts'
import type { Settings } from '../security/index.ts'

const name = 'alert-thresholds'
const usual: AlertThresholds = { lateAfterHours: 1, lowSpaceGigabytes: 10, failedSignInsPerHour: 20 }

export interface Thresholds {
  read(): Promise<AlertThresholds>
  write(thresholds: AlertThresholds): Promise<AlertThresholds>
}

export function createThresholds({ settings }: { settings: Pick<Settings, 'read' | 'write'> }): Thresholds {
  return {
    read: async () => {
      const kept = await settings.read(name)
      return Value.Check(AlertThresholds, kept) ? kept : usual
    },
    write: async (thresholds) => {
      await settings.write(name, thresholds)
      return thresholds
    },
  }
}
