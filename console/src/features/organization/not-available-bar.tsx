import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import type { NotAvailable } from '../../../../src/contract/index.ts'

/** What this organization does not have, and why: nothing that went wrong. */
export function NotAvailableBar({ notAvailable }: { notAvailable: readonly NotAvailable[] }) {
  return notAvailable.map(({ workload, reason }) => (
    <MessageBar key={workload} intent="info" layout="multiline">
      <MessageBarBody>{reason}</MessageBarBody>
    </MessageBar>
  ))
}
