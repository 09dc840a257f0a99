import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplacedCredential } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { organizationQuery } from '../organization/organization.ts'
import { ReplaceForm } from './replace-form.tsx'
import { ReplacedCard } from './replaced-card.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/credential')

/** 'Replace credential': led through it step by step, since the new one is made in Microsoft's portal. */
export function ReplaceSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const [replaced, setReplaced] = useState<ReplacedCredential>()
  if (!organization) return null
  return (
    <>
      <div className={page.column}>
        <h2 className={page.heading}>{t('manage.replace')}</h2>
        <p className={page.lead}>{t('manage.replaceLead', { name: organization.name })}</p>
      </div>
      {replaced ? (
        <ReplacedCard replaced={replaced} />
      ) : (
        <ReplaceForm organization={organization} onReplaced={setReplaced} />
      )}
    </>
  )
}
