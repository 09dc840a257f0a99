import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../src/contract/index.ts'
import { supportDetails } from '../api/problem.ts'
import { CopyButton } from './copy-button.tsx'

const useStyles = makeStyles({
  block: { marginTop: '4px' },
  toggle: { paddingLeft: 0, minWidth: 0, fontWeight: tokens.fontWeightRegular },
  list: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    columnGap: '12px',
    rowGap: '4px',
    margin: '4px 0 8px',
    fontSize: tokens.fontSizeBase200,
    '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: '0' },
  },
  name: { color: tokens.colorNeutralForeground3 },
  value: {
    margin: 0,
    overflowWrap: 'anywhere',
    '@media (max-width: 480px)': { marginBottom: '6px' },
  },
})

/** 'Details for Microsoft support': code, text, ids and time of the answer, folded away, with a button that copies them. */
export function SupportDetails({ problem }: { problem: Problem }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const id = useId()
  const [open, setOpen] = useState(false)
  const details = supportDetails(problem).map(({ name, value }) => ({
    name: t(`common.support.${name}`),
    value,
  }))
  if (details.length === 0) return null
  const text = [problem.title, problem.why, '', ...details.map(({ name, value }) => `${name}: ${value}`)]
  return (
    <div className={styles.block}>
      <Button
        className={styles.toggle}
        appearance="transparent"
        size="small"
        icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {t('common.supportDetails')}
      </Button>
      <div id={id} hidden={!open}>
        <dl className={styles.list}>
          {details.map(({ name, value }) => (
            <Detail key={name} name={name} value={value} />
          ))}
        </dl>
        <CopyButton
          value={text.filter((line) => line !== undefined).join('\n')}
          name={t('common.supportDetails')}
        />
      </div>
    </div>
  )
}

function Detail({ name, value }: { name: string; value: string }) {
  const styles = useStyles()
  return (
    <>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </>
  )
}
