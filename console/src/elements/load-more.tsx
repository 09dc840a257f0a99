import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { BusyMark } from './busy-mark.tsx'

/** The button under a paged list, absent on its last page. */
export function LoadMore(props: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}) {
  const { t } = useTranslation()
  if (!props.query.hasNextPage) return null
  return (
    <div>
      <Button
        appearance="subtle"
        disabledFocusable={props.query.isFetchingNextPage}
        icon={props.query.isFetchingNextPage ? <BusyMark /> : undefined}
        onClick={() => props.query.fetchNextPage()}
      >
        {t('common.loadMore')}
      </Button>
    </div>
  )
}
