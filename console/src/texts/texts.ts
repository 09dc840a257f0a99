import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import alert from './english/alert.json'
import apiToken from './english/apiToken.json'
import approval from './english/approval.json'
import audit from './english/audit.json'
import common from './english/common.json'
import coverage from './english/coverage.json'
import customer from './english/customer.json'
import dashboard from './english/dashboard.json'
import file from './english/file.json'
import frame from './english/frame.json'
import kit from './english/kit.json'
import mail from './english/mail.json'
import manage from './english/manage.json'
import onboarding from './english/onboarding.json'
import operator from './english/operator.json'
import organization from './english/organization.json'
import outlook from './english/outlook.json'
import protection from './english/protection.json'
import protectionSettings from './english/protectionSettings.json'
import restic from './english/restic.json'
import restore from './english/restore.json'
import run from './english/run.json'
import security from './english/security.json'
import session from './english/session.json'
import settings from './english/settings.json'
import singleSignOn from './english/singleSignOn.json'
import source from './english/source.json'
import task from './english/task.json'

const english = {
  alert,
  apiToken,
  approval,
  audit,
  common,
  coverage,
  customer,
  dashboard,
  file,
  frame,
  kit,
  mail,
  manage,
  onboarding,
  operator,
  organization,
  outlook,
  protection,
  protectionSettings,
  restic,
  restore,
  run,
  security,
  session,
  settings,
  singleSignOn,
  source,
  task,
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof english }
  }
}

await i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: english } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
  nsSeparator: false,
})
