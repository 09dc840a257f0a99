import { Button, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RegistrationGuide } from '../../../../src/contract/index.ts'
import { CopyButton, usePageStyles } from '../../elements/index.ts'

const useStyles = makeStyles({
  panel: {
    padding: '12px',
    maxHeight: '320px',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  script: {
    margin: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    whiteSpace: 'pre',
  },
})

/** Scripts to read, copy or download. */
export function ScriptTabs({ scripts }: { scripts: RegistrationGuide['scripts'] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const panel = useId()
  const [chosen, setChosen] = useState(scripts[0]?.id)
  const script = scripts.find(({ id }) => id === chosen) ?? scripts[0]
  if (!script) return null

  function download() {
    if (!script) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([script.text], { type: 'text/plain' }))
    link.download = script.fileName
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className={page.column}>
      <TabList
        style={{ flexWrap: 'wrap' }}
        selectedValue={script.id}
        onTabSelect={(_, data) => setChosen(data.value as typeof chosen)}
        aria-label={t('onboarding.scriptHeading')}
      >
        {scripts.map(({ id, title }) => (
          <Tab key={id} value={id} id={`script-${id}`} aria-controls={panel}>
            {title}
          </Tab>
        ))}
      </TabList>
      <div
        id={panel}
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard
        tabIndex={0}
        aria-labelledby={`script-${script.id}`}
        className={styles.panel}
      >
        <pre className={styles.script}>{script.text}</pre>
      </div>
      <div className={page.row}>
        <CopyButton value={script.text} name={script.title} label={t('onboarding.copyScript')} />
        <Button icon={<ArrowDownloadRegular />} onClick={download}>
          {t('onboarding.downloadScript', { name: script.fileName })}
        </Button>
      </div>
    </div>
  )
}
