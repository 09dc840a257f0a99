import { makeStyles, tokens } from '@fluentui/react-components'
import { CopyButton } from './copy-button.tsx'
import { usePageStyles } from './page-styles.ts'

const useStyles = makeStyles({
  text: {
    margin: 0,
    padding: '12px',
    overflow: 'auto',
    maxHeight: '240px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
})

/** Lines for a shell, with their heading and a button that copies them. */
export function CommandBlock(props: { name: string; text: string; lines: readonly string[] }) {
  const page = usePageStyles()
  const styles = useStyles()
  const all = props.lines.join('\n')
  return (
    <>
      <div className={page.between}>
        <h3 className={page.heading}>{props.name}</h3>
        <CopyButton value={all} name={props.name} />
      </div>
      <p className={page.lead}>{props.text}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.text} tabIndex={0} aria-label={props.name}>
        {all}
      </section>
    </>
  )
}
