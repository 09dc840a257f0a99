import {
  Avatar,
  Menu,
  MenuButton,
  MenuDivider,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { KeyRegular, PersonRegular, SignOutRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../features/operator/operator.ts'
import { sessionQuery, statusQuery, useSignOut } from '../features/session/session.ts'

export function OperatorMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery)
  const status = useQuery(statusQuery)
  const signOut = useSignOut()
  const may = useMay()
  const operator = session.data?.operator
  const name = operator ? operator.displayName || operator.userName : ''
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton
          appearance="subtle"
          aria-label={t('frame.operator', { name })}
          // Without initials: what is seen would have to be part of what is read.
          icon={<Avatar size={28} color="brand" aria-hidden />}
          menuIcon={null}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroupHeader>{name}</MenuGroupHeader>
          <MenuItem icon={<PersonRegular />} onClick={() => void navigate({ to: '/settings/account' })}>
            {t('frame.account')}
          </MenuItem>
          {may('vault.secrets') && (
            <MenuItem icon={<KeyRegular />} onClick={() => void navigate({ to: '/recovery-kit' })}>
              {t('frame.recoveryKit')}
            </MenuItem>
          )}
          <MenuItem icon={<SignOutRegular />} onClick={() => signOut.mutate()}>
            {t('frame.signOut')}
          </MenuItem>
          <MenuDivider />
          <MenuGroupHeader>
            {status.data ? t('frame.version', { version: status.data.version }) : t('frame.product')}
          </MenuGroupHeader>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
