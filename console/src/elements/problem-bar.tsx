import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../src/contract/index.ts'
import { problemOf, problemReference } from '../api/problem.ts'
import { SupportDetails } from './support-details.tsx'

const useStyles = makeStyles({
  body: { paddingBottom: '8px', display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0 },
  line: { display: 'block', overflowWrap: 'anywhere' },
  reference: {
    display: 'block',
    marginTop: '4px',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
})

/**
 * An error in full: what happened, why, what to do. Where Microsoft answered, its words and ids for its support, folded away; else
 * our own reference.
 */
export function ProblemBar(props: {
  /** A problem of the API, or anything that was thrown; nothing is shown without one. */
  error: unknown
  onRetry?: () => void
  intent?: 'error' | 'warning'
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  if (!props.error) return null
  const problem = isGivenProblem(props.error) ? props.error : problemOf(props.error)
  return (
    <MessageBar intent={props.intent ?? 'error'} layout="multiline" role="alert">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle className={styles.line}>{problem.title}</MessageBarTitle>
        {problem.why && <span className={styles.line}>{problem.why}</span>}
        <span className={styles.line}>{problem.detail}</span>
        {problem.microsoft ? (
          <SupportDetails problem={problem} />
        ) : (
          <span className={styles.reference}>{problemReference(problem)}</span>
        )}
      </MessageBarBody>
      {props.onRetry && (
        <MessageBarActions>
          <Button onClick={props.onRetry}>{t('common.tryAgain')}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  )
}

const isGivenProblem = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error
