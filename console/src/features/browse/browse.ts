import { useTranslation } from 'react-i18next'
import type { OutlookWorkloadName } from '../../../../src/contract/index.ts'

/** What a browser of mailboxes says; each workload in its own words. */
export interface BrowseTexts {
  readonly mailboxes: string
  readonly findMailbox: string
  readonly noMatch: string
  readonly noMailboxes: string
  readonly noMailboxesText: string
  readonly allMailboxes: string
  readonly folders: string
  readonly allFolders: string
  readonly search: string
  readonly searchPlaceholder: string
  readonly list: string
  readonly choose: string
  readonly chooseText: string
  readonly chooseItem: string
  readonly reading: string
  count(items: number): string
}

export function useMailTexts(): BrowseTexts {
  const { t } = useTranslation()
  return {
    mailboxes: t('mail.mailboxes'),
    findMailbox: t('mail.findMailbox'),
    noMatch: t('mail.noMatch'),
    noMailboxes: t('mail.noMailboxes'),
    noMailboxesText: t('mail.noMailboxesText'),
    allMailboxes: t('mail.allMailboxes'),
    folders: t('mail.folders'),
    allFolders: t('mail.allFolders'),
    search: t('mail.search'),
    searchPlaceholder: t('mail.searchPlaceholder'),
    list: t('mail.list'),
    choose: t('mail.choose'),
    chooseText: t('mail.chooseText'),
    chooseItem: t('mail.chooseMail'),
    reading: t('mail.reading'),
    count: (count) => t('mail.mailboxItems', { count }),
  }
}

export function useOutlookTexts(workload: OutlookWorkloadName): BrowseTexts {
  const { t } = useTranslation()
  return {
    mailboxes: t(`outlook.${workload}.mailboxes`),
    findMailbox: t('outlook.findUser'),
    noMatch: t('outlook.noUserMatch'),
    noMailboxes: t(`outlook.${workload}.none`),
    noMailboxesText: t(`outlook.${workload}.noneText`),
    allMailboxes: t('outlook.allUsers'),
    folders: t(`outlook.${workload}.folders`),
    allFolders: t(`outlook.${workload}.all`),
    search: t(`outlook.${workload}.search`),
    searchPlaceholder: t(`outlook.${workload}.searchPlaceholder`),
    list: t(`outlook.${workload}.list`),
    choose: t('outlook.chooseUser'),
    chooseText: t(`outlook.${workload}.chooseText`),
    chooseItem: t(`outlook.${workload}.chooseItem`),
    reading: t(`outlook.${workload}.reading`),
    count: (count) => t(`outlook.${workload}.count`, { count }),
  }
}
