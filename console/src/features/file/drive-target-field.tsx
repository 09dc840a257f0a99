import { Combobox, Field, Option, Radio, RadioGroup } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreateRestore } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { drivesQuery } from './file.ts'

/** The choice of a place while it is made; null: where the files came from. */
export interface DriveTargetDraft {
  readonly text: string
  /** One of the drives that are listed. */
  readonly drive: string | null
}

/** Undefined while it is missing. */
export function targetOf(draft: DriveTargetDraft | null): Pick<CreateRestore, 'target'> | undefined {
  if (draft === null) return {}
  if (draft.drive !== null) return { target: { drive: draft.drive } }
  const user = draft.text.trim()
  return user.includes('@') ? { target: { user } } : undefined
}

interface DriveTargetFieldProps {
  organizationId: string
  draft: DriveTargetDraft | null
  onDraft: (draft: DriveTargetDraft | null) => void
}

/** Back to the drive the files came from, or to another OneDrive or library. */
export function DriveTargetField({ organizationId, draft, onDraft }: DriveTargetFieldProps) {
  const { t } = useTranslation()
  return (
    <>
      <Field label={t('file.target')}>
        <RadioGroup
          value={draft === null ? 'same' : 'other'}
          onChange={(_, { value }) => onDraft(value === 'same' ? null : { text: '', drive: null })}
        >
          <Radio value="same" label={t('file.sameDrive')} />
          <Radio value="other" label={t('file.otherDrive')} />
        </RadioGroup>
      </Field>
      {draft !== null && <OtherDrive organizationId={organizationId} draft={draft} onDraft={onDraft} />}
    </>
  )
}

function OtherDrive({ organizationId, draft, onDraft }: DriveTargetFieldProps & { draft: DriveTargetDraft }) {
  const { t } = useTranslation()
  const search = useDeferredValue(draft.drive === null ? draft.text.trim() : '')
  const drives = rowsOf(
    useInfiniteQuery({
      ...drivesQuery(organizationId, search),
      placeholderData: (previous) => previous,
    }).data,
  )
  return (
    <Field label={t('file.otherDriveLabel')} hint={t('file.otherDriveHint')} required>
      <Combobox
        freeform
        value={draft.text}
        selectedOptions={draft.drive === null ? [] : [draft.drive]}
        onInput={(event) => onDraft({ text: event.currentTarget.value, drive: null })}
        onOptionSelect={(_, { optionValue, optionText }) =>
          optionValue !== undefined && onDraft({ text: optionText ?? '', drive: optionValue })
        }
        listbox={{ style: { maxHeight: '240px' } }}
      >
        {drives.map(({ id, displayName, kind, userPrincipalName }) => {
          const text = displayName || userPrincipalName
          return (
            <Option key={id} value={id} text={text}>
              {`${text} (${t(`file.kinds.${kind}`)})`}
            </Option>
          )
        })}
      </Combobox>
    </Field>
  )
}
