import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, StartTask } from '../../../../src/contract/index.ts'
import { useStartTask } from './task.ts'

/** Starts what an administrator signs in for, and goes to its page. */
export function useBeginTask({ id: organizationId }: Pick<OrganizationView, 'id'>) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const start = useStartTask(organizationId)
  const begin = (input: StartTask) =>
    start.mutate(input, {
      onSuccess: ({ id }) =>
        void navigate({
          to: '/organizations/$organizationId/tasks/$taskId',
          params: { organizationId, taskId: id },
        }),
    })
  /** Starts at once, or does first what `first` says. */
  const button = (kind: StartTask['kind'], first: StartTask | (() => void)) => (
    <Button
      key={kind}
      onClick={typeof first === 'function' ? first : () => begin(first)}
      disabledFocusable={start.isPending}
    >
      {t(`task.kinds.${kind}`)}
    </Button>
  )
  return { begin, button, error: start.error, isPending: start.isPending, reset: start.reset }
}
