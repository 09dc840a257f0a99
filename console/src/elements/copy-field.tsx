import { Field, Input } from '@fluentui/react-components'
import { CopyButton } from './copy-button.tsx'
import { usePageStyles } from './page-styles.ts'

/** A value that is read and copied, not typed: a link, a password that is shown once. */
export function CopyField({ name, value }: { name: string; value: string }) {
  const page = usePageStyles()
  return (
    <div className={page.row} style={{ alignItems: 'flex-end' }}>
      <Field label={name} style={{ flexGrow: 1, minWidth: 180 }}>
        <Input readOnly value={value} />
      </Field>
      <CopyButton value={value} name={name} />
    </div>
  )
}
