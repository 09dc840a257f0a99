import { makeStyles } from '@fluentui/react-components'

const useStyles = makeStyles({
  list: {
    margin: 0,
    paddingInlineStart: '20px',
    display: 'flex',
    flexDirection: 'column',
    gap: '4px',
    overflowWrap: 'anywhere',
    maxWidth: '90ch',
  },
})

/** Whole sentences, one below the other. `label` says to readers what they are, where no heading does. */
export function SentenceList({ sentences, label }: { sentences: readonly string[]; label: string }) {
  const styles = useStyles()
  return (
    <ul className={styles.list} aria-label={label}>
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
