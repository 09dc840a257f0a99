import { Badge, makeStyles, mergeClasses, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { Fragment } from 'react'
import { usePageStyles } from '../../elements/index.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly text: string
  readonly badge?: string | undefined
  /** Said above the first of neighbours that belong together. */
  readonly group?: string | undefined
  /** Set: cannot be chosen, and why. */
  readonly reason?: string | null | undefined
}

const useStyles = makeStyles({
  cards: { display: 'flex', flexDirection: 'column', gap: '8px', padding: 0, alignItems: 'stretch' },
  group: { marginTop: '4px', fontWeight: tokens.fontWeightSemibold },
  card: {
    position: 'relative',
    display: 'flex',
    alignItems: 'flex-start',
    gap: '8px',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    padding: '4px 12px 8px 4px',
  },
  chosen: {
    borderTopColor: tokens.colorCompoundBrandStroke,
    borderRightColor: tokens.colorCompoundBrandStroke,
    borderBottomColor: tokens.colorCompoundBrandStroke,
    borderLeftColor: tokens.colorCompoundBrandStroke,
    boxShadow: `inset 0 0 0 1px ${tokens.colorCompoundBrandStroke}`,
    backgroundColor: tokens.colorSubtleBackgroundHover,
  },
  apart: { marginTop: '12px' },
  body: { flexGrow: 1 },
  text: {
    display: 'block',
    paddingLeft: '36px',
    marginTop: '-4px',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  badge: { marginTop: '8px', flexShrink: 0 },
})

/** Radio buttons as cards, each with its explanation; one that cannot be chosen says why. */
export function ChoiceCards(props: {
  label: string
  value: string
  choices: readonly Choice[]
  onChange: (value: string) => void
}) {
  const styles = useStyles()
  const page = usePageStyles()
  return (
    <RadioGroup
      aria-label={props.label}
      className={mergeClasses(page.column, styles.cards)}
      value={props.value}
      onChange={(_, data) => props.onChange(data.value)}
    >
      {props.choices.map((choice, index) => {
        const id = `choice-${choice.value}`
        const before = props.choices[index - 1]?.group
        const opensGroup = choice.group && choice.group !== before
        const followsGroup = !choice.group && before
        return (
          <Fragment key={choice.value}>
            {opensGroup && <span className={styles.group}>{choice.group}</span>}
            <div
              className={mergeClasses(
                styles.card,
                choice.value === props.value && styles.chosen,
                followsGroup && styles.apart,
              )}
            >
              <div className={styles.body}>
                <Radio
                  value={choice.value}
                  label={choice.label}
                  disabled={Boolean(choice.reason)}
                  aria-describedby={id}
                />
                <span id={id} className={styles.text}>
                  {choice.reason ?? choice.text}
                </span>
              </div>
              {choice.badge && (
                <Badge className={styles.badge} appearance="tint" color="brand">
                  {choice.badge}
                </Badge>
              )}
            </div>
          </Fragment>
        )
      })}
    </RadioGroup>
  )
}
