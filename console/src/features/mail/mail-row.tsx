import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  AttachRegular,
  CheckboxCheckedFilled,
  CheckboxUncheckedRegular,
  FlagFilled,
  ImportantFilled,
} from '@fluentui/react-icons'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailItemView } from '../../../../src/contract/index.ts'
import { formatShortTime } from '../../format/format.ts'

interface MailRowProps {
  id: string
  item: MailItemView
  top: number
  height: number
  position: number
  setSize: number
  selected: boolean
  active: boolean
  open: boolean
  showMailbox: boolean
  onClick: (event: MouseEvent, onCheckbox: boolean) => void
}

const useStyles = makeStyles({
  row: {
    position: 'absolute',
    left: 0,
    right: 0,
    boxSizing: 'border-box',
    display: 'grid',
    gridTemplateColumns: '28px minmax(0, 1fr) auto',
    columnGap: '8px',
    alignContent: 'center',
    padding: '0 14px 0 10px',
    cursor: 'pointer',
    userSelect: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    borderLeft: '3px solid transparent',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  unread: { borderLeftColor: tokens.colorCompoundBrandStroke },
  open: { backgroundColor: tokens.colorNeutralBackground1Selected },
  selected: {
    backgroundColor: tokens.colorBrandBackground2,
    ':hover': { backgroundColor: tokens.colorBrandBackground2Hover },
  },
  active: {
    '[role=listbox]:focus-visible &': {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: '-2px',
    },
  },
  checkbox: {
    gridRow: '1 / span 3',
    display: 'flex',
    alignItems: 'center',
    fontSize: '20px',
    color: tokens.colorNeutralForeground3,
  },
  checked: { color: tokens.colorBrandForeground1 },
  line: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  strong: { fontWeight: tokens.fontWeightSemibold },
  quiet: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  marks: {
    display: 'flex',
    gap: '4px',
    alignItems: 'center',
    justifyContent: 'flex-end',
    color: tokens.colorNeutralForeground3,
  },
  flag: { color: tokens.colorPaletteRedForeground1 },
  // The marks in words, for screen readers.
  spoken: { position: 'absolute', clipPath: 'inset(50%)', width: '1px', height: '1px', overflow: 'hidden' },
  folder: { gridColumn: '2 / span 2' },
})

/** One mail of the list; an option of the list box, so its name is its text, with the marks in words. */
export function MailRow(props: MailRowProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const { item, selected } = props
  const from = item.from ? item.from.name || item.from.address : t('mail.noSender')
  const subject = item.subject || t('mail.noSubject')
  const time = formatShortTime(item.receivedAt ?? item.sentAt)
  const marks = [
    !item.isRead && t('mail.unread'),
    item.flag === 'flagged' && t('mail.flagged'),
    item.isDraft && t('mail.draft'),
    item.importance === 'high' && t('mail.important'),
    item.hasAttachments && t('mail.attachments'),
  ].filter(Boolean)
  const checkbox = mergeClasses(styles.checkbox, selected && styles.checked)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box handles the keys for its options
    // biome-ignore lint/a11y/useFocusableInteractive: the list box keeps the focus (aria-activedescendant)
    <div
      id={props.id}
      role="option"
      aria-selected={selected}
      aria-posinset={props.position}
      aria-setsize={props.setSize}
      className={mergeClasses(
        styles.row,
        !item.isRead && styles.unread,
        props.open && styles.open,
        selected && styles.selected,
        props.active && styles.active,
      )}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      onClick={(event) => props.onClick(event, (event.target as Element).closest('[data-checkbox]') !== null)}
    >
      <span className={checkbox} data-checkbox>
        {selected ? <CheckboxCheckedFilled /> : <CheckboxUncheckedRegular />}
      </span>
      <span className={mergeClasses(styles.line, !item.isRead && styles.strong)}>{from}</span>
      <span className={styles.quiet}>{time}</span>
      <span className={mergeClasses(styles.line, !item.isRead && styles.strong)}>{subject}</span>
      <span className={styles.marks}>
        {item.importance === 'high' && <ImportantFilled className={styles.flag} />}
        {item.hasAttachments && <AttachRegular />}
        {item.flag === 'flagged' && <FlagFilled className={styles.flag} />}
      </span>
      <span className={mergeClasses(styles.line, styles.quiet, styles.folder)}>
        {props.showMailbox ? `${item.userPrincipalName} · ` : ''}
        {item.folderPath}
        {marks.length > 0 && <span className={styles.spoken}>, {marks.join(', ')}</span>}
      </span>
    </div>
  )
}
