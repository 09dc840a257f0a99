import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { statementHeading } from './removal-statement.tsx'
import { RemoveDialog } from './remove-dialog.tsx'

/** 'Remove organization', at the end of the page. Afterwards the statement at its beginning has the focus. */
export function RemovalCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [open, setOpen] = useState(false)
  const [removed, setRemoved] = useState(false)
  const isStated = removed && organization.state === 'removed'
  useEffect(() => {
    if (isStated) document.getElementById(statementHeading)?.focus()
  }, [isStated])
  // The dialog outlives the change of state that it brings about, and says how far it is.
  if (organization.state !== 'active' && !open) return null
  return (
    <section className={page.card} aria-labelledby="remove">
      <h2 id="remove" className={page.heading}>
        {t('manage.removeHeading')}
      </h2>
      <p className={page.lead}>{t('manage.removeLead')}</p>
      <div>
        <Button icon={<DeleteRegular />} onClick={() => setOpen(true)}>
          {t('manage.remove')}
        </Button>
      </div>
      {open && (
        <RemoveDialog
          organization={organization}
          onClose={() => setOpen(false)}
          onRemoved={() => setRemoved(true)}
        />
      )}
    </section>
  )
}
