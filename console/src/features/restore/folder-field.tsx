import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { CreateRestore } from '../../../../src/contract/index.ts'

type Folder = NonNullable<CreateRestore['folder']>
export type FolderKind = Folder['kind']

/** The choice of a folder while it is made. */
export interface FolderDraft {
  readonly kind: FolderKind
  readonly name: string
}

/** Null while its name is missing. */
export function folderOf({ kind, name }: FolderDraft): Folder | null {
  if (kind !== 'named') return { kind }
  return name.trim() === '' ? null : { kind, name: name.trim() }
}

interface FolderFieldProps {
  draft: FolderDraft
  onDraft: (draft: FolderDraft) => void
  /** In this order; the first is what most want. */
  kinds: readonly FolderKind[]
}

/** Which folder is restored to: a dated one, the original ones, or one of a chosen name. */
export function FolderField({ draft, onDraft, kinds }: FolderFieldProps) {
  const { t } = useTranslation()
  const texts = {
    dated: t('restore.dated', { date: new Date().toISOString().slice(0, 10) }),
    original: t('restore.original'),
    named: t('restore.named'),
  }
  return (
    <>
      <Field label={t('restore.target')}>
        <RadioGroup
          value={draft.kind}
          onChange={(_, { value }) => onDraft({ ...draft, kind: value as FolderKind })}
        >
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={texts[kind]} />
          ))}
        </RadioGroup>
      </Field>
      {draft.kind === 'named' && (
        <Field label={t('restore.folderName')} required>
          <Input
            value={draft.name}
            maxLength={120}
            onChange={(_, { value }) => onDraft({ ...draft, name: value })}
          />
        </Field>
      )}
    </>
  )
}
