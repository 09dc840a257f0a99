import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ProblemBar, usePageStyles } from '../elements/index.ts'

/** Shown instead of a page that could not be loaded or drawn. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const page = usePageStyles()
  const router = useRouter()
  return (
    <div className={page.page}>
      <ProblemBar
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
