import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { Facts, usePageStyles } from '../../elements/index.ts'
import { formatCount, formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { EditButton } from './edit-dialog.tsx'

/** Which tenant it is, how it was added, and what may be edited of it. */
export function ConnectionCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const mayManage = useMay()('organizations.manage')
  const id = (value: string) => <span className={page.mono}>{value}</span>
  return (
    <section className={page.card} aria-labelledby="connection">
      <div className={page.between}>
        <h2 id="connection" className={page.heading}>
          {t('organization.connection')}
        </h2>
        {organization.state === 'active' && mayManage && <EditButton organization={organization} />}
      </div>
      <Facts
        wide
        facts={[
          [t('organization.name'), organization.name],
          [t('organization.cloud'), organization.cloudName],
          [t('organization.method'), t(`organization.methods.${organization.method}`)],
          [t('organization.tenant'), id(organization.tenantId)],
          [t('organization.domain'), organization.defaultDomain],
          [t('organization.application'), id(organization.applicationId)],
          [
            t('organization.added_at'),
            organization.addedAgainAt ? (
              <span key="added">
                {formatTime(organization.createdAt)}
                <span className={page.small} style={{ display: 'block' }}>
                  {t('manage.continues')}
                </span>
              </span>
            ) : (
              formatTime(organization.createdAt)
            ),
          ],
          [t('organization.mailboxes'), formatCount(organization.mailboxes)],
          [t('organization.items'), formatCount(organization.items)],
        ]}
      />
    </section>
  )
}
