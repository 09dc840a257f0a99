/**
 * The tenant's people: personas with a known way of signing in, and ordinary users with mailboxes.
 */
import { seededGuid, seededRandom } from './random.ts'
import type { DirectoryRole } from './roles.ts'

export type MailboxKind = 'user' | 'shared' | 'room'
/** What happens after the right password. */
export type SignInOutcome = 'normal' | 'guest' | 'mfa' | 'blocked'

export type User = {
  readonly id: string
  userPrincipalName: string
  displayName: string
  givenName: string
  surname: string
  jobTitle: string | null
  department: string | null
  mail: string | null
  readonly userType: 'Member' | 'Guest'
  accountEnabled: boolean
  hasMailbox: boolean
  mailboxKind: MailboxKind
  /** It has an archive mailbox beside its own. */
  readonly hasArchive?: boolean
  /** What the account types on the sign-in page; the principal name but for guests. */
  readonly signInName: string
  readonly password: string
  readonly roles: readonly DirectoryRole[]
  readonly signIn: SignInOutcome
  /** The persona's title in the ready line; absent for generated users. */
  readonly persona?: string
  readonly createdDateTime: string
  /** Directory version of the last change, for delta. */
  version: number
}

/** The domain of addresses, and the tenant's first one. */
export type Domains = { readonly domain: string; readonly initialDomain: string }

type PersonaSpec = {
  readonly name: string
  readonly title: string
  readonly roles?: readonly DirectoryRole[]
  readonly signIn?: SignInOutcome
  readonly mailbox?: boolean
}

const personaSpecs: readonly PersonaSpec[] = [
  { name: 'admin', title: 'Global Administrator', roles: ['Global Administrator'] },
  {
    name: 'privileged.role.admin',
    title: 'Privileged Role Administrator',
    roles: ['Privileged Role Administrator'],
  },
  {
    name: 'cloud.app.admin',
    title: 'Cloud Application Administrator',
    roles: ['Cloud Application Administrator'],
  },
  { name: 'user', title: 'User', mailbox: true },
  { name: 'mfa.required', title: 'MFA required', roles: ['Global Administrator'], signIn: 'mfa' },
  {
    name: 'blocked',
    title: 'Blocked by Conditional Access',
    roles: ['Global Administrator'],
    signIn: 'blocked',
  },
]

const given =
  'Amina Björn Chloé Dmitri Esther Farid Grace Hiro Ingrid João Kwame Leïla Mateo Noor Olga Priya Quentin Rosa Søren Tatiana Uma Viktor Wanjiru Ximena Yusuf Zoë'.split(
    ' ',
  )
const family =
  'Anderson Bianchi Chen Dubois Eriksson Fischer García Haddad Ivanova Jansen Kowalski Łukaszewicz Müller Nakamura Okafor Petrov Quispe Rossi Şahin Tanaka Ueda Vasquez Wagner Xu Yamada Žižek'.split(
    ' ',
  )
const titles = ['Engineer', 'Accountant', 'Analyst', 'Designer', 'Buyer', 'Planner', 'Counsel', 'Assistant']
const departments = ['Finance', 'Research', 'Sales', 'Operations', 'Legal', 'People']

function ascii(text: string): string {
  return text
    .replaceAll('ø', 'o')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase()
}

/** A password that people can type: three words and a number, the same for the same seed and name. */
function passwordOf(seed: number, name: string): string {
  const random = seededRandom(seed, `password:${name}`)
  const words = [
    'Amber',
    'Birch',
    'Cobalt',
    'Delta',
    'Ember',
    'Fjord',
    'Granite',
    'Harbour',
    'Indigo',
    'Juniper',
  ]
  const word = (): string => words[Math.floor(random() * words.length)] ?? 'Amber'
  return `${word()}-${word()}-${word()}-${1000 + Math.floor(random() * 9000)}`
}

function base(seed: number, name: string): Pick<User, 'id' | 'password' | 'createdDateTime' | 'version'> {
  const day = 1 + Math.floor(seededRandom(seed, `created:${name}`)() * 27)
  return {
    id: seededGuid(seed, `user:${name}`),
    password: passwordOf(seed, name),
    createdDateTime: `2021-03-${String(day).padStart(2, '0')}T08:00:00Z`,
    version: 1,
  }
}

function personaUser(seed: number, { domain }: Domains, spec: PersonaSpec, mailbox: boolean): User {
  const upn = `${spec.name}@${domain}`
  const words = spec.name.split('.').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return {
    ...base(seed, spec.name),
    userPrincipalName: upn,
    signInName: upn,
    displayName: words.join(' '),
    givenName: words[0] ?? '',
    surname: words.slice(1).join(' '),
    jobTitle: null,
    department: null,
    mail: mailbox ? upn : null,
    userType: 'Member',
    accountEnabled: true,
    hasMailbox: mailbox,
    mailboxKind: 'user',
    roles: spec.roles ?? [],
    signIn: spec.signIn ?? 'normal',
    persona: spec.title,
  }
}

function guestUser(seed: number, { initialDomain }: Domains): User {
  return {
    ...base(seed, 'guest'),
    userPrincipalName: `guest_partner.example#EXT#@${initialDomain}`,
    signInName: 'guest@partner.example',
    displayName: 'Guest of a Partner',
    givenName: 'Guest',
    surname: 'Partner',
    jobTitle: null,
    department: null,
    mail: 'guest@partner.example',
    userType: 'Guest',
    accountEnabled: true,
    hasMailbox: false,
    mailboxKind: 'user',
    roles: [],
    signIn: 'guest',
    persona: 'Guest',
  }
}

/** One generated user; `position` is unique and decides names, so that more users never change the first ones. */
export function generatedUser(seed: number, { domain }: Domains, position: number): User {
  const random = seededRandom(seed, `user:${position}`)
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  const givenName = pick(given)
  const surname = pick(family)
  const kind: MailboxKind = position % 12 === 5 ? 'shared' : position % 20 === 9 ? 'room' : 'user'
  const local =
    kind === 'user'
      ? `${ascii(givenName)}.${ascii(surname)}${position}`
      : `${kind === 'shared' ? 'team' : 'room'}${position}`
  const upn = `${local}@${domain}`
  return {
    ...base(seed, `generated:${position}`),
    userPrincipalName: upn,
    signInName: upn,
    displayName:
      kind === 'user'
        ? `${givenName} ${surname}`
        : kind === 'shared'
          ? `Team ${position}`
          : `Room ${position}`,
    givenName,
    surname,
    jobTitle: kind === 'user' ? pick(titles) : null,
    department: kind === 'user' ? pick(departments) : null,
    mail: upn,
    userType: 'Member',
    // Shared mailboxes and rooms have accounts that nobody signs in with.
    accountEnabled: kind === 'user',
    hasMailbox: true,
    mailboxKind: kind,
    hasArchive: kind === 'user' && position % 5 === 2,
    roles: [],
    signIn: 'normal',
  }
}

/** All accounts; exactly `mailboxes` of them have a mailbox, the persona `user@` being the first. */
export function createUsers(seed: number, domains: Domains, mailboxes: number): User[] {
  const personas = personaSpecs.map((spec) =>
    personaUser(seed, domains, spec, spec.mailbox === true && mailboxes > 0),
  )
  const generated = Array.from({ length: Math.max(0, mailboxes - 1) }, (_, index) =>
    generatedUser(seed, domains, index + 1),
  )
  return [...personas, guestUser(seed, domains), ...generated]
}
