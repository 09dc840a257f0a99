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

type FolderNoun = 'folder' | 'calendar' | 'list'

/** Where the words for such a place stand. */
export const placeOf = (noun: FolderNoun) =>
  noun === 'folder' ? ('restore' as const) : (`restore.places.${noun}` as const)

interface FolderFieldProps {
  draft: FolderDraft
  onDraft: (draft: FolderDraft) => void
  /** In this order; the first is what most want. */
  kinds: readonly FolderKind[]
  /** What a folder is called there. */
  noun?: FolderNoun
}

/** Which folder is restored to: a dated one, the original ones, or one of a chosen name. */
export function FolderField({ draft, onDraft, kinds, noun = 'folder' }: FolderFieldProps) {
  const { t } = useTranslation()
  const date = new Date().toISOString().slice(0, 10)
  const place = placeOf(noun)
  const texts = {
    dated: t(`${place}.dated`, { date }),
    original: t(`${place}.original`),
    named: t(`${place}.named`),
  }
  return (
    <>
      <Field label={t(`${place}.target`)}>
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
        <Field label={t(`${place}.folderName`)} required>
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
