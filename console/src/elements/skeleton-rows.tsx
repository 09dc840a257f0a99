import { Skeleton, SkeletonItem } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'

/** Place holders of the height of what is coming, so that nothing jumps. */
export function Rows({ count = 3, height = 20 }: { count?: number; height?: number }) {
  const { t } = useTranslation()
  return (
    <Skeleton aria-label={t('common.loading')} style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: place holders have no identity
        <SkeletonItem key={index} style={{ height, borderRadius: 6 }} />
      ))}
    </Skeleton>
  )
}
