import { Badge, Button } from '@fluentui/react-components'
import { MailLinkRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { rowsOf } from '../../api/pages.ts'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { CreateLinkDialog } from './create-link-dialog.tsx'
import { linksQuery, useRevokeLink } from './links.ts'

const colors = { waiting: 'informative', opened: 'success', expired: 'warning', revoked: 'subtle' } as const

/** Links for the customer's administrator: make one, see what has become of it, revoke it. */
export function LinksCard({ onboardingId }: { onboardingId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const interval = usePollInterval(true)
  const links = useInfiniteQuery({ ...linksQuery(onboardingId), staleTime: 0, refetchInterval: interval })
  const revoke = useRevokeLink(onboardingId)
  const [isOpen, setOpen] = useState(false)
  const rows = rowsOf(links.data)
  return (
    <section className={page.card} aria-labelledby="customer-links">
      <h2 id="customer-links" className={page.heading}>
        {t('customer.sentHeading')}
      </h2>
      <p className={page.lead}>{t('customer.sentText')}</p>
      <ProblemBar error={links.error ?? revoke.error} />
      <div>
        <Button icon={<MailLinkRegular />} onClick={() => setOpen(true)}>
          {t('customer.create')}
        </Button>
      </div>
      {rows.length > 0 && (
        <ul className={page.list} aria-label={t('customer.links')}>
          {rows.map((link) => {
            const created = formatTime(link.createdAt)
            const ended = link.state === 'revoked' || link.state === 'expired'
            return (
              <li key={link.id} className={page.between}>
                <span>
                  {link.providerName}{' '}
                  <Badge appearance="tint" color={colors[link.state]}>
                    {t(`customer.states.${link.state}`)}
                  </Badge>
                  <span className={page.small} style={{ display: 'block' }}>
                    {t('customer.linkText', { created, expires: formatTime(link.expiresAt) })}
                  </span>
                </span>
                {!ended && (
                  <Button
                    size="small"
                    aria-label={t('customer.revokeNamed', { created })}
                    disabledFocusable={revoke.isPending}
                    onClick={() =>
                      revoke.mutate(link.id, { onSuccess: () => announce(t('customer.revoked')) })
                    }
                  >
                    {t('customer.revoke')}
                  </Button>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {isOpen && <CreateLinkDialog onboardingId={onboardingId} onClose={() => setOpen(false)} />}
    </section>
  )
}
