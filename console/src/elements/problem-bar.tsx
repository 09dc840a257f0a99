import {
  Button,
  Link,
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
import { announce } from './announcer.tsx'

const useStyles = makeStyles({
  reference: {
    display: 'block',
    marginTop: '4px',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  body: { paddingBottom: '8px' },
})

/** An error in full: what happened, what to do, Microsoft's words, and the reference for support with a copy link. */
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
  const reference = problemReference(problem)
  return (
    <MessageBar intent={props.intent ?? 'error'} layout="multiline" role="alert">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{problem.title}</MessageBarTitle> {problem.detail}
        {problem.microsoft && <> {t('common.microsoftAnswered', { message: problem.microsoft.message })}</>}
        <span className={styles.reference}>
          {reference}{' '}
          <Link
            as="button"
            onClick={() => {
              void navigator.clipboard
                .writeText(
                  `${problem.title} ${problem.detail}\n${problem.microsoft?.message ?? ''}\n${reference}`,
                )
                .then(() => announce(t('common.copied', { name: t('common.details') })))
            }}
          >
            {t('common.copyDetails')}
          </Link>
        </span>
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
