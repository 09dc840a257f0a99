import { Button, makeStyles, Toolbar, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowUndoRegular, DismissRegular } from '@fluentui/react-icons'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Selection } from '../../../../src/contract/index.ts'
import { BusyMark, ProblemBar } from '../../elements/index.ts'

interface Download {
  readonly text: string
  readonly isPending: boolean
  readonly run: (selection: Selection) => void
}

interface SelectionFrameProps {
  /** What the bar is for. */
  label: string
  /** What is selected. */
  text: string
  selection: Selection | undefined
  /** Absent where there is nothing more to select. */
  onSelectAll?: (() => void) | undefined
  /** Absent where nothing is selected. */
  onClear?: (() => void) | undefined
  downloads: readonly Download[]
  error: unknown
  /** The restore of what was selected when it was asked for. */
  dialog: (selection: Selection, onClose: () => void) => ReactNode
}

const useStyles = makeStyles({
  bar: {
    flexWrap: 'wrap',
    gap: '4px',
    padding: '4px 12px',
    minHeight: '40px',
    flexShrink: 0,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  count: { marginRight: 'auto', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
})

/** What can be done with the selected items, or with all of the open folder. Always there, so that rows do not jump. */
export function SelectionFrame(props: SelectionFrameProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const [restoring, setRestoring] = useState<Selection>()
  const { selection } = props
  return (
    <>
      <Toolbar size="small" className={styles.bar} aria-label={props.label}>
        <span className={styles.count}>{props.text}</span>
        {props.onSelectAll && (
          <Button size="small" appearance="subtle" onClick={props.onSelectAll}>
            {t('mail.selectAll')}
          </Button>
        )}
        {props.onClear && (
          <Button
            size="small"
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={t('mail.clear')}
            onClick={props.onClear}
          />
        )}
        <Button
          size="small"
          icon={<ArrowUndoRegular />}
          disabledFocusable={!selection}
          onClick={() => selection && setRestoring(selection)}
        >
          {t('mail.restore')}
        </Button>
        {props.downloads.map(({ text, isPending, run }) => (
          <Button
            key={text}
            size="small"
            icon={isPending ? <BusyMark size="extra-tiny" /> : <ArrowDownloadRegular />}
            disabledFocusable={!selection || isPending}
            onClick={() => selection && run(selection)}
          >
            {text}
          </Button>
        ))}
      </Toolbar>
      <ProblemBar error={props.error} />
      {restoring && props.dialog(restoring, () => setRestoring(undefined))}
    </>
  )
}
