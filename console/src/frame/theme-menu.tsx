import {
  Menu,
  MenuButton,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { DarkThemeRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import { type ThemeChoice, themeChoices, useThemeChoice } from '../theme/theme-choice.tsx'

export function ThemeMenu() {
  const { t } = useTranslation()
  const { choice, choose } = useThemeChoice()
  return (
    <Menu
      checkedValues={{ theme: [choice] }}
      onCheckedValueChange={(_, { checkedItems }) => choose((checkedItems[0] ?? 'system') as ThemeChoice)}
    >
      <MenuTrigger disableButtonEnhancement>
        <MenuButton
          appearance="subtle"
          icon={<DarkThemeRegular />}
          aria-label={t('frame.theme')}
          menuIcon={null}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {themeChoices.map((value) => (
            <MenuItemRadio key={value} name="theme" value={value}>
              {t(`frame.themes.${value}`)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
