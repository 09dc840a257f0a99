import { Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../elements/index.ts'

/** Which of what can be granted an administrator is to sign in for; all of it to begin with. */
export function ChooseDialog<T extends string>(props: {
  title: string
  text: string
  options: readonly T[]
  /** Of the options; default: all of them. */
  preselected?: readonly T[]
  labelOf: (option: T) => string
  error: unknown
  busy: boolean
  onStart: (chosen: T[]) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<readonly T[]>(props.preselected ?? props.options)

  return (
    <ConfirmDialog
      title={props.title}
      text={props.text}
      confirm={t('task.next')}
      incomplete={chosen.length === 0}
      busy={props.busy}
      error={props.error}
      onConfirm={() => props.onStart([...chosen])}
      onClose={props.onClose}
    >
      {props.options.map((option) => (
        <Checkbox
          key={option}
          label={props.labelOf(option)}
          checked={chosen.includes(option)}
          onChange={(_, { checked }) =>
            setChosen((before) =>
              checked === true ? [...before, option] : before.filter((one) => one !== option),
            )
          }
        />
      ))}
    </ConfirmDialog>
  )
}
