/** Light, dark, or as the system says. The choice is the only thing that the console keeps in browser storage. */
import { FluentProvider, makeStyles, tokens } from '@fluentui/react-components'
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { darkTheme, lightTheme } from './brand.ts'

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

const storageKey = 'bdrcloud.theme'
const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')

function storedChoice(): ThemeChoice {
  const stored = window.localStorage.getItem(storageKey)
  return themeChoices.find((choice) => choice === stored) ?? 'system'
}

function useSystemIsDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      darkQuery.addEventListener('change', listener)
      return () => darkQuery.removeEventListener('change', listener)
    },
    () => darkQuery.matches,
  )
}

const ThemeContext = createContext<{ choice: ThemeChoice; choose: (choice: ThemeChoice) => void }>({
  choice: 'system',
  choose: () => {},
})

export const useThemeChoice = () => use(ThemeContext)

const useStyles = makeStyles({
  page: { minHeight: '100vh', backgroundColor: tokens.colorNeutralBackground2 },
})

export function ThemeProvider({ children }: { children: ReactNode }) {
  const styles = useStyles()
  const [choice, setChoice] = useState(storedChoice)
  const systemIsDark = useSystemIsDark()
  const dark = choice === 'dark' || (choice === 'system' && systemIsDark)

  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
    document.body.style.backgroundColor = dark ? '#1f1f1f' : '#fafafa'
  }, [dark])

  const value = useMemo(
    () => ({
      choice,
      choose: (next: ThemeChoice) => {
        window.localStorage.setItem(storageKey, next)
        setChoice(next)
      },
    }),
    [choice],
  )
  return (
    <ThemeContext value={value}>
      <FluentProvider theme={dark ? darkTheme : lightTheme}>
        {/* A class on the provider itself would also be put on every dialog's layer. */}
        <div className={styles.page}>{children}</div>
      </FluentProvider>
    </ThemeContext>
  )
}
