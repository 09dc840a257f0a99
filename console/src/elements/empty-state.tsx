import { makeStyles, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  box: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalM,
    padding: '48px 24px',
  },
  icon: {
    display: 'grid',
    placeItems: 'center',
    width: '64px',
    height: '64px',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: '32px',
    color: tokens.colorBrandForeground1,
    backgroundColor: tokens.colorBrandBackground2,
  },
  text: { color: tokens.colorNeutralForeground2, maxWidth: '46ch' },
})

/** What a list shows when there is nothing in it: why, and the next action. */
export function EmptyState(props: {
  icon: ReactNode
  title: string
  text: string
  children?: ReactNode
  level?: 2 | 3
}) {
  const styles = useStyles()
  return (
    <div className={styles.box}>
      <span className={styles.icon} aria-hidden>
        {props.icon}
      </span>
      <Text as={props.level === 3 ? 'h3' : 'h2'} size={500} weight="semibold" style={{ margin: 0 }}>
        {props.title}
      </Text>
      <Text align="center" className={styles.text}>
        {props.text}
      </Text>
      {props.children}
    </div>
  )
}
